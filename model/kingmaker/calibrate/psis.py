"""Smooth importance weights by a generalised Pareto tail, and tell when they cannot be trusted.

Source: Vehtari, Simpson, Gelman, Yao and Gabry (2024), "Pareto smoothed importance sampling",
Journal of Machine Learning Research 25(72); the fit of the tail is that of Zhang and Stephens
(2009), Technometrics 51(3), with the prior of the former's appendix C.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

K_HAT_LIMIT = 0.7
"""Shape of the tail above which means under the weights are not reported [dimensionless]."""

_PRIOR_SHAPE, _PRIOR_SIZE = 0.5, 10.0
_SMALLEST_TAIL = 5
_SAME = 1e-12


@dataclass(frozen=True, eq=False)
class SmoothedWeights:
    """Hold smoothed importance weights.

    Attributes
    ----------
    weights
        They sum to 1, shape ``(n,)`` [dimensionless].
    k_hat
        Estimated shape of the tail of the raw weights [dimensionless]: means have finite variance
        below 1/2, and are usable up to `K_HAT_LIMIT`; infinite where the largest few weights are
        all there is, minus infinity where all weights of the tail are the same.
    """

    weights: NDArray[np.float64]
    k_hat: float

    @property
    def ess(self) -> float:
        """Kish's effective sample size of the smoothed weights [draws]."""
        return 1.0 / float((self.weights * self.weights).sum())


def smooth_weights(log_weights: NDArray[np.float64]) -> SmoothedWeights:
    """Replace the largest importance weights by the expected order statistics of a Pareto tail.

    Parameters
    ----------
    log_weights
        Logarithms of the raw weights up to a constant, shape ``(n,)``; minus infinity for weight
        0, not all of them.

    Returns
    -------
    The smoothed weights, none above the largest raw one. The tail has the
    ``min(n / 5, 3 sqrt(n))`` largest weights; ties fall to the earlier draw.
    """
    log_w = np.asarray(log_weights, dtype=np.float64)
    log_w = log_w - log_w.max()
    n = log_w.size
    order = np.argsort(log_w, kind="stable")
    n_tail = int(min(0.2 * n, 3.0 * math.sqrt(n)))
    weights = np.exp(log_w)
    cutoff = weights[order[n - n_tail - 1]]
    tail = order[n - n_tail :]
    excess = weights[tail] - cutoff
    k_hat = math.inf
    if n_tail and excess[-1] <= _SAME:
        k_hat = -math.inf
    elif n_tail >= _SMALLEST_TAIL and excess[_quartile(n_tail)] > 0.0:
        k_hat, scale = fit_pareto(excess)
        steps = (np.arange(n_tail) + 0.5) / n_tail
        weights[tail] = np.minimum(cutoff + pareto_quantile(steps, k_hat, scale), 1.0)
    return SmoothedWeights(weights / weights.sum(), k_hat)


def fit_pareto(x: NDArray[np.float64]) -> tuple[float, float]:
    """Fit a generalised Pareto distribution.

    Parameters
    ----------
    x
        Sample, not negative, ascending, its lower quartile above 0, shape ``(n,)``.

    Returns
    -------
    Shape k [dimensionless] and scale [unit of `x`]: posterior means of Zhang and Stephens (2009);
    the shape is drawn to 1/2 as by 10 observations more.
    """
    n = x.size
    n_grid = 30 + math.isqrt(n)
    theta = 1.0 - np.sqrt(n_grid / (np.arange(1, n_grid + 1) - 0.5))
    theta = theta / (3.0 * x[_quartile(n)]) + 1.0 / x[-1]
    shapes = np.log1p(-theta[:, None] * x[None, :]).mean(axis=1)
    profile = n * (np.log(-theta / shapes) - shapes - 1.0)
    grid_weights = np.exp(profile - profile.max())
    mean_theta = float((theta * grid_weights).sum() / grid_weights.sum())
    shape = float(np.log1p(-mean_theta * x).mean())
    scale = -shape / mean_theta
    return (n * shape + _PRIOR_SIZE * _PRIOR_SHAPE) / (n + _PRIOR_SIZE), scale


def pareto_quantile(p: NDArray[np.float64], shape: float, scale: float) -> NDArray[np.float64]:
    """Compute quantiles of a generalised Pareto distribution that starts at 0 [unit of `scale`]."""
    if abs(shape) < 1e-8:
        return -scale * np.log1p(-p)
    quantiles: NDArray[np.float64] = scale * np.expm1(-shape * np.log1p(-p)) / shape
    return quantiles


def _quartile(n: int) -> int:
    """Return the place of the lower quartile among n ascending values."""
    return max(int(n / 4 + 0.5) - 1, 0)
