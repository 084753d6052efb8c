"""Read the rows of a sweep's shards in the plan's order, piece by piece, and hash them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from kingmaker.errors import StoreError
from kingmaker.files.results import content_hash, runs_columns, table_schema
from kingmaker.records import RUNS, TABLES
from kingmaker.sweep.plan import ID_LENGTH, command_for
from kingmaker.sweep.rows import (
    COMMAND,
    FAILURE_COLUMNS,
    IDENTITY,
    POINT,
    RUN_ID,
    point_columns,
    points_of,
)
from kingmaker.sweep.shards import FAILURES
from kingmaker.sweep.store import Store
from kingmaker.sweep.survey import Survey

POINTS = "points"
_WINDOW = 256
_CELLS_PER_PIECE = 1_000_000
_SHARDS_HELD = 4


class SweepDigest:
    """Hash tables piece by piece: names, columns, then the values of each piece in order."""

    def __init__(self) -> None:
        """Begin with no table."""
        self._whole = hashlib.sha256()
        self.tables: dict[str, dict[str, Any]] = {}

    def follow(
        self, name: str, schema: pa.Schema, pieces: Iterator[pa.Table]
    ) -> Iterator[pa.Table]:
        """Pass the pieces of a table on, and hash them on their way.

        Parameters
        ----------
        name
            Name of the table; the tables come in canonical order.
        schema
            Its schema.
        pieces
            Its rows.
        """
        columns = ",".join(f"{field.name}:{field.type}" for field in schema)
        digest = hashlib.sha256(f"{name}({columns})".encode())
        n_rows = 0
        for piece in pieces:
            digest.update(f"{piece.num_rows}:{content_hash(piece)}".encode())
            n_rows += piece.num_rows
            yield piece
        self.tables[name] = {"rows": n_rows, "sha256": digest.hexdigest()}
        self._whole.update(digest.digest())

    def hexdigest(self) -> str:
        """Return the hash of all tables."""
        return self._whole.hexdigest()


def table_names(store: Store) -> tuple[str, ...]:
    """Name the tables of a collected dataset in canonical order."""
    return (*store.plan.tables, FAILURES, POINTS)


def schema_of(store: Store, survey: Survey, name: str) -> pa.Schema:
    """Make the schema of a collected table; ``runs`` has the columns of all shards together."""
    front = {"run_id": RUN_ID, "point": POINT}
    if name == POINTS:
        return table_schema(point_columns(store.plan))
    if name == FAILURES:
        return table_schema({**front, **FAILURE_COLUMNS, "command": COMMAND})
    if name != "runs":
        return table_schema({**front, **TABLES[name]})
    extra = {
        column
        for shard in survey.shards
        for column in pq.read_schema(shard.path / "runs.parquet").names
        if column not in RUNS and column not in IDENTITY
    }
    return table_schema({**front, **IDENTITY, **runs_columns([dict.fromkeys(sorted(extra))])})


def pieces_of(store: Store, survey: Survey, name: str, schema: pa.Schema) -> Iterator[pa.Table]:
    """Yield the rows of a table in the plan's order.

    A piece ends where it has enough cells, counted by whole windows of runs: pieces depend on the
    plan and the values alone, not on how the runs were cut into shards.

    Parameters
    ----------
    store
        The store.
    survey
        What it holds.
    name
        Name of the table.
    schema
        Its schema; see `schema_of`.
    """
    if name == POINTS:
        yield from points_of(store.plan)
        return
    held: list[pa.Table] = []
    n_cells = 0
    for start in range(0, store.plan.n_runs, _WINDOW):
        stop = min(start + _WINDOW, store.plan.n_runs)
        part = _window(store, survey, name, schema, start, stop)
        if not part.num_rows:
            continue
        held.append(part)
        n_cells += part.num_rows * len(schema)
        if n_cells >= _CELLS_PER_PIECE:
            yield pa.concat_tables(held).combine_chunks()
            held, n_cells = [], 0
    if held:
        yield pa.concat_tables(held).combine_chunks()


def rows_of_run(store: Store, survey: Survey, name: str, index: int, shard: int) -> pa.Table:
    """Return the rows that a shard holds of a run, in the schema of the collected table."""
    schema = schema_of(store, survey, name)
    part, indices = _read(store, survey, name, shard)
    return arranged(
        store,
        part.filter(pa.array(indices == index)),
        np.full(int((indices == index).sum()), index),
        schema,
    )


def _window(
    store: Store, survey: Survey, name: str, schema: pa.Schema, start: int, stop: int
) -> pa.Table:
    """Return the rows of some consecutive runs in the plan's order."""
    numbers = np.unique(survey.home[start:stop])
    parts, places = [], []
    for number in numbers[numbers >= 0].tolist():
        part, indices = _read(store, survey, name, number)
        is_here = (indices >= start) & (indices < stop)
        is_here[is_here] = survey.home[indices[is_here]] == number
        if is_here.any():
            rows = np.flatnonzero(is_here)
            parts.append(arranged(store, part.take(pa.array(rows)), indices[rows], schema))
            places.append(indices[rows])
    if not parts:
        return schema.empty_table()
    order = np.argsort(np.concatenate(places), kind="stable")
    return pa.concat_tables(parts).take(pa.array(order))


