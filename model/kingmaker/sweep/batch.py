"""Carry out one batch of runs and add it to the store; what every engine calls."""

from __future__ import annotations

import platform
import time
import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import pyarrow as pa

from kingmaker.experiment.pool import cause_of
from kingmaker.files import provenance
from kingmaker.files.results import PackedRecord, pack_record
from kingmaker.records import ReplicateRecord
from kingmaker.sweep.plan import Point, SweepPlan, request_for, run_id
from kingmaker.sweep.rows import Failure, tables_of_batch
from kingmaker.sweep.store import PlanReference, Store, open_reference


@dataclass(frozen=True)
class BatchReport:
    """Tell the coordinating process of a finished batch; results stay in the store.

    Attributes
    ----------
    name
        Name of the shard.
    n_runs
        Number of its runs.
    n_failed
        How many of them failed.
    seconds
        How long it took, writing included [s].
    steady
        Mean time of a run [s]; without the first run of a process, which compiles and loads, if
        there are others.
    """

    name: str
    n_runs: int
    n_failed: int
    seconds: float
    steady: float


def run_batch(reference: PlanReference, indices: Sequence[int]) -> BatchReport:
    """Carry out some runs of a plan and write their shard.

    A run that fails becomes a row of the failures, and the others go on.

    Parameters
    ----------
    reference
        The store.
    indices
        Runs, ascending.

    Returns
    -------
    Name of the shard and how long it took.

    Raises
    ------
    StoreError
        If this machine has another version of the package, or the shard cannot be written.
    """
    started = time.perf_counter()
    store = _opened(reference)
    plan = store.plan
    records: list[tuple[str, Point, PackedRecord]] = []
    failures: list[Failure] = []
    ids: list[str] = []
    times: list[float] = []
    key, point = "", None
    for index in indices:
        number, replicate = plan.locate(index)
        if point is None or point.number != number:
            point, key = plan.point(number), plan.point_key(number)
        name = run_id(key, replicate)
        ids.append(name)
        begin = time.perf_counter()
        found = _simulate(plan, point, replicate)
        times.append(time.perf_counter() - begin)
        if isinstance(found, PackedRecord):
            records.append((name, point, found))
        else:
            failures.append(Failure(name, point, replicate, *found))
    return _finish(store, ids, records, failures, started, times)


def run_again(plan: SweepPlan, index: int) -> dict[str, pa.Table]:
    """Carry out one run and return its tables, as its shard would hold them; writes nothing."""
    number, replicate = plan.locate(index)
    point, name = plan.point(number), plan.run_id(index)
    found = _simulate(plan, point, replicate)
    if isinstance(found, PackedRecord):
        return tables_of_batch(plan.tables, [(name, point, found)], [])
    return tables_of_batch(plan.tables, [], [Failure(name, point, replicate, *found)])


def write_failures(store: Store, indices: Sequence[int], error: str) -> BatchReport:
    """Note runs that nobody could carry out, as a shard of failures alone.

    Parameters
    ----------
    store
        The store.
    indices
        Runs, ascending.
    error
        What happened.
    """
    started = time.perf_counter()
    failures = []
    for index in indices:
        number, replicate = store.plan.locate(index)
        failures.append(
            Failure(store.plan.run_id(index), store.plan.point(number), replicate, error, "")
        )
    ids = [failure.run_id for failure in failures]
    return _finish(store, ids, [], failures, started, [0.0])


def _simulate(plan: SweepPlan, point: Point, replicate: int) -> PackedRecord | tuple[str, str]:
    """Run one replicate; if it fails, say why and where."""
    from kingmaker.outcome import simulate_replicate

    try:
        record = simulate_replicate(request_for(point, replicate))
        kept = {name: rows for name, rows in record.tables.items() if name in plan.tables}
        return pack_record(ReplicateRecord(record.run, kept, record.drawn))
    except Exception as error:  # noqa: BLE001  # whatever it is, it is one row, and the sweep goes on
        return cause_of(error), _places(error)


def _places(error: Exception) -> str:
    """List the places in this package that an error came through, the innermost last."""
    lines = []
    for frame in traceback.extract_tb(error.__traceback__):
        path = Path(frame.filename)
        if path.is_relative_to(provenance.PACKAGE):
            place = path.relative_to(provenance.PACKAGE.parent).as_posix()
            lines.append(f"{place}:{frame.lineno} in {frame.name}")
    return "\n".join(lines)


def _finish(
    store: Store,
    ids: list[str],
    records: list[tuple[str, Point, PackedRecord]],
    failures: list[Failure],
    started: float,
    times: list[float],
) -> BatchReport:
    """Write shard and timing."""
    tables: dict[str, pa.Table] = tables_of_batch(store.plan.tables, records, failures)
    drawn = {line for _, _, record in records for line in record.drawn}
    failed = [failure.run_id for failure in failures]
    name = store.add(ids, tables, failed=failed, drawn=sorted(drawn))
    seconds = time.perf_counter() - started
    warm = times if _is_warm() else times[1:]
    steady = sum(warm or times) / max(len(warm or times), 1)
    timing = {
        "runs": len(ids),
        "failed": len(failed),
        "seconds": round(seconds, 6),
        "steady": round(steady, 6),
        "n_steady": len(warm),
        "host": platform.node(),
    }
    store.add_timing(name, timing | _machine())
    _warmed.add(True)
    return BatchReport(name, len(ids), len(failed), seconds, steady)


# Whether this process has run a batch before; it changes no result.
_warmed: set[bool] = set()


def _is_warm() -> bool:
    return bool(_warmed)


@lru_cache(maxsize=1)
def _machine() -> dict[str, Any]:
    """Describe what computed a batch: libraries and processor."""
    return {"versions": provenance.versions(), "platform": provenance.processor()}


@lru_cache(maxsize=4)
def _opened(reference: PlanReference) -> Store:
    """Open a store once per process."""
    return open_reference(reference)
