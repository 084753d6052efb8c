"""Surprising observations are called so, and ranks of truths are counted rightly."""

from dataclasses import replace

import numpy as np
import pytest

from kingmaker.calibrate.diagnostics import Ranks, misspecification, truth_ranks
from tests.unit.calibrate.banks import bank_of, chance, linear_emulator

SLOPES = np.array([[1.0, 0.5], [1.0, 0.4]])


def bank(observed, **changes):
    made = bank_of(lambda z: z @ SLOPES.T, 0.1, n=500, k=2, observed=np.array(observed))
    return replace(made, **changes)


def test_what_runs_make_is_not_suspect():
    found = misspecification(bank([0.3, 0.3]))
    assert not found.is_suspect
    assert [check.summary for check in found.summaries] == ["runoff_share", "turnout_ratio"]
    share = found.summaries[0]
    assert share.low < -1.5 < share.median < 1.5 < share.high
    assert share.tail == pytest.approx(0.79, abs=0.1)  # 2 Phi(-0.3 / 1.12)


def test_what_no_run_makes_is_suspect():
    found = misspecification(bank([6.0, 0.0]))
    assert found.is_suspect
    assert found.summaries[0].is_suspect
    assert found.summaries[0].tail == pytest.approx(1.0 / 501.0)
    assert not found.summaries[1].is_suspect


def test_two_plain_values_can_be_odd_together():
    """The summaries go up and down together."""
    found = misspecification(bank([1.0, -1.0]))
    assert found.is_suspect
    assert found.tail == pytest.approx(1.0 / 501.0)
    assert found.distance > 5.0
    assert not any(check.is_suspect for check in found.summaries)


def test_an_uncertain_observation_surprises_less():
    sure = misspecification(bank([6.0, np.nan]))
    unsure = misspecification(bank([6.0, np.nan], error_sd=np.array([4.0, 0.0])))
    assert sure.summaries[0].tail < 0.01 < 0.05 < unsure.summaries[0].tail
    assert unsure.tail > 0.05


def test_missing_observations_and_runs():
    assert misspecification(bank([np.nan, np.nan])).summaries == ()
    made = bank([0.0, 0.0])
    simulated = made.simulated.copy()
    simulated[5:, 1] = np.nan
    found = misspecification(replace(made, simulated=simulated))
    assert found.never == ("turnout_ratio",)
    assert not found.is_suspect
    assert [check.summary for check in found.summaries] == ["runoff_share"]


def test_what_hardly_any_run_has_is_named():
    found = misspecification(bank([0.3, 0.3], dropped=("an early poll",)))
    assert found.never == ("an early poll",)
    assert len(found.summaries) == 2


def test_few_runs_of_many_numbers_warn_no_oftener_than_they_say():
    """Runs and observation of one law: a tail below .02 in 1 of 61 trials."""
    n, m, n_trials = 60, 24, 200
    values = chance(7).standard_normal((n_trials, n + 1, m)) @ chance(8).standard_normal((m, m))
    errors = np.linspace(0.0, 1.0, m)
    values[:, -1] += errors * chance(9).standard_normal((n_trials, m))
    made = bank_of(lambda z: np.zeros((len(z), m)), n=n)
    tails = [
        misspecification(
            replace(made, simulated=rows[:-1], observed=rows[-1], error_sd=errors)
        ).tail
        for rows in values
    ]
    assert 0 < sum(tail < 0.02 for tail in tails) <= 9
    assert np.mean(tails) == pytest.approx(0.5, abs=0.07)


def test_coverage_and_uniformity_by_hand():
    even = Ranks(("a",), np.arange(100)[:, None], 99, 0)
    assert even.coverage(0.5)[0] == pytest.approx(0.5)
    assert even.coverage(0.9)[0] == pytest.approx(0.9)
    assert even.uniformity()[0] == pytest.approx(1.0)
    heaped = Ranks(("a",), np.full((100, 1), 50), 99, 0)
    assert heaped.coverage(0.5)[0] == 1.0
    assert heaped.uniformity()[0] < 1e-6


def test_truths_are_drawn_for_what_was_observed():
    contests = [linear_emulator(SLOPES, [0.0, np.nan], contest=f"c{c}", party="x") for c in (0, 1)]
    first, again = (truth_ranks(contests, seed=4, n_data_sets=2, n_draws=19) for _ in range(2))
    assert first.names == ("p0", "p1", "common", "party_part")
    assert first.ranks.tolist() == again.ranks.tolist()
    assert first.ranks.shape == (2, 4)
    assert ((first.ranks >= 0) & (first.ranks <= 19)).all()
    assert first.n_refused == 0
