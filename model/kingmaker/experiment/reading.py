"""Read rows of a record's tables."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kingmaker.records import ReplicateRecord

Row = dict[str, Any]


def rows(record: ReplicateRecord, table: str, **where: Any) -> Iterator[Row]:
    """Yield the rows of a table in which the given columns have the given values.

    Parameters
    ----------
    record
        The record.
    table
        Name of a table of `kingmaker.records.TABLES`; no rows where the record does not hold it.
    where
        Value by column; a tuple stands for any of its values.
    """
    columns = record.tables.get(table, {})
    for cells in zip(*columns.values(), strict=True):
        row = dict(zip(columns, cells, strict=True))
        if all(_fits(row[name], wanted) for name, wanted in where.items()):
            yield row


def _fits(value: Any, wanted: Any) -> bool:
    return value in wanted if isinstance(wanted, tuple) else bool(value == wanted)
