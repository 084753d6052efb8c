"""Name the people of a story: in full when they first appear, then as a newspaper would."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from kingmaker.contest.schema import Contest
from kingmaker.report.names import short_name
from kingmaker.report.story.wording import listing

_ROLES = {
    "mp": "MP",
    "minister": "minister",
    "mayor": "mayor",
    "union": "union leader",
    "official": "party official",
    "broker": "vote contractor",
    "activist": "activist",
}


_PARTICLES = ("al", "ben", "bin", "da", "de", "del", "der", "di", "la", "le", "van", "von")
_NAMELESS = {"rival-party": "a rival party"}


@dataclass
class People:
    """Hold the names of a contest's people.

    Attributes
    ----------
    contest
        The contest.
    introduced
        Ids of those who have been named in full.
    """

    contest: Contest
    introduced: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Collect the names."""
        contest = self.contest
        groups = (contest.candidates, contest.notables, contest.outside, contest.blocs)
        self._full = {actor.id: actor.name for group in groups for actor in group}
        self._short = {actor: short_name(actor, name) for actor, name in self._full.items()}
        self._groups = {n.id for n in contest.notables}
        self._role = {n.id: _ROLES.get(n.role, "") for n in contest.notables if n.people == 1}
        self._aside = {o.id: o.name.split(", ", 1)[0] for o in contest.outside}
        self.candidate_ids = tuple(c.id for c in contest.candidates)

    def short(self, actor: str) -> str:
        """Return the short name: the part that the id stands for."""
        return self._aside.get(actor) or self._short.get(actor) or _NAMELESS.get(actor, actor)

    def name(self, actor: str) -> str:
        """Return a name for running text; the first time in full, with the office held."""
        role, name = self._introduce(actor)
        return f"the {role} {name}" if role else name

    def names(self, actors: Sequence[str]) -> str:
        """Return several names; those of one office stand together: ``the mayors A and B``."""
        by_role: dict[str, list[str]] = {}
        for actor in actors:
            role, name = self._introduce(actor)
            by_role.setdefault(role, []).append(name)
        plain = by_role.pop("", [])
        offices = [
            f"the {role}{'s' if len(names) > 1 else ''} {listing(names)}"
            for role, names in by_role.items()
        ]
        if any(" and " in office for office in offices) and len(offices) + len(plain) > 1:
            return "; ".join([*offices, *plain])
        return listing([*offices, *plain])

    def _introduce(self, actor: str) -> tuple[str, str]:
        """Return office and full name the first time, no office and the short name after it."""
        if actor in self.introduced or actor not in self._full:
            return "", self.short(actor)
        self.introduced.add(actor)
        full = self._full[actor]
        if actor in self._aside and ", " in full:
            name, _, what = full.partition(", ")
            return "", f"{name} ({what})"
        if _is_group(full):
            return "", full[0].lower() + full[1:] if actor in self._groups else full
        is_personal = self._short[actor] != full
        return (self._role.get(actor, "") if is_personal else ""), full

    def possessive(self, actor: str) -> str:
        """Return a short name in the genitive."""
        name = self.short(actor)
        return f"{name}'" if name.endswith("s") else f"{name}'s"

    def sector(self, sector: str) -> str:
        """Return a sector's name."""
        return next((s.name for s in self.contest.sectors if s.id == sector), sector)


def _is_group(name: str) -> bool:
    """Tell whether a name describes people, such as ``Several kibbutz leaders``."""
    second = name.split()[1:2]
    return bool(second) and second[0].islower() and second[0] not in _PARTICLES
