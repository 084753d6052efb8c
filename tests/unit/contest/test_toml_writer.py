"""Tables survive being written and read."""

import datetime as dt
import tomllib
from typing import Any

import pytest

from kingmaker.contest.load import bundled_ids, load_contest, parse_contest
from kingmaker.contest.toml_writer import contest_table, to_toml
from kingmaker.errors import InvariantError

TABLES: list[dict[str, Any]] = [
    {},
    {"a": 1, "b": -12_345, "c": 1.0, "d": 1e-7, "e": 1e22, "f": float("inf"), "g": True},
    {"text": 'quotes " \\ and\nlines\t\x01\x7f é', "day": dt.date(2030, 5, 12)},
    {"odd key": 1, 'quo"te': 2, "": 3},
    {"numbers": {"a": 1, "b-c": 0.5}, "section": {"x": "y", "inner": {"z": ["q"]}}},
    {"entries": [{"a": 1, "sub": {"t": "u"}}, {"b": {"c": "d", "e": {"f": 1}}}], "late": 2},
    {"only": {"sub": {"a": "b"}}, "long": ["x" * 60, "y" * 60], "mixed": [[1], [2.5]]},
]


@pytest.mark.parametrize("table", TABLES, ids=range(len(TABLES)))
def test_round_trip(table: dict[str, Any]) -> None:
    text = to_toml(table)
    assert tomllib.loads(text) == table
    assert to_toml(table) == text


@pytest.mark.parametrize("contest_id", bundled_ids())
def test_contests_survive(contest_id: str) -> None:
    contest = load_contest(contest_id)
    text = to_toml(contest_table(contest))
    assert parse_contest(tomllib.loads(text), contest_id) == contest


def test_layout() -> None:
    table = {"id": "x", "results": {"round1": {"votes": {"a": 12_000}, "source": "s"}}}
    assert to_toml(table) == (
        'id = "x"\n\n[results.round1]\nvotes = { a = 12_000 }\nsource = "s"\n'
    )


def test_what_toml_cannot_hold() -> None:
    with pytest.raises(InvariantError, match="TOML holds text"):
        to_toml({"a": [None]})
