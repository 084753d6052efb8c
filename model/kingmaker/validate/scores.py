"""Score forecasts of one number, of a winner and of a set of contests; lower is better."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv

from kingmaker.analyse.statistics import Sample, effective_size, weighted_quantile
from kingmaker.numerics import exp, log
from kingmaker.priors import normal_cdf

LEVELS = (50, 80, 90)
"""Probabilities of the central intervals whose coverage is counted [percent]."""

MIN_BANDWIDTH = 0.02
"""Smallest bandwidth of a kernel density; see decision 0029 [logit]."""

MIN_SHARE = 1e-6
"""Shares are kept this far from 0 and 1 before their logit is taken [fraction]."""

MIN_PROB = 1e-6
"""Probabilities are kept this far from 0 and 1 before their logarithm is taken."""

INTERVAL = 90
"""Probability of the intervals of coverages [percent]."""

_SQRT_PI = math.sqrt(math.pi)
_LOG_SQRT_2_PI = 0.9189385332046727

Floats = NDArray[np.float64]


def crps_normal(mean: float, sd: float, y: float) -> float:
    """Compute the continuous ranked probability score of a normal forecast.

    Parameters
    ----------
    mean, sd
        Of the forecast; `sd` above 0.
    y
        What happened.

    Returns
    -------
    ``sd * (z (2 Phi(z) - 1) + 2 phi(z) - 1 / sqrt(pi))`` with ``z = (y - mean) / sd``, in the unit
    of `y`; 0 is perfect. Source: Gneiting and Raftery 2007, eq. 21 and the closed form below it.
    """
    z = (y - mean) / sd
    density = float(exp(-0.5 * z * z - _LOG_SQRT_2_PI))
    return sd * (z * (2.0 * normal_cdf(z) - 1.0) + 2.0 * density - 1.0 / _SQRT_PI)


def crps_samples(values: Floats, weights: Floats, y: float) -> float:
    """Compute the continuous ranked probability score of the distribution of weighted samples.

    Parameters
    ----------
    values
        Samples in ascending order, shape ``(n,)``.
    weights
        Of the samples, with the sum 1, shape ``(n,)``.
    y
        What happened.

    Returns
    -------
    ``E|X - y| - E|X - X'| / 2`` for X and X' drawn from the samples, in the unit of `y`. With W the
    running sum of the weights the second term is ``sum w x (2 W - w - 1)``. Source: Gneiting and
    Raftery 2007, eq. 21.
    """
    upto = np.cumsum(weights)
    distance = float((weights * np.abs(values - y)).sum())
    spread = float((weights * values * (2.0 * upto - weights - 1.0)).sum())
    return distance - spread


def log_density_normal(mean: float, sd: float, y: float) -> float:
    """Compute the logarithm of a normal density [nats]."""
    z = (y - mean) / sd
    return -0.5 * z * z - _LOG_SQRT_2_PI - float(log(sd))


def log_kernel_density(values: Floats, weights: Floats, y: float) -> float:
    """Compute the logarithm of a kernel density of samples of a share, at a share.

    Parameters
    ----------
    values
        Samples in ascending order, shape ``(n,)`` [fraction].
    weights
        Of the samples, with the sum 1, shape ``(n,)``.
    y
        Where; what happened [fraction].

    Returns
    -------
    Logarithm of the density per unit of share [nats]. Kernels are normal on the logit, of the
    bandwidth that `kernel_bandwidth` gives; the density on the logit is multiplied by
    ``1 / (y (1 - y))``.
    """
    logits = np.array([_logit(value) for value in values])
    width = kernel_bandwidth(logits, weights)
    inside = min(max(y, MIN_SHARE), 1.0 - MIN_SHARE)
    exponents = -0.5 * ((_logit(inside) - logits) / width) ** 2
    top = float(exponents.max())
    terms = [w * float(exp(e - top)) for w, e in zip(weights, exponents, strict=True)]
    density = top + float(log(math.fsum(terms))) - _LOG_SQRT_2_PI - float(log(width))
    return density - float(log(inside * (1.0 - inside)))


def kernel_bandwidth(logits: Floats, weights: Floats) -> float:
    """Choose the bandwidth of a kernel density.

    Returns
    -------
    ``0.9 min(sd, quartile range / 1.34) n^(-1/5)``, n being the effective number of samples, and
    `MIN_BANDWIDTH` at least [logit]. Source: Silverman 1986, eq. 3.31.
    """
    sample = Sample(logits, np.zeros(logits.size, dtype=np.int64), weights)
    sd = math.sqrt(float((weights * (logits - sample.mean) ** 2).sum()))
    quartiles = weighted_quantile(sample, 0.75) - weighted_quantile(sample, 0.25)
    shrunk = float(exp(-0.2 * log(max(effective_size(weights), 1.0))))
    return max(MIN_BANDWIDTH, 0.9 * min(sd, quartiles / 1.34) * shrunk)


def brier(prob: float, happened: float) -> float:
    """Compute the Brier score of a probability: its squared distance to 1 or 0."""
    return (prob - happened) ** 2


def log_score(prob: float, happened: float) -> float:
    """Compute minus the logarithm of the probability of what happened [nats]; ties count half."""
    inside = min(max(prob, MIN_PROB), 1.0 - MIN_PROB)
    return -(happened * float(log(inside)) + (1.0 - happened) * float(log(1.0 - inside)))


def interval_tails(level: int) -> tuple[float, float]:
    """Return the probabilities below the ends of a central interval."""
    tail = 0.5 * (100 - level) / 100
    return tail, 1.0 - tail


def coverage_interval(n_inside: int, n: int) -> tuple[float, float]:
    """Compute the binomial interval of a coverage.

    Returns
    -------
    The interval of Clopper and Pearson (1934) with probability `INTERVAL` for `n_inside` of `n`.
    """
    tail = 0.5 * (100 - INTERVAL) / 100
    low = 0.0 if n_inside == 0 else float(betaincinv(n_inside, n - n_inside + 1, tail))
    high = 1.0 if n_inside == n else float(betaincinv(n_inside + 1, n - n_inside, 1.0 - tail))
    return low, high


def pit_counts(pits: Sequence[float], n_bins: int = 10) -> list[int]:
    """Count values of the probability integral transform in bins of equal width."""
    counts = [0] * n_bins
    for pit in pits:
        counts[min(int(pit * n_bins), n_bins - 1)] += 1
    return counts


def pit_distance(pits: Sequence[float]) -> float:
    """Compute Kolmogorov's distance of values to the uniform distribution on [0, 1]."""
    ordered, n = sorted(pits), len(pits)
    steps = [max((i + 1) / n - pit, pit - i / n) for i, pit in enumerate(ordered)]
    return max(steps, default=0.0)


def _logit(share: float) -> float:
    inside = min(max(float(share), MIN_SHARE), 1.0 - MIN_SHARE)
    return float(log(inside / (1.0 - inside)))
