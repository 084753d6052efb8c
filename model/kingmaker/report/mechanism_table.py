"""Print the register of mechanisms with what each was measured to do."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rich.console import Console
from rich.text import Text

from kingmaker.contest.load import load_contest
from kingmaker.experiment.demonstrations.register import DEMONSTRATIONS
from kingmaker.experiment.effects_file import HOME_CONTESTS, Measured, as_json
from kingmaker.mechanisms import MECHANISMS, Mechanism
from kingmaker.parameters import PARAMETERS
from kingmaker.report.cells import make_table
from kingmaker.report.effect_words import own_words, runoff_words, staged

_WIDEST = 132


def switches_of(mechanism: Mechanism) -> tuple[str, ...]:
    """List what switches a mechanism off, whole or in part."""
    return mechanism.id, *(f"{mechanism.id}.{part}" for part in mechanism.parts)


def parameters_of(mechanism: Mechanism) -> tuple[str, ...]:
    """List the parameters that belong to a mechanism."""
    return tuple(p.name for p in PARAMETERS.values() if p.mechanism == mechanism.id)


def mechanism_rows(measured: Measured | None) -> list[dict[str, Any]]:
    """Return the register as plain data, a row per mechanism.

    Parameters
    ----------
    measured
        The measured effects; None where there are none.

    Returns
    -------
    ``id``, ``title``, ``source``, ``phase``, ``off``, ``switches``, ``parameters``, ``code``,
    ``outcome``, and ``effects``: by mechanism and part, how it is shown, its effect on its own
    outcome and on the runoffs of the home contests [fraction, or the unit named].
    """
    rows = []
    for row in MECHANISMS.values():
        effects = {name: _effects(name, measured) for name in switches_of(row)}
        rows.append(
            {
                "id": row.id,
                "title": row.title,
                "source": row.source,
                "phase": row.phase,
                "off": row.off,
                "switches": list(switches_of(row)),
                "parameters": list(parameters_of(row)),
                "code": row.code,
                "outcome": row.outcome,
                "effects": effects,
            }
        )
    return rows


def _effects(name: str, measured: Measured | None) -> dict[str, Any]:
    shown = DEMONSTRATIONS[name]
    found = None if measured is None else measured.mechanisms.get(name)
    return {
        "measures": shown.measures,
        "unit": shown.unit,
        "contest": shown.contest,
        "behaviour": shown.behaviour,
        "settings": dict(shown.settings),
        **({"own": None, "runoff": {}} if found is None else as_json(found)),
        "runoff_words": {c: runoff_words(name, c, measured) for c in HOME_CONTESTS},
    }


def print_mechanisms(measured: Measured | None, console: Console | None = None) -> None:
    """Print a row per mechanism: what it is, and what it does to its own outcome and to runoffs.

    Parameters
    ----------
    measured
        The measured effects; None where there are none.
    console
        Where to print; None: standard output, at most 132 columns wide.
    """
    if console is None:
        console = Console(highlight=False)
        console.width = min(console.width, _WIDEST)
    years = [str(load_contest(name).dates.round1.year) for name in HOME_CONTESTS]
    columns = ["Id", "What it does", "Effect on its own outcome", *(f"Runoff {y}" for y in years)]
    table = make_table("", columns, text_columns=len(columns))
    table.columns[0].no_wrap = True
    for column, ratio in zip(table.columns[1:], (9, 7, 4, 4), strict=True):
        column.ratio = ratio
    table.expand = True
    for mechanism in MECHANISMS.values():
        for name, cells in _lines(mechanism, measured):
            table.add_row(name, *cells)
        table.add_row()
    console.print(table)
    for line in _notes(measured):
        console.print(Text(line))


def _lines(mechanism: Mechanism, measured: Measured | None) -> Iterator[tuple[str, list[Text]]]:
    """Yield the row of a mechanism and one for each of its parts."""
    for name in switches_of(mechanism):
        what = Text(mechanism.title) if name == mechanism.id else Text(f"part: {name}")
        if name == mechanism.id:
            parameters = ", ".join(parameters_of(mechanism)) or "none"
            what.append(f"\nsource: {mechanism.source}", style="dim")
            what.append(f"\noff: {mechanism.off} (--without {mechanism.id})", style="dim")
            what.append(f"\nparameters: {parameters}", style="dim")
            what.append(f"\ncode: {mechanism.code}", style="dim")
        own = Text(f"{DEMONSTRATIONS[name].measures}: {own_words(name, measured)}")
        own.append(f"\nin {staged(name)}", style="dim")
        runoffs = [Text(runoff_words(name, contest, measured)) for contest in HOME_CONTESTS]
        yield (name if name == mechanism.id else ""), [what, own, *runoffs]


def _notes(measured: Measured | None) -> Iterator[str]:
    yield (
        "Effects: with the mechanism less without it, same seed, draw and constants, parameters at "
        "prior medians unless named; mean and 90 % interval."
    )
    yield "Runoffs: points of the first-round leader's share of the finalists' vote."
    if measured is not None:
        yield (
            f"{measured.replicates} pairs per home contest at full size, "
            f"{measured.own_replicates} per made-up contest, seed {measured.seed}."
        )
