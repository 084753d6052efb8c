"""Simulate the runoff of a contest under draws from a posterior."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kingmaker.calibrate.bank import Bank
from kingmaker.calibrate.draws import DrawSettings, plan_of
from kingmaker.calibrate.shared import SHARED
from kingmaker.calibrate.summaries import (
    RUNOFF_SHARE,
    TURNOUT_RATIO,
    simulated,
    summaries_of,
    tables_for,
)
from kingmaker.cases.collection import Case
from kingmaker.errors import ContestError, DataError, ParameterError, RunFailedError
from kingmaker.experiment.pool import DIED, cause_of, run_tasks
from kingmaker.forecasting.options import ForecastPlan
from kingmaker.forecasting.source import Source
from kingmaker.sweep.plan import Point, command_for, request_for

Progress = Callable[[int, int], None]
"""Called with the runs done and the runs asked for."""

FEWEST_POSSIBLE = 0.5
"""Part of the draws that must be possible and have a runoff; below it, no forecast; assumed."""

_RUN_COLUMNS = (
    "runoff_share",
    "ballots_round1",
    "ballots_round2",
    "roll_round2",
    "rejected_draws",
)

Task = tuple[int, Mapping[str, float]]


@dataclass(frozen=True)
class Run:
    """Keep of one run what a forecast needs.

    Attributes
    ----------
    row
        Some columns of ``runs``.
    polls
        The table ``polls``, by column.
    choices
        Leader to the finalist whom he called for, or an empty word, where the run drew it.
    drawn
        Facts that the contest does not hold and that were drawn, as sentences.
    """

    row: Mapping[str, Any]
    polls: Mapping[str, list[Any]]
    choices: Mapping[str, str]
    drawn: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Ensemble:
    """Hold the runs of a forecast.

    Attributes
    ----------
    runs
        Those that are possible, in the order of the draws.
    impossible
        Number of draws that cannot have led to the observed first round, however often the rest
        was drawn anew.
    bank
        The same runs, as they are compared with what was observed.
    entitled
        Runoff's entitled / first-round ballots in each, shape ``(n,)``.
    """

    runs: tuple[Run, ...]
    impossible: int
    bank: Bank
    entitled: NDArray[np.float64]


def simulate_ensemble(plan: ForecastPlan, progress: Progress | None = None) -> Ensemble:
    """Simulate the runoff.

    Parameters
    ----------
    plan
        What to forecast.
    progress
        Told how far it is.

    Returns
    -------
    A run per replicate, the same whatever the number of workers. Replicate r has the chance of
    replicate r of every other forecast with the same seed, so that forecasts of several days or
    from several posteriors differ by what is known alone.

    Raises
    ------
    DataError
        If too few draws can have led to the observed first round, or have a runoff.
    RunFailedError
        If a run fails.
    """
    point, tasks = _tasks(plan.case, plan.source, plan.replicates, plan.seed)

    def report(done: int) -> None:
        if progress is not None:
            progress(done, plan.replicates)

    report(0)
    try:
        found = run_tasks(_run, point, tasks, plan.workers, report)
    except BrokenProcessPool as error:
        name = f"the forecast of {plan.case.id}"
        raise RunFailedError(name, plan.seed, DIED, plan.repeat()) from error
    places = [place for place, run in enumerate(found) if run is not None]
    runs = tuple(run for run in found if run is not None)
    if len(runs) < FEWEST_POSSIBLE * plan.replicates:
        raise DataError(
            plan.case.id,
            f"only {len(runs)} of {plan.replicates} draws can have led to the first round",
            "check its result, its blocs and its roll; or take another posterior",
        )
    scores = plan.source.rows(plan.replicates)
    kept = np.empty((len(runs), 0)) if scores is None else scores[places]
    bank = bank_of(plan.case, runs, kept)
    columns = [bank.summaries.index(name) for name in (RUNOFF_SHARE, TURNOUT_RATIO)]
    n_voted = int(np.isfinite(bank.simulated[:, columns]).all(axis=1).sum())
    if n_voted < FEWEST_POSSIBLE * plan.replicates:
        raise DataError(
            plan.case.id,
            f"only {n_voted} of {plan.replicates} draws have a runoff with any votes",
            "check who is entitled to it (roll.round2): they may be too few to be simulated",
        )
    return Ensemble(
        runs=runs,
        impossible=plan.replicates - len(runs),
        bank=bank,
        entitled=np.array([run.row["roll_round2"] / run.row["ballots_round1"] for run in runs]),
    )


def bank_of(case: Case, runs: tuple[Run, ...], scores: NDArray[np.float64]) -> Bank:
    """Put runs beside what was observed before the runoff."""
    summaries = summaries_of(case, None)
    tables = {"runs": pd.DataFrame([run.row for run in runs]).assign(place=range(len(runs)))}
    if "polls" in tables_for(summaries):
        frames = [pd.DataFrame(run.polls).assign(place=n) for n, run in enumerate(runs)]
        tables["polls"] = pd.concat(frames, ignore_index=True)
    return Bank(
        contest=case.id,
        party=case.key.label,
        parameters=SHARED if scores.shape[1] else (),
        summaries=tuple(summary.name for summary in summaries),
        scores=scores,
        simulated=simulated(summaries, tables, len(runs)),
        observed=np.array([summary.observed for summary in summaries]),
        error_sd=np.array([summary.error_sd for summary in summaries]),
        rejected=np.array([run.row["rejected_draws"] for run in runs], dtype=np.int64),
    )


def _tasks(case: Case, source: Source, replicates: int, seed: int) -> tuple[Point, list[Task]]:
    """Make what all runs share, and number and parameters of each."""
    rows = source.rows(replicates)
    settings = DrawSettings(replicates, seed=seed)
    scores = np.zeros((1, len(SHARED))) if rows is None else rows
    plan = replace(plan_of(case, scores, settings), is_paired=True)
    if source.values is not None:
        return plan.point(0), [(number, source.values.draw(number)) for number in range(replicates)]
    return plan.point(0), [(number, plan.point(number).draw) for number in range(replicates)]


def _run(point: Point, task: Task) -> Run | None:
    """Carry out a run; None where 200 draws of all else were impossible."""
    from kingmaker.outcome import simulate_replicate

    number, draw = task
    point = replace(point, draw=draw)
    try:
        record = simulate_replicate(request_for(point, number))
    except RunFailedError:
        return None
    except (ContestError, DataError, ParameterError):
        raise
    except Exception as error:
        name, command = f"replicate {number} of {point.contest.id}", command_for(point, number)
        raise RunFailedError(name, point.seed, cause_of(error), command) from error
    return Run(
        row={name: record.run[name] for name in _RUN_COLUMNS},
        polls=record.tables["polls"],
        choices=_choices(record.tables["deals"]),
        drawn=record.drawn,
    )


def _choices(deals: Mapping[str, list[Any]]) -> dict[str, str]:
    """Read the choices of eliminated leaders that the run drew."""
    rows = zip(*(deals[name] for name in ("actor", "target", "basis", "prob")), strict=True)
    return {
        actor: target
        for actor, target, basis, prob in rows
        if prob is not None and not np.isnan(prob) and basis != "historical"
    }
