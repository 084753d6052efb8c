"""Show round one: simulated beside observed, in all and by sector."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.console import RenderableType
from rich.text import Text

from kingmaker.report.cells import (
    NONE,
    count,
    make_table,
    mean_percent,
    percent,
    plural,
)

_SHIFT = (
    "Shift [logit]: added to the utility of a candidate on polling day; median and largest "
    "absolute value."
)


def first_round_parts(summary: Mapping[str, Any], names: Mapping[str, str]) -> list[RenderableType]:
    """Show votes, shares and polling-day shifts by candidate, and turnout."""
    first = summary["first_round"]
    is_exact = first["by_construction"]
    columns = ["Candidate", "min", "mean", "max", "observed", "%", "obs. %"]
    shifts = ["shift", "max shift"] if is_exact else []
    table = make_table("Round one: votes, simulated and observed", [*columns, *shifts])
    for name, row in first["candidates"].items():
        votes, shift = row["votes"], row["shift"]
        if votes is None:
            continue
        seen = row["observed_votes"]
        cells = [count(votes["min"]), count(votes["mean"]), count(votes["max"])]
        cells += [NONE if seen is None else count(seen)]
        cells += [mean_percent(row["share"]), percent(row["observed_share"])]
        if is_exact:
            cells += [NONE, NONE] if shift is None else _shift_cells(shift)
        table.add_row(names[name], *cells)
    notes = [first["note"], _scale(summary), _turnout(first)]
    notes += [_SHIFT if is_exact else "", _rejected(first), _decided(first)]
    return [table, Text(), *(Text(note) for note in notes if note), Text()]


def _scale(summary: Mapping[str, Any]) -> str:
    scale = summary["scale"]
    if scale["min"] == scale["max"] == 1.0:
        return ""
    return f"Simulated votes are counted at scale {scale['mean']:.4g}, observed ones in full."


def _turnout(first: Mapping[str, Any]) -> str:
    turnout, blank = first["turnout"], first["blank"]
    if turnout is None:
        return ""
    seen = first["turnout_observed"]
    beside = "" if seen is None else f" (observed {percent(seen)} %)"
    blanks = "" if blank is None else f"; {mean_percent(blank)} % of the ballots blank"
    return f"Turnout {_range(turnout)} %{beside}{blanks}."


def _shift_cells(shift: Mapping[str, Any]) -> list[str]:
    return [f"{shift['median']:+.3f}", f"{shift['max_abs']:.3f}"]


def _rejected(first: Mapping[str, Any]) -> str:
    rejected = first["rejected_draws"]
    if rejected is None or not rejected["max"]:
        return ""
    return f"{plural(round(rejected['mean'] * rejected['n']), 'impossible draw')} rejected."


def _decided(first: Mapping[str, Any]) -> str:
    if not first["decided"]:
        return ""
    return f"Round one decided in {percent(first['decided'])} % of the replicates."


def _range(spread: Mapping[str, Any]) -> str:
    low, high = percent(spread["min"]), percent(spread["max"])
    return low if low == high else f"{low} to {high}"
