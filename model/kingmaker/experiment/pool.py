"""Carry out tasks in this process or in several, with the same results in the same order."""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from types import ModuleType
from typing import Any

import kingmaker
from kingmaker.experiment.environment import guarded_children

DIED = "a worker process died, killed or out of memory (fewer --workers need less memory)"
"""What `concurrent.futures.process.BrokenProcessPool` means."""

_BATCHES_PER_WORKER = 25
_LARGEST_BATCH = 8
_PACKAGE = Path(kingmaker.__file__).parent

Work = Callable[[Any, Any], Any]
"""A function of a module: what all tasks share, and a task, give a result; all are pickled."""


def run_tasks[Shared, Task, Result](
    work: Callable[[Shared, Task], Result],
    shared: Shared,
    tasks: Sequence[Task],
    workers: int,
    report: Callable[[int], None],
) -> list[Result]:
    """Carry out tasks.

    Parameters
    ----------
    work
        A function of a module; called with `shared` and a task.
    shared
        What all tasks need; sent to each process with every batch, so that it should be small.
    tasks
        The tasks.
    workers
        Number of processes; 1: this one.
    report
        Called with the number of tasks done, after each task or batch.

    Returns
    -------
    The results in the order of the tasks, whatever the number of workers.

    Raises
    ------
    BrokenProcessPool
        If a worker died; see `DIED`. What `work` raises comes through as it is.
    """
    if workers == 1 or len(tasks) == 1:
        results = []
        for task in tasks:
            results.append(work(shared, task))
            report(len(results))
        return results
    return _run_in_processes(work, shared, tasks, workers, report)


def _run_in_processes(
    work: Work, shared: Any, tasks: Sequence[Any], workers: int, report: Callable[[int], None]
) -> list[Any]:
    batches = _batches(tasks, workers)
    executor = ProcessPoolExecutor(
        max_workers=min(workers, len(batches)),
        mp_context=multiprocessing.get_context("spawn"),
        initializer=start_worker,
    )
    # Not an argument of the initializer: a parent waits for ever for a process that dies before it
    # has read arguments larger than a pipe holds.
    packed = pickle.dumps(shared)
    results: dict[int, list[Any]] = {}
    done = 0
    try:
        with guarded_children(), interrupts_for_parent_only(), main_left_alone():
            futures = {
                executor.submit(_run_batch, work, packed, batch): place
                for place, batch in enumerate(batches)
            }
        for future in as_completed(futures):
            results[futures[future]] = future.result()
            done += len(results[futures[future]])
            report(done)
    except BaseException:
        _stop(executor)
        raise
    executor.shutdown()
    return [result for place in range(len(batches)) for result in results[place]]


def cause_of(error: Exception) -> str:
    """Say what went wrong and where in this package."""
    place = ""
    for frame in traceback.extract_tb(error.__traceback__):
        path = Path(frame.filename)
        if path.is_relative_to(_PACKAGE):
            place = f" at {path.relative_to(_PACKAGE.parent).as_posix()}:{frame.lineno}"
    text = str(error)
    return f"{type(error).__name__}{': ' if text else ''}{text}{place}"


def start_worker() -> None:
    """Prepare a worker process: leave Ctrl-C to the parent, and end when the parent is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _run_batch(work: Work, packed: bytes, batch: Sequence[Any]) -> list[Any]:
    shared = _unpack(packed)
    return [work(shared, task) for task in batch]


@lru_cache(maxsize=1)
def _unpack(packed: bytes) -> Any:
    return pickle.loads(packed)


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


@contextmanager
def interrupts_for_parent_only() -> Iterator[None]:
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
def main_left_alone() -> Iterator[None]:
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


def _batches(tasks: Sequence[Any], workers: int) -> list[Sequence[Any]]:
    size = min(max(len(tasks) // (workers * _BATCHES_PER_WORKER), 1), _LARGEST_BATCH)
    return [tasks[start : start + size] for start in range(0, len(tasks), size)]
