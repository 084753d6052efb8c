"""Show a comparison: forest, differences, waterfall, who changed, payoffs, pivotality."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from kingmaker.analyse.tables import NEUTRAL, REASONS
from kingmaker.report.cells import NONE, count, make_table, percent, plural, signed
from kingmaker.report.names import short_names
from kingmaker.report.printing import print_parts

Summary = Mapping[str, Any]
Names = Mapping[str, str]


def print_comparison(summary: Summary, console: Console | None = None) -> None:
    """Print the report of a comparison.

    Parameters
    ----------
    summary
        Summary of the comparison; see `kingmaker.analyse.summary.summarise_comparison`.
    console
        Where to print; None: standard output, at most 110 columns wide.
    """
    print_parts(comparison_parts(summary), console)


def comparison_parts(summary: Summary) -> list[RenderableType]:
    """List the parts of the report, in the order in which readers want them."""
    names = short_names(summary)
    parts: list[RenderableType] = list(header_parts(summary))
    if summary["finalists"] is None:
        parts.append(Text("No runoff: round one decided in every replicate."))
    else:
        parts += [forest_table(summary, names), Text(), difference_table(summary, names), Text()]
        parts += [waterfall_table(summary, names), Text()]
        parts += [*changed_parts(summary, names)]
        parts += [*payoff_parts(summary, names), *pivotality_parts(summary, names)]
    return [*parts, *(Text(note) for note in summary["notes"])]


def header_parts(summary: Summary) -> list[RenderableType]:
    """Say what was compared."""
    grid = Table.grid(padding=(0, 2))
    grid.add_column(no_wrap=True)
    grid.add_column()
    pairs = f"{count(summary['draws'])} draws of the parameters"
    facts = [
        ("Behaviours", ", ".join(summary["behaviours"])),
        ("Replicates", f"{count(summary['replicates'])} of {pairs}, seed {summary['seed']}"),
        ("Members", f"{count(summary['members'])} simulated, scale {summary['scale']:.4g}"),
        ("Mechanisms off", ", ".join(summary["without"]) or "none"),
        ("Given", _given(summary)),
    ]
    if summary["settings"]:
        values = (f"{name} = {value:g}" for name, value in summary["settings"].items())
        facts.append(("Set by hand", ", ".join(values)))
    drawn = "; ".join(summary["drawn"])
    facts.append(("Drawn", drawn or "nothing, the file holds all figures"))
    for name, value in facts:
        grid.add_row(name, Text(value))
    title = Text(f"{summary['name']} ({summary['contest']})", style="bold")
    warnings = [Text(line, style="bold") for line in summary["warnings"]]
    return [title, grid, Text(), *warnings, *([Text()] if warnings else [])]


def forest_table(summary: Summary, names: Names) -> Table:
    """Show P(wins) and the runoff share of the first-round leader under each behaviour."""
    leader = names[summary["finalists"][0]]
    columns = ["Behaviour", "P(wins)", "90 %", "share", "90 %", "runs 90 %", *_SDS]
    title = f"Runoff of {leader}: % of the finalists' vote{_weighted(summary)}"
    sizes = _sizes(summary, "share")
    table = make_table(title, [*columns, *(["ESS"] if sizes else [])])
    for place, row in enumerate(summary["forest"]):
        win, share = row["win_prob"], row["share"]
        cells = [_prob(win), _prob_interval(win)]
        if share is None:
            cells += [NONE] * 5
        else:
            cells += [percent(share["mean"]), _percents(share["interval"])]
            cells += [_percents(share["spread"]), *_sds(share)]
        table.add_row(row["behaviour"], *cells, *sizes[place : place + 1])
    table.caption = (
        "90 %: of the probability or mean; runs 90 %: central interval over replicates;\n"
        "param., chance: standard deviation between draws of parameters, and of chance."
    )
    return table


def difference_table(summary: Summary, names: Names) -> Table:
    """Show each behaviour against the first one, replicate by replicate."""
    first, leader = summary["behaviours"][0], names[summary["finalists"][0]]
    columns = ["Behaviour", "mean", "90 %", "runs 90 %", *_SDS, "P(wins)", "changed"]
    title = f"Difference to {first}, replicate by replicate: points of {leader}"
    sizes = _sizes(summary, "difference")
    table = make_table(title + _weighted(summary), [*columns, *(["ESS"] if sizes else [])])
    for place, row in enumerate(summary["forest"][1:], start=1):
        gap, win, changed = row["difference"], row["win_difference"], row["changed"]
        if gap is None:
            cells = [NONE] * 5
        else:
            cells = [points(gap["mean"]), _points(gap["interval"]), _points(gap["spread"])]
            cells += _sds(gap, digits=2)
        cells.append(NONE if win is None else f"{win['mean']:+.2f}")
        cells.append(NONE if changed is None else count(changed["mean"]))
        table.add_row(row["behaviour"], *cells, *sizes[place : place + 1])
    table.caption = "changed: members whose runoff ballot differs, mean per replicate."
    return table


def waterfall_table(summary: Summary, names: Names) -> Table:
    """Show the mean of every step from margin to margin, a column per behaviour."""
    one, other = (names[name] for name in summary["finalists"])
    title = f"From margin to margin: mean votes of {one} minus {other}{_weighted(summary)}"
    table = _by_behaviour(title, "Step", summary["behaviours"])
    by_step: dict[str, dict[str, float]] = {}
    for behaviour, rows in summary["waterfall"].items():
        for row in rows:
            by_step.setdefault(row["step"], {})[behaviour] = row["votes"]["mean"]
    for step, votes in by_step.items():
        if step == "round2":
            table.add_section()
        cells = [signed(votes[b]) if b in votes else NONE for b in summary["behaviours"]]
        table.add_row({"round1": "Round one", "round2": "Runoff"}.get(step, step), *cells)
        if step == "round1":
            table.add_section()
    return table


def changed_parts(summary: Summary, names: Names) -> list[RenderableType]:
    """Show who votes otherwise than under the first behaviour, and why."""
    found = {b: rows for b, rows in summary["changed"].items() if rows["members"]}
    if not found:
        return []
    used = [m for m, _ in REASONS if any(m in rows["by_mechanism"] for rows in found.values())]
    first, leader = summary["behaviours"][0], names[summary["finalists"][0]]
    title = f"Members who vote otherwise than under {first}, and what {leader} gains"
    table = _by_behaviour(f"{title}, votes{_weighted(summary)}", "Why", list(found))
    for name in used:
        table.add_row(name, *(_gain(rows["by_mechanism"].get(name)) for rows in found.values()))
    table.add_section()
    table.add_row("all", *(_gain(rows) for rows in found.values()))
    meanings = dict(REASONS)
    notes = [Text(f"{name}: {meanings[name]}.") for name in used]
    parts: list[RenderableType] = [table, Text(), *notes, Text()]
    for behaviour, rows in found.items():
        own = [name for name in used if name in rows["by_mechanism"]]
        columns = ["Sector", *own, "all", "margin"]
        title = f"{behaviour}: members who vote otherwise, by sector{_weighted(summary)}"
        sectors = make_table(title, columns)
        for sector, cells in rows["cells"].items():
            whole = rows["by_sector"][sector]
            shown = [count(cells.get(name, 0.0)) for name in own]
            sectors.add_row(sector, *shown, count(whole["members"]), signed(whole["margin"]))
        parts += [sectors, Text()]
    return parts


def payoff_parts(summary: Summary, names: Names) -> list[RenderableType]:
    """Show what each profile of the endorsers' choices pays."""
    game = summary["payoffs"]
    if game is None:
        return []
    actors, leader = game["actors"], names[summary["finalists"][0]]
    columns = [*(names[actor] for actor in actors), "share", "90 %", "P(wins)", "90 %"]
    size = f"{plural(game['replicates'], 'replicate')}{_weighted(game)}"
    title = f"The endorsers' game: runoff share of {leader}, %; {size}"
    table = make_table(title, columns, text_columns=len(actors))
    for row in game["profiles"]:
        share, win = row["share"], row["win_prob"]
        cells = [names.get(row["choices"][actor], NEUTRAL) for actor in actors]
        cells += [NONE if share is None else percent(share["mean"])]
        cells += [_percents(share["interval"]) if share else NONE]
        cells += [_prob(win), _prob_interval(win)]
        table.add_row(*cells)
    return [table, Text(), *_worth_parts(game, actors, names)]


