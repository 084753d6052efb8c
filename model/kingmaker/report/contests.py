"""Show the list of bundled contests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console

from kingmaker.report.cells import NONE, count, make_table

_WIDEST = 110


def print_contests(rows: Sequence[Mapping[str, Any]]) -> None:
    """Print one line per contest.

    Parameters
    ----------
    rows
        What `kingmaker.contest.describe.summary_row` gives.
    """
    columns = ["Id", "Contest", "Round one", "Members", "Runoff"]
    table = make_table("", columns, text_columns=3)
    table.columns[0].no_wrap = True
    table.columns[2].no_wrap = True
    for row in rows:
        table.add_row(
            row["id"],
            row["name"],
            str(row["round1"]),
            NONE if row["roll"] is None else count(row["roll"]),
            "yes" if row["has_round2"] else "no",
        )
    console = Console(highlight=False)
    console.width = min(console.width, _WIDEST)
    console.print(table)
    console.print("Members: - where it is not known. Runoff: whether one was observed.")
