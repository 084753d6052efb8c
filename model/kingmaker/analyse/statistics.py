"""Estimate means, probabilities, intervals and variance components from weighted replicates.

Replicates that share a draw of the parameters are no independent witnesses: errors of means and
probabilities are those of draws, as of clusters in a survey.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from kingmaker.numerics import normal_quantile

LEVEL = 90
"""Probability of all intervals [percent]."""

_TAIL = (1.0 - LEVEL / 100) / 2.0

Interval = list[float] | None


@dataclass(frozen=True)
class Sample:
    """Hold one quantity over replicates, missing values left out.

    Attributes
    ----------
    values
        The quantity, shape ``(n,)``.
    draws
        Draw of the parameters of each replicate, shape ``(n,)``.
    weights
        Not negative, not all 0, shape ``(n,)`` [dimensionless].
    """

    values: NDArray[np.float64]
    draws: NDArray[np.int64]
    weights: NDArray[np.float64]

    @classmethod
    def of(cls, values: Any, draws: Any, weights: Any) -> Sample | None:
        """Make a sample; replicates without a value or without weight are left out.

        Returns
        -------
        The sample; None where nothing is left.
        """
        x = np.asarray(values, dtype=np.float64)
        w = np.asarray(weights, dtype=np.float64)
        kept = ~np.isnan(x) & (w > 0.0)
        if not kept.any():
            return None
        return cls(x[kept], np.asarray(draws, dtype=np.int64)[kept], w[kept])

    @property
    def mean(self) -> float:
        """Weighted mean."""
        return float((self.weights * self.values).sum() / self.weights.sum())

    @property
    def size(self) -> float:
        """Effective number of replicates; see `effective_size`."""
        return effective_size(self.weights)


def effective_size(weights: NDArray[np.float64]) -> float:
    """Return Kish's effective sample size ``(sum w)^2 / sum w^2`` [replicates]; 0 without any."""
    square = float((weights * weights).sum())
    return float(weights.sum()) ** 2 / square if square > 0.0 else 0.0


def standard_error(sample: Sample) -> tuple[float, float]:
    """Return the standard error of the weighted mean, draws being clusters, and its freedom.

    Returns
    -------
    ``sqrt(G / (G - 1) * sum over draws of (sum of w (x - mean))^2) / sum w`` for G draws, and the
    effective number of draws less one (at least 1) [dimensionless]; NaN with a single draw.
    """
    totals = _by_draw(sample, sample.weights)
    n_draws = totals.size
    if n_draws < 2:
        return math.nan, 1.0
    scores = _by_draw(sample, sample.weights * (sample.values - sample.mean))
    square = float((scores * scores).sum()) * n_draws / (n_draws - 1)
    return math.sqrt(square) / float(sample.weights.sum()), max(effective_size(totals) - 1.0, 1.0)


def mean_estimate(sample: Sample) -> dict[str, Any]:
    """Estimate a mean.

    Returns
    -------
    ``mean``; ``interval``, of Student's t with draws as clusters (None with a single draw);
    ``n`` and ``ess``, replicates and effective replicates.
    """
    error, freedom = standard_error(sample)
    interval: Interval = None
    if not math.isnan(error):
        reach = float(stdtrit(freedom, 1.0 - _TAIL)) * error
        interval = [sample.mean - reach, sample.mean + reach]
    return {
        "mean": sample.mean,
        "interval": interval,
        "n": int(sample.values.size),
        "ess": sample.size,
    }


def probability_estimate(sample: Sample) -> dict[str, Any]:
    """Estimate a probability from values of 0 and 1.

    Returns
    -------
    ``prob``; ``interval``: Wilson's (1927) at the effective number of independent replicates
    ``p (1 - p) / se^2``, at most that of Kish; where all agree, the effective number of draws;
    ``n`` and ``ess``.
    """
    prob = min(max(sample.mean, 0.0), 1.0)
    error, freedom = standard_error(sample)
    size = sample.size
    if math.isnan(error):
        size = 1.0
    elif error > 0.0:
        size = max(1.0, min(size, prob * (1.0 - prob) / error**2))
    else:
        size = min(size, freedom + 1.0)
    return {
        "prob": prob,
        "interval": wilson(prob, size),
        "n": int(sample.values.size),
        "ess": sample.size,
    }


