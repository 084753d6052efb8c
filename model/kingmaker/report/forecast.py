"""Show a forecast: shares, chance to win, turnout, the posterior, and what was known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich.console import Console, RenderableType
from rich.text import Text

from kingmaker.report.cells import count, make_table, percent, plural
from kingmaker.report.printing import print_parts

Summary = Mapping[str, Any]

_LEVELS = ("0.05", "0.1", "0.25", "0.5", "0.75", "0.9", "0.95")
_MOST_NAMES = 4


def print_forecast(summary: Summary, console: Console | None = None) -> None:
    """Print a forecast.

    Parameters
    ----------
    summary
        Summary of the forecast; see `kingmaker.forecasting.result.result_of`.
    console
        Where to print; None: standard output, at most 110 columns wide.
    """
    print_parts(forecast_parts(summary), console)


def forecast_parts(summary: Summary) -> list[RenderableType]:
    """List the parts of the report, in the order in which readers want them."""
    names, leader = summary["candidates"], summary["leader"]
    low, high = summary["win_prob_interval"]
    wins = (
        f"{names[leader]} wins with probability {summary['win_prob']:.2f} "
        f"(90 % interval of {plural(summary['replicates'], 'replicate')}: {low:.2f} to {high:.2f})."
    )
    return [
        Text(f"{summary['name']}: the runoff, as known at the end of {summary['as_of']}"),
        Text(),
        quantile_table(summary),
        Text(),
        Text(wins),
        Text(),
        Text(summary["posterior"]["sentence"]),
        *(Text(line) for line in information_lines(summary)),
        *(Text(note) for note in summary["notes"]),
    ]


def quantile_table(summary: Summary) -> RenderableType:
    """Show mean, spread and quantiles of shares and turnout."""
    names, leader, second = summary["candidates"], summary["leader"], summary["runner_up"]
    columns = ["", "mean", "sd", *(f"{100 * float(level):g} %" for level in _LEVELS)]
    table = make_table("% of the finalists' vote, and turnout: mean, sd and quantiles", columns)
    table.add_row(names[leader], *_cells(summary))
    mirrored = {
        "mean": 1.0 - summary["mean"],
        "sd": summary["sd"],
        "quantiles": {
            level: 1.0 - summary["quantiles"][mirror]
            for level, mirror in zip(_LEVELS, reversed(_LEVELS), strict=True)
        },
    }
    table.add_row(names[second], *_cells(mirrored))
    table.add_section()
    turnout = summary["turnout"]
    if turnout["entitled_known"]:
        table.add_row("Turnout, % of roll", *_cells(turnout))
    table.add_row("Ballots, % of first", *_cells(turnout["ratio"]))
    return table


def information_lines(summary: Summary) -> Iterator[str]:
    """Say what was known, and what was drawn, a line each."""
    known, names = summary["information_used"], summary["candidates"]
    for call in known["calls"]:
        when = "on a day drawn within its interval" if call["day"] == "drawn" else call["day"]
        yield f"Known: {names[call['by']]} {_chose(call['to'], names)} ({when})."
    for leader, found in known["drawn_calls"].items():
        parts = [
            f"{names.get(to, to)} {percent(part, 0)} %"
            for to, part in sorted(found.items(), key=lambda item: -item[1])
        ]
        yield f"Drawn: the choice of {names.get(leader, leader)}: {', '.join(parts)}."
    if known["other_calls"]:
        parts = [f"{count(n)} for {names[to]}" for to, n in known["other_calls"].items()]
        yield f"Known: calls of others between the rounds: {', '.join(parts)}."
    yield _polls_line(known)
    others = [
        f"{plural(known[name], word)}"
        for name, word in (("acts", "act"), ("offers", "offer"), ("pledges", "pledge"))
        if known[name]
    ]
    if known["sectors"]:
        others.insert(0, f"results of round one in {plural(len(known['sectors']), 'sector')}")
    if others:
        yield f"Known: {', '.join(others)}."
    if known["drawn"]:
        yield f"Drawn, as the file does not hold it: {'; '.join(_together(known['drawn']))}."
    if summary["impossible_draws"]:
        yield f"{plural(summary['impossible_draws'], 'draw')} contradicted round one: left out."


def _polls_line(known: Mapping[str, Any]) -> str:
    used = known["polls"]
    if not used:
        return "No poll moved the forecast."
    pollsters = list(dict.fromkeys(name.split(":")[0] for name in used))
    shown = "; ".join(pollsters[:_MOST_NAMES])
    more = len(pollsters) - _MOST_NAMES
    tail = f"; and {more} more" if more > 0 else ""
    return f"Moved by {plural(len(pollsters), 'poll')}: {shown}{tail}."


def _chose(choice: str, names: Mapping[str, str]) -> str:
    """Say what an eliminated candidate chose."""
    if choice in names:
        return f"called for {names[choice]}"
    return "called for nobody" if choice == "neutral" else "left the vote free"


def _together(facts: Sequence[str]) -> list[str]:
    """Join facts that were drawn of the same people."""
    found: dict[str, list[str]] = {}
    for fact in facts:
        what, _, whom = fact.partition(" of ")
        found.setdefault(whom or what, []).append(what)
    return [
        f"{', '.join(whats)} of {whom}" if whom != whats[0] else whom
        for whom, whats in found.items()
    ]


def _cells(spread: Mapping[str, Any]) -> list[str]:
    return [
        percent(spread["mean"]),
        percent(spread["sd"]),
        *(percent(spread["quantiles"][level]) for level in _LEVELS),
    ]
