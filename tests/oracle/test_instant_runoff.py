"""Do a slow twin and other people's programs count an instant runoff as we do?"""

from collections import Counter
from pathlib import Path

import pytest

import kingmaker.election as election_module
from kingmaker.ballot.instant_runoff import instant_runoff
from kingmaker.errors import ImpossibleDrawError
from kingmaker.pilots import settled
from tests.contest_builders import SOURCED, bare, election, tiny
from tests.oracle import twins
from tests.oracle.spies import watch

REFEREES = Path(__file__).parent / "referees"
NAMES = "abcdefg"
FIRST = dict(zip(NAMES, (90, 84, 71, 68, 52, 41, 33), strict=True))
SEVEN = {
    "candidates": [{"id": name, "name": name.title()} for name in NAMES],
    "results": {"round1": {"votes": FIRST, "ballots": 460, "blank": 21, **SOURCED}},
}
CONTESTS = (
    {"contest": tiny(), "settings": {"brokered_share": 0.2}},
    {"contest": bare(**SEVEN), "settings": {"brokered_share": 0.15}},
    {"contest": bare(**SEVEN), "first_round": "free"},
)


def evening(**arguments):
    """Run an election to the evening of round one; return it and how its ballot was cast."""
    for attempt in range(20):
        try:
            with pytest.MonkeyPatch.context() as patch:
                calls = watch(patch, election_module, "cast_first_ballot")
                model = settled(election(attempt=attempt, **arguments))
                model.run_to_first_ballot()
        except ImpossibleDrawError:
            continue
        return model, calls[-1]
    raise AssertionError("20 impossible draws in a row")


@pytest.fixture(scope="module")
def cases():
    """Return elections with our count of them, and every voter's ranking by the slow twin."""
    found = []
    for arguments in CONTESTS:
        for replicate in range(6):
            model, call = evening(replicate=replicate, **arguments)
            ours = instant_runoff(
                model.setting, model.members, call.after.state, call.result, call.before.climate
            )
            found.append((model, ours, twins.ranked_ballots(call.before, call.result)))
    return found


def test_the_slow_twin_counts_the_same(cases):
    for model, ours, rankings in cases:
        n_candidates = model.setting.n_candidates
        counts = twins.instant_runoff(Counter(rankings.values()), n_candidates)
        for seen, count in zip(counts, ours.counts, strict=True):
            assert [seen[c] for c in range(n_candidates)] == count[:-1].tolist()
            assert sum(seen.values()) + count[-1] == len(rankings)
        assert set(counts[-1]) == set(ours.finalists)


def test_every_ballot_ends_where_its_ranking_says(cases):
    """And is counted there once, by sector and first vote."""
    for model, ours, rankings in cases:
        first, ends = model.state.first_vote.tolist(), ours.final_vote.tolist()
        for i, ranking in rankings.items():
            best = next((c for c in ranking if c in ours.finalists), twins.BLANK)
            assert ends[i] == best
        assert all(ends[i] == first[i] for i in set(range(len(first))) - rankings.keys())
        seen = twins.transfers(first, ends, model.members.sector.tolist())
        columns = (*ours.finalists, twins.BLANK, twins.ABSTAINED, twins.NOT_ON_ROLL)
        for (sector, vote, end), n in seen.items():
            row = twins.group_of(vote, model.setting.n_candidates)
            assert ours.flows[sector, row, columns.index(end)] == n
        assert ours.flows.sum() == len(first)


def question(model, rankings):
    ids = model.setting.candidate_ids
    ballots = Counter(tuple(ids[c] for c in ranking) for ranking in rankings.values() if ranking)
    return {"candidates": list(ids), "ballots": [[list(r), n] for r, n in sorted(ballots.items())]}


@pytest.mark.parametrize("program", ["votekit", "pref_voting"])
def test_referees_agree(program, ask_referee, cases):
    """Where no place is tied, which each program settles in its own way."""
    clear = [
        case for case in cases if not case[1].tie and case[1].votes[0] != case[1].votes[1]
    ]  # fmt: skip
    assert len(clear) >= 12
    replies = ask_referee(
        REFEREES / f"instant_runoff_by_{program}.py", [question(m, r) for m, _, r in clear]
    )
    late = 0
    for reply, (model, ours, _) in zip(replies, clear, strict=True):
        ids = model.setting.candidate_ids
        loser, winner = sorted(ours.finalists, key=ours.counts[-1].__getitem__)
        assert reply["winner"] == ids[winner]
        out = [ids[c] for c in (*ours.eliminated, loser)]
        if program == "pref_voting":
            assert reply["out"] == out
            continue
        # VoteKit stops as soon as somebody has a majority.
        assert reply["out"] == out[: len(reply["out"])]
        late += len(reply["out"]) >= len(ours.eliminated)
        for seen, count in zip(reply["counts"], ours.counts, strict=False):
            assert list(seen.values()) == count[:-1].tolist()
    assert program != "votekit" or late
