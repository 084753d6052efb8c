"""Decide rounds in whole numbers: threshold, top two, winner, ties reported."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True)
class FirstRoundOutcome:
    """Say how round one ended.

    Attributes
    ----------
    winner
        Candidate who reached the threshold, None where nobody did.
    finalists
        Leader and runner-up; the leader alone matters where there is a winner.
    tie
        Empty, or what was tied and how it was settled.
    """

    winner: int | None
    finalists: tuple[int, int]
    tie: str = ""


def decide_first_round(
    votes: Sequence[int], threshold: float, eligible: Sequence[bool] | None = None
) -> FirstRoundOutcome:
    """Apply threshold and top-two rule to the first ballot.

    Parameters
    ----------
    votes
        Votes per candidate, in the order of the ballot.
    threshold
        Share of candidate votes that wins at once; compared exactly, as the decimal it is
        written as. Below one half two can reach it: then the one with more votes wins.
    eligible
        Whether a candidate may stand in the runoff; all by default.

    Returns
    -------
    The outcome. A tie for a place in the runoff, or for the first place, goes to the candidate
    earlier on the ballot and is reported.
    """
    total = sum(votes)
    standing = [c for c in range(len(votes)) if eligible is None or eligible[c]]
    order = sorted(standing, key=lambda c: (-votes[c], c))
    first, second = order[0], order[1]
    tie = ""
    if len(order) > 2 and votes[order[1]] == votes[order[2]]:
        tie = "second place of round one: the earlier on the ballot goes on"
    if votes[first] == votes[second]:
        tie = "first place of round one: the earlier on the ballot counts as leader"
    top = max(range(len(votes)), key=lambda c: (votes[c], -c))
    reached = total > 0 and votes[top] >= Fraction(repr(threshold)) * total
    alone = sum(1 for v in votes if v == votes[top]) == 1
    if reached and top == first and alone:
        return FirstRoundOutcome(first, (first, second), tie)
    return FirstRoundOutcome(None, (first, second), tie)


def decide_runoff(votes: tuple[int, int], finalists: tuple[int, int]) -> tuple[int | None, str]:
    """Return the winner of the runoff, and the tie where there is one and so no winner."""
    if votes[0] == votes[1]:
        return None, "runoff: both finalists have the same number of votes"
    return (finalists[0] if votes[0] > votes[1] else finalists[1]), ""
