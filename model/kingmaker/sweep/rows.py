"""Make the tables of a sweep: rows of a run's tables, with the run's id in front."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from kingmaker.files.results import PackedRecord, collect_tables, runs_columns, table_schema
from kingmaker.records import Column
from kingmaker.sweep.plan import Point, SweepPlan
from kingmaker.sweep.shards import FAILURES

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

COMMAND = Column("string", "dimensionless", "repeats the run, in the folder of the experiment")

POINT_COLUMNS: dict[str, Column] = {
    "point": POINT,
    "contest": IDENTITY["contest"],
    "behaviour": IDENTITY["behaviour"],
    "without": IDENTITY["without"],
    "scale": Column("float64", "fraction", "simulated members / members asked for"),
    "days": Column("int64", "days", "days of campaign asked for"),
    "first_round": Column("string", "dimensionless", "exact or free"),
    "reinvert": Column("bool", "dimensionless", "whether constants are found anew"),
    "seed": IDENTITY["seed"],
    "replicates": Column("int64", "replicates", "replicates of the point"),
    "count": Column("int64", "points", "how often the design has this point"),
}
"""Columns of the points; ``param_<parameter>`` of what differs between them follow."""

_POINTS_PER_PIECE = 20_000


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


def point_columns(plan: SweepPlan) -> dict[str, Column]:
    """List the columns of the points of a plan."""
    names = [f"param_{name}" for name in plan.names]
    varied = runs_columns([dict.fromkeys(names)])
    return POINT_COLUMNS | {name: varied[name] for name in names}


def points_of(plan: SweepPlan) -> Iterator[pa.Table]:
    """Yield the points of a plan, piece by piece."""
    columns = point_columns(plan)
    for start in range(0, plan.n_points, _POINTS_PER_PIECE):
        stop = min(start + _POINTS_PER_PIECE, plan.n_points)
        yield _table([_point_row(plan, number) for number in range(start, stop)], columns)


def _point_row(plan: SweepPlan, number: int) -> list[Any]:
    point = plan.point(number)
    varied = point.draw if plan.is_draw else point.settings
    return [
        number,
        point.contest.id,
        point.behaviour,
        ",".join(point.without),
        point.scale,
        point.days,
        point.first_round,
        point.reinvert,
        point.seed,
        plan.replicates,
        int(plan.counts[number % plan.n_samples]),
        *(varied.get(name) for name in plan.names),
    ]


def _identity(run_id: str, point: Point) -> list[str | int]:
    return [run_id, point.contest.id, point.behaviour, ",".join(point.without), point.seed]


def _with_front(
    table: pa.Table, rows: Iterable[Sequence[str | int]], columns: dict[str, Column]
) -> pa.Table:
    """Put columns before those of a table."""
    front = _table(list(rows), columns)
    fields = [*front.schema, *table.schema]
    return pa.Table.from_arrays([*front.columns, *table.columns], schema=pa.schema(fields))


def _table(rows: Sequence[Sequence[Any]], columns: dict[str, Column]) -> pa.Table:
    schema = table_schema(columns)
    cells = list(zip(*rows, strict=True)) if rows else [()] * len(schema)
    arrays = [pa.array(c, type=f.type) for c, f in zip(cells, schema, strict=True)]
    return pa.Table.from_arrays(arrays, schema=schema)
