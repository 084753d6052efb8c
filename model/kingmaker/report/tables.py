"""Print the tables of a run, in the order in which readers want them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from kingmaker.report.aftermath import aftermath_parts, candidacies_parts
from kingmaker.report.alliance import daily_table, deals_parts
from kingmaker.report.cells import count, plural
from kingmaker.report.first_round import first_round_parts
from kingmaker.report.names import short_names
from kingmaker.report.printing import print_parts
from kingmaker.report.runoff import margin_table, observed_parts, runoff_parts, transfers_table
from kingmaker.report.sectors import sectors_table

_CONSTANTS = {
    "own": "found with everything on",
    "held": "found with everything on and what happened, and held",
    "reinverted": "found anew without what is off or changed",
}
_FEW = 20
_SHOWN = 10


def print_report(summary: Mapping[str, Any], console: Console | None = None) -> None:
    """Print the report of a run on standard output.

    Parameters
    ----------
    summary
        Summary of the run; see `kingmaker.experiment.summary.overview.summarise`.
    console
        Where to print; None: standard output, at most 110 columns wide.
    """
    print_parts(report_parts(summary), console)


def report_parts(summary: Mapping[str, Any]) -> list[RenderableType]:
    """List the parts of the report, from the header to the observed result."""
    names = short_names(summary)
    parts: list[RenderableType] = [*header_parts(summary), *candidacies_parts(summary, names)]
    parts += first_round_parts(summary, names)
    parts += _with_rows(sectors_table(summary, names, 1))
    parts += deals_parts(summary, names)
    parts += _with_rows(daily_table(summary, names))
    parts += runoff_parts(summary, names)
    parts += _with_rows(sectors_table(summary, names, 2))
    parts += _with_rows(transfers_table(summary, names))
    parts += _with_rows(margin_table(summary, names))
    parts += aftermath_parts(summary, names)
    parts += observed_parts(summary, names)
    return parts


def header_parts(summary: Mapping[str, Any]) -> list[RenderableType]:
    """Say what was run."""
    dates = summary["dates"]
    runoff = f", runoff {dates['round2']}" if dates["round2"] else ""
    threshold = f"{100 * summary['threshold']:g} % of the votes win in round one"
    grid = Table.grid(padding=(0, 2))
    grid.add_column(no_wrap=True)
    grid.add_column()
    for name, value in _facts(summary):
        grid.add_row(name, Text(value))
    return [
        Text(f"{summary['name']} ({summary['contest']})", style="bold"),
        Text(f"Round one {dates['round1']}{runoff}; {threshold}."),
        Text(),
        grid,
        *_warnings(summary),
        Text(),
    ]


def _facts(summary: Mapping[str, Any]) -> list[tuple[str, str]]:
    members, scale = summary["members"], summary["scale"]
    size = count(members["min"])
    if members["max"] > members["min"]:
        size += f" to {count(members['max'])}"
    settings = ", ".join(f"{name} = {value:g}" for name, value in summary["settings"].items())
    running = [summary["candidates"][name] for name in summary["first_round"]["candidates"]]
    facts = [
        ("Candidates", ", ".join(running)),
        ("Behaviour", summary["behaviour"]),
        ("Replicates", f"{_replicates(summary)}, seed {summary['seed']}"),
        ("Members", f"{size} simulated, scale {scale['mean']:.4g}"),
        ("Mechanisms off", ", ".join(summary["without"]) or "none"),
    ]
    if summary["constants"] != ["own"]:
        facts.append(("Constants", ", ".join(_CONSTANTS[kind] for kind in summary["constants"])))
    if settings:
        facts.append(("Set by hand", settings))
    if summary["days"] is not None:
        facts.append(("Campaign", plural(summary["days"], "day")))
    drawn = summary["drawn"]
    facts.append(("Drawn", "; ".join(drawn) if drawn else "nothing, the file holds all figures"))
    return facts


def _replicates(summary: Mapping[str, Any]) -> str:
    only = summary["provenance"]["only"]
    if only is None:
        return count(summary["replicates"])
    shown = ", ".join(str(number) for number in only[:_SHOWN])
    return f"{count(len(only))} (only {shown}{', ...' if len(only) > _SHOWN else ''})"


def _warnings(summary: Mapping[str, Any]) -> list[RenderableType]:
    n = summary["replicates"]
    if n >= _FEW:
        return []
    text = f"Only {plural(n, 'replicate')}: the intervals say little, and reach no further than it."
    if n > 1:
        text = f"Only {n} replicates: the intervals say little, and reach no further than these."
    return [Text(), Text(text, style="italic")]


def _with_rows(table: Table) -> list[RenderableType]:
    return [table, Text()] if table.row_count else []
