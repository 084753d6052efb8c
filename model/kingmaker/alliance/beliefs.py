"""Form the actors' beliefs about the runoff from what is public, never from the model's truth."""

from __future__ import annotations

from collections.abc import Sequence

from kingmaker.priors import normal_cdf

BELIEVED_FOLLOW_RATE = 0.65
"""Part of an endorser's voters that actors expect to follow; assumed."""

BELIEF_SD = 0.05
"""Spread of actors' beliefs about the leader's runoff share [fraction]; assumed."""


def believed_share(votes: Sequence[int], finalists: tuple[int, int], poll: float | None) -> float:
    """Return the believed runoff share of the first-round leader.

    Parameters
    ----------
    votes
        First-round votes per candidate, which are public.
    finalists
        Leader and runner-up.
    poll
        Leader's part of the two finalists' support in the last published poll, None without one.

    Returns
    -------
    The poll; without one the first round with the votes of the eliminated split evenly.
    """
    if poll is not None:
        return poll
    total = sum(votes)
    eliminated = total - votes[finalists[0]] - votes[finalists[1]]
    return (votes[finalists[0]] + 0.5 * eliminated) / total if total else 0.5


def believed_win_prob(share: float) -> float:
    """Return the believed chance that the holder of a believed runoff share wins."""
    return normal_cdf((share - 0.5) / BELIEF_SD)


def share_with_support(share: float, endorser_share: float) -> float:
    """Return the believed share of a finalist who gains an endorser.

    Parameters
    ----------
    share
        Believed share without a word from the endorser [fraction].
    endorser_share
        The endorser's part of the first-round vote [fraction].

    Returns
    -------
    Share plus the endorser's vote times the excess of the believed follow rate over one half.
    """
    return min(1.0, share + endorser_share * (BELIEVED_FOLLOW_RATE - 0.5))
