"""Smoothed weights against known Pareto tails, and against ArviZ where that is installed."""

import math

import numpy as np
import pytest

from kingmaker.calibrate.psis import fit_pareto, pareto_quantile, smooth_weights


def chance(seed: int = 7) -> np.random.Generator:
    return np.random.Generator(np.random.Philox(seed))


@pytest.mark.parametrize("shape", [-0.3, 0.2, 0.5, 0.9])
def test_fit_finds_the_shape_of_a_pareto_sample(shape: float) -> None:
    n, found, scales = 2000, [], []
    for seed in range(10):
        x = np.sort(pareto_quantile(chance(seed).random(n), shape, 2.0))
        k, scale = fit_pareto(x)
        found.append(k)
        scales.append(scale)
    assert np.mean(found) == pytest.approx(shape, abs=0.04)
    assert np.mean(scales) == pytest.approx(2.0, rel=0.05)


def test_pareto_quantiles_by_hand() -> None:
    p = np.array([0.0, 0.75])
    assert pareto_quantile(p, 0.5, 1.0) == pytest.approx([0.0, 2.0])  # (0.25^-0.5 - 1) / 0.5
    assert pareto_quantile(p, 0.0, 3.0) == pytest.approx([0.0, 3.0 * math.log(4.0)])


@pytest.mark.parametrize("shape", [0.3, 0.6, 1.0])
def test_k_hat_of_weights_with_a_known_tail(shape: float) -> None:
    """1 / U^k has the tail k."""
    k_hats = [smooth_weights(-shape * np.log(chance(s).random(8000))).k_hat for s in range(8)]
    assert np.mean(k_hats) == pytest.approx(shape, abs=0.08)


def test_smoothing_keeps_order_and_sum_and_the_body() -> None:
    raw = 1.5 * chance().standard_normal(3000)
    smoothed = smooth_weights(raw)
    assert smoothed.weights.sum() == pytest.approx(1.0)
    assert (np.diff(smoothed.weights[np.argsort(raw)]) >= 0.0).all()
    body = np.argsort(raw)[:2000]
    ratio = smoothed.weights[body] / np.exp(raw[body])
    assert ratio == pytest.approx(ratio[0])
    assert 1.0 < smoothed.ess < 3000.0


def test_equal_weights_are_perfect() -> None:
    smoothed = smooth_weights(np.zeros(100))
    assert smoothed.k_hat == -math.inf
    assert smoothed.ess == pytest.approx(100.0)


def test_a_single_large_weight_is_hopeless() -> None:
    raw = np.full(100, -2000.0)
    raw[3] = 0.0
    assert smooth_weights(raw).k_hat == math.inf


def test_infinitely_small_weights_stay_nothing() -> None:
    raw = chance().standard_normal(500)
    raw[::5] = -np.inf
    smoothed = smooth_weights(raw)
    assert (smoothed.weights[::5] == 0.0).all()
    assert math.isfinite(smoothed.k_hat)


def test_as_arviz_does() -> None:
    stats = pytest.importorskip("arviz_stats.base", reason="arviz-stats is not installed")
    for scale in (0.8, 1.5, 3.0):
        raw = scale * chance().standard_normal(4000)
        log_weights, k_hat = stats.array_stats.psislw(-raw)
        ours = smooth_weights(raw)
        assert ours.k_hat == pytest.approx(float(k_hat), abs=1e-10)
        assert ours.weights == pytest.approx(np.exp(log_weights), rel=1e-9)
