"""Are effects paired, averaged, kept and taken up again as they should be?"""

import json
from dataclasses import replace

import pytest

from kingmaker.experiment import effects
from kingmaker.experiment.ablation import run_baseline, run_without
from kingmaker.experiment.demonstrations import outcomes
from kingmaker.experiment.demonstrations.register import DEMONSTRATIONS, demonstration_contest
from kingmaker.experiment.effects import (
    demonstration_request,
    leader_share,
    paired_effect,
    runoff_effect,
)
from kingmaker.experiment.effects_file import (
    Effect,
    Measured,
    MechanismEffects,
    read_effects,
    write_effects,
)
from kingmaker.outcome import simulate_replicate
from kingmaker.records import ReplicateRecord

PACT = DEMONSTRATIONS["M29"]


@pytest.mark.parametrize("without", ["M12", "M29", "M33", "M41"])
def test_an_ablation_is_a_run_without_the_mechanism(without):
    """Constants that are handed on give what a run of its own would find."""
    request = demonstration_request(DEMONSTRATIONS[without], 3, 1)
    fast = run_without(run_baseline(request), (without,))
    slow = simulate_replicate(replace(request, without=(without,)))
    assert repr(fast.tables) == repr(slow.tables)
    assert repr(fast.run) == repr(slow.run)


def test_a_baseline_has_everything_on():
    request = demonstration_request(PACT, 3, 0)
    base = run_baseline(replace(request, without=("M12",)))
    assert base.record.tables == simulate_replicate(request).tables


def test_paired_effect_by_hand():
    effect = paired_effect([0.0, 1.0, 2.0, 1.0], left_out=2)
    error = (2 / 3) ** 0.5 / 2
    assert effect.mean == 1.0
    assert effect.high - 1.0 == pytest.approx(2.353363 * error)
    assert 1.0 - effect.low == pytest.approx(2.353363 * error)
    assert (effect.replicates, effect.changed, effect.left_out) == (4, 3, 2)
    assert effect.is_visible


def test_effects_that_cannot_be_seen():
    assert not paired_effect([-1.0, 1.0]).is_visible
    assert not paired_effect([0.0, 0.0]).is_visible
    assert paired_effect([0.5, 0.5]).is_visible
    assert paired_effect([], left_out=3) == Effect(0.0, 0.0, 0.0, 0, 0, 3)


def shares(*rows):
    columns = ("round", "sector", "candidate", "share")
    table = {
        name: list(cells) for name, cells in zip(columns, zip(*rows, strict=True), strict=True)
    }
    return ReplicateRecord({}, {"shares": table})


def test_leaders_share_is_of_the_same_pair():
    record = shares((1, "total", "a", 0.4), (2, "total", "b", 0.45), (2, "total", "a", 0.55))
    assert leader_share(record, "a", "b") == 0.55
    assert leader_share(record, "b", "a") == 0.45
    assert leader_share(record, "a", "c") is None
    assert leader_share(shares((1, "total", "a", 0.6)), "a", "b") is None


def test_runoff_effect_pairs_the_leaders_share():
    base = run_baseline(demonstration_request(PACT, 3, 0))
    effect = runoff_effect([base], "M07")
    on, off = base.record.run, run_without(base, ("M07",)).run
    assert effect.mean == on["runoff_share"] - off["runoff_share"] != 0.0
    assert effect.replicates == 1


def test_demonstrations_are_made_up_and_small():
    for row in DEMONSTRATIONS.values():
        contest = demonstration_contest(row.contest)
        assert contest.hypothetical
        assert contest.roll.round1 <= 8_000


def test_outcomes_by_hand():
    record = ReplicateRecord(
        {"leader": "a", "runner_up": "b"},
        {
            "transfers": {
                "sector": ["total"] * 5 + ["north"],
                "origin": ["c", "c", "c", "abstained", "abstained", "c"],
                "destination": ["a", "b", "abstained", "a", "abstained", "a"],
                "members": [30, 10, 20, 5, 45, 99],
            },
            "deals": {
                "actor": ["c", "c", "x", "y"],
                "act": ["moves-early", "endorses", "endorses", "moves-early"],
                "target": ["a", "a", "b", "b"],
                "terms": ["7 of 20 activists", "", "", "3 of 9 activists"],
            },
            "polls": {
                "day": [-9, -2, -2],
                "question": ["round1"] * 3,
                "candidate": ["a", "a", "b"],
                "share": [0.9, 0.3, 0.5],
            },
            "shares": {
                "round": [1, 1],
                "sector": ["total", "total"],
                "candidate": ["a", "b"],
                "share": [0.5, 0.5],
            },
        },
    )
    assert outcomes.share_among("a", "c")(record) == 0.75
    assert outcomes.runoff_turnout("c")(record) == pytest.approx(2 / 3)
    assert outcomes.turnout_gap(record) == pytest.approx(2 / 3 - 0.1)
    assert outcomes.moved_early(record) == 10
    assert outcomes.acts("endorses")(record) == 2
    assert outcomes.endorsements(("c", "d"), "a")(record) == 0.5
    assert outcomes.lieutenants_apart({"c": ("x", "z")})(record) == 0.5
    assert outcomes.polled_less_votes("a")(record) == pytest.approx(0.375 - 0.5)


MEASURED = Measured(
    1,
    4,
    3,
    "abc",
    {"M07": MechanismEffects(Effect(0.5, 0.25, 0.75, 3, 3), {"x": Effect(0, 0, 0, 4, 0)})},
)


def test_effects_survive_their_file(tmp_path):
    path = tmp_path / "effects.json"
    write_effects(MEASURED, path)
    read = read_effects(path)
    assert read.header == MEASURED.header
    assert dict(read.mechanisms["M07"].runoff) == {"x": Effect(0, 0, 0, 4, 0)}
    assert read.mechanisms["M07"].own == Effect(0.5, 0.25, 0.75, 3, 3)


def test_finished_mechanisms_are_not_measured_again(tmp_path, monkeypatch):
    """What the part file holds under the same header is taken; another header starts anew."""
    part = tmp_path / "effects.part"
    monkeypatch.setattr(effects, "source_hash", lambda: "abc")
    row = {"id": "M07", **effects.as_json(MEASURED.mechanisms["M07"])}
    part.write_text(json.dumps(MEASURED.header) + "\n" + json.dumps(row) + "\n")
    found = effects.measure_effects(("M07",), 4, 3, 1, 1, part)
    assert found.mechanisms["M07"].own == MEASURED.mechanisms["M07"].own
    fresh = [("M07", MechanismEffects(Effect(1.0, 1.0, 1.0, 1, 1)))]
    monkeypatch.setattr(effects, "_measure", lambda *_: iter(fresh))
    monkeypatch.setattr(effects, "_keep", lambda *_: None)
    again = effects.measure_effects(("M07",), 5, 3, 1, 1, part)
    assert again.mechanisms["M07"] == fresh[0][1]
    assert len(part.read_text().splitlines()) == 1
