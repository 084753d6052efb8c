"""Show the days between the rounds: deals, and the finalists' support."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from kingmaker.report.cells import make_table, mean_percent, percent, percent_interval

_MOST = 40
_EARLY = "moves-early"
_SAME = ("act", "target", "basis", "terms", "first_date", "last_date", "fraction")
_WORDS = {
    "endorses": ("endorses", "endorse"),
    "neutral": ("stays neutral", "stay neutral"),
    "free-vote": ("releases the voters", "release their voters"),
    "freezes": ("keeps the machine idle", "keep their machines idle"),
    "ticket": ("runs as the second of", "run as the second of"),
    "unites": ("calls the own voters to", "call their voters to"),
    "offers": ("makes an offer to", "make an offer to"),
    "ignores": ("offers nothing to", "offer nothing to"),
    "poaches": ("offers a post to", "offer a post to"),
    "accepts": ("accepts the post of", "accept the post of"),
    "refuses": ("refuses the post of", "refuse the post of"),
    "meets": ("meets", "meet"),
    "praises": ("praises", "praise"),
    "letter": ("writes to", "write to"),
    "rumour": ("is said to talk with", "are said to talk with"),
    "denies": ("denies talks with", "deny talks with"),
    "appeals": ("appeals to the voters of", "appeal to the voters of"),
    "praised-by-rival": ("is praised by", "are praised by"),
    "rebuts": ("rejects the praise from outside", "reject the praise from outside"),
    "counter-frames": ("names the pact of", "name the pact of"),
    "changes-pledge": ("changes a pledge", "change a pledge"),
    "grants": ("grants an office to", "grant an office to"),
    "withholds": ("withholds an office from", "withhold an office from"),
    _EARLY: ("to", "to"),
}


def deals_parts(summary: Mapping[str, Any], names: Mapping[str, str]) -> list[RenderableType]:
    """Show who did what, when, on what terms and how often."""
    if not summary["deals"]:
        return [Text("Deals: none", style="bold"), Text()]
    rows = merge_deals(summary)
    deals = [row for row in rows if row[1]["act"] != _EARLY]
    moves = [row for row in rows if row[1]["act"] == _EARLY]
    title = "Activists who moved before their leader spoke"
    return [*_part("Deals", deals, names), *_part(title, moves, names, has_basis=False)]


def _part(
    title: str,
    rows: Sequence[tuple[list[str], Mapping[str, Any]]],
    names: Mapping[str, str],
    *,
    has_basis: bool = True,
) -> list[RenderableType]:
    if not rows:
        return []
    columns = ["Date", "", "Basis", "% of runs"] if has_basis else ["Date", "", "% of runs"]
    table = make_table(title, columns, text_columns=2)
    table.columns[0].no_wrap = True
    if has_basis:
        table.columns[2].justify = "left"
    often = sorted(rows, key=lambda row: -row[1]["fraction"])[:_MOST]
    for actors, deal in rows:
        if (actors, deal) in often:
            basis = [deal["basis"]] if has_basis else []
            fraction = percent(deal["fraction"], 0)
            table.add_row(_dates(deal), deal_sentence(actors, deal, names), *basis, fraction)
    left = len(rows) - len(often)
    note = [Text(f"The rarest, {left} more, are in --json and deals.parquet.")] if left else []
    return [table, *note, Text()]


def merge_deals(summary: Mapping[str, Any]) -> list[tuple[list[str], Mapping[str, Any]]]:
    """Put those who did the same on the same days, and are no candidates, on one line.

    Returns
    -------
    Actors and deal, in the order of the summary.
    """
    merged: dict[tuple[Any, ...], tuple[list[str], Mapping[str, Any]]] = {}
    for number, deal in enumerate(summary["deals"]):
        key: tuple[Any, ...] = tuple(deal[name] for name in _SAME)
        if deal["actor"] in summary["candidates"]:
            key = (number,)
        merged.setdefault(key, ([], deal))[0].append(deal["actor"])
    return list(merged.values())


def deal_sentence(actors: list[str], deal: Mapping[str, Any], names: Mapping[str, str]) -> str:
    """Say who did what to whom, and on what terms."""
    one, many = _WORDS.get(deal["act"], (deal["act"], deal["act"]))
    who = ", ".join(names.get(actor, actor) for actor in actors)
    act = one if len(actors) == 1 else many
    sentence = f"{who} {act}"
    if deal["target"]:
        sentence += f" {names.get(deal['target'], deal['target'])}"
    return f"{sentence}: {deal['terms']}" if deal["terms"] else sentence


def daily_table(summary: Mapping[str, Any], names: Mapping[str, str]) -> Table:
    """Show the finalists' support by day, mean and 80 % interval."""
    if not summary["daily"]:
        return make_table("", ["Day"])
    finalists = summary["runoff"]["finalists"]
    columns = ["Day", "Date"]
    for name in finalists:
        columns += [names[name], "80 %"]
    title = "Support of the finalists by day: % of the members"
    table = make_table(title, [*columns, "likely turnout"], text_columns=2)
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
