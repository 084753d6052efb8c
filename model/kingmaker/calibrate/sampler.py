"""Sample a density by importance sampling whose proposal learns from what it sampled.

Source: Cappé, Douc, Guillin, Marin and Robert (2008), "Adaptive importance sampling in general
mixture classes", Statistics and Computing 18(4); a part of every proposal is the prior (defensive
mixture: Hesterberg, 1995, Technometrics 37(2)), which bounds the weights.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammainccinv, gammaln, ndtri

from kingmaker.calibrate.psis import K_HAT_LIMIT, smooth_weights

Array = NDArray[np.float64]

ROUND_SIZE, N_ROUNDS = 3000, 4
"""Points of a round in which the proposal learns, and rounds [points, rounds]."""

FINAL_SIZE = 10_000
"""Points that posterior draws are taken from [points]."""

PRIOR_PART = 0.1
"""Part of every proposal that is the prior [fraction]."""

FREEDOM = 12.0
"""Degrees of freedom of the proposal's Student t [dimensionless]."""

N_TRIES = 3
"""Last rounds that are drawn, each with what the one before taught, while weights are bad."""

LEAST_ESS = 200.0
"""Effective number of points below which a sample is bad [points]."""

_LEARNING_ESS = 10.0
_LOG_2PI = float(np.log(2.0 * np.pi))


@dataclass(frozen=True, eq=False)
class WeightedSample:
    """Hold weighted points of a density.

    Attributes
    ----------
    points
        Shape ``(s, d)``.
    weights
        Smoothed, summing to 1, shape ``(s,)`` [dimensionless].
    k_hat
        Shape of the tail of the raw weights [dimensionless].
    ess
        Effective number of points [points].
    log_evidence
        Logarithm of the integral of the density.
    """

    points: Array
    weights: Array
    k_hat: float
    ess: float
    log_evidence: float

    @property
    def is_good(self) -> bool:
        """Whether means under the weights can be trusted."""
        return self.k_hat <= K_HAT_LIMIT and self.ess >= LEAST_ESS

    def moments(self) -> tuple[Array, Array]:
        """Return mean, shape ``(d,)``, and covariance, shape ``(d, d)``."""
        return _moments(self.points, self.weights)

    def resample(self, n: int, seed: int) -> Array:
        """Choose n of the points by systematic resampling, shape ``(n, d)``."""
        start = uniforms(seed, 0, (1,))[0]
        ends = np.cumsum(self.weights)
        chosen = np.searchsorted(ends, (start + np.arange(n)) / n * ends[-1], side="left")
        points: Array = self.points[np.minimum(chosen, ends.size - 1)]
        return points


def uniforms(seed: int, place: int, shape: tuple[int, ...]) -> Array:
    """Draw uniforms in (0, 1) that belong to a seed and a place, whatever was drawn before."""
    generator = np.random.Generator(np.random.Philox(key=seed, counter=place << 192))
    return np.asarray(generator.random(shape) * (1.0 - 2.0**-52) + 2.0**-53)


def normals(seed: int, place: int, shape: tuple[int, ...]) -> Array:
    """Draw standard normals that belong to a seed and a place, by their quantiles."""
    return np.asarray(ndtri(uniforms(seed, place, shape)))


def sample(
    log_density: Callable[[Array], Array], mean: Array, covariance: Array, seed: int
) -> WeightedSample:
    """Sample a density whose prior is standard normal.

    Parameters
    ----------
    log_density
        Logarithm of prior times likelihood at points of shape ``(s, d)``.
    mean, covariance
        Of a first guess, shapes ``(d,)`` and ``(d, d)``.
    seed
        0 to 2**64 - 1.

    Returns
    -------
    The sample of the last round; whoever uses it looks at `WeightedSample.is_good` first.
    """
    for step in range(N_ROUNDS + N_TRIES):
        n = ROUND_SIZE if step < N_ROUNDS else FINAL_SIZE
        points, log_proposal = _propose(mean, covariance, seed, step + 1, n)
        log_weights = log_density(points) - log_proposal
        mean, covariance = _moments(points, _flattened(log_weights, _LEARNING_ESS * mean.size))
        if step < N_ROUNDS:
            continue
        smoothed = smooth_weights(log_weights)
        top = float(log_weights.max())
        found = WeightedSample(
            points=points,
            weights=smoothed.weights,
            k_hat=smoothed.k_hat,
            ess=smoothed.ess,
            log_evidence=top + float(np.log(np.exp(log_weights - top).mean())),
        )
        if found.is_good:
            break
    return found


def _propose(mean: Array, covariance: Array, seed: int, place: int, n: int) -> tuple[Array, Array]:
    """Draw n points of the mixture of prior and Student t, and their log density."""
    d = mean.size
    points = normals(seed, place, (n, d))
    n_prior = round(PRIOR_PART * n)
    chi2 = 2.0 * gammainccinv(FREEDOM / 2.0, uniforms(seed, place + 1000, (n - n_prior,)))
    factor = np.linalg.cholesky(covariance)
    stretched = points[n_prior:] * np.sqrt(FREEDOM / chi2)[:, None]
    points[n_prior:] = mean + stretched @ factor.T
    scaled = np.linalg.solve(factor, (points - mean).T)
    square = (scaled * scaled).sum(axis=0)
    half = 0.5 * (FREEDOM + d)
    log_t = (
        gammaln(half)
        - gammaln(0.5 * FREEDOM)
        - 0.5 * d * np.log(FREEDOM * np.pi)
        - np.log(np.diag(factor)).sum()
        - half * np.log1p(square / FREEDOM)
    )
    log_prior = -0.5 * (points * points).sum(axis=1) - 0.5 * d * _LOG_2PI
    part = n_prior / n
    return points, np.logaddexp(np.log(part) + log_prior, np.log1p(-part) + log_t)


def _flattened(log_weights: Array, least: float) -> Array:
    """Normalise weights, raised to the largest power up to 1 that leaves enough points."""
    log_weights = log_weights - log_weights.max()
    low, high = 0.0, 1.0
    for step in range(30):
        power = 1.0 if step == 0 else 0.5 * (low + high)
        weights = np.exp(power * log_weights)
        weights /= weights.sum()
        if 1.0 / float(weights @ weights) >= least:
            low = power
            if step == 0:
                break
        else:
            high = power
    return weights


def _moments(points: Array, weights: Array) -> tuple[Array, Array]:
    """Return weighted mean and covariance."""
    mean = weights @ points
    centred = points - mean
    return mean, (centred.T * weights) @ centred
