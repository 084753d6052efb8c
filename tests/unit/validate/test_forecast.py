"""Forecasts by normals and by samples say the same of the same law."""

import numpy as np
import pytest
from scipy import stats

from kingmaker.errors import InvariantError
from kingmaker.validate.forecast import (
    NormalDistribution,
    SampleDistribution,
    forecast_of_normal,
    forecast_of_samples,
)

LAW = stats.norm(0.53, 0.06)
SAMPLES = SampleDistribution.of(LAW.ppf((np.arange(2000) + 0.5) / 2000)[::-1])
NORMAL = NormalDistribution(0.53, 0.06)


def test_two_ways_to_say_the_same():
    for p in (0.05, 0.25, 0.5, 0.9):
        assert SAMPLES.quantile(p) == pytest.approx(NORMAL.quantile(p), abs=1e-3)
        assert SAMPLES.cdf(LAW.ppf(p)) == pytest.approx(p, abs=2e-3)
    for y in (0.4, 0.5, 0.53, 0.66):
        assert SAMPLES.crps(y) == pytest.approx(NORMAL.crps(y), abs=2e-4)
    for y in (0.46, 0.53, 0.6):
        assert SAMPLES.log_density(y) == pytest.approx(NORMAL.log_density(y), abs=0.05)


def test_samples_that_equal_the_outcome_count_half():
    forecast = SampleDistribution.of([0.4, 0.5, 0.5, 0.6])
    assert forecast.cdf(0.5) == pytest.approx(0.5)
    assert forecast.cdf(0.6) == pytest.approx(0.875)


def test_samples_without_weight_are_left_out():
    forecast = SampleDistribution.of([0.9, 0.4, 0.6], [0.0, 1.0, 3.0])
    assert forecast.values.tolist() == [0.4, 0.6]
    assert forecast.weights.tolist() == [0.25, 0.75]


@pytest.mark.parametrize(
    ("values", "weights"), [([], None), ([0.5], [0.0]), ([float("nan")], None), ([0.5], [1.0, 2.0])]
)
def test_forecasts_without_samples_are_refused(values, weights):
    with pytest.raises(InvariantError):
        SampleDistribution.of(values, weights)


def test_no_number_of_replicates_makes_a_loss_impossible():
    forecast = forecast_of_samples([0.6, 0.7, 0.55, 0.65])
    assert forecast.leader_prob == pytest.approx(4.5 / 5)
    assert forecast_of_samples([0.4, 0.6, 0.5]).leader_prob == pytest.approx(2.0 / 4)


def test_turnouts_are_kept_as_logarithms():
    turnout = forecast_of_samples([0.5, 0.6], [1.0, 0.5]).log_turnout_ratio
    assert turnout is not None
    assert turnout.quantile(0.0) == pytest.approx(np.log(0.5))
    assert forecast_of_samples([0.5, 0.6]).log_turnout_ratio is None


def test_chance_of_a_normal_leader():
    assert forecast_of_normal(0.53, 0.06).leader_prob == pytest.approx(LAW.sf(0.5))
