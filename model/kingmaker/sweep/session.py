"""Carry out a sweep from here to a collected dataset: estimate, drive, repair, collect."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from kingmaker.files.results import write_small
from kingmaker.sweep.batch import BatchReport, run_batch
from kingmaker.sweep.collect import Collected, collect
from kingmaker.sweep.drive import (
    LEAST_BATCHES,
    MAX_BATCH,
    TARGET_SECONDS,
    DriveReport,
    Engine,
    Progress,
    drive,
    sound_survey,
)
from kingmaker.sweep.plan import SweepPlan
from kingmaker.sweep.shards import FAILURES
from kingmaker.sweep.store import Store, start_store

PILOT_RUNS = 3
"""Runs of the larger pilot batch: what more it takes than a single run is rows; assumed."""

PILOT_SINGLES = 2
"""Single runs on workers that have compiled and loaded, for the time of a run; assumed."""

_MOST_COLD = 8
_SHARDS_WEIGHED = 16
_REPAIRS = 3

_BLOCK = 4096
"""Room on a disk is given out in pieces of this size [bytes]; customary."""


@dataclass(frozen=True)
class Estimate:
    """Say how much time and room the rest of a sweep takes, from runs that are finished.

    Attributes
    ----------
    n_left
        Runs to be done.
    seconds_per_run
        Time of a run on one processor [s].
    bytes_per_run
        Size of a run's rows [bytes].
    bytes_per_shard
        Room that a shard takes beside that of its rows: files fill whole blocks [bytes].
    workers
        Number of workers.
    """

    n_left: int
    seconds_per_run: float
    bytes_per_run: float
    bytes_per_shard: float
    workers: int

    @property
    def seconds(self) -> float:
        """Time of what is left, on all workers [s]."""
        return self.n_left * self.seconds_per_run / self.workers

    @property
    def n_bytes(self) -> float:
        """Room for what is left: shards and collected tables [bytes]."""
        size = min(
            TARGET_SECONDS / max(self.seconds_per_run, 1e-9),
            MAX_BATCH,
            max(self.n_left / LEAST_BATCHES, 1),
        )
        # Batches shorten towards the end, so that the workers end together.
        n_shards = min(self.n_left / max(size, 1) + 6 * self.workers, self.n_left)
        return 2 * self.n_left * self.bytes_per_run + n_shards * self.bytes_per_shard


def estimate(store: Store, n_left: int, workers: int) -> Estimate | None:
    """Estimate time and room from the batches that a store holds.

    Parameters
    ----------
    store
        The store.
    n_left
        Runs to be done.
    workers
        Number of workers.

    Returns
    -------
    The estimate; None while the store is empty. The first run of a process compiles and loads: it
    does not count if there are others.
    """
    timings = list(store.timings())
    warm = [timing for timing in timings if timing["n_steady"]] or timings
    if not warm:
        return None
    counts = [timing["n_steady"] or 1 for timing in warm]
    steady = [timing["steady"] for timing in warm]
    seconds = float(np.average(steady, weights=counts))
    per_run, per_shard = _sizes(store)
    return Estimate(n_left, seconds, per_run, per_shard, max(workers, 1))


def pilot(plan: SweepPlan, workers: int) -> Estimate:
    """Run a few runs in this process, in a temporary folder, and estimate the sweep from them.

    Parameters
    ----------
    plan
        The sweep.
    workers
        Number of workers that it will have.
    """
    with tempfile.TemporaryDirectory(prefix="kingmaker-") as folder:
        store = start_store(Path(folder) / "pilot", plan, is_resumed=False)
        for batch in pilot_batches(np.arange(plan.n_runs), 1):
            run_batch(store.reference, batch)
        found = estimate(store, plan.n_runs, workers)
    assert found is not None
    return found


def pilot_batches(missing: np.ndarray, workers: int) -> list[list[int]]:
    """Choose runs to begin with: single ones spread over the plan, and some in a row.

    Parameters
    ----------
    missing
        Indices of the missing runs, ascending.
    workers
        Number of workers; the first run of each is slow.
    """
    n_singles = min(workers, _MOST_COLD) + PILOT_SINGLES
    if len(missing) < n_singles + PILOT_RUNS:
        return [[int(index)] for index in missing]
    last = len(missing) - PILOT_RUNS
    places = np.linspace(0, last - 1, n_singles).astype(np.int64)
    singles = [[int(missing[place])] for place in dict.fromkeys(places.tolist())]
    return [*singles, missing[last:].tolist()]


def carry_out(
    store: Store,
    engine: Engine,
    *,
    asked: range | None = None,
    progress: Progress | None = None,
    estimated: Callable[[Estimate], None] | None = None,
    say: Callable[[str], None] | None = None,
) -> DriveReport:
    """Carry out what is missing, and estimate the rest from the first batches.

    Parameters
    ----------
    store
        The store.
    engine
        What carries out the batches.
    asked
        Indices of the runs asked for; None: all.
    progress
        Told how far the sweep is.
    estimated
        Told the estimate, once.
    say
        Told which shards are damaged.
    """
    survey = sound_survey(store, say)
    missing = survey.missing
    if asked is not None:
        missing = missing[(missing >= asked.start) & (missing < asked.stop)]
    first: list[list[int]] = []
    if asked is None and not survey.n_finished:
        first = pilot_batches(missing, engine.workers)
    waiting = [max(len(first), 1)]
    n_left = [len(missing)]

    def told(report: BatchReport) -> None:
        waiting[0] -= 1
        n_left[0] -= report.n_runs
        if estimated is not None and waiting[0] == 0 and n_left[0] > 0:
            found = estimate(store, n_left[0], engine.workers)
            if found is not None:
                estimated(found)

    return drive(store, engine, asked=asked, first=first, progress=progress, told=told, say=say)


def set_failures_aside(store: Store) -> int:
    """Set the shards with failed runs aside, so that all their runs are missing.

    Returns
    -------
    How many shards.
    """
    shards = [shard for shard in store.survey().shards if shard.failed]
    for shard in shards:
        store.set_aside(shard.name)
    return len(shards)


def finish(
    store: Store,
    engine: Engine,
    progress: Progress | None = None,
    say: Callable[[str], None] | None = None,
) -> Collected:
    """Collect a sweep, and repair what was damaged since it was written.

    Parameters
    ----------
    store
        The store.
    engine
        What repeats the runs of damaged shards.
    progress
        Told how far that is.
    say
        Told which shards are damaged.
    """
    for _ in range(_REPAIRS):
        survey = store.survey()
        if survey.is_complete and not survey.damaged:
            return collect(store, survey)
        drive(store, engine, progress=progress, say=say)
    return collect(store)


def _sizes(store: Store) -> tuple[float, float]:
    """Return the size of a run's rows, and the room that a shard takes beside it [bytes].

    Both follow from the room of some shards and the size of a shard with all their rows.
    """
    survey = store.survey()
    shards = survey.shards[:_SHARDS_WEIGHED]
    n_runs = sum(len(shard.ids) for shard in shards)
    if not shards:
        return 0.0, 0.0
    apart = sum(_room(path) for shard in shards for path in (shard.path, *shard.path.iterdir()))
    apart += _BLOCK * len(shards)  # what is noted of its time
    together = 0
    for name in (*store.plan.tables, FAILURES):
        tables = [pq.ParquetFile(shard.path / f"{name}.parquet").read() for shard in shards]
        with pa.BufferOutputStream() as stream:
            write_small(pa.concat_tables(tables, promote_options="default"), stream)
            together += stream.tell()
    # A shard without rows would have some of these bytes, too.
    per_shard = (apart - together) / (len(shards) - 1) if len(shards) > 1 else 0.0
    return max(together - per_shard, 0.0) / n_runs, max(per_shard, 0.0)


def _room(path: Path) -> int:
    """Return the room that a file or folder takes [bytes]."""
    return -(-path.stat().st_size // _BLOCK) * _BLOCK
