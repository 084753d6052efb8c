"""Say in plain words what pydantic found wrong with a contest file."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from typing import Any, get_args, get_origin

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from kingmaker.errors import Problem, did_you_mean

SHOWN_LENGTH = 40
type Path = tuple[str | int, ...]


def where(path: Path) -> str:
    """Write a path such as ``candidates[2].position[0]``."""
    parts = [f"[{part}]" if isinstance(part, int) else f".{_plain(part)}" for part in path]
    return "".join(parts).removeprefix(".")


def kind_of(value: object) -> str:
    """Name the sort of a value as a reader of TOML would."""
    for sort, word in (
        (bool, "true or false"),
        (int, "a whole number"),
        (float, "a number"),
        (str, "text"),
        (dt.datetime, "a date with a time"),
        (dt.date, "a date"),
        (dt.time, "a time"),
        (Mapping, "a table"),
        (list | tuple, "a list"),
    ):
        if isinstance(value, sort):
            return word
    return "something else"


def shown(value: object) -> str:
    """Write an offending value, shortened to `SHOWN_LENGTH` characters."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        big = value.bit_length() > 100
        return f"a whole number of {value.bit_length()} bits" if big else str(value)
    if isinstance(value, dt.datetime | dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, str | float):
        text = repr(value[: SHOWN_LENGTH + 1] if isinstance(value, str) else value)
        return text if len(text) <= SHOWN_LENGTH + 2 else f"{text[:SHOWN_LENGTH]}...'"
    return kind_of(value)


def name_at(data: object, path: Path) -> str | None:
    """Find the id of the innermost entry of a list that a path leads through."""
    name = None
    for part in path:
        if isinstance(data, Mapping) and part in data:
            data = data[part]
        elif isinstance(data, Sequence) and isinstance(part, int) and part < len(data):
            data = data[part]
            if isinstance(data, Mapping) and isinstance(data.get("id"), str):
                name = str(data["id"])[:SHOWN_LENGTH]
        else:
            break
    return name


def problem(data: object, path: Path, wrong: str, remedy: str = "") -> Problem:
    """Make a problem that names the entry by its id, where it has one."""
    name = name_at(data, path)
    prefix = f"{_plain(name)}: " if name is not None and path[-1:] != ("id",) else ""
    return Problem(where(path), prefix + wrong, remedy)


def problem_from(error: ErrorDetails, data: object, root: type[BaseModel]) -> Problem:
    """Turn one of pydantic's findings into a problem.

    Parameters
    ----------
    error
        The finding.
    data
        The whole input, to name entries by their ids.
    root
        The type of the whole input, to list known keys and describe missing ones.
    """
    path: Path = error["loc"]
    value = error.get("input")
    limits: Mapping[str, Any] = error.get("ctx", {})
    kind = error["type"]
    # Pydantic marks a finding about a key, not a value, in this way.
    if path[-1:] == ("[key]",) and kind == "string_type":
        path, kind = path[:-1], "invalid_key"
    if kind == "extra_forbidden":
        known = _keys_at(root, path[:-1])
        return problem(data, path, "unknown key", did_you_mean(str(path[-1]), known))
    if kind == "missing":
        if isinstance(path[-1], int):
            n_given = len(value) if isinstance(value, Sequence) else 0
            wrong = f"has {n_given} {'entry' if n_given == 1 else 'entries'}"
            return problem(data, path[:-1], wrong, _entries_wanted(root, path[:-1]))
        return problem(data, path, "is missing", _description(root, path))
    wrong, remedy = _wrong_and_remedy(kind, value, limits)
    if kind == "too_long" and limits.get("max_length") == _fixed_length(root, path):
        remedy = _entries_wanted(root, path)
    return problem(data, path, wrong, remedy)


def _wrong_and_remedy(kind: str, value: object, limits: Mapping[str, Any]) -> tuple[str, str]:
    """Word a finding about a value: what is wrong, what would be right."""
    if kind in _LIMIT_WORDS:
        return _beyond_limit(kind, value, limits)
    if kind in _WANTED:
        return _wrong_sort(kind, value)
    if kind == "invalid_key":
        return f"{shown(value)} is no key", "keys are text"
    if kind == "string_too_short":
        return "is empty", "write something or leave the key out"
    if kind == "string_too_long":
        n_given = len(value) if isinstance(value, str) else 0
        return f"is {n_given} characters long", f"at most {limits.get('max_length')}"
    if kind == "string_pattern_mismatch":
        return f"{shown(value)} is no id", "lower-case letters, digits, hyphens: 'pines-paz'"
    if kind == "literal_error":
        known: list[str] = re.findall(r"'([^']*)'", str(limits.get("expected", "")))
        remedy = did_you_mean(str(value)[:60], known) if known else f"use {limits['expected']}"
        return f"{shown(value)} is not known here", remedy
    if kind in {"too_short", "too_long"}:
        n_given = int(limits.get("actual_length") or 0)
        few, many = limits.get("min_length"), limits.get("max_length")
        remedy = f"at least {few}" if kind == "too_short" else f"at most {many}"
        return f"has {n_given} {'entry' if n_given == 1 else 'entries'}", remedy
    return f"{shown(value)} cannot be used here", "see the reference of the contest file"


