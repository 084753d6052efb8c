"""Do other people's election programs count our simulated ballots as we do?

They tally each round's ballots as plurality. Who goes on, and at which threshold, is ours: both
know a runoff only as a second count of one ranked ballot, and here two ballots are cast.
"""

from collections import Counter
from pathlib import Path

import pytest

from kingmaker.contest.load import load_contest
from kingmaker.election import LeadershipElection
from kingmaker.errors import ImpossibleDrawError
from tests.contest_builders import finished, tiny

REFEREES = Path(__file__).parent / "referees"
BUNDLED = ("il-labor-2007", "il-labor-2011", "fr-ps-2023", "gr-nd-2015", "us-ms-gov-2019")
TIED = {"candidates": ["x", "y", "z"], "ballots": [[["x"], 4], [["y"], 4], [["z", "x"], 2]]}


def small_elections():
    """Run a few small elections, each another contest or another chance."""
    for replicate in range(6):
        yield finished(tiny(), replicate=replicate, first_round="free")
    for name in BUNDLED:
        contest = load_contest(name)
        for attempt in range(20):
            try:
                size = 1_000 / (contest.roll.round1 or 20_000)
                model = LeadershipElection(
                    contest, seed=4, attempt=attempt, scale=min(1.0, size), days=3,
                    first_round="free",
                )  # fmt: skip
                model.run_model()
            except ImpossibleDrawError:
                continue
            yield model
            break


def ballots(model, round_number):
    """Write a round's ballots one by one, and count equal ones.

    Those of round one also name the runoff's choice where it is another: a ranked, short ballot.
    """
    ids = model.setting.candidate_ids
    first, second = model.state.first_vote.tolist(), model.state.second_vote.tolist()
    written = Counter()
    for now, later in zip(first, second, strict=True):
        vote = now if round_number == 1 else later
        if vote < 0:
            continue
        is_ranked = round_number == 1 and model.flows is not None and later not in (-1, -2, -3, now)
        written[(ids[vote], ids[later]) if is_ranked else (ids[vote],)] += 1
    return [[list(names), n] for names, n in sorted(written.items())]


@pytest.fixture(scope="module")
def cases():
    """Return what to ask, and what we counted: votes by candidate, and the leader."""
    questions, answers = [], []
    for model in small_elections():
        ids = list(model.setting.candidate_ids)
        votes = dict(zip(ids, model.first_ballot.votes.tolist(), strict=True))
        questions.append({"candidates": ids, "ballots": ballots(model, 1)})
        answers.append((votes, ids[max(range(len(ids)), key=lambda c: votes[ids[c]])]))
        if model.flows is not None:
            finalists = [ids[model.leader], ids[model.runner_up]]
            totals = model.flows.sum(axis=(0, 1))[:2].tolist()
            questions.append({"candidates": finalists, "ballots": ballots(model, 2)})
            answers.append((dict(zip(finalists, totals, strict=True)), ids[model.winner]))
    assert len(questions) >= 20
    assert any(len(names) == 2 for question in questions for names, _ in question["ballots"])
    return questions, answers


@pytest.mark.parametrize("script", ["by_votekit.py", "by_pref_voting.py"])
def test_referees_agree(script, ask_referee, cases):
    questions, answers = cases
    replies = ask_referee(REFEREES / script, [*questions, TIED])
    for reply, (votes, leader) in zip(replies, answers, strict=False):
        assert reply["votes"] == votes
        assert reply["leader"] == leader
    assert replies[-1]["leader"] is None
    assert len(replies) == len(answers) + 1
