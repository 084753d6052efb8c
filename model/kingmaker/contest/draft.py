"""Hold the sound sections of a contest file that may have unsound ones, for the cross-checks."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel, ValidationError

from kingmaker.contest import messages
from kingmaker.contest.schema import (
    NOT_A_FINALIST,
    Candidate,
    Contest,
    Dates,
    Result,
    Roll,
    Rules,
)
from kingmaker.errors import Problem

ACTOR_SECTIONS = ("candidates", "notables", "outside")
ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
RESERVED = (
    *NOT_A_FINALIST,
    "abstain",
    "eliminated",
    # Where leavers go and seats come from, in the tables.
    "rival-party",
    "own",
    "elsewhere",
    "split",
    "total",
)


@dataclass
class Draft:
    """Hold what is sound in a contest file, and the raw table for names and ids.

    Attributes
    ----------
    raw
        The whole input.
    sound
        Section name to validated section; sections with problems are absent.
    entries
        Name of a list of sections to its validated entries by their index in the file.
    """

    raw: Mapping[str, Any]
    sound: dict[str, Any] = field(default_factory=dict)
    entries: dict[str, dict[int, Any]] = field(default_factory=dict)

    @property
    def rules(self) -> Rules | None:
        """The rules, if sound."""
        return self.sound.get("rules")

    @property
    def dates(self) -> Dates | None:
        """The polling days, if sound."""
        return self.sound.get("dates")

    @property
    def roll(self) -> Roll | None:
        """The roll, if sound."""
        return self.sound.get("roll")

    def result(self, round_number: int) -> Result | None:
        """Return a round's observed result, if there is a sound one."""
        raw = self.raw.get("results")
        if not isinstance(raw, Mapping):
            return None
        result: Result | None = _validated(Result, raw.get(f"round{round_number}"))
        return result

    def list_of(self, section: str) -> dict[int, Any]:
        """Return the sound entries of a list of sections, by index."""
        return self.entries.get(section, {})

    def is_complete(self, section: str) -> bool:
        """Tell whether a list of sections has no unsound entry."""
        raw = self.raw.get(section, [])
        return isinstance(raw, list | tuple) and len(raw) == len(self.list_of(section))

    def ids(self, *sections: str) -> dict[str, tuple[str, int]]:
        """Return the ids of lists of sections, unsound entries included.

        Returns
        -------
        Id to the section and index of its first use.
        """
        found: dict[str, tuple[str, int]] = {}
        for section in sections:
            raw = self.raw.get(section)
            for index, entry in enumerate(raw if isinstance(raw, list | tuple) else ()):
                if isinstance(entry, Mapping) and isinstance(entry.get("id"), str):
                    found.setdefault(entry["id"], (section, index))
        return found

    def has_all_ids(self, *sections: str) -> bool:
        """Tell whether every entry of these lists has an id, so that a name can be judged."""
        for section in sections:
            raw = self.raw.get(section, [])
            if not isinstance(raw, list | tuple):
                return False
            for entry in raw:
                name = entry.get("id") if isinstance(entry, Mapping) else None
                if not isinstance(name, str) or not ID.fullmatch(name):
                    return False
        return "candidates" not in sections or bool(self.raw.get("candidates"))

    def running(self) -> tuple[Candidate, ...] | None:
        """Return the candidates on the first ballot; None when some candidate is unsound."""
        if not self.is_complete("candidates") or len(self.list_of("candidates")) < 2:
            return None
        return tuple(c for c in self.list_of("candidates").values() if c.withdrawn is None)

    def problem(self, path: messages.Path, wrong: str, remedy: str = "") -> Problem:
        """Make a problem that names the entry by its id, where it has one."""
        return messages.problem(self.raw, path, wrong, remedy)


def draft_of(raw: Mapping[str, Any]) -> Draft:
    """Validate a contest file section by section, so that one bad section hides no other."""
    draft = Draft(raw)
    for name, info in Contest.model_fields.items():
        if name not in raw:
            continue
        entry_type = messages.section_type(info.annotation)
        value = raw[name]
        if entry_type is not None and isinstance(value, list | tuple):
            checked = {index: _validated(entry_type, entry) for index, entry in enumerate(value)}
            draft.entries[name] = {i: entry for i, entry in checked.items() if entry is not None}
        elif entry_type is not None:
            section = _validated(entry_type, value)
            if section is not None:
                draft.sound[name] = section
    return draft


def _validated(entry_type: type[BaseModel], value: object) -> Any:
    """Validate one section; None when it has problems."""
    try:
        return entry_type.model_validate(value)
    except ValidationError:
        return None
