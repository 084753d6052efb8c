"""Emulators find what made-up banks were made of."""

from dataclasses import replace

import numpy as np
import pytest

from kingmaker.calibrate.emulator import emulate
from kingmaker.calibrate.ridge import shrunk_correlation
from tests.unit.calibrate.banks import bank_of, chance

LINEAR = np.array([[1.0, -0.5, 0.0, 0.2], [0.0, 0.3, 0.0, -0.3]])


def quadratic(z):
    first = 0.3 + z @ LINEAR[0] + 0.4 * (z[:, 0] ** 2 - 1.0) + 0.5 * z[:, 0] * z[:, 1]
    return np.stack([first, z @ LINEAR[1]], axis=1)


@pytest.fixture(scope="module")
def found():
    return emulate(bank_of(quadratic, n=600))


def test_means_squares_and_products_are_found(found):
    assert found.linear == pytest.approx(LINEAR, abs=0.04)
    assert found.intercept == pytest.approx([0.3, 0.0], abs=0.04)
    assert found.quadratic[0, 0, 0] == pytest.approx(0.4, abs=0.03)
    assert found.quadratic[0, 0, 1] == found.quadratic[0, 1, 0] == pytest.approx(0.25, abs=0.03)
    assert np.abs(found.quadratic[1]).max() < 0.03
    z = chance(3).standard_normal((50, 4))
    assert found.mean(z) == pytest.approx(quadratic(z), abs=0.15)
    assert found.variance(z) == pytest.approx(0.04, abs=0.015)
    assert found.explained[0] > 0.9


def test_gradient_is_that_of_the_mean(found):
    z, step = chance(4).standard_normal((5, 4)), 1e-5
    for i in range(4):
        up, down = z.copy(), z.copy()
        up[:, i] += step
        down[:, i] -= step
        slope = (found.mean(up) - found.mean(down)) / (2.0 * step)
        assert found.gradient(z)[:, :, i] == pytest.approx(slope, abs=1e-6)


def test_variance_and_correlation_are_found():
    random = chance(5)
    shared = random.standard_normal((2000, 1))
    bank = bank_of(lambda z: z @ LINEAR.T, 1e-9, n=2000)
    noise = np.sqrt(0.5) * (shared + random.standard_normal((2000, 2)))
    noise *= 0.3 * np.exp(0.5 * bank.scores[:, [2]])
    found = emulate(replace(bank, simulated=bank.simulated + noise))
    assert found.log_variance == pytest.approx(np.log([0.09, 0.09]), abs=0.15)
    assert found.variance_slopes[:, 2] == pytest.approx([1.0, 1.0], abs=0.12)
    assert np.abs(found.variance_slopes[:, [0, 1, 3]]).max() < 0.12
    assert found.correlation[0, 1] == pytest.approx(0.5, abs=0.06)
    covariance = found.covariance(np.zeros((1, 4)))[0]
    assert covariance[0, 1] == pytest.approx(0.045, abs=0.012)


def test_a_few_far_runs_make_no_slopes_of_variances():
    bank = bank_of(quadratic, 1e-9, n=300)
    errors = 0.1 * chance(8).standard_t(2.0, (300, 2))
    found = emulate(replace(bank, simulated=bank.simulated + errors))
    assert (found.variance_slopes == 0.0).all()
    squares = (errors**2).mean(axis=0)
    assert np.exp(found.log_variance) == pytest.approx(squares, rel=0.25)


def test_impossible_draws_tell_where_they_are_possible():
    def acceptance(z):
        return 1.0 / (1.0 + np.exp(-(0.5 + 0.8 * z[:, 1])))

    found = emulate(bank_of(quadratic, n=1500, acceptance=acceptance))
    assert found.acceptance == pytest.approx([0.5, 0.0, 0.8, 0.0, 0.0], abs=0.12)
    assert found.chances.tolist() == [found.acceptance.tolist()]
    assert emulate(bank_of(quadratic)).chances.shape == (0, 5)


def test_draws_of_which_no_try_was_possible_tell_where_draws_are_impossible():
    """Without them only the survivors' few rejected tries would tell."""

    def acceptance(z):
        return 1.0 / (1.0 + np.exp(-4.0 * z[:, 1]))

    whole = bank_of(quadratic, n=1500, acceptance=acceptance)
    lost = whole.rejected >= 200
    assert lost.sum() > 20
    kept = replace(
        whole, scores=whole.scores[~lost], simulated=whole.simulated[~lost],
        rejected=whole.rejected[~lost],
    )  # fmt: skip
    blind = emulate(kept).acceptance
    found = emulate(replace(kept, impossible=whole.scores[lost])).acceptance
    assert found == pytest.approx([0.0, 0.0, 4.0, 0.0, 0.0], abs=0.3)
    assert blind[2] < 3.6 < 3.8 < found[2]


def test_runs_without_a_value_are_left_out():
    bank = bank_of(quadratic, n=400)
    simulated = bank.simulated.copy()
    simulated[::2, 1] = np.nan
    found = emulate(replace(bank, simulated=simulated))
    assert found.linear[1] == pytest.approx(LINEAR[1], abs=0.05)
    assert np.isfinite(found.correlation).all()
    alone = emulate(replace(bank, simulated=bank.simulated[:, :1], summaries=bank.summaries[:1]))
    assert found.linear[0] == pytest.approx(alone.linear[0])


def test_summaries_that_say_nothing_are_left_out():
    bank = bank_of(quadratic)
    simulated = np.hstack([bank.simulated, np.ones((300, 1)), np.full((300, 1), np.nan)])
    wide = replace(
        bank,
        summaries=(*bank.summaries, "poll:same", "poll:never"),
        simulated=simulated,
        observed=np.zeros(4),
        error_sd=np.zeros(4),
    )
    found = emulate(wide)
    assert found.left_out == ("poll:same", "poll:never")
    assert found.summaries == bank.summaries
    assert found.place("turnout_ratio") == 1
    with pytest.raises(KeyError, match="poll:same"):
        found.place("poll:same")
    nothing = emulate(replace(wide, simulated=np.full((300, 4), np.nan)))
    assert nothing.mean(np.zeros((2, 4))).shape == (2, 0)


def test_holding_back(found):
    held = found.without("runoff_share")
    assert np.isnan(held.observed[0])
    assert held.observed[1] == found.observed[1]
    assert held.seeing(found.observed).observed.tolist() == found.observed.tolist()


def test_few_runs_and_many_parameters_do_not_overfit():
    """The left-out error is that of fresh runs, and below that of no model."""

    def mean(z):
        return z[:, :1] - 0.5 * z[:, 1:2]

    ratios = []
    for seed in range(5):
        found = emulate(bank_of(mean, 0.5, n=60, k=22, seed=seed))
        z = chance(100 + seed).standard_normal((2000, 22))
        error = ((found.mean(z) - mean(z)) ** 2).mean() + 0.25
        ratios.append(error / found.variance(z).mean())
        assert error < 1.5  # without any model; 0.25 with the truth
    assert np.mean(ratios) == pytest.approx(1.0, abs=0.35)


def test_correlations_of_noise_are_drawn_to_nothing():
    noise = chance(9).standard_normal((60, 5))
    off = ~np.eye(5, dtype=bool)
    assert np.abs(shrunk_correlation(noise)[off]).max() < 0.12
    same = np.repeat(noise[:, :1], 3, axis=1)
    assert np.linalg.eigvalsh(shrunk_correlation(same))[0] > 0.0
