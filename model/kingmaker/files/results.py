"""Turn records into tables of a fixed schema, hash their values, and write them as Parquet."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from kingmaker.errors import InvariantError
from kingmaker.records import RUNS, TABLES, Column, ReplicateRecord

_TYPES = {
    "int64": pa.int64(),
    "float64": pa.float64(),
    "string": pa.string(),
    "bool": pa.bool_(),
}
_EXTRA_GROUPS = ("shift_", "constant_", "param_")
_ROWS_PER_GROUP = 1_048_576
_PARQUET: dict[str, Any] = {
    "compression": "zstd",
    "compression_level": 3,
    "version": "2.6",
    "data_page_version": "1.0",
    "write_statistics": True,
}


@dataclass(frozen=True)
class PackedRecord:
    """Keep one replicate's record in columns, cheap to hold and to send between processes.

    Attributes
    ----------
    run
        The row of ``runs``.
    batches
        The rows of every other table.
    drawn
        Facts that the contest file does not hold and that were drawn, as sentences.
    """

    run: dict[str, Any]
    batches: dict[str, pa.RecordBatch]
    drawn: tuple[str, ...]


def pack_record(record: ReplicateRecord) -> PackedRecord:
    """Pack a record as it comes from the engine.

    Raises
    ------
    InvariantError
        If the record's columns are not those of `kingmaker.records.TABLES`.
    """
    batches = {}
    for name in TABLES:
        if name == "runs":
            continue
        columns = record.tables.get(name, {})
        schema = table_schema(TABLES[name])
        if columns and set(columns) != set(schema.names):
            seen = ", ".join(sorted(columns))
            raise InvariantError(f"columns of table '{name}'", seen)
        arrays = [_array(columns.get(field.name, []), field.type) for field in schema]
        batches[name] = pa.RecordBatch.from_arrays(arrays, schema=schema)
    return PackedRecord(record.run, batches, record.drawn)


def unpack_record(packed: PackedRecord) -> ReplicateRecord:
    """Turn a packed record back into the engine's: columns as lists."""
    tables = {name: batch.to_pydict() for name, batch in packed.batches.items()}
    return ReplicateRecord(packed.run, tables, packed.drawn)


def collect_tables(records: Sequence[PackedRecord]) -> dict[str, pa.Table]:
    """Put the records of a run together.

    Parameters
    ----------
    records
        Records in the order of their replicates.

    Returns
    -------
    All tables of `kingmaker.records.TABLES`, rows in the order of the replicates.
    """
    rows = [record.run for record in records]
    columns = runs_columns(rows)
    schema = table_schema(columns)
    arrays = [_array([row.get(field.name) for row in rows], field.type) for field in schema]
    tables = {"runs": pa.Table.from_arrays(arrays, schema=schema)}
    for name in TABLES:
        if name != "runs":
            batches = [record.batches[name] for record in records]
            table = pa.Table.from_batches(batches, schema=table_schema(TABLES[name]))
            tables[name] = table.combine_chunks()
    return tables


def runs_columns(rows: Sequence[Mapping[str, Any]]) -> dict[str, Column]:
    """List the columns of ``runs``: the fixed ones, then shifts, constants, parameters by name.

    Parameters
    ----------
    rows
        Rows of the run; together they name all extra columns.

    Returns
    -------
    Columns in canonical order.
    """
    extra = {name for row in rows for name in row if name not in RUNS}
    ordered = sorted(extra, key=lambda name: (_group(name), name))
    return RUNS | {name: _extra_column(name, [row.get(name) for row in rows]) for name in ordered}


def table_schema(columns: Mapping[str, Column]) -> pa.Schema:
    """Make the Arrow schema of a table, with unit and meaning in each field's metadata."""
    return pa.schema([_field(name, column) for name, column in columns.items()])


def to_frame(table: pa.Table) -> pd.DataFrame:
    """Turn a table into a data frame; whole numbers with gaps become pandas' ``Int64``."""
    gaps = {
        field.name
        for field in table.schema
        if pa.types.is_integer(field.type) and table.column(field.name).null_count
    }
    frame: pd.DataFrame = table.to_pandas()
    for name in sorted(gaps):
        column = table.column(name).to_pandas(types_mapper={pa.int64(): pd.Int64Dtype()}.get)
        frame[name] = column
    return frame