def wilson(prob: float, n: float) -> list[float]:
    """Compute Wilson's score interval of a proportion among n independent trials."""
    z = float(normal_quantile(1.0 - _TAIL))
    middle = (prob + z * z / (2.0 * n)) / (1.0 + z * z / n)
    reach = z / (1.0 + z * z / n) * math.sqrt(prob * (1.0 - prob) / n + (z / (2.0 * n)) ** 2)
    return [max(0.0, middle - reach), min(1.0, middle + reach)]


def weighted_quantile(sample: Sample, p: float) -> float:
    """Compute a weighted quantile by linear interpolation between order statistics.

    Sorted values stand at ``(S - w / 2 - w_1 / 2) / (S_n - w_1 / 2 - w_n / 2)``, S being the sum
    of the weights up to each: Hyndman and Fan's (1996) type 7 where all weights are equal.
    """
    order = np.argsort(sample.values, kind="stable")
    values, weights = sample.values[order], sample.weights[order]
    places = np.cumsum(weights) - 0.5 * weights - 0.5 * weights[0]
    if not places[-1] > 0.0:
        return float(values[0])
    return float(np.interp(p * places[-1], places, values))


def spread_interval(sample: Sample) -> list[float]:
    """Compute the central interval of the quantity itself over replicates."""
    return [weighted_quantile(sample, _TAIL), weighted_quantile(sample, 1.0 - _TAIL)]


def components(sample: Sample) -> dict[str, float] | None:
    """Take the variance over replicates apart: between draws of the parameters, and within.

    Returns
    -------
    ``parameters`` and ``chance``, standard deviations in the unit of the values; None where no
    draw has two replicates, or there is one draw alone.

    Notes
    -----
    One-way random effects by the method of moments (Searle, Casella and McCulloch 1992, ch. 3),
    unequal groups included: within draws ``sum w (x - m_k)^2`` has the expectation
    ``chance^2 * sum (W_k - Q_k / W_k)``, in all ``chance^2 * (W - Q / W) + parameters^2 *
    (W - sum W_k^2 / W)``, with W_k and Q_k the sums of weights and of their squares. A negative
    estimate counts as 0. With weights that depend on the values it is an approximation.
    """
    w, x = sample.weights, sample.values
    totals = _by_draw(sample, w)
    squares = _by_draw(sample, w * w)
    means = _by_draw(sample, w * x) / totals
    place = np.unique(sample.draws, return_inverse=True)[1]
    within = float((w * (x - means[place]) ** 2).sum())
    freedom = float((totals - squares / totals).sum())
    total = float(totals.sum())
    shared = total - float((totals * totals).sum()) / total
    if freedom <= 1e-12 * total or shared <= 1e-12 * total:
        return None
    chance = within / freedom
    whole = float((w * (x - sample.mean) ** 2).sum())
    parameters = (whole - chance * (total - float(squares.sum()) / total)) / shared
    return {"parameters": math.sqrt(max(parameters, 0.0)), "chance": math.sqrt(chance)}


def describe(sample: Sample | None) -> dict[str, Any] | None:
    """Describe a quantity over replicates.

    Returns
    -------
    `mean_estimate` with ``spread`` (central interval over replicates) and ``sd`` (see
    `components`, or None); None without a sample.
    """
    if sample is None:
        return None
    spread = {"spread": spread_interval(sample), "sd": components(sample)}
    return mean_estimate(sample) | spread


def _by_draw(sample: Sample, values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Sum by draw, in ascending order of the draws."""
    place = np.unique(sample.draws, return_inverse=True)[1]
    return np.bincount(place, weights=values).astype(np.float64)
