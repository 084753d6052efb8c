"""Run replicates in this process or in several, with the same results in the same order."""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from types import ModuleType

import kingmaker
from kingmaker.errors import ContestError, DataError, ParameterError, RunFailedError
from kingmaker.experiment.environment import guarded_children
from kingmaker.experiment.options import Plan
from kingmaker.files.results import PackedRecord, pack_record
from kingmaker.records import Request

Progress = Callable[[int, int], None]
"""Called with the replicates done and the replicates asked for."""

_BATCHES_PER_WORKER = 25
_LARGEST_BATCH = 8
_PACKAGE = Path(kingmaker.__file__).parent


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
    report = progress or _silent
    report(0, len(plan.numbers))
    if plan.workers == 1 or len(plan.numbers) == 1:
        records = []
        for done, number in enumerate(plan.numbers, start=1):
            records.append(run_one(plan, number, plan.draw(number)))
            report(done, len(plan.numbers))
        return records
    return _run_in_processes(plan, report)


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
    )
    try:
        return pack_record(simulate_replicate(request))
    except (ContestError, DataError, ParameterError):
        raise
    except Exception as error:
        name = f"replicate {number} of {plan.contest.id}"
        cause = str(error.args[2]) if isinstance(error, RunFailedError) else _cause(error)
        raise RunFailedError(name, plan.seed, cause, plan.command_for([number])) from error


def _run_in_processes(plan: Plan, report: Progress) -> list[PackedRecord]:
    batches = _batches(plan.numbers, plan.workers)
    executor = ProcessPoolExecutor(
        max_workers=min(plan.workers, len(batches)),
        mp_context=multiprocessing.get_context("spawn"),
        initializer=_start_worker,
    )
    # Not an argument of the initializer: a parent waits for ever for a process that dies before it
    # has read arguments larger than a pipe holds.
    packed = pickle.dumps(replace(plan, posterior=None))
    records: dict[int, PackedRecord] = {}
    try:
        with guarded_children(), _interrupts_for_parent_only(), _main_left_alone():
            futures = [
                executor.submit(_run_batch, packed, [(n, plan.draw(n)) for n in batch])
                for batch in batches
            ]
        for future in as_completed(futures):
            records.update(future.result())
            report(len(records), len(plan.numbers))
    except BrokenProcessPool as error:
        raise _broken(plan) from error
    except BaseException:
        _stop(executor)
        raise
    executor.shutdown()
    return [records[number] for number in plan.numbers]


def _start_worker() -> None:
    """Prepare a worker: leave Ctrl-C to the parent, and end when the parent is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _run_batch(
    packed: bytes, batch: Sequence[tuple[int, Mapping[str, float]]]
) -> dict[int, PackedRecord]:
    plan = _unpack(packed)
    return {number: run_one(plan, number, draw) for number, draw in batch}


@lru_cache(maxsize=1)
def _unpack(packed: bytes) -> Plan:
    plan: Plan = pickle.loads(packed)
    return plan


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


@contextmanager
def _interrupts_for_parent_only() -> Iterator[None]:
    """Start processes that a Ctrl-C at the terminal does not reach; the parent ends them."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def _main_left_alone() -> Iterator[None]:
    """Start processes that do not import the caller's script: they need nothing of it.

    Scripts then need no ``if __name__ == "__main__":``, and notebooks and pipes work as well.
    """
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main


def _stop(executor: ProcessPoolExecutor) -> None:
    """End the workers at once; what they were doing is not wanted any more."""
    # Python 3.14 has `terminate_workers`; before it, nothing public names the processes.
    processes = list((executor._processes or {}).values())
    executor.shutdown(wait=False, cancel_futures=True)
    for process in processes:
        process.terminate()
    for process in processes:
        process.join()


def _broken(plan: Plan) -> RunFailedError:
    cause = "a worker process died, killed or out of memory (fewer --workers need less memory)"
    return RunFailedError(
        f"the run of {plan.contest.id}", plan.seed, cause, plan.command_for(plan.numbers)
    )


def _batches(numbers: Sequence[int], workers: int) -> list[Sequence[int]]:
    size = min(max(len(numbers) // (workers * _BATCHES_PER_WORKER), 1), _LARGEST_BATCH)
    return [numbers[start : start + size] for start in range(0, len(numbers), size)]


def _cause(error: Exception) -> str:
    """Say what went wrong and where in this package."""
    place = ""
    for frame in traceback.extract_tb(error.__traceback__):
        path = Path(frame.filename)
        if path.is_relative_to(_PACKAGE):
            place = f" at {path.relative_to(_PACKAGE.parent).as_posix()}:{frame.lineno}"
    text = str(error)
    return f"{type(error).__name__}{': ' if text else ''}{text}{place}"


def _silent(done: int, total: int) -> None:
    del done, total
