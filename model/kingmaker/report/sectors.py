"""Show sectors: simulated shares and turnout, and below them what was observed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.table import Table

from kingmaker.report.cells import (
    NONE,
    make_table,
    mean_percent,
    percent,
    percent_interval,
)

_MOST = 5


def sectors_table(summary: Mapping[str, Any], names: Mapping[str, str], round_number: int) -> Table:
    """Show a round by sector, for the five candidates with most votes.

    Parameters
    ----------
    summary
        Summary of a run.
    names
        Short names by id.
    round_number
        1 or 2.

    Returns
    -------
    The table; without rows for contests of one sector.
    """
    runoff = summary["runoff"] or {"sectors": [], "finalists": []}
    first = summary["first_round"]
    rows = first["sectors"] if round_number == 1 else runoff["sectors"]
    shown = list(first["candidates"])[:_MOST] if round_number == 1 else runoff["finalists"]
    title = "Round one" if round_number == 1 else "Runoff"
    columns = ["Sector", *(names[name] for name in shown), "turnout"]
    table = make_table(f"{title} by sector: %, mean (90 % interval)", columns)
    for row in rows:
        cells = [_cell(row["candidates"].get(name, {}).get("simulated")) for name in shown]
        table.add_row(row["name"], *cells, _cell(row["turnout"]))
        seen = [_seen(row["candidates"].get(name, {})) for name in shown]
        seen.append(percent(row["turnout_observed"]))
        if any(cell != NONE for cell in seen):
            table.add_row(f"  {_evidence(row)}", *seen)
            table.caption = "Below a sector: what was observed, with the grade of the evidence."
    return table


def _cell(spread: Mapping[str, Any] | None) -> str:
    if spread is None:
        return NONE
    return f"{mean_percent(spread, 0)} ({percent_interval(spread, 90, 0)})"


def _seen(cell: Mapping[str, Any]) -> str:
    bound = "<= " if cell.get("is_upper_bound") else ""
    return bound + percent(cell.get("observed"))


def _evidence(row: Mapping[str, Any]) -> str:
    counted = f", {percent(row['counted'], 0)}% counted" if row["counted"] else ""
    return f"{row['grade']}{counted}"
