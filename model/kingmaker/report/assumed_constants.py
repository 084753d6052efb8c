"""Find the constants that the code's own docstrings mark as assumed."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import kingmaker

MACHINERY = ("cli", "files", "sweep")
"""Parts of the package whose constants move no result."""

_MARK = re.compile(r"; assumed\b")
_UNIT = re.compile(r" \[([^\]]+)\]")


@dataclass(frozen=True)
class AssumedConstant:
    """Describe a constant without a prior.

    Attributes
    ----------
    module
        Module below the package, such as ``alliance.beliefs``.
    name
        Name in the module.
    unit
        Unit, as its docstring gives it in brackets; empty where it gives none.
    meaning
        What it is, one line.
    """

    module: str
    name: str
    unit: str
    meaning: str


def assumed_constants() -> tuple[AssumedConstant, ...]:
    """List all constants whose docstring says ``; assumed``, by module and place.

    Those of the machinery (`MACHINERY`), such as how long to wait for a cluster, are left out.
    """
    root = Path(kingmaker.__file__).parent
    found: list[AssumedConstant] = []
    for path in sorted(root.rglob("*.py")):
        parts = path.relative_to(root).with_suffix("").parts
        if parts[0] in MACHINERY:
            continue
        module = ".".join(parts)
        found += _constants_of(module, ast.parse(path.read_text(encoding="utf-8")).body)
    return tuple(found)


def _constants_of(module: str, body: list[ast.stmt]) -> Iterator[AssumedConstant]:
    """Read the assignments of a module that a marked docstring follows."""
    for statement, after in pairwise(body):
        meaning, *mark = _MARK.split(_docstring(after), maxsplit=1)
        if not mark:
            continue
        unit = _UNIT.search(meaning)
        meaning = _UNIT.sub("", meaning, count=1)
        for name in _assigned(statement):
            yield AssumedConstant(
                module, name, unit[1] if unit else "", meaning[0].lower() + meaning[1:]
            )


def _docstring(statement: ast.stmt) -> str:
    """Return the text of a statement that is nothing but text, on one line; empty for others."""
    value = statement.value if isinstance(statement, ast.Expr) else None
    text = value.value if isinstance(value, ast.Constant) else None
    return " ".join(text.split()) if isinstance(text, str) else ""


def _assigned(statement: ast.stmt) -> list[str]:
    """Return the names to which a statement assigns."""
    targets: list[ast.expr] = []
    if isinstance(statement, ast.Assign):
        targets = statement.targets
    elif isinstance(statement, ast.AnnAssign):
        targets = [statement.target]
    nodes = [node for target in targets for node in ast.walk(target)]
    return [node.id for node in nodes if isinstance(node, ast.Name)]
