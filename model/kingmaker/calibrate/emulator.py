"""Predict a contest's summaries from the scores of its parameters without simulating it anew.

An emulator is regressed on the simulated runs of one contest: the mean of each summary on scores,
their squares and products of those that matter most, the logarithm of its variance on scores, the
correlation of what is left, and the probability that a draw is possible at all. It stands in for
the likelihood of what was observed (synthetic likelihood: Wood, 2010, Nature 466).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kingmaker.calibrate.bank import Bank
from kingmaker.calibrate.ridge import Fit, fit_likelihood, fit_mean

Array = NDArray[np.float64]

FEWEST_RUNS = 40
"""Runs with a value below which a summary is left out [runs]."""

LEAST_SD = 1e-3
"""Smallest sd of what scores leave unexplained [unit of the summary]; below, it is left out."""

N_CROSSED = 8
"""Scores with the largest slopes whose products are regressors, too; more fitted made-up banks and
simulated contests no better [parameters]."""

_LOGIT_SLOPE = np.pi / 8.0


@dataclass(frozen=True, eq=False)
class Emulator:
    """Predict summaries of one contest from scores.

    Attributes
    ----------
    contest, party
        Id of the contest, key of its party.
    parameters
        Names of the k scores.
    summaries
        Names of the m summaries that could be emulated.
    left_out
        Names of those that could not: too few runs have them, or all runs agree.
    observed, error_sd
        What was observed (NaN where it was not), and the sd of its error, shape ``(m,)`` [unit of
        the summary].
    intercept
        Mean over the prior, shape ``(m,)``.
    linear
        Slopes on ``z``, shape ``(m, k)``.
    quadratic
        Symmetric matrices ``Q`` of the part ``z' Q z - trace Q``, shape ``(m, k, k)``.
    log_variance, variance_slopes
        Logarithm of the residual variance at ``z = 0``, shape ``(m,)``, and its slopes, ``(m, k)``.
    correlation
        Of residuals, shape ``(m, m)``.
    acceptance
        Logit of the probability that a draw is possible: intercept and slopes, shape ``(1 + k,)``;
        None where all draws were.
    explained
        Part of the variance over the prior that scores explain in left-out runs, shape ``(m,)``.
    """

    contest: str
    party: str
    parameters: tuple[str, ...]
    summaries: tuple[str, ...]
    left_out: tuple[str, ...]
    observed: Array
    error_sd: Array
    intercept: Array
    linear: Array
    quadratic: Array
    log_variance: Array
    variance_slopes: Array
    correlation: Array
    acceptance: Array | None
    explained: Array

    def mean(self, z: Array) -> Array:
        """Predict mean summaries at scores of shape ``(s, k)``; shape ``(s, m)``."""
        means: Array = self.intercept + z @ self.linear.T
        for j, matrix in enumerate(self.quadratic):
            means[:, j] += ((z @ matrix) * z).sum(axis=1) - np.trace(matrix)
        return means

    def gradient(self, z: Array) -> Array:
        """Differentiate means by scores; shape ``(s, m, k)``."""
        slopes: Array = self.linear + 2.0 * np.tensordot(z, self.quadratic, axes=(1, 1))
        return slopes

    def variance(self, z: Array) -> Array:
        """Predict variances of single runs at scores; shape ``(s, m)``."""
        variances: Array = np.exp(self.log_variance + z @ self.variance_slopes.T)
        return variances

    def covariance(self, z: Array) -> Array:
        """Predict covariances of single runs at scores; shape ``(s, m, m)``."""
        sds = np.sqrt(self.variance(z))
        covariances: Array = sds[:, :, None] * sds[:, None, :] * self.correlation
        return covariances

    def log_acceptance(self, z: Array, spread: Array | float = 0.0) -> Array:
        """Predict the log probability that a draw is possible; shape ``(s,)``.

        Parameters
        ----------
        z
            Scores, shape ``(s, k)``.
        spread
            Variance of further normal variation in every score, shape ``(s,)`` or one number; the
            probability is averaged over it (MacKay, 1992, Neural Computation 4(5)).
        """
        if self.acceptance is None:
            return np.zeros(z.shape[0])
        slopes = self.acceptance[1:]
        variance = spread * float(slopes @ slopes)
        eta = (self.acceptance[0] + z @ slopes) / np.sqrt(1.0 + _LOGIT_SLOPE * variance)
        log_chance: Array = -np.logaddexp(0.0, -eta)
        return log_chance

    def place(self, summary: str) -> int:
        """Find the column of a summary.

        Raises
        ------
        KeyError
            If it could not be emulated, or there is none.
        """
        if summary not in self.summaries:
            raise KeyError(summary)
        return self.summaries.index(summary)

    def without(self, *summaries: str) -> Emulator:
        """Hold back what was observed of some summaries; all others stay."""
        kept = np.array([name not in summaries for name in self.summaries])
        return self.seeing(np.where(kept, self.observed, np.nan))

    def seeing(self, observed: Array) -> Emulator:
        """Put other observations in the place of what was observed, shape ``(m,)``."""
        fields = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return Emulator(**(fields | {"observed": np.asarray(observed, dtype=np.float64)}))


def emulate(bank: Bank) -> Emulator:
    """Regress the summaries of a bank on its scores.

    Parameters
    ----------
    bank
        Simulated draws; each summary is learned from the runs that have it.

    Returns
    -------
    The emulator; summaries that fewer than `FEWEST_RUNS` runs have, or on which all runs agree,
    are left out of it.
    """
    z = np.asarray(bank.scores, dtype=np.float64)
    kept, fits, quadratic, variances = [], [], [], []
    residuals = np.full(bank.simulated.shape, np.nan)
    for j in range(len(bank.summaries)):
        rows = np.isfinite(bank.simulated[:, j])
        if rows.sum() < FEWEST_RUNS:
            continue
        fit, matrix = fit_quadratic(z[rows], bank.simulated[rows, j])
        if fit.residuals.std() < LEAST_SD:
            continue
        variance = _fit_variance(z[rows], fit)
        sds = np.exp(0.5 * (variance[0] + z[rows] @ variance[1:]))
        residuals[rows, j] = fit.residuals / sds
        kept.append(j)
        fits.append(fit)
        quadratic.append(matrix)
        variances.append(variance)
    k = z.shape[1]
    spread = np.array(variances).reshape(-1, k + 1)
    return Emulator(
        contest=bank.contest,
        party=bank.party,
        parameters=bank.parameters,
        summaries=tuple(bank.summaries[j] for j in kept),
        left_out=tuple(name for j, name in enumerate(bank.summaries) if j not in kept),
        observed=np.asarray(bank.observed, dtype=np.float64)[kept],
        error_sd=np.asarray(bank.error_sd, dtype=np.float64)[kept],
        intercept=np.array([fit.intercept for fit in fits]),
        linear=np.array([fit.slopes[0] for fit in fits]).reshape(-1, k),
        quadratic=np.array(quadratic).reshape(-1, k, k),
        log_variance=spread[:, 0],
        variance_slopes=spread[:, 1:],
        correlation=shrunk_correlation(residuals[:, kept]),
        acceptance=_fit_acceptance(z, np.asarray(bank.rejected, dtype=np.float64)),
        explained=np.array(
            [_explained(bank.simulated[:, j], fit) for j, fit in zip(kept, fits, strict=True)]
        ),
    )


def fit_quadratic(z: Array, y: Array) -> tuple[Fit, Array]:
    """Regress on scores, their squares, and products of the `N_CROSSED` that matter most.

    Parameters
    ----------
    z
        Scores, shape ``(n, k)``.
    y
        Summary, shape ``(n,)``.

    Returns
    -------
    The fit, its first block being the scores, and the symmetric matrix of squares and products,
    shape ``(k, k)``.
    """
    blocks = [z, z * z - 1.0]
    plain = fit_mean(blocks, y)
    weight = np.abs(plain.slopes[0]) + np.sqrt(2.0) * np.abs(plain.slopes[1])
    chosen = np.sort(np.argsort(-weight, kind="stable")[:N_CROSSED])
    left, right = (chosen[part] for part in np.triu_indices(chosen.size, 1))
    fit = fit_mean([*blocks, z[:, left] * z[:, right]], y)
    matrix = np.diag(fit.slopes[1])
    matrix[left, right] = matrix[right, left] = 0.5 * fit.slopes[2]
    return fit, matrix


def _explained(values: Array, fit: Fit) -> float:
    """Return the part of the variance that is explained in left-out runs, from 0."""
    return max(0.0, 1.0 - float((fit.residuals**2).mean() / np.nanvar(values)))


def _fit_variance(z: Array, fit: Fit) -> Array:
    """Regress the log variance of left-out residuals on scores, their law being normal."""
    squares = fit.residuals**2
    floor = 1e-6 * float(squares.mean())

    def loss(eta: Array) -> tuple[Array, Array, Array]:
        ratio = (squares + floor) * np.exp(-eta)
        return 0.5 * (eta + ratio), 0.5 * (1.0 - ratio), np.full(eta.size, 0.5)

    return fit_likelihood(z, loss, float(np.log(squares.mean())))


def _fit_acceptance(z: Array, rejected: Array) -> Array | None:
    """Regress the logit of the chance that a draw is possible on scores; tries are geometric."""
    if not rejected.any():
        return None
    tries = 1.0 + rejected

    def loss(eta: Array) -> tuple[Array, Array, Array]:
        chance = 1.0 / (1.0 + np.exp(-np.clip(eta, -30.0, 30.0)))
        value = np.logaddexp(0.0, -eta) + rejected * np.logaddexp(0.0, eta)
        return value, tries * chance - 1.0, tries * chance * (1.0 - chance)

    return fit_likelihood(z, loss, -float(np.log(rejected.mean())))


def shrunk_correlation(residuals: Array) -> Array:
    """Estimate a correlation matrix from standardised residuals, drawn to independence.

    Parameters
    ----------
    residuals
        Shape ``(n, m)``, NaN where a run has none.

    Returns
    -------
    Correlations over the runs that have both, shrunk as by Schäfer and Strimmer (2005,
    Statistical Applications in Genetics and Molecular Biology 4(1), target D), and positive
    definite.
    """
    m = residuals.shape[1]
    present = np.isfinite(residuals).astype(np.float64)
    filled = np.where(present > 0.0, residuals, 0.0)
    scales = np.sqrt((filled**2).sum(axis=0) / np.maximum(present.sum(axis=0), 1.0))
    u = filled / np.where(scales > 0.0, scales, 1.0)
    counts = np.maximum(present.T @ present, 1.0)
    raw = (u.T @ u) / counts
    errors = ((u**2).T @ (u**2) / counts - raw**2) / counts
    off = ~np.eye(m, dtype=bool)
    total = float((raw[off] ** 2).sum())
    shrink = min(1.0, float(errors[off].sum()) / total) if total > 0.0 else 1.0
    out = (1.0 - shrink) * raw
    np.fill_diagonal(out, 1.0)
    values, vectors = np.linalg.eigh(out) if m else (np.ones(0), np.ones((0, 0)))
    if m and values[0] < 1e-3:
        out = (vectors * np.maximum(values, 1e-3)) @ vectors.T
        scale = np.sqrt(np.diag(out))
        out = out / scale[:, None] / scale[None, :]
    return out
