"""Show who stood before the contest, and what followed it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.console import RenderableType
from rich.text import Text

from kingmaker.report.cells import make_table, percent


def candidacies_parts(summary: Mapping[str, Any], names: Mapping[str, str]) -> list[RenderableType]:
    """Show the candidacy game, where something was open."""
    game = summary["candidacies"]
    if game is None:
        return []
    table = make_table("Candidacies", ["Candidate", "chance to stand", "stood, % of runs"])
    for name, prob in game["prob"].items():
        table.add_row(names.get(name, name), percent(prob, 0), percent(game["stands"][name], 0))
    pacts = ", ".join(f"{pact} {percent(part, 0)} %" for pact, part in game["pacts"].items())
    return [
        table,
        Text(f"Pacts: {pacts}."),
        Text(
            f"The contest is held on its day in {percent(game['held'], 0)} % of the replicates; "
            "the others are run all the same, for the later day."
        ),
        Text(
            f"Nobody reaches the threshold in {percent(game['no_winner_in_round1'], 0)} % of them."
        ),
        Text(),
    ]


def aftermath_parts(summary: Mapping[str, Any], names: Mapping[str, str]) -> list[RenderableType]:
    """Show what followed: exits, promises, splits, seats."""
    after = summary["aftermath"]
    table = make_table("Aftermath, mean (90 % interval)", ["", "value"], text_columns=1)
    scale = summary["scale"]["mean"]
    for number, label in (("1", "left after round one"), ("2", "left after the contest")):
        people = after["exits"][number]
        low, high = people["intervals"]["90"]
        table.add_row(
            f"people who {label}",
            f"{people['mean'] / scale:,.0f} ({low / scale:,.0f}-{high / scale:,.0f})".replace(
                ",", " "
            ),
        )
    if after["promises"]["n"]:
        table.add_row("promises of the winner kept, %", percent(after["promises"]["kept"], 0))
    for name, part in after["split"].items():
        if part:
            table.add_row(f"{names.get(name, name)}'s camp splits off, % of runs", percent(part, 0))
    for name, seats in after["seats"].items():
        low, high = seats["intervals"]["90"]
        value = f"{seats['mean']:.0f} ({low:.0f}-{high:.0f})"
        table.add_row(f"seats of the party under {names.get(name, name)}", value)
    chance = after["challenge_prob"]
    if chance is not None:
        table.add_row("chance that the winner is challenged, %", percent(chance["mean"], 0))
    return [table, Text()]
