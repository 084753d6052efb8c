"""Invented contests to be scored: round one, runoff, calls and polls are given in a line."""

import datetime as dt
from typing import Any

from kingmaker.cases.collection import Example, example_of
from kingmaker.contest.load import parse_contest
from kingmaker.contest.schema import Contest
from tests.contest_builders import SOURCED, bare_table

FIRST = {"ada": 400, "ben": 300, "cy": 200, "dee": 100}


def contest(
    name: str,
    *,
    first: dict[str, int] | None = None,
    runoff: tuple[int, int] = (550, 450),
    calls: dict[str, str] | None = None,
    party: str | None = None,
    country: str = "Nowhere",
    year: int = 2020,
    **changes: Any,
) -> Contest:
    """Make a contest; its party has its own name unless one is given."""
    votes = FIRST if first is None else first
    round1 = dt.date(year, 5, 12)
    ballots = sum(votes.values())
    table = bare_table(
        id=name,
        party=party or f"Party of {name}",
        country=country,
        dates={"round1": round1, "round2": round1 + dt.timedelta(days=7)},
        roll={"round1": 2 * ballots, **SOURCED},
        candidates=[{"id": one, "name": f"{one.title()} of {name}"} for one in votes],
        results={
            "round1": {"votes": votes, "ballots": ballots, **SOURCED},
            "round2": {
                "votes": {"ada": runoff[0], "ben": runoff[1]},
                "ballots": sum(runoff),
                **SOURCED,
            },
        },
        endorsements=[
            {"by": by, "to": to, "phase": "between", **SOURCED} for by, to in (calls or {}).items()
        ],
    )
    return parse_contest(table | changes, name)


def example(name: str, **changes: Any) -> Example:
    """Make an example of such a contest."""
    made = example_of(contest(name, **changes))
    assert isinstance(made, Example), made
    return made


def several(n: int = 6) -> tuple[Example, ...]:
    """Make contests of different parties and years with different runoffs and calls."""
    shifts = (0, 30, -40, 60, -20, 10, 50, -60)
    return tuple(
        example(
            f"c{number}",
            year=2010 + number,
            first=FIRST | {"cy": 200 + 10 * number},
            runoff=(550 + shifts[number % 8], 450),
            calls={"cy": "ada"} if number % 2 else {"cy": "ben", "dee": "ada"},
        )
        for number in range(n)
    )
