"""Are effects told with their interval, or said not to be seen?"""

import pytest

from kingmaker.experiment.demonstrations.register import DEMONSTRATIONS
from kingmaker.experiment.effects_file import Effect, Measured, MechanismEffects, read_effects
from kingmaker.mechanisms import MECHANISMS
from kingmaker.report.effect_words import own_words, runoff_words, staged
from kingmaker.report.mechanism_table import mechanism_rows, switches_of


def measured(own, runoff=None):
    effects = MechanismEffects(own, {} if runoff is None else {"x": runoff})
    return Measured(1, 4, 3, "abc", {"M07": effects, "M17": effects, "M35": effects})


def test_own_effects_are_told_in_their_unit():
    found = measured(Effect(0.012, 0.008, 0.016, 8, 8))
    assert own_words("M07", found) == "+1.2 points (+0.8 to +1.6)"
    assert own_words("M17", measured(Effect(7.4, 6.7, 8.0, 8, 8))) == (
        "+7.4 activists (+6.7 to +8.0)"
    )
    assert own_words("M07", None) == "not measured"
    assert own_words("M08", found) == "not measured"


@pytest.mark.parametrize(
    ("effect", "words"),
    [
        (Effect(-0.02, -0.03, -0.01, 8, 8), "-2.0 (-3.0 to -1.0)"),
        (Effect(0.0014, 0.0012, 0.0016, 8, 8), "+0.14 (+0.12 to +0.16)"),
        (Effect(0.01, -0.01, 0.03, 8, 8), "no visible effect (-1.0 to +3.0)"),
        (Effect(0.0, 0.0, 0.0, 8, 0), "changes no vote"),
        (Effect(0.1, 0.1, 0.1, 1, 1, 7), "others meet in 88 % of the replicates"),
    ],
)
def test_runoff_effects(effect, words):
    assert runoff_words("M07", "x", measured(effect, effect)) == words


def test_what_acts_after_the_runoff_cannot_move_it():
    effect = Effect(0.0, 0.0, 0.0, 8, 0)
    assert runoff_words("M35", "x", measured(effect, effect)) == "cannot move a runoff"


def test_what_is_set_beside_the_contest_is_named():
    assert staged("M07") == "shores"
    assert staged("M20") == "bids: behaviour ada=poach"
    assert staged("M42") == "shores: irregularity_rate = 0.3"


def test_the_committed_effects_cover_the_register():
    found = read_effects()
    names = [name for row in MECHANISMS.values() for name in switches_of(row)]
    assert list(found.mechanisms) == names == list(DEMONSTRATIONS)
    rows = mechanism_rows(found)
    assert [row["id"] for row in rows] == list(MECHANISMS)
    own = rows[6]["effects"]["M07"]["own"]
    assert own["low"] <= own["mean"] <= own["high"]