def _wrong_sort(kind: str, value: object) -> tuple[str, str]:
    """Word a value of the wrong sort, such as text for a number."""
    wanted, remedy = _WANTED[kind]
    if isinstance(value, str) and _would_fit(value, kind):
        remedy = f"write it without quotes: {value.strip().lower()}"
    if isinstance(value, dt.datetime):
        remedy = f"write the day only: {value.date().isoformat()}"
    given = shown(value)
    if isinstance(value, bool):
        return f"{given} is not {wanted}", remedy
    if isinstance(value, int) and kind == "float_type":
        return f"{given} is too large", remedy
    if given == kind_of(value):
        return f"is {given}, not {wanted}", remedy
    return f"{given} is {kind_of(value)}, not {wanted}", remedy


def _would_fit(text: str, kind: str) -> bool:
    """Tell whether a text would be right without its quotes."""
    patterns = {
        "int_type": r"\s*-?\d{1,12}\s*",
        "float_type": r"\s*-?\d{1,12}(\.\d{1,12})?\s*",
        "bool_type": r"\s*([Tt]rue|[Ff]alse)\s*",
        "date_type": r"\s*\d{4}-\d{2}-\d{2}\s*",
    }
    return kind in patterns and re.fullmatch(patterns[kind], text, re.ASCII) is not None


def _beyond_limit(kind: str, value: object, limits: Mapping[str, Any]) -> tuple[str, str]:
    """Word a number that is not finite or out of bounds."""
    if kind == "finite_number":
        return f"{shown(value)} is no finite number", "leave the key out if it is unknown"
    key, word, remedy = _LIMIT_WORDS[kind]
    bound = f"{limits[key]:,.0f}" if limits[key] == int(limits[key]) else f"{limits[key]:g}"
    wrong = f"{shown(value)} is too {word}"
    if bound == "1" and key == "le" and isinstance(value, int | float) and value <= 100:
        return wrong, f"a share is a fraction: {value / 100:g} for {value:g} %"
    return wrong, f"{remedy} {bound}"


_LIMIT_WORDS = {
    "finite_number": ("", "", ""),
    "greater_than": ("gt", "small", "more than"),
    "greater_than_equal": ("ge", "small", "at least"),
    "less_than": ("lt", "large", "less than"),
    "less_than_equal": ("le", "large", "at most"),
}
_DAY = "write a day such as 2011-09-12, without quotes"
_TABLE = "write a section with keys"
_WANTED = {
    "string_type": ("text", "write it in quotes"),
    "int_type": ("a whole number", "write digits only, such as 1200"),
    "float_type": ("a number", "write a number such as 0.25"),
    "bool_type": ("true or false", "write true or false"),
    "date_type": ("a date", _DAY),
    "date_from_datetime_inexact": ("a date", _DAY),
    "tuple_type": ("a list", "write it in brackets, or repeat [[...]]"),
    "dict_type": ("a table", _TABLE),
    "model_type": ("a table", _TABLE),
    "model_attributes_type": ("a table", _TABLE),
}


def _plain(part: object) -> str:
    """Write a key of a path; escaped and shortened where it is odd."""
    text = str(part)
    if len(text) <= SHOWN_LENGTH and text.isprintable():
        return text
    return shown(text)


def section_type(annotation: object) -> type[BaseModel] | None:
    """Find the section type inside an annotation such as ``tuple[Poll, ...]``."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for inner in get_args(annotation):
        found = section_type(inner)
        if found is not None:
            return found
    return None


def _model_at(root: type[BaseModel], path: Path) -> type[BaseModel] | None:
    """Find the section type at a path; None below a leaf."""
    model: type[BaseModel] | None = root
    for part in path:
        if isinstance(part, int):
            continue
        if model is None or part not in model.model_fields:
            return None
        model = section_type(model.model_fields[part].annotation)
    return model


def _keys_at(root: type[BaseModel], path: Path) -> list[str]:
    """List the known keys of the section at a path."""
    model = _model_at(root, path)
    return [] if model is None else list(model.model_fields)


def _description(root: type[BaseModel], path: Path) -> str:
    """Describe the field at a path; empty when it has no description."""
    model = _model_at(root, path[:-1])
    field = None if model is None else model.model_fields.get(str(path[-1]))
    return "" if field is None else (field.description or "")


def _entries_wanted(root: type[BaseModel], path: Path) -> str:
    """Say how many entries a list of fixed length has."""
    entries = _fixed_entries(root, path)
    is_text = bool(entries) and str in (entries[0], *get_args(entries[0]))
    return f"write {len(entries)} {'names' if is_text else 'numbers'}"


def _fixed_length(root: type[BaseModel], path: Path) -> int | None:
    """Return the length of a list of fixed length; None for other fields."""
    return len(_fixed_entries(root, path)) or None


def _fixed_entries(root: type[BaseModel], path: Path) -> tuple[Any, ...]:
    """Return the types of the entries of a list of fixed length; empty for other fields."""
    model = _model_at(root, path[:-1])
    field = None if model is None else model.model_fields.get(str(path[-1]))
    if field is None:
        return ()
    for annotation in (field.annotation, *get_args(field.annotation)):
        entries = get_args(annotation)
        if get_origin(annotation) is tuple and Ellipsis not in entries:
            return entries
    return ()
