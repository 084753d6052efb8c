"""Show the list of bundled contests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console

from kingmaker.report.cells import make_table


def print_contests(rows: Sequence[Mapping[str, Any]]) -> None:
    """Print one line per contest, under the names of its facts."""
    columns = [str(name).replace("_", " ") for name in rows[0]] if rows else []
    table = make_table("Bundled contests", columns, text_columns=len(columns))
    for row in rows:
        table.add_row(*("-" if value is None else str(value) for value in row.values()))
    Console(highlight=False).print(table)
