"""Events and what they tell, against brute force."""

import numpy as np
import pytest

from kingmaker.calibrate.chances import given_events
from tests.unit.calibrate.banks import chance

MEAN = np.array([[0.3, -0.2, 1.0, -1.5, 0.4]])
ROOT = np.array(
    [
        [1.0, 0.0, 0.0, 0.0, 0.0],
        [0.3, 0.8, 0.0, 0.0, 0.0],
        [0.9, 0.2, 0.6, 0.0, 0.0],
        [0.8, -0.5, 0.5, 0.4, 0.0],
        [-0.7, 0.4, 0.9, 0.1, 0.3],
    ]
)
COVARIANCE = (ROOT @ ROOT.T)[None]


def brute_force(n_events, n=400_000):
    """Weigh draws of the normal law by the probability of all events."""
    draws = MEAN + chance(1).standard_normal((n, 5)) @ ROOT.T
    weights = np.prod(1.0 / (1.0 + np.exp(-draws[:, 5 - n_events :])), axis=1)
    return weights.mean(), np.average(draws, 0, weights), np.cov(draws.T, aweights=weights)


@pytest.mark.parametrize("n_events", [1, 2, 3])
def test_events_against_brute_force(n_events):
    log_chance, mean, covariance = given_events(MEAN, COVARIANCE, n_events)
    expected = brute_force(n_events)
    assert np.exp(log_chance[0]) == pytest.approx(expected[0], rel=0.02)
    assert mean[0] == pytest.approx(expected[1], abs=0.03)
    assert covariance[0] == pytest.approx(expected[2], abs=0.05)


@pytest.mark.parametrize(("variance", "n"), [(4.0, 3), (1.0, 10), (9.0, 2)])
def test_what_happened_once_is_likelier_to_happen_again(variance, n):
    """The same event again and again tells less than as many strangers."""
    mean, spread = np.zeros((1, 1 + n)), np.full((1, 1 + n, 1 + n), variance)
    alone = given_events(mean[:, :2], spread[:, :2, :2], 1)[0][0]
    log_chance, mean, covariance = given_events(mean, spread, n)
    draws = np.sqrt(variance) * chance(2).standard_normal(400_000)
    weights = (1.0 + np.exp(-draws)) ** -n
    assert log_chance[0] == pytest.approx(np.log(weights.mean()), abs=0.02)
    assert log_chance[0] > n * alone + 0.3
    assert mean[0, 0] == pytest.approx(np.average(draws, weights=weights), rel=0.05)
    assert covariance[0, 0, 0] == pytest.approx(np.cov(draws, aweights=weights), rel=0.2)


def test_a_logit_that_cannot_vary_and_one_that_is_far():
    mean = np.array([[0.0, 2.0], [0.0, -200.0], [0.0, 200.0]])
    log_chance, moved, covariance = given_events(mean, np.zeros((3, 2, 2)), 1)
    assert log_chance == pytest.approx([-np.log1p(np.exp(-2.0)), -200.0, 0.0])
    assert moved == pytest.approx(mean)
    assert (covariance == 0.0).all()


def test_no_events_change_nothing():
    log_chance, mean, covariance = given_events(MEAN, COVARIANCE, 0)
    assert log_chance.tolist() == [0.0]
    assert (mean == MEAN).all()
    assert (covariance == COVARIANCE).all()
