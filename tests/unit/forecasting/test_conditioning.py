"""Observations move and narrow simulated runoffs as the normal law says, and no further."""

from dataclasses import replace

import numpy as np
import pytest

from kingmaker.calibrate.bank import Bank
from kingmaker.calibrate.summaries import RUNOFF_SHARE, TURNOUT_RATIO
from kingmaker.forecasting.conditioning import adjusted, condition, conditioned

POLL = "P, 2030-05-18: ada against ben"


def bank(polls, observed, n=400, sd=0.4, seed=1, error_sd=0.0, own=(np.nan, np.nan)):
    """Make a bank whose share is normal; every poll shows its logit with an error of 0.3."""
    rng = np.random.Generator(np.random.Philox(seed))
    share, turnout = 0.2 + sd * rng.standard_normal(n), 0.1 * rng.standard_normal(n)
    shown = share[:, None] + 0.3 * rng.standard_normal((n, polls))
    return Bank(
        contest="made",
        party="Nowhere: Party",
        parameters=(),
        summaries=(RUNOFF_SHARE, TURNOUT_RATIO, *(f"{POLL} {i}" for i in range(polls))),
        scores=np.empty((n, 0)),
        simulated=np.column_stack([share, turnout, shown]),
        observed=np.array([*own, *observed]),
        error_sd=np.array([0.0, 0.0, *[error_sd] * polls]),
        rejected=np.zeros(n, dtype=np.int64),
    )


def logit(shares):
    return np.log(shares / (1.0 - shares))


def test_without_observations_runs_stay_as_they_are():
    made = bank(0, ())
    shares, ratios = conditioned(made)
    assert logit(shares) == pytest.approx(made.simulated[:, 0])
    assert np.log(ratios) == pytest.approx(made.simulated[:, 1])
    assert condition(made).used == ()


def test_a_poll_moves_and_narrows_as_a_normal_law_does():
    # Prior 0.2 +- 0.4, poll -0.3 +- 0.3: precision 6.25 and 11.11.
    shares, ratios = conditioned(bank(1, (-0.3,), n=20_000))
    assert logit(shares).mean() == pytest.approx((6.25 * 0.2 - 11.11 * 0.3) / 17.36, abs=0.01)
    assert logit(shares).std() == pytest.approx(17.36**-0.5, rel=0.02)
    assert np.log(ratios).std() == pytest.approx(0.1, rel=0.02)


def test_errors_of_observations_count():
    shares, _ = conditioned(bank(1, (-0.3,), n=20_000, error_sd=0.4))
    assert logit(shares).std() == pytest.approx((6.25 + 4.0) ** -0.5, rel=0.02)


def test_the_runoff_itself_is_not_read():
    made, told = bank(1, (0.1,)), bank(1, (0.1,), own=(3.0, 1.0))
    assert (conditioned(made)[0] == conditioned(told)[0]).all()
    assert condition(told).used == (f"{POLL} 0",)


def test_many_polls_of_few_runs_are_not_believed_blindly():
    """Forty runs and twenty polls: least squares would promise half the spread that is left."""
    missed, spreads = [], []
    for seed in range(60):
        made = bank(20, np.zeros(20), n=41, seed=seed)
        # One of the runs is what happened; its polls are seen, its share is not.
        seen = np.array([np.nan, np.nan, *made.simulated[0, 2:]])
        rest = replace(made, simulated=made.simulated[1:], scores=made.scores[1:], observed=seen)
        found = logit(conditioned(rest)[0])
        missed.append(found.mean() - made.simulated[0, 0])
        spreads.append(found.std())
    # The error of a root mean square of 60 is nine percent.
    assert np.sqrt(np.mean(np.square(missed))) < 1.3 * np.mean(spreads)
    assert np.mean(spreads) < 0.15


def test_surprising_polls_narrow_less():
    near, far = (
        logit(conditioned(bank(1, (observed,), n=100))[0]).std() for observed in (0.2, 5.0)
    )
    assert far > 1.2 * near


def test_missing_values_and_constant_columns_move_nothing():
    made = bank(2, (0.1, 0.2))
    made.simulated[:, 3] = 0.25
    made.simulated[::3, 2] = np.nan
    made.simulated[5, 0] = np.nan
    found = condition(made)
    assert found.used == (f"{POLL} 0",)
    assert found.rows.size == found.shares.size == 399
    assert np.isfinite(found.shares).all()


def test_few_runs_are_left_as_they_are():
    assert condition(bank(1, (0.1,), n=19)).used == ()


def test_columns_that_are_explained_in_full_stay_finite():
    x = np.linspace(-1.0, 1.0, 50)[:, None]
    assert np.isfinite(adjusted(np.hstack([x, x]), x, np.array([0.3]))).all()
