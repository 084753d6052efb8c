"""Leave contests out: one at a time, or one party at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from kingmaker.cases.collection import Example
from kingmaker.cases.keys import ContestKey, same_contest, same_party

Scheme = Literal["contest", "party"]


def _party_or_contest(one: ContestKey, other: ContestKey) -> bool:
    return same_party(one, other) or same_contest(one, other)


_TOGETHER: dict[Scheme, Callable[[ContestKey, ContestKey], bool]] = {
    "contest": same_contest,
    "party": _party_or_contest,
}

SCHEMES: tuple[Scheme, ...] = ("contest", "party")
"""What is left out at a time."""


@dataclass(frozen=True)
class Training:
    """Hold all that a method may learn from.

    Attributes
    ----------
    examples
        Cases with their outcomes; none of them may report what is left out.
    left_out
        What is left out, and by which scheme: the fold's contests, and inside a nested choice
        those of the outer fold too.
    """

    examples: tuple[Example, ...]
    left_out: tuple[tuple[Scheme, ContestKey], ...] = ()


@dataclass(frozen=True)
class Fold:
    """Hold what is forecast together, and what may be learned from for that.

    Attributes
    ----------
    name
        Id of the contest, or country and party, left out.
    held_out
        Examples to be forecast; their outcomes serve the scores alone.
    training
        What may be learned from.
    """

    name: str
    held_out: tuple[Example, ...]
    training: Training


def folds_of(
    examples: Sequence[Example], scheme: Scheme, outer: Training | None = None
) -> tuple[Fold, ...]:
    """Leave examples out: one contest at a time, or one party at a time.

    Parameters
    ----------
    examples
        Cases with their outcomes.
    scheme
        ``contest``: a fold per group of examples that may report the same contest; ``party``: per
        party with its branches and forerunners, and whatever may report a contest of theirs.
    outer
        The training whose examples these are, inside a nested choice.

    Returns
    -------
    The folds, in the order of the examples; every example is held out once.
    """
    folds = []
    before = () if outer is None else outer.left_out
    for group in _grouped(examples, _TOGETHER[scheme]):
        first = group[0].case
        name = first.id if scheme == "contest" else first.key.label
        left_out = (*before, *((scheme, example.case.key) for example in group))
        folds.append(Fold(name, group, Training(_without(examples, group), left_out)))
    return tuple(folds)


def _grouped(
    examples: Sequence[Example], together: Callable[[ContestKey, ContestKey], bool]
) -> list[tuple[Example, ...]]:
    """Group examples that belong together, chains included, in the order of their first ones."""
    groups: list[list[Example]] = []
    for example in examples:
        key = example.case.key
        near = [g for g in groups if any(together(key, other.case.key) for other in g)]
        merged = [one for group in near for one in group] + [example]
        groups = [group for group in groups if not any(group is one for one in near)]
        groups.append(merged)
    place = {example.case.id: number for number, example in enumerate(examples)}
    ordered = [sorted(group, key=lambda e: place[e.case.id]) for group in groups]
    return [tuple(group) for group in sorted(ordered, key=lambda group: place[group[0].case.id])]


def _without(examples: Sequence[Example], left_out: Sequence[Example]) -> tuple[Example, ...]:
    """List the examples that are not left out."""
    ids = {example.case.id for example in left_out}
    return tuple(example for example in examples if example.case.id not in ids)
