"""A small sound contest to spoil, and its problems as lines."""

import copy
import datetime as dt
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from kingmaker.contest.load import parse_contest
from kingmaker.errors import ContestError

Table = dict[str, Any]
SOURCED = {"source": "invented", "confidence": "assumed"}

_SOUND: Table = {
    "id": "small",
    "name": "A small contest",
    "country": "Nowhere",
    "party": "Small Party",
    "kind": "members",
    "confidence": "assumed",
    "rules": {"threshold": 0.5},
    "dates": {"round1": dt.date(2030, 5, 12), "round2": dt.date(2030, 5, 26)},
    "roll": {"round1": 1000, **SOURCED},
    "candidates": [
        {"id": "ada", "name": "Ada"},
        {"id": "bo", "name": "Bo"},
        {"id": "cy", "name": "Cy"},
    ],
    "sectors": [
        {"id": "coast", "name": "Coast", "members": 200, **SOURCED},
        {"id": "rest", "name": "Rest", "rest": True, **SOURCED},
    ],
    "notables": [{"id": "nan", "name": "Nan", "role": "mp", **SOURCED}],
    "outside": [{"id": "premier", "name": "P.", "role": "head-of-government", **SOURCED}],
    "polls": [
        {"pollster": "X", "question": "round1", "shares": {"ada": 0.4, "bo": 0.3}, **SOURCED}
    ],
    "endorsements": [
        {"by": "cy", "to": "bo", "date": dt.date(2030, 5, 20), **SOURCED},
        {"by": "nan", "to": "ada", "phase": "between", **SOURCED},
    ],
    "results": {
        "round1": {
            "votes": {"ada": 280, "bo": 200, "cy": 120},
            "ballots": 620,
            "blank": 20,
            "turnout": 0.62,
            **SOURCED,
        },
        "round2": {"shares": {"ada": 0.47, "bo": 0.52}, "other_or_blank": 0.01, **SOURCED},
    },
}


def sound() -> Table:
    """Copy the sound contest."""
    return copy.deepcopy(_SOUND)


def problems(table: object) -> list[str]:
    """Check a table; return its problems as lines."""
    try:
        parse_contest(table, "test")
    except ContestError as error:
        return [str(problem) for problem in error.problems]
    return []


def spoiled(changes: list[Table]) -> list[str]:
    """Spoil the sound contest; return its problems as lines."""
    table = sound()
    for change in changes:
        if "add" in change:
            table.setdefault(change["add"], []).append({**SOURCED, **change["entry"]})
        else:
            *path, last = _parts(change.get("set") or change["remove"])
            place: Any = table
            for part in path:
                place = place[part]
            if "set" in change:
                place[last] = change["value"]
            else:
                del place[last]
    return problems(table)


def cases(name: str) -> list[Any]:
    """Read the cases of a TOML file beside this one: changes, and the message they must lead to."""
    content = tomllib.loads((Path(__file__).parent / name).read_text(encoding="utf-8"))
    return [
        pytest.param(case["changes"], case["message"], id=f"{number}-{case['message'][:40]}")
        for number, case in enumerate(content["cases"])
    ]


def _parts(path: str) -> list[str | int]:
    """Split a path such as ``candidates[1].position``."""
    return [int(part) if part.isdigit() else part for part in re.findall(r"[^.\[\]]+", path)]
