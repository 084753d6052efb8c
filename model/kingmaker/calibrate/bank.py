"""Hold simulated draws of a contest beside what was observed of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kingmaker.records import MAX_ATTEMPTS


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
    dropped
        Names of what was observed and is not among the summaries, since hardly any run has it.
    impossible
        Scores of draws that failed because `kingmaker.records.MAX_ATTEMPTS` tries in a row were
        impossible, shape ``(l, k)``; they are not among the n. None: no such draws.
    failures
        What went wrong in each draw that failed, these among them.
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
    dropped: tuple[str, ...] = ()
    impossible: NDArray[np.float64] | None = None
    failures: tuple[str, ...] = ()

    def tries(self) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
        """Count the tries of every draw, impossible ones of which nothing came among them.

        Returns
        -------
        Scores, shape ``(n + l, k)``; how many tries were impossible, and how many possible, 0 or
        1, both of shape ``(n + l,)``.
        """
        lost = np.empty((0, self.scores.shape[1])) if self.impossible is None else self.impossible
        rejected = np.append(self.rejected, np.full(len(lost), MAX_ATTEMPTS)).astype(np.float64)
        possible = np.repeat([1.0, 0.0], [len(self.scores), len(lost)])
        return np.vstack([self.scores, lost]), rejected, possible
