"""Load contests: bundled ones by id, others by path; check a file and report all its problems."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable

from pydantic import ValidationError

from kingmaker.contest import (
    candidacy_checks,
    cross_checks,
    messages,
    reading,
    result_checks,
    rival_checks,
)
from kingmaker.contest.draft import draft_of
from kingmaker.contest.schema import Contest
from kingmaker.errors import ContestError, Problem, did_you_mean

SUFFIX = ".toml"


def load_contest(source: str | os.PathLike[str]) -> Contest:
    """Load a contest.

    Parameters
    ----------
    source
        Id of a bundled contest, such as ``"il-labor-2007"``, or the path of a contest file.

    Returns
    -------
    The contest.

    Raises
    ------
    ContestError
        If there is no such contest, or the file has problems; holds all of them.
    """
    if isinstance(source, str):
        if source in bundled_ids():
            return _bundled(source)
        looks_like_path = source.endswith(SUFFIX) or any(c in source for c in "/\\.")
        if not looks_like_path and not _exists(source):
            remedy = did_you_mean(source, bundled_ids())
            raise ContestError(source, (Problem("", "no bundled contest has this id", remedy),))
    return read_contest(source)


def read_contest(path: str | os.PathLike[str]) -> Contest:
    """Read a contest file.

    Parameters
    ----------
    path
        The file.

    Returns
    -------
    The contest.

    Raises
    ------
    ContestError
        If the file cannot be read or has problems; holds all of them.
    """
    return parse_contest(reading.read_table(path), os.fspath(path))


def check_contest(path: str | os.PathLike[str]) -> tuple[Problem, ...]:
    """Check a contest file.

    Parameters
    ----------
    path
        The file.

    Returns
    -------
    All its problems, in the order of the sections; empty when the file can be used.
    """
    try:
        read_contest(path)
    except ContestError as error:
        return error.problems
    return ()


def bundled_ids() -> tuple[str, ...]:
    """List the ids of the bundled contests, sorted."""
    names = (entry.name for entry in _catalog().iterdir())
    return tuple(sorted(name.removesuffix(SUFFIX) for name in names if name.endswith(SUFFIX)))


def parse_contest(data: object, source_name: str) -> Contest:
    """Make a contest of a table.

    Parameters
    ----------
    data
        The table, as TOML gives it.
    source_name
        Name of the input, for messages.

    Returns
    -------
    The contest.

    Raises
    ------
    ContestError
        If the table has problems; holds all of them. Types, bounds and keys are checked first;
        sections that pass are then checked against each other, even when others failed.
    """
    if not isinstance(data, Mapping):
        wrong = f"is {messages.kind_of(data)}, not a table"
        raise ContestError(source_name, (Problem("", wrong, "write sections with keys"),))
    problems: list[Problem] = []
    contest = None
    try:
        contest = Contest.model_validate(data)
    except ValidationError as error:
        problems += [
            messages.problem_from(detail, data, Contest)
            for detail in error.errors(include_url=False)
        ]
    draft = draft_of(data)
    problems += cross_checks.all_problems(draft)
    problems += result_checks.all_problems(draft)
    problems += rival_checks.all_problems(draft)
    problems += candidacy_checks.all_problems(draft)
    if contest is None or problems:
        raise ContestError(source_name, _in_order(problems))
    return contest


def _in_order(problems: list[Problem]) -> tuple[Problem, ...]:
    """Sort problems by section and entry, each once."""
    order = {name: index for index, name in enumerate(Contest.model_fields)}

    def key(problem: Problem) -> tuple[int, int]:
        section = re.match(r"([^.\[]*)(?:\[(\d+)\])?", problem.where)
        name, index = section.groups() if section else ("", None)
        return order.get(name, -1), int(index or 0)

    return tuple(sorted(dict.fromkeys(problems), key=key))


def _catalog() -> Traversable:
    """Return the directory of the bundled contests."""
    return resources.files("kingmaker.contest").joinpath("catalog")


@cache
def _bundled(contest_id: str) -> Contest:
    """Load a bundled contest; frozen, hence shared."""
    name = contest_id + SUFFIX
    content = _catalog().joinpath(name).read_bytes()
    return parse_contest(reading.table_from(content, name), name)


def _exists(source: str) -> bool:
    """Tell whether a path exists; False for names that no path can have."""
    try:
        return os.path.lexists(source)
    except ValueError:
        return False
