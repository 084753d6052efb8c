"""Find the level of turnout: exact in round one, at its drawn ratio in the runoff."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from kingmaker.errors import InvariantError
from kingmaker.numerics import logistic


def exact_turnout_shift(scores: NDArray[np.float64], ballots: int) -> float:
    """Find the shift of all propensities that brings exactly so many to the polls.

    Parameters
    ----------
    scores
        Readiness to vote, shape ``(n_members,)`` [logit]; below -1e299 for those who may not.
    ballots
        Ballots wanted, at most the number entitled.

    Returns
    -------
    Shift [logit]: minus the middle between the last score that votes and the next.

    Raises
    ------
    InvariantError
        If more ballots are wanted than members are entitled.
    """
    entitled = int((scores > -1e299).sum())
    if not 0 <= ballots <= entitled:
        raise InvariantError("ballots of round one", f"{ballots} of {entitled} entitled")
    if ballots == 0:
        return -float(scores.max()) - 1.0
    if ballots == scores.size:
        return -float(scores.min()) + 1.0
    place = scores.size - ballots
    ordered = np.partition(scores, [place - 1, place])
    below = max(float(ordered[place - 1]), float(ordered[place]) - 2.0)
    return -0.5 * (float(ordered[place]) + below)


def runoff_turnout_constant(bins: NDArray[np.int64], ballots: float) -> float:
    """Find the constant at which the expected number of runoff ballots is as wanted.

    Parameters
    ----------
    bins
        Members by readiness, bins of 1/16 logit, centred (see `readiness_histogram`).
    ballots
        Ballots expected.

    Returns
    -------
    Constant [logit], by bisection over -30 to 30.
    """
    half = bins.size // 2
    occupied = np.flatnonzero(bins).tolist()
    counts = bins[occupied].tolist()
    low, high = -30.0, 30.0
    for _ in range(50):
        middle = 0.5 * (low + high)
        expected = 0.0
        for k, count in zip(occupied, counts, strict=True):
            expected += count * logistic((k - half) / 16.0 + middle)
        if expected < ballots:
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)
