"""Forecast a runoff: simulate it, condition it on what was observed before, and sum up."""

from __future__ import annotations

import datetime as dt
import os

from kingmaker.contest.schema import Contest
from kingmaker.forecasting.conditioning import condition
from kingmaker.forecasting.ensemble import Progress, simulate_ensemble
from kingmaker.forecasting.options import (
    DEFAULT_REPLICATES,
    ForecastOptions,
    ForecastPlan,
    plan_forecast,
)
from kingmaker.forecasting.result import ForecastResult, result_of


def forecast(
    contest: str | os.PathLike[str] | Contest,
    *,
    as_of: dt.date | str | None = None,
    posterior: str | os.PathLike[str] | None = None,
    replicates: int = DEFAULT_REPLICATES,
    seed: int = 1,
    workers: int = 1,
    progress: Progress | None = None,
) -> ForecastResult:
    """Forecast the runoff of a contest from what was known on its eve.

    Parameters
    ----------
    contest
        Id of a bundled contest, path of a contest file, or a contest. Its runoff is not used, even
        if it has one, nor is anything that was published, said or done on its day or later.
    as_of
        Last day of which anything is known, such as ``"2011-09-14"``; None: the eve.
    posterior
        Parquet file of posterior draws, as scores with contests left out, or as values; None: the
        bundled ones, from all contests but this one, whatever its id.
    replicates
        Number of simulated futures.
    seed
        0 to 2**63 - 1.
    workers
        Number of processes; results are the same.
    progress
        Called with the replicates done and asked for.

    Returns
    -------
    Samples, and a summary: mean, standard deviation and quantiles of the first-round leader's
    share, his probability to win, turnout, and what they rest on.

    Raises
    ------
    ParameterError
        If options are wrong; holds all problems.
    ContestError
        If the contest has problems, or there is no runoff to be forecast.
    CalibrationError
        If the posterior has learned from this contest.
    DataError
        If parameters and the observed first round contradict each other.
    RunFailedError
        If a replicate fails.
    """
    options = ForecastOptions(contest, as_of, posterior, replicates, seed, workers)
    return run_forecast(plan_forecast(options), progress)


def run_forecast(plan: ForecastPlan, progress: Progress | None = None) -> ForecastResult:
    """Carry out a forecast.

    Parameters
    ----------
    plan
        What to forecast.
    progress
        Called with the replicates done and asked for.

    Returns
    -------
    The forecast.
    """
    ensemble = simulate_ensemble(plan, progress)
    return result_of(plan, ensemble, condition(ensemble.bank))
