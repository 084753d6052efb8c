"""Whatever a contest file holds, checking it ends in plain words, never in a crash."""

import datetime as dt
import math
import string
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kingmaker.contest.load import check_contest, parse_contest
from kingmaker.contest.reading import table_from
from kingmaker.contest.template import TEMPLATE
from kingmaker.contest.toml_writer import to_toml
from kingmaker.errors import ContestError, Problem

JARGON = (
    "Traceback",
    "Input should",
    "pydantic",
    "validation error",
    "Field required",
    "Extra inputs",
    "NoneType",
    "object at 0x",
    "<class",
)
HOME = resources.files("kingmaker.contest").joinpath("catalog", "il-labor-2011.toml").read_bytes()
SEEDS = (TEMPLATE.encode(), HOME)

scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.sampled_from([0, 1, -1, 2**31, 2**63, 10**30, 10**400, math.nan, math.inf, -math.inf]),
    st.floats(),
    st.text(max_size=12),
    st.sampled_from(
        ["\ud800", "barak", "herzog", "calder", "neutral", "unknown", "2011-09-12", "0.4", ""]
    ),
    st.dates(),
    st.datetimes(),
    st.times(),
    st.binary(max_size=4),
)
values = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=6), inner, max_size=4)
    ),
    max_leaves=6,
)
plain_values = st.one_of(
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.floats(),
    st.text(string.printable, max_size=12),
    st.dates(),
)


def places(table: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """List the paths of everything inside a table."""
    keys: list[Any] = []
    if isinstance(table, dict):
        keys = list(table)
    elif isinstance(table, list):
        keys = list(range(len(table)))
    found = [(*path, key) for key in keys]
    return found + [deeper for key in keys for deeper in places(table[key], (*path, key))]


def mutate(data: st.DataObject, table: Any, new_values: st.SearchStrategy[Any]) -> None:
    """Delete, replace, duplicate, rename or swap something inside a table."""
    for _ in range(data.draw(st.integers(1, 4))):
        paths = places(table)
        if not paths:
            return
        *above, last = data.draw(st.sampled_from(paths))
        owner = table
        for part in above:
            owner = owner[part]
        action = data.draw(st.sampled_from(["delete", "replace", "copy", "rename", "graft"]))
        if action == "delete":
            del owner[last]
        elif action == "replace":
            owner[last] = data.draw(new_values)
        elif action == "copy" and isinstance(owner, list):
            owner.append(owner[last])
        elif action == "rename" and isinstance(owner, dict):
            owner[data.draw(st.text(string.ascii_lowercase + "_", max_size=8))] = owner.pop(last)
        else:
            owner[last] = value_at(table, data.draw(st.sampled_from(paths)))


def value_at(table: Any, path: tuple[str | int, ...]) -> Any:
    """Copy the plain value at a path; a table or list becomes its size."""
    for part in path:
        try:
            table = table[part]
        except (KeyError, IndexError, TypeError):
            return None
    return len(table) if isinstance(table, dict | list) else table


def assert_in_plain_words(problems: tuple[Problem, ...]) -> None:
    """Each problem is one short printable line without the machinery's own words."""
    for problem in problems:
        line = str(problem)
        assert not any(word in line for word in JARGON), line
        assert line.isprintable(), ascii(line)
        assert len(line) < 700, line
        assert problem.wrong


def problems_of(table: object) -> tuple[Problem, ...]:
    """Return the problems of a table."""
    try:
        parse_contest(table, "mutated")
    except ContestError as error:
        return error.problems
    return ()


@settings(max_examples=1000)
@given(seed=st.sampled_from(SEEDS), data=st.data())
def test_mutated_tables(seed: bytes, data: st.DataObject) -> None:
    table = table_from(seed, "seed")
    mutate(data, table, values)
    assert_in_plain_words(problems_of(table))


@settings(max_examples=400)
@given(seed=st.sampled_from(SEEDS), data=st.data())
def test_mutated_files(seed: bytes, data: st.DataObject, shared_file: Path) -> None:
    table = table_from(seed, "seed")
    mutate(data, table, plain_values)
    shared_file.write_text(to_toml(without_none(table)), encoding="utf-8")
    assert_in_plain_words(check_contest(shared_file))


@settings(max_examples=600)
@given(seed=st.sampled_from(SEEDS), data=st.data())
def test_damaged_bytes(seed: bytes, data: st.DataObject, shared_file: Path) -> None:
    content = bytearray(seed)
    for _ in range(data.draw(st.integers(1, 5))):
        start = data.draw(st.integers(0, len(content)))
        length = data.draw(st.sampled_from([0, 1, 1, 3, 40, 4000]))
        content[start : start + length] = data.draw(
            st.one_of(
                st.binary(max_size=6), st.sampled_from([b"=", b"[", b"]]", b'"', b"\n", b"'''"])
            )
        )
    shared_file.write_bytes(bytes(content))
    assert_in_plain_words(check_contest(shared_file))


@settings(max_examples=400)
@given(content=st.one_of(st.binary(max_size=200), st.text(max_size=200).map(str.encode)))
def test_random_bytes(content: bytes, shared_file: Path) -> None:
    shared_file.write_bytes(content)
    problems = check_contest(shared_file)
    assert problems
    assert_in_plain_words(problems)


@settings(max_examples=400)
@given(value=values)
def test_anything_at_all(value: object) -> None:
    with pytest.raises(ContestError) as caught:
        parse_contest(value, "anything")
    assert_in_plain_words(caught.value.problems)


@settings(max_examples=300)
@given(st.dictionaries(st.text(string.printable, max_size=8), plain_values, max_size=6))
def test_written_tables_read_back(table: dict[str, Any]) -> None:
    if not table:
        return
    back = table_from(to_toml(table).encode(), "written")
    assert repr(back) == repr(table)


@pytest.fixture(scope="module")
def shared_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One file that the examples of a test overwrite in turn."""
    return tmp_path_factory.mktemp("fuzz") / "contest.toml"


def without_none(value: Any) -> Any:
    """Drop what TOML cannot hold."""
    if isinstance(value, dict):
        return {key: without_none(inner) for key, inner in value.items() if inner is not None}
    if isinstance(value, list):
        return [without_none(inner) for inner in value if inner is not None]
    return value.date() if isinstance(value, dt.datetime) else value