def _worth_parts(game: Summary, actors: Sequence[str], names: Names) -> list[RenderableType]:
    """Show what each profile is worth to the endorsers, where the negotiation can tell."""
    if not all(row["values"][a] is not None for row in game["profiles"] for a in actors):
        return []
    columns = [*(names[actor] for actor in actors), *(f"to {names[actor]}" for actor in actors), ""]
    title = "What each profile is worth to the endorsers, on their beliefs, in utility"
    table = make_table(title, columns, text_columns=len(actors))
    for row in game["profiles"]:
        cells = [names.get(row["choices"][actor], NEUTRAL) for actor in actors]
        cells += [f"{row['values'][actor]:+.2f}" for actor in actors]
        table.add_row(*cells, "=" if row["is_equilibrium"] else "")
    table.caption = "=: nobody would deviate alone."
    return [table, Text()]


def pivotality_parts(summary: Summary, names: Names) -> list[RenderableType]:
    """Show how often each endorser's choice decides the winner."""
    rows = summary["pivotality"]
    if not rows:
        return []
    leader = names[summary["finalists"][0]]
    options = list(rows[0]["options"])
    columns = ["Endorser", "P(decides)", "90 %", "swing"]
    columns += [names.get(option, option) for option in options]
    title = f"Whose choice decides, all others as under {summary['reference']}{_weighted(summary)}"
    table = make_table(title, columns)
    for row in rows:
        cells = [_prob(row["pivotal"]), _prob_interval(row["pivotal"])]
        cells += [count(row["swing"]["mean"])]
        cells += [_prob(row["options"][option]["win_prob"]) for option in options]
        table.add_row(names[row["actor"]], *cells)
    table.caption = (
        "swing: largest difference in the margin between his choices, mean votes;\n"
        f"last columns: P({leader} wins) where he calls for this finalist, or stays neutral."
    )
    return [table, Text()]


