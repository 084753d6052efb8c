"""Read the package's source without importing it."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "model"
PACKAGE = SOURCE / "kingmaker"


def modules() -> list[Path]:
    """List the package's modules in canonical order."""
    return sorted(PACKAGE.rglob("*.py"))


def label(path: Path) -> str:
    """Name a module as people do: ``contest/load.py``."""
    return path.relative_to(PACKAGE).as_posix()


def tree(path: Path) -> ast.Module:
    """Parse a module."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def imported(module: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield line and full dotted name of all that a module imports, at any depth."""
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            for name in node.names:
                yield node.lineno, name.name
        elif isinstance(node, ast.ImportFrom):
            for name in node.names:
                yield node.lineno, f"{node.module}.{name.name}"


def dotted(node: ast.expr) -> str:
    """Write ``a.b.c`` for an attribute chain; empty for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        before = dotted(node.value)
        return f"{before}.{node.attr}" if before else ""
    return ""
