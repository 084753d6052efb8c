"""Say what a forecast is, and who makes one: baselines and models alike."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kingmaker.analyse.statistics import Sample, effective_size, weighted_quantile
from kingmaker.cases.collection import Case
from kingmaker.errors import InvariantError
from kingmaker.numerics import log, normal_quantile
from kingmaker.priors import normal_cdf
from kingmaker.validate.folds import Training
from kingmaker.validate.scores import (
    crps_normal,
    crps_samples,
    log_density_normal,
    log_kernel_density,
)


class Distribution(Protocol):
    """Forecast one number."""

    def cdf(self, x: float) -> float:
        """Return the probability of values below `x`, those equal to `x` counted half."""

    def quantile(self, p: float) -> float:
        """Return the value with probability `p` below it."""

    def crps(self, y: float) -> float:
        """Return the continuous ranked probability score against `y`, in the unit of `y`."""


class ShareDistribution(Distribution, Protocol):
    """Forecast a share."""

    def log_density(self, y: float) -> float:
        """Return the logarithm of the density at a share `y` [nats]."""


@dataclass(frozen=True)
class NormalDistribution:
    """Forecast by a normal distribution, which is not cut at the ends of the scale."""

    mean: float
    sd: float

    def cdf(self, x: float) -> float:
        """Return the probability of values below `x`."""
        return normal_cdf((x - self.mean) / self.sd)

    def quantile(self, p: float) -> float:
        """Return the value with probability `p` below it, for p in (0, 1)."""
        return self.mean + self.sd * float(normal_quantile(p))

    def crps(self, y: float) -> float:
        """Return the continuous ranked probability score against `y`."""
        return crps_normal(self.mean, self.sd, y)

    def log_density(self, y: float) -> float:
        """Return the logarithm of the density at `y` [nats]."""
        return log_density_normal(self.mean, self.sd, y)


@dataclass(frozen=True, eq=False)
class SampleDistribution:
    """Forecast by samples, such as the replicates of a model.

    Attributes
    ----------
    values
        Samples in ascending order, shape ``(n,)``.
    weights
        Positive, with the sum 1, shape ``(n,)`` [dimensionless].
    """

    values: NDArray[np.float64]
    weights: NDArray[np.float64]

    @classmethod
    def of(cls, values: ArrayLike, weights: ArrayLike | None = None) -> SampleDistribution:
        """Make a forecast of samples in any order; samples without weight are left out.

        Raises
        ------
        InvariantError
            If no sample is left, or a value or a weight is no number.
        """
        x = np.asarray(values, dtype=np.float64)
        w = np.ones(x.size) if weights is None else np.asarray(weights, dtype=np.float64)
        if w.shape != x.shape or not (np.isfinite(x).all() and np.isfinite(w).all()):
            raise InvariantError("samples and weights are as many finite numbers", f"{x}, {w}")
        kept = w > 0.0
        if not kept.any():
            raise InvariantError("a forecast has samples with weight", f"{x.size} samples")
        x, w = x[kept], w[kept]
        order = np.argsort(x, kind="stable")
        return cls(x[order], w[order] / w.sum())

    @property
    def size(self) -> float:
        """Effective number of samples (Kish)."""
        return effective_size(self.weights)

    @cached_property
    def _sample(self) -> Sample:
        return Sample(self.values, np.zeros(self.values.size, dtype=np.int64), self.weights)

    def cdf(self, x: float) -> float:
        """Return the weight of samples below `x`, those equal to `x` counted half."""
        below = float(self.weights[self.values < x].sum())
        return below + 0.5 * float(self.weights[self.values == x].sum())

    def quantile(self, p: float) -> float:
        """Return the value with probability `p` below it, interpolated between samples."""
        return weighted_quantile(self._sample, p)

    def crps(self, y: float) -> float:
        """Return the continuous ranked probability score against `y`."""
        return crps_samples(self.values, self.weights, y)

    def log_density(self, y: float) -> float:
        """Return the logarithm of a kernel density at a share `y` [nats]."""
        return log_kernel_density(self.values, self.weights, y)


@dataclass(frozen=True)
class Forecast:
    """Hold what is forecast of one contest.

    Attributes
    ----------
    share
        First-round leader's part of the two finalists' runoff votes [fraction].
    leader_prob
        Probability that the first-round leader wins.
    log_turnout_ratio
        Logarithm of runoff ballots / first-round ballots; None where it is not forecast.
    """

    share: ShareDistribution
    leader_prob: float
    log_turnout_ratio: Distribution | None = None


class Forecaster(Protocol):
    """Forecast cases, after having learned from others."""

    def forecast(self, case: Case) -> Forecast | None:
        """Forecast a case; None where the method has nothing to say about it."""


class Method(Protocol):
    """Make forecasters: a baseline, a variant of the model, or a choice between methods."""

    @property
    def name(self) -> str:
        """Short name, as in tables."""

    def fitted(self, training: Training) -> Forecaster:
        """Learn from examples, whose outcomes may be read, and from nothing that is left out."""


def forecast_of_samples(
    shares: ArrayLike,
    turnout_ratios: ArrayLike | None = None,
    weights: ArrayLike | None = None,
) -> Forecast:
    """Make a forecast of a model's replicates.

    Parameters
    ----------
    shares
        Leader's runoff share in each replicate, shape ``(n,)`` [fraction].
    turnout_ratios
        Runoff ballots / first-round ballots in each, above 0, shape ``(n,)``; None: not forecast.
    weights
        Of the replicates, shape ``(n,)``; None: equal.

    Returns
    -------
    The forecast. The leader wins with probability ``(n p + 1/2) / (n + 1)``, p being the weight of
    the replicates in which he does (ties count half) and n their effective number: a finite number
    of replicates never makes a loss impossible.
    """
    share = SampleDistribution.of(shares, weights)
    n = share.size
    wins = 1.0 - share.cdf(0.5)
    turnout = None
    if turnout_ratios is not None:
        ratios = np.asarray(turnout_ratios, dtype=np.float64)
        turnout = SampleDistribution.of([float(log(ratio)) for ratio in ratios], weights)
    return Forecast(share, (n * wins + 0.5) / (n + 1.0), turnout)


def forecast_of_normal(
    mean: float, sd: float, log_turnout_ratio: Distribution | None = None
) -> Forecast:
    """Make a forecast of a normal distribution of the leader's share [fraction]."""
    share = NormalDistribution(mean, sd)
    return Forecast(share, 1.0 - share.cdf(0.5), log_turnout_ratio)
