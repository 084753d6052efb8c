"""Name the contradictions between the parts of a behaviour."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kingmaker.alliance.behaviours.field import WHERE, Part
from kingmaker.alliance.behaviours.needs import pact_partners
from kingmaker.alliance.behaviours.policy import BOTH, CONTRARIES
from kingmaker.alliance.behaviours.registry import BEHAVIOURS
from kingmaker.contest.schema import Contest
from kingmaker.errors import Problem

CLASHES = (("finalists-unite", "poach"), ("finalists-unite", "joint-ticket"))
"""Behaviours that cannot go together, whoever follows them."""

KINDS_BETWEEN = (
    "leaders",
    "notables",
    "finalists",
    "head of government",
    "contractors",
    "activists",
    "letters",
    "calendar",
)
"""Kinds of behaviours that act between the rounds."""


def contradictions(parts: Sequence[Part], contest: Contest, text: str) -> list[Problem]:
    """Find all contradictions between parts; two choices of one actor are found elsewhere.

    Parameters
    ----------
    parts
        The parts, in their order.
    contest
        The contest.
    text
        The whole behaviour, for the messages.
    """
    known = [part for part in parts if part.name in BEHAVIOURS]
    names = {part.name for part in known}
    found = [f"{_both(*clash)} in '{text}'" for clash in CLASHES if names.issuperset(clash)]
    found += _contraries(known, text)
    found += _candidacies(known, contest, text)
    problems = [Problem(WHERE, wrong, "one of them") for wrong in found]
    if "instant-runoff" in names:
        problems += _at_once(known, text)
    return problems


def _both(one: str, other: str) -> str:
    return f"'{one}' and '{other}' contradict each other"


def _contraries(parts: Sequence[Part], text: str) -> Iterator[str]:
    scopes: dict[str, set[str]] = {}
    for part in parts:
        scopes.setdefault(part.actor or BOTH, set()).add(part.name)
    for actor, names in scopes.items():
        for group in CONTRARIES:
            # In the order of the register: sets have none.
            first, *others = [n for n in BEHAVIOURS if n in names & group] or [""]
            whose = f" for '{actor}'" if actor else ""
            yield from (f"{_both(first, other)}{whose} in '{text}'" for other in others)


def _candidacies(parts: Sequence[Part], contest: Contest, text: str) -> Iterator[str]:
    names = {part.name for part in parts}
    withdrawing = {part.argument for part in parts if part.name == "withdraw"}
    staying = {part.argument for part in parts if part.name == "stay"}
    yield from (
        f"'{x}' withdraws and stays in '{text}'" for x in sorted(_of(withdrawing & staying))
    )
    if "coordinated" in names:
        partners = set(pact_partners(contest))
        for x in sorted(_of(withdrawing & partners)):
            yield f"'{x}' withdraws and is partner of a pact in '{text}'"


def _of(arguments: set[str | None]) -> set[str]:
    return {argument for argument in arguments if argument}


def _at_once(parts: Sequence[Part], text: str) -> list[Problem]:
    """Name what acts between the rounds of a contest whose rounds are counted at once."""
    acting = [
        part.text
        for part in parts
        if (BEHAVIOURS[part.name].kind in KINDS_BETWEEN or part.name == "coordinated")
        and part.name != "historical"
    ]
    if not acting:
        return []
    wrong = f"'instant-runoff' leaves no days for {', '.join(acting)} in '{text}'"
    return [Problem(WHERE, wrong, "instant-runoff with what acts before round one, or alone")]
