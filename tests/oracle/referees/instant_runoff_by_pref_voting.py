"""Count instant runoffs with pref_voting: JSON in, JSON out; run by its own interpreter.

In: elections as in `by_votekit.py`, without ties, which pref_voting settles by letting all go out.
Out: the winner, and who went out, in order, the last of them against the winner.
"""

import json
import sys

from pref_voting.iterative_methods import (
    instant_runoff_for_truncated_linear_orders,
    instant_runoff_with_explanation,
)
from pref_voting.profiles_with_ties import ProfileWithTies


def count(election: dict) -> dict:
    names = election["candidates"]
    number = {name: k for k, name in enumerate(names)}
    rankings = [
        {number[name]: place for place, name in enumerate(ballot, start=1)}
        for ballot, _ in election["ballots"]
    ]
    counts = [n for _, n in election["ballots"]]
    profile = ProfileWithTies(rankings, rcounts=counts, candidates=list(number.values()))
    # Without this, candidates whom short ballots leave out count as tied.
    profile.use_extended_strict_preference()
    winners, out = instant_runoff_with_explanation(profile, exit_on_majority=False)
    assert winners == instant_runoff_for_truncated_linear_orders(profile)
    return {
        "winner": names[winners[0]] if len(winners) == 1 else None,
        "out": [names[k] for group in out for k in group],
    }


print(json.dumps([count(election) for election in json.load(sys.stdin)]))
