"""Scores against numbers worked out by hand, integrals and other people's formulas."""

import math

import numpy as np
import pytest
from scipy import integrate, stats

from kingmaker.validate.scores import (
    MIN_BANDWIDTH,
    brier,
    coverage_interval,
    crps_normal,
    crps_samples,
    interval_tails,
    kernel_bandwidth,
    log_density_normal,
    log_kernel_density,
    log_score,
    pit_counts,
    pit_distance,
)


def equal(n):
    return np.full(n, 1.0 / n)


def crps_by_definition(cdf, y, low, high):
    """Integrate (F(x) - 1{x >= y})^2."""
    below = integrate.quad(lambda x: cdf(x) ** 2, low, y, limit=200)[0]
    return below + integrate.quad(lambda x: (cdf(x) - 1.0) ** 2, y, high, limit=200)[0]


def test_crps_of_a_normal_at_its_mean():
    # sd * (2 phi(0) - 1 / sqrt(pi)) = sd (sqrt(2) - 1) / sqrt(pi).
    assert crps_normal(0.5, 0.1, 0.5) == pytest.approx(
        0.1 * (math.sqrt(2) - 1) / math.sqrt(math.pi)
    )


@pytest.mark.parametrize(
    ("mean", "sd", "y"), [(0.5, 0.1, 0.62), (0.4, 0.03, 0.39), (0.6, 0.2, 0.1)]
)
def test_crps_of_a_normal_is_its_integral(mean, sd, y):
    cdf = stats.norm(mean, sd).cdf
    assert crps_normal(mean, sd, y) == pytest.approx(
        crps_by_definition(cdf, y, mean - 10 * sd, mean + 10 * sd), abs=1e-8
    )


def test_crps_of_one_sample_is_the_distance():
    assert crps_samples(np.array([0.4]), equal(1), 0.55) == pytest.approx(0.15)


def test_crps_of_two_samples():
    # E|X - y| = (0.1 + 0.3) / 2; E|X - X'| / 2 = 0.4 / 4.
    values = np.array([0.4, 0.8])
    assert crps_samples(values, equal(2), 0.5) == pytest.approx(0.2 - 0.1)
    # With weights 3 to 1: 0.075 + 0.075; the spread is 0.4 * 3/4 * 1/4.
    assert crps_samples(values, np.array([0.75, 0.25]), 0.5) == pytest.approx(0.15 - 0.075)


def test_weights_are_multiplicities():
    values, y = np.array([0.3, 0.5, 0.5, 0.5, 0.9]), 0.45
    assert crps_samples(values, equal(5), y) == pytest.approx(
        crps_samples(np.array([0.3, 0.5, 0.9]), np.array([0.2, 0.6, 0.2]), y)
    )


def test_crps_of_many_samples_nears_that_of_their_law():
    levels = (np.arange(4000) + 0.5) / 4000
    values = stats.norm(0.55, 0.07).ppf(levels)
    assert crps_samples(values, equal(4000), 0.48) == pytest.approx(
        crps_normal(0.55, 0.07, 0.48), abs=1e-6
    )


def test_log_density_of_a_normal():
    assert log_density_normal(0.5, 0.1, 0.63) == pytest.approx(stats.norm(0.5, 0.1).logpdf(0.63))


def test_bandwidth_is_silvermans():
    logits = np.array([-1.0, -0.5, 0.0, 0.5, 1.0])
    # sd = sqrt(0.5); quartiles -0.5 and 0.5.
    expected = 0.9 * min(math.sqrt(0.5), 1.0 / 1.34) * 5**-0.2
    assert kernel_bandwidth(logits, equal(5)) == pytest.approx(expected)
    assert kernel_bandwidth(np.zeros(3), equal(3)) == MIN_BANDWIDTH


def test_kernel_density_by_hand():
    # One sample at one half: a normal on the logit with the smallest bandwidth, over y (1 - y).
    y = 0.505
    logit = math.log(y / (1 - y))
    expected = stats.norm(0.0, MIN_BANDWIDTH).logpdf(logit) - math.log(y * (1 - y))
    assert log_kernel_density(np.array([0.5]), equal(1), y) == pytest.approx(expected)


def test_kernel_density_is_a_density():
    values = np.array([0.35, 0.45, 0.5, 0.52, 0.7])
    weights = np.array([0.1, 0.2, 0.3, 0.3, 0.1])
    mass = integrate.quad(
        lambda y: math.exp(log_kernel_density(values, weights, y)), 1e-5, 1 - 1e-5, limit=200
    )[0]
    assert mass == pytest.approx(1.0, abs=1e-4)


def test_far_samples_have_a_finite_density():
    assert math.isfinite(log_kernel_density(np.array([0.0, 1.0]), equal(2), 0.5))
    assert math.isfinite(log_kernel_density(np.array([0.5]), equal(1), 0.99))


def test_scores_of_a_winner():
    assert brier(0.7, 1.0) == pytest.approx(0.09)
    assert brier(0.7, 0.0) == pytest.approx(0.49)
    assert log_score(0.7, 1.0) == pytest.approx(-math.log(0.7))
    assert log_score(0.7, 0.0) == pytest.approx(-math.log(0.3))
    assert log_score(0.5, 0.5) == pytest.approx(math.log(2.0))
    assert math.isfinite(log_score(1.0, 0.0))


def test_intervals_of_coverage_are_exact_binomials():
    low, high = coverage_interval(30, 38)
    assert stats.binom(38, low).sf(29) == pytest.approx(0.05)
    assert stats.binom(38, high).cdf(30) == pytest.approx(0.05)
    assert coverage_interval(0, 10)[0] == 0.0
    assert coverage_interval(10, 10)[1] == 1.0


def test_tails():
    assert interval_tails(80) == pytest.approx((0.1, 0.9))


def test_pit():
    assert pit_counts([0.0, 0.05, 0.55, 1.0], 10) == [2, 0, 0, 0, 0, 1, 0, 0, 0, 1]
    pits = [0.1, 0.4, 0.45, 0.9]
    assert pit_distance(pits) == pytest.approx(stats.kstest(pits, "uniform").statistic)
    assert pit_distance([]) == 0.0
