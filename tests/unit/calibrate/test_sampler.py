"""Importance sampling of densities whose moments are known."""

import numpy as np
import pytest

from kingmaker.calibrate.sampler import WeightedSample, normals, sample, uniforms

D = 6


def log_prior(x):
    return -0.5 * (x * x).sum(axis=1) - 0.5 * D * np.log(2.0 * np.pi)


def test_a_normal_posterior_and_its_evidence():
    """One observation of x_0 + x_1 with variance 1/2 at 2, first guess: the prior."""

    def log_density(x):
        error = 2.0 - x[:, 0] - x[:, 1]
        return log_prior(x) - error**2 - 0.5 * np.log(np.pi)

    found = sample(log_density, np.zeros(D), np.eye(D), 5)
    assert found.is_good
    assert found.ess > 3000.0
    mean, cov = found.moments()
    assert mean == pytest.approx([0.8, 0.8, 0, 0, 0, 0], abs=0.04)
    assert np.diag(cov) == pytest.approx([0.6, 0.6, 1, 1, 1, 1], abs=0.06)
    assert cov[0, 1] == pytest.approx(-0.4, abs=0.04)
    exact = -0.5 * 4.0 / 2.5 - 0.5 * np.log(2.0 * np.pi * 2.5)
    assert found.log_evidence == pytest.approx(exact, abs=0.03)


def test_a_far_and_narrow_posterior_is_reached():
    def log_density(x):
        return log_prior(x) - 0.5 * ((3.0 - x[:, :3]) ** 2).sum(axis=1) / 0.01

    found = sample(log_density, np.zeros(D), np.eye(D), 5)
    assert found.is_good
    mean, cov = found.moments()
    assert mean[:3] == pytest.approx(3.0 / 1.01, abs=0.01)
    assert np.diag(cov)[:3] == pytest.approx(0.01 / 1.01, rel=0.1)


def test_two_far_modes_are_not_called_good_where_one_is_missed():
    """A posterior that the proposal cannot follow has bad weights."""

    def log_density(x):
        return log_prior(x) - 0.5 * ((np.abs(x) - 2.5) ** 2).sum(axis=1) / 0.0004

    assert not sample(log_density, np.zeros(D), np.eye(D), 5).is_good


def test_numbers_belong_to_seed_and_place():
    assert (uniforms(1, 2, (5,)) == uniforms(1, 2, (9,))[:5]).all()
    assert not (uniforms(1, 2, (5,)) == uniforms(1, 3, (5,))).any()
    assert not (uniforms(1, 2, (5,)) == uniforms(2, 2, (5,))).any()
    assert normals(2**64 - 1, 2**50, (40_000,)).std() == pytest.approx(1.0, abs=0.02)


def test_systematic_resampling_is_proportional():
    weights = np.array([0.5, 0.25, 0.0, 0.25])
    found = WeightedSample(np.arange(4.0)[:, None], weights, 0.0, 3.0, 0.0)
    counts = np.bincount(found.resample(8, 3)[:, 0].astype(int), minlength=4)
    assert counts.tolist() == [4, 2, 0, 2]


def test_same_seed_same_bytes():
    first, again = (sample(log_prior, np.zeros(D), np.eye(D), 9) for _ in range(2))
    assert first.points.tobytes() == again.points.tobytes()
    assert first.weights.tobytes() == again.weights.tobytes()
    other = sample(log_prior, np.zeros(D), np.eye(D), 10)
    assert not np.allclose(other.points, first.points)
