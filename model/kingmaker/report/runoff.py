"""Show the runoff: shares and winners, transfers, the margin step by step, what was observed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from kingmaker.records import ABSTAINED, BLANK, NOT_ON_ROLL
from kingmaker.report.cells import (
    NONE,
    count,
    make_table,
    mean_percent,
    percent,
    percent_interval,
    plural,
    probability,
    signed,
    signed_interval,
)

_LEVELS = (50, 80, 90)
_ORIGINS = {BLANK: "blank or void", ABSTAINED: "stayed at home", NOT_ON_ROLL: "not on the roll"}
_STEPS = {"round1": "Round one", "round2": "Runoff"}


def runoff_parts(summary: Mapping[str, Any], names: Mapping[str, str]) -> list[RenderableType]:
    """Show shares with intervals, win probabilities and turnout."""
    runoff = summary["runoff"]
    if runoff is None:
        return [*_winners(summary, names), *_ties(summary), Text()]
    columns = ["", "mean", "50 %", "80 %", "90 %", "P(wins)"]
    table = make_table("Runoff: % of the finalists' vote, with central intervals", columns)
    for name in runoff["finalists"]:
        win = probability(summary["win_prob"][name], summary["win_prob_se"][name])
        table.add_row(names[name], *_spread_cells(runoff["share"][name]), win)
    table.add_section()
    table.add_row("Turnout, % of the roll", *_spread_cells(runoff["turnout"]), "")
    table.add_row("Blank, % of the ballots", *_spread_cells(runoff["blank"]), "")
    notes = [
        "P(wins): fraction of the replicates won, with its Monte Carlo standard error.",
        *_other_pairs(summary, names),
    ]
    return [table, Text(), *(Text(note) for note in notes), *_ties(summary), Text()]


def transfers_table(summary: Mapping[str, Any], names: Mapping[str, str]) -> Table:
    """Show where each first vote went: mean percentage of the row, and 90 % interval."""
    transfers = summary["transfers"]
    if not transfers:
        return make_table("", [""])
    rows = transfers.values()
    reached = [
        name
        for name in next(iter(rows))["to"]
        if any((spread := row["to"][name]) is not None and spread["max"] > 0 for row in rows)
    ]
    names = {**names, **_ORIGINS}
    title = "From round one to the runoff: % of each row, mean (90 % interval)"
    columns = ["Round one", "members", *(names[name] for name in reached)]
    table = make_table(title, columns)
    for column in table.columns:
        column.no_wrap = False
    for origin, row in transfers.items():
        cells = [_transfer(row["to"][name]) for name in reached]
        table.add_row(names[origin], count(row["members"]), *cells)
    return table


def margin_table(summary: Mapping[str, Any], names: Mapping[str, str]) -> Table:
    """Show what each step adds to the leader's margin."""
    if summary["runoff"] is None:
        return make_table("", [""])
    first, second = (names[name] for name in summary["runoff"]["finalists"])
    title = f"From margin to margin: votes of {first} minus {second}"
    table = make_table(title, ["Step", "", "mean", "80 % interval"], text_columns=2)
    table.columns[0].no_wrap = True
    for row in summary["margin"]:
        if row["step"] == "round2":
            table.add_section()
        step = _STEPS.get(row["step"], row["step"])
        table.add_row(
            step, row["meaning"], signed(row["votes"]["mean"]), signed_interval(row["votes"], 80)
        )
        if row["step"] == "round1":
            table.add_section()
    return table


def observed_parts(summary: Mapping[str, Any], names: Mapping[str, str]) -> list[RenderableType]:
    """Show what happened, with its place among the replicates."""
    seen = summary["observed"]
    rows = []
    if seen["runoff_share"] is not None:
        leader = names[seen["finalists"][0]]
        rows.append((f"Runoff share of {leader}, %", seen["runoff_share"]))
    if seen["turnout_round2"] is not None:
        rows.append(("Runoff turnout, %", seen["turnout_round2"]))
    parts: list[RenderableType] = []
    if rows:
        inside = [f"in {level} %" for level in _LEVELS]
        columns = ["", "observed", "% of replicates below", *inside]
        table = make_table("Observed, and its place among the replicates", columns)
        for label, found in rows:
            answers = ["yes" if found["inside"][str(level)] else "no" for level in _LEVELS]
            value, below = percent(found["observed"]), percent(found["quantile"], 0)
            table.add_row(label, value, below, *answers)
        parts += [table, Text()]
    if seen["winner"] is None:
        parts.append(Text("Observed: the winner is not known." if not rows else ""))
    else:
        share = f"won {percent(seen['winner_prob'])} % of the replicates"
        winner = summary["candidates"][seen["winner"]]
        parts.append(Text(f"{winner} was elected, and {share}."))
    return [*parts, Text(seen["note"])]


def _winners(summary: Mapping[str, Any], names: Mapping[str, str]) -> list[RenderableType]:
    table = make_table("No runoff: round one decided in every replicate", ["Winner", "P(wins)"])
    for name, p in summary["win_prob"].items():
        if summary["wins"][name]:
            win = probability(p, summary["win_prob_se"][name])
            table.add_row(names[name], win)
    return [table, Text()]


def _other_pairs(summary: Mapping[str, Any], names: Mapping[str, str]) -> list[str]:
    runoff = summary["runoff"]
    n, held = summary["replicates"], runoff["replicates"]
    if held == n:
        return []
    lines = [f"These two met in {count(held)} of {plural(n, 'replicate')}; shares are of those."]
    if runoff["other_pairs"]:
        others = ", ".join(
            f"{' and '.join(names[name] for name in pair['finalists'])} ({pair['replicates']})"
            for pair in runoff["other_pairs"]
        )
        lines.append(f"Other finalists: {others}.")
    rest = [
        f"{names[name]} {p:.3f}"
        for name, p in summary["win_prob"].items()
        if name not in runoff["finalists"] and p > 0
    ]
    if rest:
        lines.append(f"P(wins) of others: {', '.join(rest)}.")
    return lines


def _ties(summary: Mapping[str, Any]) -> list[RenderableType]:
    lines = [f"Tied in {plural(n, 'replicate')}: {what}." for what, n in summary["ties"].items()]
    return [Text(line) for line in lines]


def _spread_cells(spread: Mapping[str, Any] | None) -> list[str]:
    if spread is None:
        return [NONE] * (1 + len(_LEVELS))
    return [mean_percent(spread), *(percent_interval(spread, level) for level in _LEVELS)]


def _transfer(spread: Mapping[str, Any] | None) -> str:
    if spread is None:
        return NONE
    return f"{mean_percent(spread, 0)} ({percent_interval(spread, 90, 0)})"
