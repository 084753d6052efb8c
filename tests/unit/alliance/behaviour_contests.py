"""A tiny contest that has whatever a behaviour can be about."""

from kingmaker.contest.schema import Contest
from tests.contest_builders import SOURCED, day, tiny, tiny_table


def full(**changes: object) -> Contest:
    """Make a tiny contest that has whatever a behaviour can be about."""
    table = tiny_table()
    gone = {"id": "eve", "name": "Eve", "withdrawn": day(-2)}
    letter = {"date": day(1), "kind": "letter", "by": "oz", "to": "cy", "text": "a letter"}
    changes.setdefault("candidates", [*table["candidates"], gone])
    changes.setdefault("events", [*table["events"], letter | SOURCED])
    return tiny(**changes)
