"""Does every mechanism of the register do, in a made-up contest, what its row says?

An effect is a mean of paired differences: the same seed, draw and constants with the mechanism and
without it, all parameters at their prior medians unless the row sets them. The seed is fixed, so
that a red test means a change, not chance.
"""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache

import pytest

from kingmaker.experiment.ablation import Baseline, run_baseline, run_without
from kingmaker.experiment.demonstrations.register import DEMONSTRATIONS
from kingmaker.experiment.effects import at_medians, demonstration_request, paired_effect
from kingmaker.mechanisms import MECHANISMS, switchable_ids

SEED = 7

# Parameters at which a mechanism has no size: as good as switching it off.
NOTHING: Mapping[str, Mapping[str, float]] = {
    "M03": {"strategic_share": 0.0},
    "M06": {"message_effect": 0.0, "attack_effect": 0.0, "attack_rate": 0.0},
    "M07": {"leader_momentum": 0.0, "poll_momentum": 0.0},
    "M08": {"electability_effect": 0.0},
    "M10": {"contact_rate": 0.0},
    "M11": {"ally_turnout_lift": 0.0},
    "M12": {"peer_anchor": 1.0},
    "M13": {"targeting": 0.0},
    "M17": {"early_move_rate": 0.0},
    "M21": {"courting_relief": 0.0, "courting_goodwill": 0.0},
    "M28": {"endorsement_total": 0.0, "endorsement_cue": 0.0, "notable_cue": 0.0},
    "M28.notables": {"notable_cue": 0.0},
    "M29": {"backlash": 0.0},
    "M31": {"outside_guilt": 0.0},
    "M32": {"leak_rate": 0.0},
    "M37": {"exit_rate": 0.0},
    "M42": {"irregularity_rate": 0.0},
    "M43": {"counter_frame": 0.0},
}


def test_no_mechanism_lacks_a_demonstration() -> None:
    parts = {row.id: [f"{row.id}.{part}" for part in row.parts] for row in MECHANISMS.values()}
    assert list(DEMONSTRATIONS) == [name for row in MECHANISMS for name in (row, *parts[row])]
    assert set(DEMONSTRATIONS) == set(switchable_ids())


@cache
def baseline(name: str, number: int) -> Baseline:
    """Run a replicate of a demonstration; those with the same contest and settings share it."""
    row = DEMONSTRATIONS[name]
    same = next(n for n, other in DEMONSTRATIONS.items() if _stage(other) == _stage(row))
    if same != name:
        return baseline(same, number)
    return run_baseline(demonstration_request(row, SEED, number))


def _stage(row) -> tuple[object, ...]:
    return row.contest, tuple(sorted(row.settings.items())), row.behaviour, row.first_round


@pytest.mark.parametrize("name", DEMONSTRATIONS)
def test_mechanism_moves_its_own_outcome(name: str) -> None:
    """The sign is the row's, the mean is as large as it says, and the interval leaves zero out."""
    row = DEMONSTRATIONS[name]
    differences = []
    for number in range(row.replicates):
        base = baseline(name, number)
        without = run_without(base, (name,))
        differences.append(row.outcome(base.record) - row.outcome(without))
    effect = paired_effect(differences)
    assert row.sign * effect.mean >= row.least, (effect, differences)
    assert effect.is_visible, (effect, differences)


@pytest.mark.parametrize("name", NOTHING)
def test_a_mechanism_of_no_size_is_one_that_is_off(name: str) -> None:
    """Set its parameters to nothing, constants held: every vote and its outcome are the same."""
    row = DEMONSTRATIONS[name]
    base = baseline(name, 0)
    settings = at_medians(base.request.contest, {**row.settings, **NOTHING[name]})
    request = replace(base.request, settings=settings)
    is_campaign = MECHANISMS[name.split(".")[0]].phase == "campaign"
    own = base.held if is_campaign else base.own
    zero = run_without(replace(base, request=request, own=own), ())
    off = run_without(base, (name,))
    assert zero.tables["shares"] == off.tables["shares"]
    assert zero.tables["transfers"] == off.tables["transfers"]
    assert row.outcome(zero) == row.outcome(off)
