"""Estimates, intervals and variance components, against hand computations and known laws."""

import math

import numpy as np
import pytest
from scipy.stats import t

from kingmaker.analyse.statistics import (
    Sample,
    components,
    describe,
    effective_size,
    mean_estimate,
    probability_estimate,
    spread_interval,
    standard_error,
    weighted_quantile,
    wilson,
)


def sample(values, draws=None, weights=None):
    n = len(values)
    draws = np.arange(n) // 2 if draws is None else draws
    return Sample.of(values, draws, np.ones(n) if weights is None else weights)


FOUR = sample([1.0, 3.0, 5.0, 7.0])  # two draws: means 2 and 6


def test_effective_size_is_kishs():
    assert effective_size(np.array([1.0, 1.0, 1.0])) == 3.0
    assert effective_size(np.array([2.0, 1.0, 0.0])) == pytest.approx(9.0 / 5.0)
    assert effective_size(np.array([])) == 0.0


def test_what_is_missing_or_weighs_nothing_is_left_out():
    found = Sample.of([1.0, None, 3.0, 5.0], [0, 0, 1, 1], [1.0, 1.0, 1.0, 0.0])
    assert found.values.tolist() == [1.0, 3.0]
    assert Sample.of([None, 1.0], [0, 0], [1.0, 0.0]) is None
    assert describe(None) is None


def test_draws_are_the_clusters_of_an_error():
    # Sums by draw: -3 - 1 and 1 + 3; sqrt(2 / 1 * (16 + 16)) / 4.
    error, freedom = standard_error(FOUR)
    assert error == pytest.approx(2.0)
    assert freedom == pytest.approx(1.0)
    found = mean_estimate(FOUR)
    reach = t.ppf(0.95, 1) * 2.0
    assert found["interval"] == pytest.approx([4.0 - reach, 4.0 + reach])
    assert (found["mean"], found["n"], found["ess"]) == (4.0, 4, 4.0)


def test_one_draw_tells_no_error():
    assert math.isnan(standard_error(sample([1.0, 2.0]))[0])
    assert mean_estimate(sample([1.0, 2.0]))["interval"] is None
    assert components(sample([1.0, 2.0])) is None


def test_weights_count_as_they_weigh():
    weighted = sample([1.0, 3.0, 5.0, 7.0], weights=[1.0, 1.0, 3.0, 3.0])
    assert weighted.mean == pytest.approx(5.0)
    # Sums of w (x - mean): -4 - 2 = -6 and 0 + 6; sqrt(2 * 72) / 8; weights of draws 2 and 6.
    error, freedom = standard_error(weighted)
    assert error == pytest.approx(1.5)
    assert freedom == pytest.approx(1.0)
    equal = sample([1.0, 3.0, 5.0, 7.0], weights=[0.25] * 4)
    assert components(equal) == pytest.approx(components(FOUR))


def test_wilson_solves_its_equation():
    """The ends are the p at which the observed proportion is z standard errors away."""
    z = 1.6448536269514722
    for prob, n in ((0.5, 10.0), (0.9, 40.0), (0.0, 5.0), (1.0, 12.0)):
        roots = np.sort(np.roots([1 + z * z / n, -(2 * prob + z * z / n), prob * prob]).real)
        assert wilson(prob, n) == pytest.approx(np.clip(roots, 0.0, 1.0), abs=1e-9)


def test_a_probability_counts_independent_replicates_only():
    """Pairs that always agree are worth half as many, at most."""
    apart = sample([1.0, 0.0] * 20, draws=np.arange(40))
    together = sample([1.0, 1.0, 0.0, 0.0] * 10)
    for found, size in ((apart, 39.0), (together, 19.0)):
        estimate = probability_estimate(found)
        assert estimate["prob"] == 0.5
        assert estimate["interval"] == pytest.approx(wilson(0.5, size))
    certain = probability_estimate(sample([1.0] * 40))
    assert certain["interval"] == pytest.approx(wilson(1.0, 20.0))


def test_quantiles_of_equal_weights_are_type_seven():
    values = np.random.default_rng(3).normal(size=17)
    for p in (0.0, 0.05, 0.37, 0.5, 1.0):
        assert weighted_quantile(sample(values), p) == pytest.approx(np.quantile(values, p))
    ends = spread_interval(sample(values))
    assert ends == pytest.approx(np.quantile(values, [0.05, 0.95]))
    assert weighted_quantile(sample([2.5]), 0.3) == 2.5


def test_a_heavy_value_draws_quantiles_to_itself():
    # Places 0, 1/2 + 2, 5 of 5: the median lies at the heavy one.
    heavy = sample([0.0, 1.0, 2.0], weights=[1.0, 4.0, 1.0])
    assert weighted_quantile(heavy, 0.5) == pytest.approx(1.0)
    assert weighted_quantile(heavy, 0.25) == pytest.approx(0.5)


def test_components_by_hand():
    # Within: (2 + 2) / 2 = 2; between: 2 * (4 + 4) / 1 = 16; (16 - 2) / 2 = 7.
    found = components(FOUR)
    assert found == pytest.approx({"parameters": math.sqrt(7.0), "chance": math.sqrt(2.0)})


def test_components_of_unequal_groups_by_hand():
    # Groups (1, 3), (5, 7), (9): within 4 / 2 = 2; means 2, 6, 9 around 5 give between 18 + 2 + 16
    # = 36 with 2 degrees of freedom; n0 = (5 - 9 / 5) / 2 = 1.6; (18 - 2) / 1.6 = 10.
    found = components(sample([1.0, 3.0, 5.0, 7.0, 9.0]))
    assert found == pytest.approx({"parameters": math.sqrt(10.0), "chance": math.sqrt(2.0)})


def test_no_parameters_where_draws_agree():
    assert components(sample([1.0, 5.0, 1.0, 5.0]))["parameters"] == 0.0


@pytest.mark.parametrize(("parameters", "chance"), [(0.03, 0.02), (0.0, 0.05), (0.04, 0.001)])
def test_components_recover_known_ones(parameters, chance):
    """4000 pairs: the sds of the estimates are below 2 % of the larger component."""
    rng = np.random.default_rng(2007)
    shared = np.repeat(rng.normal(scale=parameters, size=4000), 2)
    found = components(sample(0.5 + shared + rng.normal(scale=chance, size=8000)))
    margin = 0.08 * max(parameters, chance)
    assert found["chance"] == pytest.approx(chance, abs=margin)
    assert found["parameters"] == pytest.approx(parameters, abs=max(margin, 0.3 * chance))


def test_weights_apart_from_the_values_leave_components_alone():
    rng = np.random.default_rng(2011)
    values = np.repeat(rng.normal(scale=0.03, size=4000), 2) + rng.normal(scale=0.02, size=8000)
    found = components(sample(values, weights=rng.uniform(size=8000)))
    assert found == pytest.approx({"parameters": 0.03, "chance": 0.02}, abs=0.003)


@pytest.mark.parametrize("kind", ["mean", "probability"])
def test_intervals_cover(kind):
    """90 % intervals of 20 pairs cover the truth in 90 % of 2000 trials, give or take."""
    rng = np.random.default_rng(41)
    covered = 0
    for _ in range(2000):
        shared = np.repeat(rng.normal(size=20), 2)
        values = 0.3 + shared + rng.normal(size=40)
        if kind == "mean":
            low, high = mean_estimate(sample(values))["interval"]
            covered += low <= 0.3 <= high
        else:
            low, high = probability_estimate(sample((values > 0.3).astype(float)))["interval"]
            covered += low <= 0.5 <= high
    assert 0.87 <= covered / 2000 <= 0.93
