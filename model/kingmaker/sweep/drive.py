"""Keep an engine busy with the missing runs of a sweep, and repeat what dies."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np

from kingmaker.experiment.pool import DIED
from kingmaker.sweep.batch import BatchReport, run_batch, write_failures
from kingmaker.sweep.store import DAMAGED, PlanReference, Store, check_foreign
from kingmaker.sweep.survey import Survey

TARGET_SECONDS = 5.0
"""Work in a batch [s]; assumed."""

LEAST_SECONDS = 0.5
"""Work in a batch even towards the end [s]: writing a shard takes some hundredths; assumed."""

MAX_BATCH = 1000
"""Most runs in a batch: a worker holds their rows until the batch is written; assumed."""

LEAST_BATCHES = 20
"""A sweep is cut into at least this many batches, where it has as many runs; assumed."""

OUTSTANDING = 2
"""Batches handed to the engine per worker: one under way, one waiting."""

TRIES = 3
"""A batch that lost its worker so often is taken apart, and a run so alone is a failure."""

Work = Callable[[PlanReference, Sequence[int]], BatchReport]
Progress = Callable[[int, int], None]
"""Called with the runs finished, those of earlier sessions included, and the runs asked for."""


class Engine(Protocol):
    """Carry out batches, as `concurrent.futures.Executor` does."""

    @property
    def workers(self) -> int:
        """Number of batches that are carried out at once, at present."""

    def submit(self, work: Any, /, *arguments: Any) -> Future[Any]:
        """Begin a call of a module's function; arguments and result are pickled."""

    def is_loss(self, error: BaseException) -> bool:
        """Tell whether an error of a future means that its worker died."""

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the workers; with `cancel_futures` at once, whatever they are doing."""


@contextmanager
def running[E: Engine](engine: E) -> Iterator[E]:
    """Use an engine, and end its workers: at once if something went wrong."""
    try:
        yield engine
    except BaseException:
        engine.shutdown(wait=True, cancel_futures=True)
        raise
    engine.shutdown()


@dataclass(frozen=True)
class DriveReport:
    """Say what a session of a sweep did.

    Attributes
    ----------
    n_asked
        Runs asked for.
    n_found
        Of these, runs that were there already.
    n_done
        Runs finished in this session.
    n_failed
        Of these, runs that failed.
    n_lost
        Batches that lost their worker and were repeated.
    """

    n_asked: int
    n_found: int
    n_done: int
    n_failed: int
    n_lost: int


@dataclass
class _Batch:
    indices: list[int]
    losses: int = 0


@dataclass
class _Queue:
    """Cut the missing runs into batches as long as runs have lately been."""

    missing: np.ndarray
    per_contest: int
    repeated: deque[_Batch] = field(default_factory=deque)
    seconds: dict[int, float] = field(default_factory=dict)
    place: int = 0
    largest: int = MAX_BATCH

    def next(self, workers: int) -> _Batch | None:
        """Return the next batch; batches shorten towards the end, so that workers end together."""
        if self.repeated:
            return self.repeated.popleft()
        left = len(self.missing) - self.place
        if not left:
            return None
        contest = int(self.missing[self.place]) // self.per_contest
        seconds = self.seconds.get(contest)
        size = 1
        if seconds is not None:
            seconds = max(seconds, 1e-9)
            share = max(math.ceil(left / (3 * workers)), int(LEAST_SECONDS / seconds))
            size = max(min(int(TARGET_SECONDS / seconds), share, self.largest), 1)
        part = self.missing[self.place : self.place + size]
        part = part[part // self.per_contest == contest]
        self.place += len(part)
        return _Batch(part.tolist())

    def learn(self, batch: _Batch, report: BatchReport) -> None:
        """Note how long a run takes."""
        self.seconds[batch.indices[0] // self.per_contest] = report.steady


def drive(
    store: Store,
    engine: Engine,
    *,
    asked: range | None = None,
    first: Sequence[Sequence[int]] = (),
    progress: Progress | None = None,
    told: Callable[[BatchReport], None] | None = None,
    say: Callable[[str], None] | None = None,
    work: Work = run_batch,
) -> DriveReport:
    """Carry out all runs that are missing, or those of a slice.

    Damaged shards are set aside, and their runs are missing.

    Parameters
    ----------
    store
        The store.
    engine
        What carries out the batches; the caller shuts it down.
    asked
        Indices of the runs asked for (`kingmaker.sweep.plan.slice_of`); None: all.
    first
        Batches of missing runs that are handed out before the others, such as pilots.
    progress
        Told how far the sweep is.
    told
        Told of each finished batch.
    say
        Told which shards are damaged, in a sentence each.
    work
        What is done with a batch; it must add the batch to the store.

    Returns
    -------
    What was done.

    Raises
    ------
    StoreError
        If the store cannot be read or written, holds runs of another plan, or a worker has another
        version of the package.
    """
    survey = sound_survey(store, say)
    asked = range(store.plan.n_runs) if asked is None else asked
    missing = survey.missing
    missing = missing[(missing >= asked.start) & (missing < asked.stop)]
    found = len(asked) - len(missing)
    queue = _Queue(
        missing[~np.isin(missing, [index for batch in first for index in batch])],
        per_contest=max(store.plan.n_runs // len(store.plan.contests), 1),
        repeated=deque(_Batch(list(batch)) for batch in first),
        # Of the whole sweep: a slice of it need not be cut as small.
        largest=max(1, min(MAX_BATCH, math.ceil(store.plan.n_runs / LEAST_BATCHES))),
    )
    done = failed = lost = 0
    if progress is not None:
        progress(found, len(asked))
    for report in _carried_out(store, engine, queue, work):
        if report is None:
            lost += 1
            continue
        done += report.n_runs
        failed += report.n_failed
        if progress is not None:
            progress(found + done, len(asked))
        if told is not None:
            told(report)
    return DriveReport(len(asked), found, done, failed, lost)


def sound_survey(store: Store, say: Callable[[str], None] | None = None) -> Survey:
    """Find out what is there and set aside what is damaged.

    Parameters
    ----------
    store
        The store.
    say
        Told which shards are damaged, in a sentence each.

    Raises
    ------
    StoreError
        If there are runs of another plan: better said before the work than after it.
    """
    survey = store.survey()
    check_foreign(store, survey)
    for damage in survey.damaged:
        store.set_aside(damage.name)
        if say is not None:
            aside = store.folder / DAMAGED
            say(f"shard {damage.name}: {damage.wrong}; moved to {aside}, its runs are repeated")
    return survey


def _carried_out(
    store: Store, engine: Engine, queue: _Queue, work: Work
) -> Iterator[BatchReport | None]:
    """Yield the reports of finished batches, and None for each that lost its worker."""
    outstanding: dict[Future[BatchReport], _Batch] = {}
    while True:
        workers = max(engine.workers, 1)
        while len(outstanding) < OUTSTANDING * workers:
            batch = queue.next(workers)
            if batch is None:
                break
            outstanding[engine.submit(work, store.reference, batch.indices)] = batch
        if not outstanding:
            return
        finished, _ = wait(outstanding, return_when=FIRST_COMPLETED)
        for future in finished:
            batch = outstanding.pop(future)
            error = future.exception()
            if error is None:
                report = future.result()
                queue.learn(batch, report)
                yield report
            elif engine.is_loss(error):
                yield None
                yield from _after_loss(store, queue, batch)
            else:
                raise error


def _after_loss(store: Store, queue: _Queue, batch: _Batch) -> Iterator[BatchReport]:
    """Repeat a batch that lost its worker, take it apart, or give its only run up."""
    batch.losses += 1
    if batch.losses < TRIES:
        queue.repeated.append(batch)
    elif len(batch.indices) > 1:
        queue.repeated.extend(_Batch([index]) for index in batch.indices)
    else:
        yield write_failures(store, batch.indices, DIED)
