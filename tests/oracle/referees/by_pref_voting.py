"""Tally elections by plurality with pref_voting: JSON in, JSON out; run by its own interpreter.

In and out as in `by_votekit.py`.
"""

import json
import sys

from pref_voting.profiles_with_ties import ProfileWithTies
from pref_voting.scoring_methods import plurality


def tally(election: dict) -> dict:
    names = election["candidates"]
    number = {name: k for k, name in enumerate(names)}
    rankings = [
        {number[name]: place for place, name in enumerate(ballot, start=1)}
        for ballot, _ in election["ballots"]
    ]
    counts = [count for _, count in election["ballots"]]
    profile = ProfileWithTies(rankings, rcounts=counts, candidates=list(number.values()))
    # Without this, candidates whom short ballots leave out count as tied.
    profile.use_extended_strict_preference()
    scores = profile.plurality_scores()
    winners = plurality(profile)
    return {
        "votes": {name: int(scores.get(k, 0)) for name, k in number.items()},
        "leader": names[winners[0]] if len(winners) == 1 else None,
    }


print(json.dumps([tally(election) for election in json.load(sys.stdin)]))
