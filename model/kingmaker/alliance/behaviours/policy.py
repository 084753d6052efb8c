"""Hold what a behaviour asks of everybody: plain data that hashes, compares and pickles."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from kingmaker.alliance.behaviours.registry import BEHAVIOURS

CONTRARIES = (
    frozenset({"counter-frame", "no-counter-frame"}),
    frozenset({"pledge-kept", "pledge-dropped", "pledge-conditional"}),
    frozenset({"grant-office", "withdraw-office"}),
    frozenset({"broker-auction", "patron-tied"}),
    frozenset({"extra-week", "gap"}),
)
"""Behaviours of which one actor, or one contest, can have one."""

BOTH = ""
"""Key of what both finalists do."""


class Entries[V](Mapping[str, V]):
    """Map names to values, unchangeably; unlike a proxy it hashes and pickles."""

    __slots__ = ("_pairs",)

    def __init__(self, pairs: Iterable[tuple[str, V]] = ()) -> None:
        """Keep the pairs in their order."""
        self._pairs = tuple(pairs)

    def __getitem__(self, name: str) -> V:
        for key, value in self._pairs:
            if key == name:
                return value
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return iter([key for key, _ in self._pairs])

    def __len__(self) -> int:
        return len(self._pairs)

    def __hash__(self) -> int:
        return hash(frozenset(self._pairs))

    def __repr__(self) -> str:
        return repr(dict(self))


@dataclass(frozen=True)
class Choice:
    """Hold one actor's behaviour.

    Attributes
    ----------
    name
        Name in the register.
    target
        Candidate's id; None where it takes none, or where one that may be left out was.
    day
        Day after round one [days]; None where it takes none.
    """

    name: str
    target: str | None = None
    day: int | None = None

    def __str__(self) -> str:
        """Write the choice as the grammar does."""
        day = "" if self.day is None else f"@{self.day}"
        return self.name if self.target is None else f"{self.name}:{self.target}{day}"


HISTORICAL = Choice("historical")


@dataclass(frozen=True)
class Policy:
    """Hold the behaviours of all actors.

    Attributes
    ----------
    text
        The behaviour in the grammar, in canonical order: policies that mean the same have the
        same text.
    default
        Behaviour of eliminated candidates who are not named.
    by_actor
        Behaviour of eliminated candidates and notables by id.
    finalists
        Names of what finalists do, by id; ``""`` is for both.
    settings
        All other behaviours: name to argument, empty where it takes none.
    """

    text: str = "historical"
    default: Choice = HISTORICAL
    by_actor: Mapping[str, Choice] = field(default_factory=Entries)
    finalists: Mapping[str, frozenset[str]] = field(default_factory=Entries)
    settings: Mapping[str, str] = field(default_factory=Entries)

    def of(self, actor_id: str) -> Choice:
        """Return the behaviour of an eliminated candidate."""
        return self.by_actor.get(actor_id, self.default)

    def of_notable(self, actor_id: str) -> Choice:
        """Return the behaviour of a notable; those who are not named do what they did."""
        return self.by_actor.get(actor_id, HISTORICAL)

    def looks_again(self, actor_id: str) -> bool:
        """Tell whether a leader weighs a known historical choice anew instead of repeating it.

        He does where the policy changes what choices are worth, unless ``historical`` is said of
        him by name.
        """
        return self.redecides and actor_id not in self.by_actor

    def finalist(self, name: str, actor_id: str) -> bool:
        """Tell whether a finalist follows a behaviour.

        What is said of the finalist himself overrides its contrary that is said of both.
        """
        own = self.finalists.get(actor_id, frozenset())
        if name in own:
            return True
        overridden = any(name in group and group & own for group in CONTRARIES)
        return name in self.finalists.get(BOTH, frozenset()) and not overridden

    def has(self, name: str) -> bool:
        """Tell whether anybody named in the text, or everybody, follows a behaviour."""
        return name in self.names

    def argument(self, name: str) -> str:
        """Return the argument of a setting, such as ``15`` of ``gap:15``; empty without one."""
        return self.settings.get(name, "")

    @cached_property
    def names(self) -> frozenset[str]:
        """Names of all behaviours that the policy holds."""
        chosen = {choice.name for choice in (self.default, *self.by_actor.values())}
        return frozenset(chosen.union(self.settings, *self.finalists.values()))

    @property
    def touches_campaign(self) -> bool:
        """Whether any part changes round one or the days before it."""
        return any(BEHAVIOURS[name].touches_campaign for name in self.names)

    @property
    def redecides(self) -> bool:
        """Whether incentives differ from history, so that known choices are looked at again."""
        return any(BEHAVIOURS[name].redecides for name in self.names)

    @property
    def is_historical(self) -> bool:
        """Whether nothing differs from what happened."""
        return self.names == {"historical"}
