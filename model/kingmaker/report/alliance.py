"""Show the days between the rounds: deals, and the finalists' support."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from kingmaker.report.cells import make_table, mean_percent, percent, percent_interval

_MOST = 40


def deals_table(summary: Mapping[str, Any]) -> list[RenderableType]:
    """Show who did what, when, on what terms and how often."""
    deals = summary["deals"]
    columns = ["Date", "Deal", "Basis", "Terms", "% of replicates"]
    table = make_table("Deals", columns, text_columns=4)
    table.columns[0].no_wrap = True
    for deal in deals[:_MOST]:
        table.add_row(
            _dates(deal),
            _sentence(deal, summary["actors"]),
            deal["basis"],
            deal["terms"],
            percent(deal["fraction"], 0),
        )
    if not deals:
        return [Text("Deals: none.", style="bold"), Text()]
    left = len(deals) - _MOST
    note = [Text(f"{left} more are in deals.parquet and in --json."), Text()] if left > 0 else []
    return [table, *note]


def daily_table(summary: Mapping[str, Any]) -> Table:
    """Show the finalists' support by day, mean and 80 % interval."""
    if not summary["daily"]:
        return make_table("", ["Day"])
    finalists = summary["runoff"]["finalists"]
    columns = ["Day", "Date"]
    for name in finalists:
        columns += [summary["candidates"][name], "80 %"]
    title = "Support of the finalists by day: % of the members"
    table = make_table(title, [*columns, "likely turnout"], text_columns=2)
    for column in table.columns[2:]:
        column.no_wrap = False
    start = date.fromisoformat(summary["dates"]["round1"])
    for row in summary["daily"]:
        cells = [str(row["day"]), str(start + timedelta(days=row["day"]))]
        for name in finalists:
            support = row["support"][name]
            cells += [mean_percent(support), percent_interval(support, 80)]
        table.add_row(*cells, mean_percent(row["likely_turnout"]))
    return table


def _dates(deal: Mapping[str, Any]) -> str:
    first, last = deal["first_date"], deal["last_date"]
    return str(first) if first == last else f"{first}\nto {last}"


def _sentence(deal: Mapping[str, Any], names: Mapping[str, str]) -> str:
    words = [names.get(deal["actor"], deal["actor"]), deal["act"].replace("-", " ")]
    if deal["target"]:
        words.append(names.get(deal["target"], deal["target"]))
    return " ".join(words)
