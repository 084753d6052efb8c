"""Tally elections by plurality with VoteKit: JSON in, JSON out; run by its own interpreter.

In: a list of elections, each ``{"candidates": [...], "ballots": [[[name, ...], count], ...]}``,
a ballot naming candidates from the first preference on. Out: first preferences by candidate, and
the leader; neither where a tie leaves open who leads.
"""

import json
import sys

from votekit.ballot import RankBallot
from votekit.elections import Plurality
from votekit.pref_profile import RankProfile


def tally(election: dict) -> dict:
    ballots = tuple(
        RankBallot(ranking=tuple(frozenset({name}) for name in names), weight=count)
        for names, count in election["ballots"]
    )
    profile = RankProfile(ballots=ballots, candidates=tuple(election["candidates"]))
    try:
        # A tie for the seat raises.
        contest = Plurality(profile, n_seats=1)
    except ValueError as error:
        return {"votes": None, "leader": None, "refused": str(error)}
    # Candidates without a vote are left out of the scores.
    scores = contest.election_states[0].scores
    votes = {name: int(scores.get(name, 0)) for name in election["candidates"]}
    return {"votes": votes, "leader": next(iter(contest.election_states[1].elected[0]))}


print(json.dumps([tally(election) for election in json.load(sys.stdin)]))
