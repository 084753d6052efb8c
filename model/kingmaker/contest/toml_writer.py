"""Write tables as TOML, the same bytes for the same table."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Iterator, Mapping
from typing import Any

from kingmaker.contest.schema import Contest
from kingmaker.errors import InvariantError

WIDTH = 100
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}


def to_toml(table: Mapping[str, Any]) -> str:
    """Write a table as TOML.

    Keys keep their order, except that plain values come before sections. Tables of numbers become
    inline tables; lists of tables become ``[[sections]]``.

    Parameters
    ----------
    table
        Text, numbers, true or false, dates, lists of these, and tables.

    Returns
    -------
    The document, with a newline at its end.

    Raises
    ------
    InvariantError
        If the table holds something that TOML cannot.
    """
    return "\n".join(_lines(table, ())).strip("\n") + "\n"


def contest_table(contest: Contest) -> dict[str, Any]:
    """Turn a contest back into the table of its file; what equals its default is left out."""
    table: dict[str, Any] = _plain(contest.model_dump(mode="python", exclude_defaults=True))
    return table


def _plain(value: Any) -> Any:
    """Turn tuples into lists and drop what is absent."""
    if isinstance(value, Mapping):
        return {key: _plain(inner) for key, inner in value.items() if inner is not None}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return value


def _lines(table: Mapping[str, Any], path: tuple[str, ...]) -> Iterator[str]:
    """Write a table's own values, then the sections below it."""
    for key, value in table.items():
        if not _is_section(value) and not _is_section_list(value):
            yield f"{_key(key)} = {_value(value, len(_key(key)) + 3)}"
    for key, value in table.items():
        name = ".".join(_key(part) for part in (*path, key))
        if _is_section(value):
            lines = list(_lines(value, (*path, key)))
            # A section that holds only sections needs no line of its own.
            yield from (lines if lines and lines[0] == "" else ["", f"[{name}]", *lines])
        elif _is_section_list(value):
            for entry in value:
                yield from ("", f"[[{name}]]", *_lines(entry, (*path, key)))


def _is_section(value: object) -> bool:
    """Tell whether a value needs a section of its own: a table of more than numbers."""
    numbers = isinstance(value, Mapping) and all(
        isinstance(inner, int | float) for inner in value.values()
    )
    return isinstance(value, Mapping) and not numbers


def _is_section_list(value: object) -> bool:
    """Tell whether a value is a list of tables."""
    if not isinstance(value, list) or not value:
        return False
    return all(isinstance(entry, Mapping) for entry in value)


def _key(key: str) -> str:
    """Write a key, in quotes where it needs them."""
    return key if _BARE_KEY.fullmatch(key) else _text(key)


def _value(value: object, indent: int = 0) -> str:
    """Write a plain value, a list of them, or a table of numbers."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return f"{value:_}" if abs(value) >= 10_000 else str(value)
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, dt.datetime | dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, list | tuple):
        parts = [_value(inner) for inner in value]
        line = f"[{', '.join(parts)}]"
        if indent + len(line) <= WIDTH:
            return line
        return "[\n" + "".join(f"  {part},\n" for part in parts) + "]"
    if isinstance(value, Mapping):
        parts = [f"{_key(key)} = {_value(inner)}" for key, inner in value.items()]
        return f"{{ {', '.join(parts)} }}" if parts else "{}"
    raise InvariantError("TOML holds text, numbers, dates and tables", repr(value)[:80])


def _number(value: float) -> str:
    """Write a number so that it reads back as the same float."""
    if not math.isfinite(value):
        return "nan" if math.isnan(value) else ("inf" if value > 0 else "-inf")
    text = repr(value)
    return text if re.search(r"[.e]", text) else f"{text}.0"


def _text(value: str) -> str:
    """Write text in quotes on one line."""
    escaped = "".join(
        _ESCAPES.get(c) or (f"\\u{ord(c):04x}" if ord(c) < 0x20 or ord(c) == 0x7F else c)
        for c in value
    )
    return f'"{escaped}"'
