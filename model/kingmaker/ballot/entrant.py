"""Find the constant of a candidate who did not stand, and hold those of everybody else."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from kingmaker.ballot.constants import Constants
from kingmaker.numerics import exp, log, logit

MAX_STEP = 2.0
"""Largest step of the entrant's constant per pilot [logit]; assumed."""


def admit(constants: Constants, share: float, sector_noise: NDArray[np.float64]) -> Constants:
    """Add a candidate, the last, to the constants of the contest as it was.

    Parameters
    ----------
    constants
        Constants and shifts of the historical contest with everything on, held.
    share
        Share of the candidate votes that he is to get [fraction].
    sector_noise
        His drawn sector constants, shape ``(n_sectors,)`` [logit].

    Returns
    -------
    Constants for one candidate more, held: the others' and their polling-day shifts as they were,
    his where ``exp(constant) / sum(exp(constants and shifts)) = share``. His position and what his
    voters think of the others are not in that yet: `improve_entrant` moves the constant by pilots.
    """
    together = constants.candidate + np.maximum(constants.shift, -700.0)
    high = float(together.max())
    others = high + log(sum(exp(float(c) - high) for c in together))
    own = others + logit(min(max(share, 1e-6), 1.0 - 1e-6))
    return replace(
        constants,
        candidate=np.append(constants.candidate, own),
        sector=np.column_stack([constants.sector, sector_noise]),
        shift=np.append(constants.shift, 0.0),
        held=True,
    )


def improve_entrant(
    constants: Constants, votes: NDArray[np.int64], share: float, gain: float = 1.0
) -> Constants:
    """Move the entrant's constant by the residual of a pilot, and nobody else's.

    Parameters
    ----------
    constants
        Constants of the pilot, as `admit` makes them.
    votes
        Votes of its first ballot, cast with held shifts, shape ``(n_candidates,)``.
    share
        Share of the candidate votes that he is to get [fraction].
    gain
        Step in (0, 1].

    Returns
    -------
    Better constants. Whom he takes votes from is left to the model: the nearest lose most, which
    no inversion to proportional losses could show.
    """
    seen = (float(votes[-1]) + 0.5) / (float(votes.sum()) + 1.0)
    step = logit(min(max(share, 1e-6), 1.0 - 1e-6)) - logit(min(max(seen, 1e-6), 1.0 - 1e-6))
    candidate = constants.candidate.copy()
    candidate[-1] += gain * min(max(step, -MAX_STEP), MAX_STEP)
    return replace(constants, candidate=candidate, pilots=constants.pilots + 1)
