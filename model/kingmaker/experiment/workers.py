"""Run replicates in this process or in several, with the same results in the same order."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace

from kingmaker.errors import ContestError, DataError, ParameterError, RunFailedError
from kingmaker.experiment.options import Plan
from kingmaker.experiment.pool import DIED, cause_of, run_tasks
from kingmaker.files.results import PackedRecord, pack_record
from kingmaker.records import Request

Progress = Callable[[int, int], None]
"""Called with the replicates done and the replicates asked for."""

Task = tuple[int, Mapping[str, float]]


def run_replicates(plan: Plan, progress: Progress | None = None) -> list[PackedRecord]:
    """Run all replicates of a plan.

    Parameters
    ----------
    plan
        What to run.
    progress
        Told how far the run is.

    Returns
    -------
    One record per replicate, in their order, whatever the number of workers.

    Raises
    ------
    RunFailedError
        If a replicate fails; names it and the command that repeats it.
    DataError, ParameterError, ContestError
        If the input turns out to be impossible.
    """
    total = len(plan.numbers)

    def report(done: int) -> None:
        if progress is not None:
            progress(done, total)

    report(0)
    tasks = [(number, plan.draw(number)) for number in plan.numbers]
    try:
        return run_tasks(_run_task, replace(plan, posterior=None), tasks, plan.workers, report)
    except BrokenProcessPool as error:
        name, command = f"the run of {plan.contest.id}", plan.command_for(plan.numbers)
        raise RunFailedError(name, plan.seed, DIED, command) from error


def _run_task(plan: Plan, task: Task) -> PackedRecord:
    return run_one(plan, *task)


def run_one(plan: Plan, number: int, draw: Mapping[str, float]) -> PackedRecord:
    """Run one replicate.

    Parameters
    ----------
    plan
        What to run.
    number
        Which replicate.
    draw
        Its parameters from the posterior, if there is one.

    Returns
    -------
    Its record.

    Raises
    ------
    RunFailedError
        If it fails for any reason but the user's input.
    """
    from kingmaker.outcome import simulate_replicate

    request = Request(
        contest=plan.contest,
        seed=plan.seed,
        replicate=number,
        behaviour=plan.behaviour,
        settings=plan.settings,
        draw=draw,
        without=plan.without,
        scale=plan.scale,
        days=plan.days,
        first_round=plan.first_round,
        reinvert=plan.reinvert,
    )
    try:
        return pack_record(simulate_replicate(request))
    except (ContestError, DataError, ParameterError):
        raise
    except Exception as error:
        name = f"replicate {number} of {plan.contest.id}"
        cause = str(error.args[2]) if isinstance(error, RunFailedError) else cause_of(error)
        raise RunFailedError(name, plan.seed, cause, plan.command_for([number])) from error