def from_frame(name: str, frame: pd.DataFrame) -> pa.Table:
    """Turn a data frame made by `to_frame` back into a table of the fixed schema.

    Parameters
    ----------
    name
        Name of the table.
    frame
        Its data frame.
    """
    if name == "runs":
        columns = runs_columns([{str(c): _first(frame[c]) for c in frame.columns}])
    else:
        columns = TABLES[name]
    schema = table_schema(columns)
    arrays = [pa.array(frame[field.name], type=field.type, from_pandas=True) for field in schema]
    plain = [a.combine_chunks() if isinstance(a, pa.ChunkedArray) else a for a in arrays]
    return pa.Table.from_arrays(plain, schema=schema)


def content_hash(table: pa.Table) -> str:
    """Hash the values of a table, whatever the file format that holds them.

    Returns
    -------
    SHA-256 over names, types, gaps and values in order; -0.0 counts as 0.0.
    """
    digest = hashlib.sha256()
    for field in table.schema:
        column = table.column(field.name)
        digest.update(f"{field.name}:{field.type}:{len(column)};".encode())
        digest.update(np.packbits(column.is_valid().to_numpy()).tobytes())
        for part in _canonical_bytes(column, field.type):
            digest.update(part)
    return digest.hexdigest()


def write_table(table: pa.Table, path: Path) -> None:
    """Write one Parquet file: same values, same bytes."""
    pq.write_table(table, path, row_group_size=_ROWS_PER_GROUP, **_PARQUET)


def write_small(table: pa.Table, path: Path | pa.NativeFile) -> None:
    """Write a Parquet file of few rows, without units and statistics, which would outweigh them."""
    fields = [pa.field(field.name, field.type) for field in table.schema]
    plain = pa.Table.from_arrays(table.columns, schema=pa.schema(fields))
    pq.write_table(plain, path, store_schema=False, **_PARQUET | {"write_statistics": False})


def write_pieces(pieces: Iterable[pa.Table], schema: pa.Schema, path: Path) -> None:
    """Write one Parquet file piece by piece: same pieces, same bytes.

    Parameters
    ----------
    pieces
        Tables of the schema, none of them empty; each becomes a row group.
    schema
        Their schema.
    path
        The file.
    """
    with pq.ParquetWriter(path, schema, **_PARQUET) as writer:
        for piece in pieces:
            writer.write_table(piece, row_group_size=piece.num_rows)


def _field(name: str, column: Column) -> pa.Field:
    metadata = {"unit": column.unit, "meaning": column.meaning}
    return pa.field(name, _TYPES[column.dtype], metadata=metadata)


def _array(values: Iterable[Any], dtype: pa.DataType) -> pa.Array:
    return pa.array(values, type=dtype, from_pandas=True)


def _group(name: str) -> int:
    for rank, prefix in enumerate(_EXTRA_GROUPS):
        if name.startswith(prefix):
            return rank
    return len(_EXTRA_GROUPS)


def _extra_column(name: str, values: Sequence[Any]) -> Column:
    if name.startswith("shift_"):
        return Column("float64", "logit", "polling-day shift of the candidate's utility")
    if name.startswith("constant_"):
        return Column("float64", "logit", "constant of the candidate, found by the pilot")
    if name.startswith("param_"):
        return _parameter_column(name.removeprefix("param_"))
    known = [value for value in values if value is not None]
    if known and all(isinstance(value, str) for value in known):
        return Column("string", "dimensionless", name)
    return Column("float64", "dimensionless", name)


def _parameter_column(name: str) -> Column:
    from kingmaker.parameters import PARAMETERS

    if name not in PARAMETERS:
        return Column("float64", "dimensionless", name)
    return Column("float64", PARAMETERS[name].unit, PARAMETERS[name].meaning)


def _first(column: pd.Series[Any]) -> Any:
    known = column.dropna()
    return known.iloc[0] if len(known) else None


def _canonical_bytes(column: pa.ChunkedArray, dtype: pa.DataType) -> Iterable[bytes]:
    if pa.types.is_string(dtype):
        lengths = pc.fill_null(pc.binary_length(column), 0).to_numpy()
        yield lengths.astype("<i8").tobytes()
        yield "".join(pc.fill_null(column, "").to_pylist()).encode()
    elif pa.types.is_boolean(dtype):
        yield np.packbits(pc.fill_null(column, False).to_numpy()).tobytes()
    elif pa.types.is_floating(dtype):
        yield (pc.fill_null(column, 0.0).to_numpy() + 0.0).astype("<f8").tobytes()
    else:
        yield pc.fill_null(column, 0).to_numpy().astype("<i8").tobytes()
