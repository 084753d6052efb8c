"""Are the priors the distributions that their names say?"""

import math

import pytest
import scipy.stats

from kingmaker.priors import Beta, Fixed, HalfNormal, LogNormal, Normal, Uniform, bisect, normal_cdf

CASES = {
    "normal": (Normal(0.6, 0.4), scipy.stats.norm(0.6, 0.4)),
    "half-normal": (HalfNormal(0.3), scipy.stats.halfnorm(scale=0.3)),
    "log-normal": (LogNormal(math.log(0.8), 0.5), scipy.stats.lognorm(0.5, scale=0.8)),
    "uniform": (Uniform(1.1, 1.6), scipy.stats.uniform(1.1, 0.5)),
    "beta 8 2": (Beta(8, 2), scipy.stats.beta(8, 2)),
    "beta 2 120": (Beta(2, 120), scipy.stats.beta(2, 120)),
    "beta 1 60": (Beta(1, 60), scipy.stats.beta(1, 60)),
}
PROBABILITIES = (0.001, 0.05, 0.25, 0.5, 0.75, 0.95, 0.999)


@pytest.mark.parametrize(("prior", "referee"), CASES.values(), ids=CASES)
@pytest.mark.parametrize("u", PROBABILITIES)
def test_quantiles_and_probabilities_agree_with_scipy(prior, referee, u):
    x = float(referee.ppf(u))
    assert prior.quantile(u) == pytest.approx(x, rel=1e-9, abs=1e-12)
    assert prior.cdf(x) == pytest.approx(u, abs=1e-12)


@pytest.mark.parametrize(("prior", "referee"), CASES.values(), ids=CASES)
@pytest.mark.parametrize("u", PROBABILITIES)
def test_quantile_inverts_cdf(prior, referee, u):
    assert prior.cdf(prior.quantile(u)) == pytest.approx(u, abs=1e-12)


@pytest.mark.parametrize(("prior", "referee"), CASES.values(), ids=CASES)
def test_ends_of_the_support(prior, referee):
    low, high = referee.support()
    if math.isfinite(low):
        assert prior.cdf(low) == 0.0
        assert prior.cdf(low - 1.0) == 0.0
        assert low <= prior.quantile(1e-15) < prior.quantile(0.01)
    if math.isfinite(high):
        assert prior.cdf(high) == 1.0
        assert prior.cdf(high + 1.0) == 1.0
    assert math.isfinite(prior.quantile(1.0 - 2**-53))


@pytest.mark.parametrize(("a", "b"), [(2, 120), (1, 60), (2, 38), (12, 3)])
def test_beta_probabilities_never_fall(a, b):
    points = [0.0, 0.01, 0.1, 0.5, 0.9, 0.99, 0.999, 0.999999, 1 - 1e-9, 1.0]
    values = [Beta(a, b).cdf(x) for x in points]
    assert values == sorted(values)


def test_normal_cdf_against_the_error_function():
    for z in (-5.9, -3.0, -1.0, -0.1, 0.0, 0.5, 2.0, 5.9):
        assert normal_cdf(z) == pytest.approx(0.5 * math.erfc(-z / math.sqrt(2.0)), abs=1e-15)
    assert normal_cdf(-6.1) == 0.0
    assert normal_cdf(6.1) == 1.0


def test_bisect_finds_a_third():
    assert bisect(lambda x: x**2, 1.0 / 9.0, 0.0, 1.0) == pytest.approx(1.0 / 3.0, abs=1e-15)


def test_a_fixed_value_is_always_the_same():
    assert {Fixed(0.3).quantile(u) for u in PROBABILITIES} == {0.3}
    assert [Fixed(0.3).cdf(x) for x in (0.2, 0.3, 0.4)] == [0.0, 1.0, 1.0]
