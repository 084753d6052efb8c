"""Write the reference page of the mechanisms: the table of all with their effects, then each."""

from __future__ import annotations

from kingmaker.experiment.demonstrations.register import DEMONSTRATIONS
from kingmaker.experiment.effects_file import HOME_CONTESTS, PATH, Measured, read_effects
from kingmaker.mechanisms import MECHANISMS, Mechanism
from kingmaker.report.effect_words import own_words, runoff_words, staged
from kingmaker.report.markdown import page, table, title
from kingmaker.report.mechanism_table import parameters_of, switches_of

_HEAD = """\
Every mechanism has an id and a switch: `--without ID`. How each works, with its equations, is in
[the ODD+D protocol](../explanation/odd.md); how to look at one is in
[ablate a mechanism](../how-to/ablate-a-mechanism.md). `kingmaker mechanisms` prints this register.

Switching off a mechanism of the `campaign` changes round one, too: constants and polling-day shifts
are then taken from the same replicate with everything on and held, so that the difference is the
mechanism's; with `--reinvert` they are found anew. A mechanism of the `runoff` leaves round one as
it is.
"""
_EFFECTS = """\
## Effects

An effect is the mean difference between replicates with and without a mechanism: same seed, same
draw, same constants, parameters at their prior medians. It comes with a 90 % interval. *Own
outcome* is measured in a small made-up contest, where the mechanism has something to do; what is
set there beside the contest is named. The last two columns are points of the first-round leader's
share of the finalists' vote in the home contests, at full size: positive where the mechanism helps
the leader. At prior medians they show what the model assumes, not what was measured in the world;
of so many intervals one in ten may miss its mean.

- *cannot move a runoff*: it acts after the last ballot.
- *changes no vote*: every replicate is the same without it.
- *no visible effect*: the interval includes zero.
- *others meet*: without it other candidates reach the runoff, so that shares cannot be compared.
"""


def mechanisms_page() -> str:
    """Write the page of the mechanisms: two tables of all, then one section each."""
    measured = read_effects() if PATH.exists() else None
    rows = [
        (
            f"[{m.id}](#{m.id.lower()})",
            m.title,
            ", ".join(f"`{s}`" for s in switches_of(m)),
            m.phase,
        )
        for m in MECHANISMS.values()
    ]
    names = [name for m in MECHANISMS.values() for name in switches_of(m)]
    effects = [(name, *_effect_cells(name, measured)) for name in names]
    header = ("id", "own outcome", "effect on it", "in", *(f"runoff of {c}" for c in HOME_CONTESTS))
    return page(
        title("Mechanisms", "the register of mechanisms and their measured effects"),
        _HEAD,
        table(("id", "what it does", "switches", "first touches"), rows),
        _EFFECTS,
        _how(measured),
        table(header, effects),
        *map(_section, MECHANISMS.values()),
    )


def _effect_cells(name: str, measured: Measured | None) -> tuple[str, ...]:
    runoffs = (runoff_words(name, contest, measured) for contest in HOME_CONTESTS)
    return DEMONSTRATIONS[name].measures, own_words(name, measured), staged(name), *runoffs


def _how(measured: Measured | None) -> str:
    if measured is None:
        return "Nothing is measured yet: `make effects`.\n"
    return (
        f"Measured by `make effects`: {measured.replicates} pairs of replicates per home contest, "
        f"{measured.own_replicates} per made-up contest, seed {measured.seed}, source "
        f"`{measured.source_sha256[:12]}`.\n"
    )


def _section(mechanism: Mechanism) -> str:
    own = [f"`{name}`" for name in parameters_of(mechanism)]
    return (
        f"## {mechanism.id}\n\n{mechanism.title[0].upper()}{mechanism.title[1:]}.\n\n"
        f"- Seen in: {mechanism.source}.\n"
        f"- Off: {mechanism.off}.\n"
        f"- Its own outcome: {mechanism.outcome}.\n"
        f"- Code: `{mechanism.code}`.\n"
        f"- [Parameters](parameters.md): {', '.join(own) if own else 'none of its own'}.\n"
    )
