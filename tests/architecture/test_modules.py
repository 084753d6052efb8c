"""Modules and functions stay small, and everything public says what it is for."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.source_files import PACKAGE, label, modules, tree

MODULE_ASKS, MODULE_REFUSES = 400, 600
FUNCTION_REFUSES = 60
UNWANTED_NAMES = {"utils", "common", "core", "helpers", "manager"}

# Module -> why it is longer than 400 lines.
LONG_MODULES: dict[str, str] = {
    "election.py": "the table of contents of a contest and of a day",
    "mechanisms.py": "a register: one row per mechanism",
    "parameters.py": "a register: one row per parameter",
}

# "module:function" -> why its code (docstring not counted) is longer than 60 lines.
LONG_FUNCTIONS: dict[str, str] = {}

Function = ast.FunctionDef | ast.AsyncFunctionDef


def n_lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def functions(module: ast.Module) -> Iterator[Function]:
    return (node for node in ast.walk(module) if isinstance(node, Function))


def n_code_lines(function: Function) -> int:
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return (function.end_lineno or 0) - body[0].lineno + 1 if body else 0


@pytest.mark.parametrize("path", modules(), ids=label)
def test_module_is_short(path: Path) -> None:
    assert n_lines(path) <= MODULE_REFUSES, f"{label(path)}: split it by subject"
    if label(path) not in LONG_MODULES:
        assert n_lines(path) <= MODULE_ASKS, f"{label(path)}: split it, or give a reason here"


@pytest.mark.parametrize("path", modules(), ids=label)
def test_functions_are_short(path: Path) -> None:
    long = [
        f"{label(path)}:{function.name} has {n_code_lines(function)} lines of code"
        for function in functions(tree(path))
        if n_code_lines(function) > FUNCTION_REFUSES
        and f"{label(path)}:{function.name}" not in LONG_FUNCTIONS
    ]
    assert long == []


def test_reasons_are_still_needed() -> None:
    for name, reason in LONG_MODULES.items():
        assert reason
        assert n_lines(PACKAGE / name) > MODULE_ASKS
    for name, reason in LONG_FUNCTIONS.items():
        path, function_name = name.split(":")
        assert reason
        assert any(
            n_code_lines(function) > FUNCTION_REFUSES
            for function in functions(tree(PACKAGE / path))
            if function.name == function_name
        )


@pytest.mark.parametrize("path", modules(), ids=label)
def test_module_is_named_by_subject(path: Path) -> None:
    assert UNWANTED_NAMES.isdisjoint(path.relative_to(PACKAGE).with_suffix("").parts)


def undocumented(scope: ast.Module | ast.ClassDef, prefix: str = "") -> Iterator[str]:
    """Name public functions, classes and methods without a docstring."""
    for node in scope.body:
        if isinstance(node, Function | ast.ClassDef) and not node.name.startswith("_"):
            name = f"{prefix}{node.name}"
            is_overload = any(
                "overload" in ast.unparse(decorator) for decorator in node.decorator_list
            )
            if not ast.get_docstring(node) and not is_overload:
                yield name
            if isinstance(node, ast.ClassDef):
                yield from undocumented(node, f"{name}.")


@pytest.mark.parametrize("path", modules(), ids=label)
def test_public_names_are_documented(path: Path) -> None:
    module = tree(path)
    missing = list(undocumented(module))
    if not ast.get_docstring(module):
        missing.insert(0, "the module itself")
    assert missing == []
