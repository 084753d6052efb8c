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

from kingmaker.calibrate.bank import Bank, Shock
from kingmaker.calibrate.ridge import Fit, fit_likelihood, fit_mean, shrunk_correlation

Array = NDArray[np.float64]

FEWEST_RUNS = 40
"""Runs with a value below which a summary is left out [runs]."""

LEAST_SD = 1e-3
"""Smallest sd of what scores leave unexplained [unit of the summary]; below, it is left out."""

N_CROSSED = 8
"""Scores with the largest slopes whose products are regressors, too; more fitted made-up banks and
simulated contests no better [parameters]."""

FEWEST_PROBS = 40
"""Runs with a probability below which a known choice is left out [runs]."""

FARTHEST = 3.0
"""Residuals beyond this many sds count as this far where slopes of variances are sought [sds]."""

LEAST_GAIN = 3.0
"""Log likelihood of left-out runs that slopes of a variance have to gain [nats]."""

_MEDIAN_CHI2 = 0.4549364231195727
_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(7)
_WEIGHTS = _WEIGHTS / _WEIGHTS.sum()


@dataclass(frozen=True, eq=False)
class ShockEffect:
    """Hold what chance of the contest as a whole does to its summaries.

    Attributes
    ----------
    place
        Column of the score that rules its standard deviation.
    at, sd
        Standard deviation by score; see `kingmaker.calibrate.bank.Shock`.
    slopes
        Effect on each summary, shape ``(m,)`` [unit of the summary per logit].
    """

    place: int
    at: Array
    sd: Array
    slopes: Array

    def variance(self, z: Array, spread: Array | float = 0.0) -> Array:
        """Return its variance at scores, averaged over further normal variation of them.

        Parameters
        ----------
        z
            Scores, shape ``(s, k)``.
        spread
            Variance of the variation of its score, shape ``(s,)`` or one number.

        Returns
        -------
        Shape ``(s,)`` [logit squared]; by Gauss-Hermite quadrature.
        """
        steps = np.sqrt(np.broadcast_to(spread, z.shape[:1]))[:, None] * _NODES
        sds = np.interp(z[:, self.place, None] + steps, self.at, self.sd)
        variances: Array = (sds * sds) @ _WEIGHTS
        return variances


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
        Part of the variance over the prior that scores and shocks explain in left-out runs, shape
        ``(m,)``.
    choices
        Logits of the probabilities of the leaders' known choices, like `acceptance`.
    shocks
        Chance of the contest as a whole; its part is not in the residual variance.
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
    choices: tuple[Array, ...] = ()
    shocks: tuple[ShockEffect, ...] = ()

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
        for shock in self.shocks:
            variances += shock.variance(z)[:, None] * shock.slopes**2
        return variances

    def covariance(self, z: Array) -> Array:
        """Predict covariances of single runs at scores; shape ``(s, m, m)``."""
        sds = np.exp(0.5 * (self.log_variance + z @ self.variance_slopes.T))
        covariances: Array = sds[:, :, None] * sds[:, None, :] * self.correlation
        for shock in self.shocks:
            covariances += shock.variance(z)[:, None, None] * np.outer(shock.slopes, shock.slopes)
        return covariances

    @property
    def chances(self) -> Array:
        """Logits of what must have happened: a possible first round, then the known choices.

        Returns
        -------
        Intercepts and slopes, shape ``(n, 1 + k)``; see `kingmaker.calibrate.chances`.
        """
        found = self.choices if self.acceptance is None else (self.acceptance, *self.choices)
        return np.array(found).reshape(-1, 1 + len(self.parameters))

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
    kept, fits, quadratic, variances, shocked = [], [], [], [], []
    residuals = np.full(bank.simulated.shape, np.nan)
    for j in range(len(bank.summaries)):
        rows = np.isfinite(bank.simulated[:, j])
        if rows.sum() < FEWEST_RUNS:
            continue
        y, drawn = bank.simulated[rows, j], [shock.drawn[rows] for shock in bank.shocks]
        slopes = _shock_slopes(z[rows], y, drawn)
        for slope, shock in zip(slopes, drawn, strict=True):
            y = y - slope * shock
        fit, matrix = fit_quadratic(z[rows], y)
        if fit.residuals.std() < LEAST_SD:
            continue
        variance = _fit_variance(z[rows], fit)
        sds = np.exp(0.5 * (variance[0] + z[rows] @ variance[1:]))
        residuals[rows, j] = fit.residuals / sds
        kept.append(j)
        fits.append(fit)
        quadratic.append(matrix)
        variances.append(variance)
        shocked.append(slopes)
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
        acceptance=_fit_acceptance(*bank.tries()),
        explained=np.array(
            [_explained(bank.simulated[:, j], fit) for j, fit in zip(kept, fits, strict=True)]
        ),
        choices=_fit_choices(z, bank.choice_probs),
        shocks=tuple(
            _effect(shock, bank.parameters, np.array([slopes[i] for slopes in shocked]))
            for i, shock in enumerate(bank.shocks)
        ),
    )


