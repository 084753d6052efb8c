"""Does each member cast the ballots that the rules say, and is each counted once?"""

import dataclasses
from copy import deepcopy
from fractions import Fraction
from types import SimpleNamespace

import numpy as np
import pytest

import kingmaker.ballot.runoff as runoff
import kingmaker.election as election_module
from kingmaker.ballot.irregularities import Irregularities
from kingmaker.ballot.two_round import decide_first_round
from tests.contest_builders import DEE, SOURCED, bare, finished, tiny
from tests.oracle import twins
from tests.oracle.spies import watch

NEAR = 1e-9
"""Differences of our logarithm and the C library's [logit]; nearer decisions are not compared."""

RUNS = {
    "as usual": {"replicate": 3},
    "free": {"replicate": 4, "first_round": "free"},
    "endorsed": {"replicate": 5, "behaviour": "endorse:ada", "settings": {"backlash": 0.5}},
    "no orders": {"replicate": 6, "without": ("M15", "M11")},
    "two rolls": {
        "replicate": 7, "contest": bare(roll={"round1": 600, "round2": 500, **SOURCED}),
    },
    "deserted": {"replicate": 8, "settings": {"strategic_share": 0.5}},
    "lottery": {"replicate": 9, "without": ("M02",)},
    "nobody deserts": {"replicate": 10, "without": ("M03", "M41")},
    "one turnout": {"replicate": 11, "without": ("M05",)},
    "no blocs": {"replicate": 12, "without": ("M14",)},
    "many leave": {"replicate": 13, "settings": {"exit_rate": 0.2}},
    "over their heads": {
        "replicate": 14, "behaviour": "no-contempt+ada=appeal-over-head+dee=endorse:ada",
        "settings": {"appeal_effect": 0.8, "notable_cue": 0.9},
    },
}  # fmt: skip


@pytest.fixture(scope="module", params=RUNS)
def run(request):
    """Run an election and record what its two ballots were given."""
    arguments = {"contest": tiny(), **RUNS[request.param]}
    with pytest.MonkeyPatch.context() as patch:
        first = watch(patch, election_module, "cast_first_ballot")
        second = watch(patch, runoff, "cast_runoff")
        model = finished(**arguments)
    assert model.flows is not None
    return model, first[-1], second[-1]


def test_first_ballot(run):
    model, call, _ = run
    ballot = call.result
    votes, margins = twins.first_votes(call.before, ballot)
    ours = model.state.first_vote.tolist()
    clear = [margin > NEAR for margin in margins]
    assert sum(clear) >= len(ours) - 2
    wrong = [i for i, vote in enumerate(votes) if clear[i] and vote != ours[i]]
    assert not wrong


def test_runoff_ballot(run):
    model, _, call = run
    votes, margins = twins.second_votes(call.before, model.streams)
    ours = model.state.second_vote.tolist()
    wrong = [i for i, vote in enumerate(votes) if margins[i] > NEAR and vote != ours[i]]
    assert not wrong
    assert {model.leader, model.runner_up, twins.ABSTAINED} <= set(ours)


def test_the_variants_are_not_empty(request, run):
    """Where a variant is about something, there is something."""
    model, first, second = run
    name = request.node.callspec.params["run"]
    if name == "deserted":
        dropped = [c for i in range(600) for c in twins.deserted(first.before, i)]
        assert set(dropped) == {DEE}
        assert len(dropped) == pytest.approx(300, abs=4.5 * np.sqrt(150))
    if name in ("nobody deserts", "lottery"):
        assert first.before.hopeless is None or name == "lottery"
    if name == "many leave":
        assert model.exits.members.sum() > 30
    if name == "over their heads":
        assert second.before.terms.appeal.any()
        assert second.before.terms.local.any()


def test_who_left_is_not_counted_as_a_voter(run):
    """He stays on the roll; his ballot is cast at most by the contractor of his bloc."""
    model, _, call = run
    for i in np.flatnonzero(model.exits.members).tolist():
        is_stuffed, is_annulled = twins.irregular_bloc(call.before, i)
        if model.members.on_roll[i] & 2 and not is_stuffed and not is_annulled:
            assert model.state.second_vote[i] == twins.ABSTAINED


