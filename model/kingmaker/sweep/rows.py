"""Make the tables of a sweep: rows of a run's tables, with the run's id in front."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pyarrow as pa

from kingmaker.files.results import PackedRecord, collect_tables, table_schema
from kingmaker.records import Column
from kingmaker.sweep.plan import Point
from kingmaker.sweep.store import FAILURES

RUN_ID = Column("string", "run id", "hash of all that the run's results depend on")
POINT = Column("int64", "dimensionless", "number of the point in the plan, from 0")

IDENTITY: dict[str, Column] = {
    "run_id": RUN_ID,
    "contest": Column("string", "contest id", "contest"),
    "behaviour": Column("string", "dimensionless", "alliance behaviour"),
    "without": Column("string", "mechanisms", "mechanisms switched off, separated by commas"),
    "seed": Column("int64", "dimensionless", "seed of the point's replicates"),
}
"""Columns before those of ``runs`` and of the failures."""

FAILURE_COLUMNS: dict[str, Column] = IDENTITY | {
    "replicate": Column("int64", "dimensionless", "number of the replicate, from 0"),
    "error": Column("string", "dimensionless", "what went wrong, and where"),
    "places": Column("string", "dimensionless", "places in this package, the innermost last"),
}


@dataclass(frozen=True)
class Failure:
    """Keep a run that failed.

    Attributes
    ----------
    error
        What went wrong, and where.
    places
        Lines of this package that it came through, the innermost last.
    """

    run_id: str
    point: Point
    replicate: int
    error: str
    places: str


def tables_of_batch(
    kept: Sequence[str],
    records: Sequence[tuple[str, Point, PackedRecord]],
    failures: Sequence[Failure],
) -> dict[str, pa.Table]:
    """Make the tables of a batch.

    Parameters
    ----------
    kept
        Tables that the sweep keeps.
    records
        Id, point and record of each run that succeeded, in the plan's order.
    failures
        The others, in the plan's order.

    Returns
    -------
    The kept tables and the failures. Rows depend on their run alone, so that the same run gives the
    same rows in any batch.
    """
    found = collect_tables([record for _, _, record in records])
    tables = {}
    for name in kept:
        if name == "runs":
            lead = [_identity(run_id, point) for run_id, point, _ in records]
            tables[name] = _with_front(found[name], lead, IDENTITY)
        else:
            counts = [record.batches[name].num_rows for _, _, record in records]
            ids = [
                [run_id]
                for (run_id, _, _), count in zip(records, counts, strict=True)
                for _ in range(count)
            ]
            tables[name] = _with_front(found[name], ids, {"run_id": RUN_ID})
    rows = [[*_identity(f.run_id, f.point), f.replicate, f.error, f.places] for f in failures]
    tables[FAILURES] = _table(rows, FAILURE_COLUMNS)
    return tables


def _identity(run_id: str, point: Point) -> list[str | int]:
    return [run_id, point.contest.id, point.behaviour, ",".join(point.without), point.seed]


def _with_front(
    table: pa.Table, rows: Iterable[Sequence[str | int]], columns: dict[str, Column]
) -> pa.Table:
    """Put columns before those of a table."""
    front = _table(list(rows), columns)
    fields = [*front.schema, *table.schema]
    return pa.Table.from_arrays([*front.columns, *table.columns], schema=pa.schema(fields))


def _table(rows: Sequence[Sequence[str | int]], columns: dict[str, Column]) -> pa.Table:
    schema = table_schema(columns)
    cells = list(zip(*rows, strict=True)) if rows else [()] * len(schema)
    arrays = [pa.array(c, type=f.type) for c, f in zip(cells, schema, strict=True)]
    return pa.Table.from_arrays(arrays, schema=schema)
