"""Are the integers of two tiny contests still the same?

A mismatch writes ``<name>.json.new`` beside the golden file. If the change is meant, accept it with
``KINGMAKER_ACCEPT_GOLDEN=1 pytest tests/golden`` and say so in the changelog under *Results
change*: which contests, how much.
"""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from kingmaker.contest.schema import Contest
from kingmaker.outcome import simulate_replicate
from kingmaker.records import MARGIN_STEPS, Request
from tests.contest_builders import bare, tiny

HERE = Path(__file__).parent
COUNTS = (
    "rejected_draws",
    "decided_in_round",
    "ballots_round1",
    "blank_round1",
    "ballots_round2",
    "blank_round2",
    "displaced_endorsements",
    *(f"margin_{step}" for step, _ in MARGIN_STEPS),
)
CASES: dict[str, tuple[Contest, dict[str, Any]]] = {
    "tiny-historical": (tiny(), {}),
    "tiny-counterfactual": (
        tiny(),
        {"behaviour": "cy=endorse:ada+dee=neutral", "without": ("M06", "M28.cue")},
    ),
    "bare-free": (bare(), {"first_round": "free", "behaviour": "free-vote"}),
}


def rows(table: dict[str, list[Any]], *columns: str) -> list[str]:
    """Write some columns of a table as a line per row."""
    values = (table[column] for column in columns)
    return [" ".join(str(value) for value in row) for row in zip(*values, strict=True)]


def outcome(contest: Contest, replicate: int, **arguments: Any) -> dict[str, Any]:
    """Run one replicate and keep its whole numbers and its deals."""
    record = simulate_replicate(Request(contest, seed=1, replicate=replicate, **arguments))
    tables = record.tables
    transfers = rows(tables["transfers"], "sector", "origin", "destination", "members")
    return {
        "winner": record.run["winner"],
        "counts": {name: record.run[name] for name in COUNTS},
        "votes": rows(tables["shares"], "round", "sector", "candidate", "votes"),
        "transfers": [row for row in transfers if row.startswith("total ")],
        "deals": rows(tables["deals"], "day", "actor", "act", "target"),
        "contacts": sum(tables["daily"]["contacts"]),
    }


@pytest.mark.parametrize("name", CASES)
def test_integers_are_the_same(name: str) -> None:
    contest, arguments = CASES[name]
    seen = {str(replicate): outcome(contest, replicate, **arguments) for replicate in range(3)}
    text = json.dumps(seen, indent=1) + "\n"
    golden = HERE / f"{name}.json"
    new = golden.with_name(f"{name}.json.new")
    if os.environ.get("KINGMAKER_ACCEPT_GOLDEN") == "1":
        golden.write_text(text, encoding="utf-8")
    if not golden.exists() or golden.read_text(encoding="utf-8") != text:
        new.write_text(text, encoding="utf-8")
        pytest.fail(
            f"{golden.name} differs from {new.name}: if this change of results is meant, accept it "
            "with KINGMAKER_ACCEPT_GOLDEN=1 and add a line under 'Results change' in CHANGELOG.md",
            pytrace=False,
        )
    new.unlink(missing_ok=True)
