"""Small sweeps of made-up contests, and engines and batches that stand for the real ones."""

import os
import sys
from collections.abc import Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from kingmaker.sweep.batch import BatchReport, run_batch
from kingmaker.sweep.collect import collect
from kingmaker.sweep.drive import drive
from kingmaker.sweep.load import make_plan, parse_experiment
from kingmaker.sweep.plan import SweepPlan
from kingmaker.sweep.rows import FAILURE_COLUMNS, IDENTITY, Failure, tables_of_batch
from kingmaker.sweep.shards import FAILURES
from kingmaker.sweep.store import PlanReference, Store, open_reference, start_store
from tests.unit.files.fake_records import fake_engine, fake_replicate, write_fake_contest

GRID = {"kind": "grid", "parameters": {"obedience": [0.2, 0.4, 0.6]}}


def table(**changes: Any) -> dict[str, Any]:
    """Describe an experiment: 2 behaviours x 3 values x 4 replicates = 24 runs."""
    data: dict[str, Any] = {
        "id": "trial",
        "question": "Does it work?",
        "contests": ["tri.toml"],
        "behaviours": ["historical", "neutral"],
        "replicates": 4,
        "tables": ["runs", "shares", "deals"],
        "design": GRID,
    }
    return {key: value for key, value in (data | changes).items() if value is not None}


def plan_of(folder: Path, **changes: Any) -> SweepPlan:
    """Make the plan of an experiment; the contest of three lies beside it."""
    if not (folder / "tri.toml").exists():
        write_fake_contest(folder / "tri.toml")
    return make_plan(parse_experiment(table(**changes), "trial.toml", folder), "", folder)


def store_of(folder: Path, name: str = "out", **changes: Any) -> Store:
    """Begin a sweep, or go on with it."""
    return start_store(folder / name, plan_of(folder, **changes), is_resumed=True)


class Serial:
    """Carry out batches at once, in this process."""

    workers = 1

    def __init__(self, *losses: type[BaseException]) -> None:
        self.losses = losses
        self.batches: list[list[int]] = []

    def submit(self, work: Any, /, *arguments: Any) -> Future[Any]:
        future: Future[Any] = Future()
        self.batches.append(list(arguments[1]))
        try:
            future.set_result(work(*arguments))
        except Exception as error:  # noqa: BLE001
            future.set_exception(error)
        return future

    def is_loss(self, error: BaseException) -> bool:
        return isinstance(error, self.losses)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        pass


def simulated(monkeypatch, simulate: Any = fake_replicate) -> None:
    """Let runs of this process come from a made-up engine."""
    monkeypatch.setitem(sys.modules, "kingmaker.outcome", fake_engine(simulate))


def swept(folder: Path, name: str = "out", **changes: Any) -> Store:
    """Sweep in this process."""
    store = store_of(folder, name, **changes)
    drive(store, Serial())
    return store


def fake_batch(reference: PlanReference, indices: Sequence[int]) -> BatchReport:
    """Carry out a batch with the made-up engine, in whatever process."""
    sys.modules["kingmaker.outcome"] = fake_engine()
    return run_batch(reference, indices)


def deadly_batch(reference: PlanReference, indices: Sequence[int]) -> BatchReport:
    """Let run 5 kill its process each time."""
    if 5 in indices:
        os._exit(1)
    return fake_batch(reference, indices)


def once_deadly_batch(reference: PlanReference, indices: Sequence[int]) -> BatchReport:
    """Let run 5 kill its process the first time."""
    mark = Path(reference.folder) / "tmp" / "once"
    if 5 in indices and not mark.exists():
        mark.touch()
        os._exit(1)
    return fake_batch(reference, indices)


def tiny_batch(reference: PlanReference, indices: Sequence[int]) -> BatchReport:
    """Write the rows of runs that take no time: few columns, the whole machinery otherwise."""
    store = open_reference(reference)
    ids = store.plan.ids[list(indices)]
    store.add([name.decode() for name in ids], tiny_tables(store, indices))
    return BatchReport("", len(indices), 0, 1e-4 * len(indices), 1e-4)


def tiny_tables(store: Store, indices: Sequence[int]) -> dict[str, pa.Table]:
    """Make few columns of ``runs`` without a record for each run."""
    plan = store.plan
    places = [plan.locate(index) for index in indices]
    point = plan.point(places[0][0])
    columns = {
        "run_id": [name.decode() for name in plan.ids[list(indices)]],
        "contest": [point.contest.id] * len(places),
        "behaviour": [plan.arm_of(number).behaviour for number, _ in places],
        "without": [""] * len(places),
        "seed": [point.seed] * len(places),
        "replicate": [replicate for _, replicate in places],
        "runoff_share": np.random.default_rng(int(indices[0])).random(len(places)),
    }
    failures = tables_of_batch(("runs",), [], [])[FAILURES]
    assert set(IDENTITY) < set(columns)
    assert set(FAILURE_COLUMNS) == set(failures.column_names)
    return {"runs": pa.table(columns), FAILURES: failures}


def add_runs(store: Store, indices: Sequence[int]) -> str:
    """Add some runs as one shard; run 3 failed."""
    records, failures, ids = [], [], []
    from kingmaker.files.results import pack_record
    from kingmaker.sweep.plan import request_for

    for index in indices:
        number, replicate = store.plan.locate(index)
        point, name = store.plan.point(number), store.plan.run_id(index)
        ids.append(name)
        if index == 3:
            failures.append(Failure(name, point, replicate, "ValueError: no", "somewhere"))
        else:
            record = pack_record(fake_replicate(request_for(point, replicate)))
            records.append((name, point, record))
    tables = tables_of_batch(store.plan.tables, records, failures)
    return store.add(ids, tables, failed=[f.run_id for f in failures], drawn=["the weather"])


def vars_of(plan: SweepPlan) -> dict[str, Any]:
    """Return the fields of a plan, to change some of them."""
    return {name: getattr(plan, name) for name in plan.__dataclass_fields__}


def contents(store: Store) -> dict[str, bytes]:
    """Collect a store and return the bytes of its tables."""
    collect(store)
    return {path.name: path.read_bytes() for path in (store.folder / "data").iterdir()}