def _shock_slopes(z: Array, y: Array, shocks: list[Array]) -> Array:
    """Fit slopes on shocks beside those on scores by least squares, shape ``(n_shocks,)``.

    Shocks are independent of scores: what curvature leaves in the residuals hardly touches them.
    """
    design = np.column_stack([*shocks, np.ones(y.size), z])
    slopes: Array = np.linalg.lstsq(design, y, rcond=None)[0][: len(shocks)]
    return slopes


def _effect(shock: Shock, parameters: tuple[str, ...], slopes: Array) -> ShockEffect:
    return ShockEffect(parameters.index(shock.parameter), shock.at, shock.sd, slopes)


def _fit_choices(z: Array, probs: Array | None) -> tuple[Array, ...]:
    """Regress the logit of the mean probability of each known choice on scores.

    Fractional logit: Papke and Wooldridge (1996), Journal of Applied Econometrics 11(6).
    """
    found = []
    for column in () if probs is None else probs.T:
        rows = np.isfinite(column)
        if rows.sum() < FEWEST_PROBS:
            continue
        y = column[rows]

        def loss(eta: Array, y: Array = y) -> tuple[Array, Array, Array]:
            chance = 1.0 / (1.0 + np.exp(-np.clip(eta, -30.0, 30.0)))
            value = y * np.logaddexp(0.0, -eta) + (1.0 - y) * np.logaddexp(0.0, eta)
            return value, chance - y, chance * (1.0 - chance)

        middle = min(max(float(y.mean()), 1e-6), 1.0 - 1e-6)
        found.append(fit_likelihood(z[rows], loss, float(np.log(middle / (1.0 - middle)))))
    return tuple(found)


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
    """Regress the log variance of left-out residuals on scores.

    Far residuals count as no farther than `FARTHEST` sds of a normal law, lest a few make slopes;
    then the level is set so that variances are right on average.
    """
    squares = fit.residuals**2
    middle = float(np.median(squares)) / _MEDIAN_CHI2
    near = np.minimum(squares, max(FARTHEST**2 * middle, float(squares.mean())))
    near = near + 1e-6 * near.mean()

    def loss(eta: Array) -> tuple[Array, Array, Array]:
        ratio = near * np.exp(-eta)
        return 0.5 * (eta + ratio), 0.5 * (1.0 - ratio), np.full(eta.size, 0.5)

    found = fit_likelihood(z, loss, float(np.log(near.mean())), LEAST_GAIN)
    found[0] = np.log((squares * np.exp(-(z @ found[1:]))).mean())
    return found


def _fit_acceptance(z: Array, rejected: Array, possible: Array) -> Array | None:
    """Regress the logit of the chance that a draw is possible on scores; tries are geometric."""
    if not rejected.any():
        return None
    tries = possible + rejected

    def loss(eta: Array) -> tuple[Array, Array, Array]:
        chance = 1.0 / (1.0 + np.exp(-np.clip(eta, -30.0, 30.0)))
        value = possible * np.logaddexp(0.0, -eta) + rejected * np.logaddexp(0.0, eta)
        return value, tries * chance - possible, tries * chance * (1.0 - chance)

    return fit_likelihood(z, loss, -float(np.log(rejected.sum() / possible.sum())))
