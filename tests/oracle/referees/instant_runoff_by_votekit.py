"""Count instant runoffs with VoteKit: JSON in, JSON out; run by its own interpreter.

In: elections as in `by_votekit.py`, without ties, which VoteKit settles by lot. Out: the winner;
who went out before that was clear, in order; and ballots by candidate at every count till then.
"""

import json
import sys

from votekit.ballot import RankBallot
from votekit.elections import IRV
from votekit.pref_profile import RankProfile


def count(election: dict) -> dict:
    ballots = tuple(
        RankBallot(ranking=tuple(frozenset({name}) for name in names), weight=n)
        for names, n in election["ballots"]
    )
    profile = RankProfile(ballots=ballots, candidates=tuple(election["candidates"]))
    states = IRV(profile).election_states
    (winner,) = next(group for state in states for group in state.elected if group)
    # Candidates without a ballot are left out of the scores; the last state is the end.
    counts = [
        {name: int(state.scores.get(name, 0)) for name in election["candidates"]}
        for state in states[:-1]
    ]
    out = [name for state in states for group in state.eliminated for name in sorted(group)]
    return {"winner": winner, "out": out, "counts": counts}


print(json.dumps([count(election) for election in json.load(sys.stdin)]))
