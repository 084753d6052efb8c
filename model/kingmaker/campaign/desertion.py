"""Find the candidates whom strategic voters desert: those without a chance of the top two (M03)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from kingmaker.campaign.polls import PublishedPoll
from kingmaker.priors import normal_cdf

BELIEVED_POLL_SD = 0.04
"""Error that voters allow a published share [fraction]; assumed."""

HOPELESS = 0.05
"""Believed chance of the top two below which a candidate is deserted; assumed."""


def top_two_prob(shares: Sequence[float]) -> list[float]:
    """Return the believed chance of each candidate to be among the first two.

    Parameters
    ----------
    shares
        Published shares [fraction].

    Returns
    -------
    Chance to be ahead of the second best of the others, whose lead has a normal error of
    `BELIEVED_POLL_SD` times the square root of 2.
    """
    chances = []
    for c, share in enumerate(shares):
        others = sorted((s for d, s in enumerate(shares) if d != c), reverse=True)
        rival = others[1] if len(others) > 1 else 0.0
        chances.append(normal_cdf((share - rival) / (BELIEVED_POLL_SD * 1.4142135623730951)))
    return chances


def hopeless_candidates(polls: Sequence[PublishedPoll], n_candidates: int) -> NDArray[np.bool_]:
    """Say who has no chance of the top two as far as the last polling day told.

    Parameters
    ----------
    polls
        Polls on round one published so far.
    n_candidates
        Number of candidates.

    Returns
    -------
    Shape ``(n_candidates,)``; nobody where nothing was published: nobody could know.
    """
    if not polls:
        return np.zeros(n_candidates, dtype=np.bool_)
    last = max(poll.day for poll in polls)
    shares = np.nan_to_num(np.mean([p.shares for p in polls if p.day == last], axis=0))
    return np.array([p < HOPELESS for p in top_two_prob(shares.tolist())])