_SDS = ("param.", "chance")


def points(value: float, digits: int = 1) -> str:
    """Write a difference of shares in points, with its sign."""
    text = f"{100 * value:+.{digits}f}"
    return text.lstrip("+-") if float(text) == 0.0 else text


def _given(summary: Summary) -> str:
    if summary["tolerance"] is None:
        return "nothing of the runoff (before-runoff)"
    leader = summary["candidates"][summary["finalists"][0]] if summary["finalists"] else ""
    share = percent(summary["observed_share"])
    effective = f"{summary['ess']:.1f} effective replicates"
    sd = percent(summary["tolerance"])
    return f"the observed runoff ({leader} {share} %, sd {sd} points): {effective}"


def _weighted(rows: Summary) -> str:
    """Name the effective number of replicates where numbers are weighted."""
    is_weighted = rows.get("tolerance") is not None or (
        "profiles" in rows and abs(rows["ess"] - rows["replicates"]) > 1e-9
    )
    return f" (ESS {rows['ess']:.1f})" if is_weighted else ""


def _sizes(summary: Summary, name: str) -> list[str]:
    """List the effective numbers of replicates where rows differ from the title's."""
    if summary["tolerance"] is None:
        return []
    found = [row[name]["ess"] if row[name] else None for row in summary["forest"]]
    if all(size is None or abs(size - summary["ess"]) < 0.05 for size in found):
        return []
    return [NONE if size is None else f"{size:.1f}" for size in found]


def _by_behaviour(title: str, heading: str, behaviours: Sequence[str]) -> Table:
    """Start a table with a column per behaviour, whose headings may wrap."""
    table = make_table(title, [heading, *behaviours])
    for column in table.columns[1:]:
        column.no_wrap, column.overflow = False, "fold"
    return table


def _prob(estimate: Summary | None) -> str:
    return NONE if estimate is None else f"{estimate['prob']:.2f}"


def _prob_interval(estimate: Summary | None) -> str:
    if estimate is None:
        return NONE
    low, high = estimate["interval"]
    return f"{low:.2f}-{high:.2f}"


def _percents(ends: list[float] | None) -> str:
    return NONE if ends is None else f"{100 * ends[0]:.1f}-{100 * ends[1]:.1f}"


def _points(ends: list[float] | None) -> str:
    return NONE if ends is None else f"{points(ends[0])}, {points(ends[1])}"


def _sds(description: Summary, digits: int = 1) -> list[str]:
    sd = description["sd"]
    if sd is None:
        return [NONE, NONE]
    return [percent(sd["parameters"], digits), percent(sd["chance"], digits)]


def _gain(rows: Summary | None) -> str:
    return NONE if rows is None else f"{count(rows['members'])} ({signed(rows['margin'])})"
