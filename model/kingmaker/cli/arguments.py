"""Read the words of the command line; what cannot be read stays text, for the checks to refuse."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from kingmaker.errors import Problem

Progress = Callable[[int, int], None]


def whole_number(text: str) -> Any:
    """Read a whole number."""
    try:
        return int(text)
    except ValueError:
        return text


def number(text: str) -> Any:
    """Read a number."""
    try:
        return float(text)
    except ValueError:
        return text


def settings_of(words: list[str], problems: list[Problem]) -> dict[str, Any]:
    """Read words such as ``cue=0.2``."""
    settings: dict[str, Any] = {}
    for word in words:
        name, sign, value = word.partition("=")
        name = name.strip()
        if not sign or not name or not value.strip():
            problems.append(Problem("--set", f"'{word}' sets nothing", "parameter=value"))
        elif name in settings:
            problems.append(Problem(f"--set {name}", "is given twice", "one value"))
        else:
            settings[name] = number(value.strip())
    return settings


@contextmanager
def progress_shown(*, is_shown: bool) -> Iterator[Progress | None]:
    """Show a bar on standard error if that is a terminal."""
    if not is_shown or not sys.stderr.isatty():
        yield None
        return
    from kingmaker.report.progress import progress_bar

    with progress_bar() as update:
        yield update
