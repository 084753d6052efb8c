"""Forecasts react to what is known: polls move and narrow them, missing facts widen them."""

from dataclasses import replace

import numpy as np
import pytest

from kingmaker.forecasting.conditioning import condition
from kingmaker.forecasting.ensemble import simulate_ensemble
from kingmaker.forecasting.options import ForecastOptions, plan_forecast
from kingmaker.forecasting.posterior_file import write_score_posteriors
from kingmaker.forecasting.ship import prior_group
from tests.contest_builders import SOURCED, bare, day

N = 40


def poll(number, leader):
    shares = {"ada": leader, "ben": 1.0 - leader}
    return {"date": day(number), "pollster": f"P{number}", "question": "runoff", "n": 2_000,
            "undecided": 0.0, "shares": shares, **SOURCED}  # fmt: skip


@pytest.fixture(scope="module")
def prior(tmp_path_factory):
    """Write draws of the prior: the tests are not about what was learned."""
    path = tmp_path_factory.mktemp("posterior") / "prior.parquet"
    write_score_posteriors(path, [prior_group()], {})
    return path


def simulated(contest, prior):
    options = ForecastOptions(contest, posterior=prior, replicates=N)
    return simulate_ensemble(plan_forecast(options)).bank


@pytest.fixture(scope="module")
def bank(prior):
    """Simulate a contest with two polls of the runoff."""
    return simulated(bare(polls=[poll(4, 0.55), poll(6, 0.55)]), prior)


def told(bank, leader):
    """Let both polls have shown the same."""
    value = np.log(leader / (1.0 - leader))
    return condition(replace(bank, observed=np.array([np.nan, np.nan, value, value]))).shares


def test_polls_move_and_narrow_forecasts(bank):
    nothing = condition(replace(bank, observed=np.full(4, np.nan))).shares
    low, high = told(bank, 0.45), told(bank, 0.62)
    assert high.mean() - low.mean() > 0.04
    assert 0.40 < low.mean() < nothing.mean() + 0.02
    # The runs are the same, so that little chance is left in the comparison.
    assert low.std() < 0.95 * nothing.std()
    assert high.std() < 0.95 * nothing.std()


def test_contests_with_fewer_facts_have_wider_forecasts(bank, prior):
    shares = {name: n / 450 for name, n in (("ada", 180), ("ben", 150), ("cy", 90), ("dee", 30))}
    result = {"round1": {"shares": shares, **SOURCED}}
    few = simulated(bare(results=result, roll=SOURCED), prior)
    wide, narrow = condition(few).shares.std(), told(bank, 0.55).std()
    assert wide > 1.05 * narrow
