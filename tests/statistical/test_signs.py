"""Does each mechanism of the runoff push the way that its register says?"""

import numpy as np
import pytest

from tests.contest_builders import SOURCED, day
from tests.statistical.contests import EVEN, even
from tests.statistical.samples import elections, runoff_share

QUIET = {
    "endorsement_total": 0.0, "endorsement_cue": 0.0, "backlash": 0.0, "insult_effect": 0.0,
    "ally_turnout_lift": 0.0, "contract_leader": 0.0, "electability_effect": 0.0, **EVEN,
}  # fmt: skip
REPLICATES = 6
INSULT = {
    "events": [{"date": day(-1), "kind": "insult", "by": "ada", "to": "cy", "text": "!", **SOURCED}]
}
SEATS = {
    "polls": [
        {"date": day(1), "pollster": "P", "question": "seats", "population": "public",
         "seats": {"ada": 30, "ben": 10}, **SOURCED}
    ]
}  # fmt: skip
CALL = {"endorsements": [{"by": "cy", "to": "ada", "date": day(2), "phase": "between", **SOURCED}]}

# Parameter, its strong value, contest, behaviour, and where the leader's share must go.
CASES = {
    "a cue helps the endorsed": ("endorsement_cue", 0.45, {}, "endorse:ada", +1),
    "and so it does the runner-up": ("endorsement_cue", 0.45, {}, "endorse:ben", -1),
    "a deal repels those who reject the endorser": ("backlash", 1.2, {}, "endorse:ada", -1),
    "and costs the runner-up as well": ("backlash", 1.2, {}, "endorse:ben", +1),
    "a negative backlash attracts": ("backlash", -1.2, {}, "endorse:ada", +1),
    "likeness shows without a word": ("endorsement_total", 2.0, CALL, "neutral", +1),
    "the insulted's voters resent": ("insult_effect", 1.5, INSULT, "neutral", -1),
    "who leads is preferred": ("leader_momentum", 0.4, {}, "neutral", +1),
    "more seats are liked": ("electability_effect", 1.0, SEATS, "neutral", +1),
    "an ally's machine brings voters": ("ally_turnout_lift", 3.0, {}, "endorse:ada", +1),
    "contractors heed their leader": ("contract_leader", 4.0, {}, "endorse:ada", +1),
    "contractors heed him for the other": ("contract_leader", 4.0, {}, "endorse:ben", -1),
}


@pytest.mark.parametrize("case", CASES)
def test_sign(case):
    """Compare a strong value with none on the same chance: most replicates must agree."""
    name, value, changes, behaviour, sign = CASES[case]
    settings = {**QUIET, "brokered_share": 0.25}
    variants = [{"settings": settings | {name: x}} for x in (0.0, value)]
    # Selection is the total minus the cue: it is off where the cue alone is asked about.
    without = ("M28.selection",) if name == "endorsement_cue" else ()
    runs = elections(
        even(**changes), REPLICATES, 11, variants, scale=1.0, behaviour=behaviour, without=without
    )
    moves = np.array([runoff_share(strong) - runoff_share(none) for none, strong in runs])
    assert len(moves) == REPLICATES
    assert (sign * moves > 0).sum() >= REPLICATES - 1
    assert sign * moves.mean() > 0.002
