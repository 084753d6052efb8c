"""Do our own functions keep the errors that they state, up to their extremes?"""

import math
from statistics import NormalDist

import numpy as np
import pytest

from kingmaker.numerics import exp, log, logistic, logit, normal_quantile

GRID = np.concatenate([np.linspace(-699.9, 699.9, 4_001), np.linspace(-2.0, 2.0, 2_001)])


def test_exp_keeps_its_relative_error():
    worst = max(abs(exp(x) / math.exp(x) - 1.0) for x in GRID.tolist())
    assert worst < 4e-16 + 2**-52  # math.exp itself may be one unit off


@pytest.mark.parametrize(
    ("x", "value"),
    [(0.0, 1.0), (-700.1, 0.0), (-1e308, 0.0), (-math.inf, 0.0)],
)
def test_exp_at_its_ends(x, value):
    assert exp(x) == value


def test_exp_stops_at_700():
    assert exp(701.0) == exp(700.0) == exp(1e300)
    assert math.isfinite(exp(700.0))


def test_log_keeps_its_relative_error():
    points = [*np.geomspace(1e-300, 0.5, 2_000).tolist(), *np.geomspace(2.0, 1e300, 2_000).tolist()]
    worst = max(abs(log(x) / math.log(x) - 1.0) for x in points)
    assert worst < 4e-16 + 2**-52


def test_log_keeps_its_absolute_error_near_one():
    worst = max(abs(log(x) - math.log(x)) for x in np.linspace(0.5, 2.0, 4_001).tolist())
    assert worst < 4e-16


def test_log_of_powers_of_two_and_one():
    assert log(1.0) == 0.0
    assert log(2.0) == math.log(2.0)
    assert log(2.0**-53) == pytest.approx(-53 * math.log(2.0), rel=1e-15)


@pytest.mark.parametrize("x", [5e-324, 1.5e-310, 2.0**-1022, 1.7976931348623157e308])
def test_log_at_the_ends_of_the_scale(x):
    assert log(x) == pytest.approx(math.log(x), rel=1e-15)


@pytest.mark.parametrize("x", [0.0, -1.0, -math.inf, math.inf, math.nan])
def test_what_has_no_finite_logarithm_is_no_number(x):
    assert math.isnan(log(x))


def test_log_inverts_exp():
    assert max(abs(log(exp(x)) - x) for x in np.linspace(-30.0, 30.0, 999).tolist()) < 1e-14


@pytest.mark.parametrize(
    ("x", "value"),
    [(0.0, 0.5), (math.log(3.0), 0.75), (-math.log(3.0), 0.25), (-800.0, 0.0), (800.0, 1.0)],
)
def test_logistic(x, value):
    assert logistic(x) == pytest.approx(value, abs=1e-16)


def test_logistic_is_symmetric_and_inverted_by_logit():
    for x in np.linspace(-20.0, 20.0, 401).tolist():
        assert logistic(x) + logistic(-x) == pytest.approx(1.0, abs=1e-15)
        # Near 1 the probability itself is rounded.
        assert logit(logistic(x)) == pytest.approx(x, abs=1e-13 + 4e-16 * math.exp(abs(x)))


def test_normal_quantile_against_the_standard_library():
    probabilities = [2.0**-53, 1e-12, 1e-6, 0.01, 0.075, 0.25, 0.5, 0.6, 0.925, 0.99, 1 - 1e-12]
    for p in probabilities:
        want = NormalDist().inv_cdf(p)
        assert normal_quantile(p) == pytest.approx(want, rel=1e-14, abs=1e-15)


def test_normal_quantile_is_antisymmetric_and_increasing():
    probabilities = np.linspace(0.001, 0.999, 999)
    values = [normal_quantile(float(p)) for p in probabilities]
    assert (np.diff(values) > 0.0).all()
    for p, value in zip(probabilities, values, strict=True):
        assert normal_quantile(1.0 - float(p)) == pytest.approx(-value, abs=1e-12)
    assert normal_quantile(0.5) == 0.0


def test_normal_quantile_far_out():
    """1e-300 needs the third branch of the algorithm: -37.0471 (Wichura's own check)."""
    assert normal_quantile(1e-300) == pytest.approx(-37.0471, abs=5e-5)
