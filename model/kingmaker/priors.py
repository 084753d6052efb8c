"""Define the prior distributions by their distribution and quantile functions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from kingmaker.numerics import exp, log, normal_quantile


class Prior(Protocol):
    """A distribution on the real line."""

    def cdf(self, x: float) -> float:
        """Return the probability of values up to `x`."""

    def quantile(self, u: float) -> float:
        """Return the value with probability `u` below it."""


def bisect(cdf: object, u: float, low: float, high: float) -> float:
    """Invert a distribution function by 80 halvings: the same bits everywhere."""
    assert callable(cdf)
    for _ in range(80):
        middle = 0.5 * (low + high)
        if cdf(middle) < u:
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)


def normal_cdf(z: float) -> float:
    """Return the standard normal distribution function.

    Series of Marsaglia (2004) within six standard deviations, relative error about 1e-15;
    beyond them 0 or 1.
    """
    if z < -6.0:
        return 0.0
    if z > 6.0:
        return 1.0
    total = term = z
    square = z * z
    for k in range(3, 400, 2):
        term *= square / k
        if total + term == total:
            break
        total += term
    return 0.5 + total * exp(-0.5 * square) * 0.3989422804014327


@dataclass(frozen=True)
class Normal:
    """Normal with `mean` and `sd`."""

    mean: float
    sd: float

    def cdf(self, x: float) -> float:
        """Return the probability of values up to `x`."""
        return normal_cdf((x - self.mean) / self.sd)

    def quantile(self, u: float) -> float:
        """Return the value with probability `u` below it."""
        return self.mean + self.sd * normal_quantile(min(max(u, 1e-12), 1.0 - 1e-12))


@dataclass(frozen=True)
class HalfNormal:
    """Absolute value of a normal with mean 0 and `sd`."""

    sd: float

    def cdf(self, x: float) -> float:
        """Return the probability of values up to `x`."""
        return max(0.0, 2.0 * normal_cdf(x / self.sd) - 1.0)

    def quantile(self, u: float) -> float:
        """Return the value with probability `u` below it."""
        return self.sd * normal_quantile(min(max(0.5 + 0.5 * u, 0.5), 1.0 - 1e-12))


@dataclass(frozen=True)
class LogNormal:
    """Exponential of a normal with mean `log_median` and `log_sd`."""

    log_median: float
    log_sd: float

    def cdf(self, x: float) -> float:
        """Return the probability of values up to `x`."""
        return 0.0 if x <= 0.0 else normal_cdf((log(x) - self.log_median) / self.log_sd)

    def quantile(self, u: float) -> float:
        """Return the value with probability `u` below it."""
        z = normal_quantile(min(max(u, 1e-12), 1.0 - 1e-12))
        return exp(self.log_median + self.log_sd * z)


@dataclass(frozen=True)
class Fixed:
    """The same `value` always: a parameter that only a calibration lets vary."""

    value: float

    def cdf(self, x: float) -> float:
        """Return the probability of values up to `x`."""
        return float(x >= self.value)

    def quantile(self, u: float) -> float:  # noqa: ARG002
        """Return the value."""
        return self.value


@dataclass(frozen=True)
class Uniform:
    """Uniform from `low` to `high`."""

    low: float
    high: float

    def cdf(self, x: float) -> float:
        """Return the probability of values up to `x`."""
        return min(max((x - self.low) / (self.high - self.low), 0.0), 1.0)

    def quantile(self, u: float) -> float:
        """Return the value with probability `u` below it."""
        return self.low + u * (self.high - self.low)


@dataclass(frozen=True)
class Beta:
    """Beta with whole shapes `a` and `b`: its distribution function is a finite binomial sum."""

    a: int
    b: int

    def cdf(self, x: float) -> float:
        """Return the probability of values up to `x`.

        P(Beta(a, b) <= x) = P(Binomial(a + b - 1, x) >= a).
        """
        if x <= 0.0:
            return 0.0
        if x >= 1.0:
            return 1.0
        if x > 0.5:
            return 1.0 - _binomial_tail(self.a + self.b - 1, 1.0 - x, self.b)
        return _binomial_tail(self.a + self.b - 1, x, self.a)

    def quantile(self, u: float) -> float:
        """Return the value with probability `u` below it."""
        return bisect(self.cdf, u, 0.0, 1.0)


def _binomial_tail(n: int, p: float, k: int) -> float:
    """Return P(Binomial(n, p) >= k) for p up to one half, term by term."""
    odds = p / (1.0 - p)
    term = 1.0
    for _ in range(n):
        term *= 1.0 - p
    total = 0.0
    for j in range(1, n + 1):
        term *= (n - j + 1) / j * odds
        if j >= k:
            total += term
    return min(total, 1.0)