def arranged(store: Store, part: pa.Table, indices: np.ndarray, schema: pa.Schema) -> pa.Table:
    """Give rows of a shard the columns of the collected table.

    Parameters
    ----------
    store
        The store.
    part
        Rows of the shard.
    indices
        The run of each row, shape ``(n_rows,)``.
    schema
        Schema of the collected table.
    """
    plan = store.plan
    places = {name: place for place, name in enumerate(part.column_names)}
    arrays = []
    for field in schema:
        if field.name == "point":
            arrays.append(pa.array(indices // plan.replicates, type=field.type))
        elif field.name == "command":
            commands = [
                command_for(plan.point(p), r) for p, r in map(plan.locate, indices.tolist())
            ]
            arrays.append(pa.array(commands, type=field.type))
        elif field.name in places:
            column = part.column(places[field.name])
            arrays.append(column if column.type == field.type else column.cast(field.type))
        else:
            arrays.append(pa.nulls(part.num_rows, type=field.type))
    return pa.Table.from_arrays(arrays, schema=schema)


def _read(store: Store, survey: Survey, name: str, number: int) -> tuple[pa.Table, np.ndarray]:
    """Read a table of a shard, and find which run each row belongs to."""
    shard = survey.shards[number]
    try:
        part, ids, rows = _read_file(shard.path / f"{name}.parquet")
    except (OSError, pa.ArrowException, KeyError) as error:
        wrong = f"shard {shard.name}: {name}.parquet cannot be read ({type(error).__name__})"
        raise StoreError(str(store.folder), wrong, "go on: kingmaker sweep --resume") from error
    indices = store.plan.indices_of(ids)[rows] if len(ids) else np.empty(0, dtype=np.int64)
    return part, indices


@lru_cache(maxsize=_SHARDS_HELD)
def _read_file(path: Path) -> tuple[pa.Table, np.ndarray, np.ndarray]:
    """Read a file; return its rows, the ids in it, and which of these each row has."""
    table = pq.ParquetFile(path, read_dictionary=["run_id"]).read(use_threads=False)
    column = table.column("run_id").combine_chunks()
    if isinstance(column, pa.ChunkedArray):
        column = pa.concat_arrays(column.chunks) if column.num_chunks else None
    if column is None or not len(column):
        return table, np.empty(0, dtype=f"S{ID_LENGTH}"), np.empty(0, dtype=np.int64)
    ids = np.array(column.dictionary.to_pylist(), dtype=f"S{ID_LENGTH}")
    return table, ids, column.indices.to_numpy(zero_copy_only=False).astype(np.int64)