@pytest.mark.parametrize("told", [-1, 0, 1])
def test_stuffed_and_annulled_blocs(run, told):
    """Every other bloc is stuffed, every third annulled; all have the same order, or none."""
    model, _, call = run
    a = SimpleNamespace(**vars(call.before))
    numbers = np.arange(len(a.blocs))
    irregular = Irregularities.of(numbers % 2 == 0, numbers % 3 == 0)
    a.rules = dataclasses.replace(a.rules, order=np.full(numbers.size, told), irregular=None)
    honest, _ = twins.second_votes(a, model.streams)
    a.rules = dataclasses.replace(a.rules, irregular=irregular)
    a.state = deepcopy(a.state)
    flows = runoff.cast_runoff(**vars(a))
    votes, margins = twins.second_votes(a, model.streams)
    ours = a.state.second_vote.tolist()
    assert not [i for i, vote in enumerate(votes) if margins[i] > NEAR and vote != ours[i]]
    blocs = a.members.bloc.tolist()
    stuffed = [b for b, vote in zip(blocs, honest, strict=True)
               if told >= 0 and b >= 0 and b % 2 == 0 and vote == twins.ABSTAINED]  # fmt: skip
    annulled = [
        b
        for b, vote in zip(blocs, ours, strict=True)
        if b >= 0 and b % 3 == 0 and vote == twins.BLANK
    ]
    assert irregular.ballots[:, 0].tolist() == [stuffed.count(b) for b in numbers]
    assert irregular.ballots[:, 1].tolist() == [annulled.count(b) for b in numbers]
    assert annulled
    assert bool(stuffed) == (told >= 0)
    assert flows.sum(axis=(0, 1)).tolist() == [
        ours.count(vote) for vote in (model.leader, model.runner_up, -2, -1, -3)
    ]


def test_tally_of_round_one(run):
    model, _, _ = run
    ballot, setting = model.first_ballot, model.setting
    seen = twins.tally(model.state.first_vote.tolist(), model.members.sector.tolist())
    for s in range(setting.n_sectors):
        for c in range(setting.n_candidates):
            assert ballot.sector_votes[s, c] == seen[s, c]
        cast = ballot.sector_votes[s].sum() + seen[s, twins.BLANK]
        assert ballot.sector_ballots[s] == cast
    assert ballot.votes.tolist() == [
        sum(seen[s, c] for s in range(setting.n_sectors)) for c in range(setting.n_candidates)
    ]
    assert ballot.blank == sum(seen[s, twins.BLANK] for s in range(setting.n_sectors))


def test_tally_of_the_runoff(run):
    model, _, _ = run
    n_candidates = model.setting.n_candidates
    seen = twins.transfers(
        model.state.first_vote.tolist(),
        model.state.second_vote.tolist(),
        model.members.sector.tolist(),
    )
    columns = (
        model.leader, model.runner_up, twins.BLANK, twins.ABSTAINED, twins.NOT_ON_ROLL,
    )  # fmt: skip
    expected = np.zeros_like(model.flows)
    for (sector, first, second), n in seen.items():
        expected[sector, twins.group_of(first, n_candidates), columns.index(second)] += n
    assert (model.flows == expected).all()
    assert int(model.flows.sum()) == len(model.members)
    totals = model.flows.sum(axis=(0, 1))
    if totals[0] != totals[1]:
        assert model.winner == (model.leader if totals[0] > totals[1] else model.runner_up)


@pytest.mark.parametrize("threshold", [0.4, 0.5, 0.35, 0.333])
def test_who_goes_on(threshold):
    exact = Fraction(str(threshold))
    rng = np.random.default_rng(7)
    for _ in range(300):
        votes = rng.choice(400, size=rng.integers(2, 7), replace=False).tolist()
        if rng.random() < 0.3:
            # Exactly at the threshold, one vote below or one above.
            whole = exact.denominator * int(rng.integers(50, 90))
            top = int(whole * exact) + int(rng.integers(-1, 2))
            rest = whole - top
            votes = [rest // 2 - 7, top, rest - rest // 2 + 7 - 3, 3]
            if len(set(votes)) < 4 or min(votes) < 0:
                continue
        names = {str(c): n for c, n in enumerate(votes)}
        expected = twins.top_two(names, (exact.numerator, exact.denominator))
        outcome = decide_first_round(votes, threshold)
        if isinstance(expected, str):
            assert outcome.winner == int(expected)
        else:
            assert outcome.winner is None
            assert outcome.finalists == tuple(map(int, expected))
