"""Hold simulated draws of a contest beside what was observed of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Shock:
    """Hold what chance did to a contest as a whole in each run.

    Attributes
    ----------
    parameter
        Shared parameter that is its standard deviation.
    drawn
        What was drawn in each run, shape ``(n,)`` [logit].
    at, sd
        Standard deviation by the parameter's score, at scores in ascending order, both of shape
        ``(g,)`` [dimensionless, logit].
    """

    parameter: str
    drawn: NDArray[np.float64]
    at: NDArray[np.float64]
    sd: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Bank:
    """Hold simulated draws of one contest, and what was observed of it.

    Attributes
    ----------
    contest
        Id of the contest.
    party
        Key of its party, as ``country: family``.
    parameters
        Names of the k shared parameters.
    summaries
        Names of the m summaries.
    scores
        Normal scores of the shared parameters, shape ``(n, k)`` [dimensionless].
    simulated
        Summaries of each run, shape ``(n, m)``, each in its unit; NaN where a run has none.
    observed
        What was observed, shape ``(m,)``; NaN where it was not, or is held back.
    error_sd
        Standard deviation of the observation's own error, shape ``(m,)``; 0 where it is exact.
    rejected
        Impossible draws before the possible one, shape ``(n,)`` [draws].
    choices
        Known choices of eliminated leaders, in words.
    choice_probs
        Probability of each of these choices, as the run saw it, shape ``(n, n_choices)``; NaN where
        it had none.
    shocks
        Chance of the contest as a whole; its part in the summaries need not be learned as noise.
    """

    contest: str
    party: str
    parameters: tuple[str, ...]
    summaries: tuple[str, ...]
    scores: NDArray[np.float64]
    simulated: NDArray[np.float64]
    observed: NDArray[np.float64]
    error_sd: NDArray[np.float64]
    rejected: NDArray[np.int64]
    choices: tuple[str, ...] = ()
    choice_probs: NDArray[np.float64] | None = None
    shocks: tuple[Shock, ...] = ()
