"""Prove that a sweep's rows are those of its plan, and that they can be computed again."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from kingmaker.errors import ParameterError, Problem, StoreError
from kingmaker.files.provenance import source_hash
from kingmaker.files.results import content_hash
from kingmaker.sweep.batch import run_again
from kingmaker.sweep.collect import DATA
from kingmaker.sweep.ordered import (
    POINTS,
    SweepDigest,
    arranged,
    pieces_of,
    rows_of_run,
    schema_of,
    table_names,
)
from kingmaker.sweep.plan import ID_LENGTH
from kingmaker.sweep.shards import FAILURES
from kingmaker.sweep.store import MANIFEST, Store, check_version
from kingmaker.sweep.survey import Survey

_NAMED, _LISTED = 3, 10
_GO_ON = "kingmaker sweep --resume repeats it"
_MOVE = "move it out of the folder shards"
_ANEW = "kingmaker collect makes the tables anew"


@dataclass(frozen=True)
class Verdict:
    """Say what a verification found.

    Attributes
    ----------
    n_runs
        Runs of the plan.
    n_rows
        Runs that have their row, failed ones included.
    n_failed
        Runs that failed.
    n_doubled
        Runs that two shards hold with the same rows, which does no harm.
    is_collected
        Whether the dataset is there; otherwise the shards were read in its order.
    sha256
        Hash of the dataset's values; None where it is not whole.
    problems
        What is wrong; empty if nothing is.
    """

    n_runs: int
    n_rows: int
    n_failed: int
    n_doubled: int
    is_collected: bool
    sha256: str | None
    problems: tuple[str, ...]


@dataclass(frozen=True)
class Comparison:
    """Say whether a run computed again gave the rows that are stored."""

    run_id: str
    is_same: bool


def verify(store: Store) -> Verdict:
    """Compare the rows of a store with its plan: none missing, none doubled, none foreign.

    Every file is compared with its checksum, and the ids in the rows with the plan's, in its order.

    Parameters
    ----------
    store
        The store; only read.

    Returns
    -------
    What was found, with the hash of all tables if the dataset is whole.
    """
    survey = store.survey()
    problems = _capped([f"shard {d.name} is damaged: {d.wrong}" for d in survey.damaged], _GO_ON)
    problems += _capped([f"shard {name} holds foreign runs" for name in survey.foreign], _MOVE)
    if len(survey.missing):
        problems.append(f"{_some(store, survey.missing, 'missing')} ({_GO_ON})")
    is_collected = (store.folder / MANIFEST).exists()
    digest = SweepDigest()
    if not problems:
        pieces = _collected if is_collected else _from_shards
        try:
            problems += _check_rows(store, survey, digest, pieces)
        except (OSError, pa.ArrowException) as error:
            problems.append(f"a table cannot be read: {_first_line(error)} ({_ANEW})")
    if not problems and is_collected:
        problems += _check_manifest(store, digest)
    return Verdict(
        n_runs=store.plan.n_runs,
        n_rows=survey.n_finished,
        n_failed=survey.n_failed,
        n_doubled=len({index for index, _ in survey.doubled}),
        is_collected=is_collected,
        sha256=None if problems else digest.hexdigest(),
        problems=tuple(problems),
    )


def recompute(store: Store, asked: int | Sequence[str]) -> Iterator[Comparison]:
    """Compute some runs again and compare all their rows with the stored ones.

    Parameters
    ----------
    store
        The store; only read.
    asked
        How many runs, chosen at random; or the ids of runs.

    Yields
    ------
    For each run whether its rows are the same.

    Raises
    ------
    StoreError
        If the store is not whole, or of another version.
    ParameterError
        If an id is not in the plan.
    """
    check_version(store, source_hash())
    survey = store.survey()
    for index in _chosen(store, survey, asked).tolist():
        if survey.home[index] < 0:
            wrong = f"run {store.plan.run_id(index)} is missing"
            raise StoreError(str(store.folder), wrong, "sweep with --resume")
        again = run_again(store.plan, index)
        same = all(
            content_hash(rows_of_run(store, survey, name, index, int(survey.home[index])))
            == content_hash(_like(again[name], store, survey, name, index))
            for name in (*store.plan.tables, FAILURES)
        )
        yield Comparison(store.plan.run_id(index), same)


def _chosen(store: Store, survey: Survey, asked: int | Sequence[str]) -> np.ndarray:
    if isinstance(asked, int):
        there = np.flatnonzero(survey.home >= 0)
        # Other runs each time: a verification that always looks at the same ones proves less.
        generator = np.random.Generator(np.random.Philox(key=time.time_ns()))
        chosen: np.ndarray = generator.choice(there, min(asked, len(there)), replace=False)
        return np.sort(chosen)
    indices = store.plan.indices_of(np.array(asked, dtype=f"S{ID_LENGTH}"))
    unknown = [name for name, index in zip(asked, indices, strict=True) if index < 0]
    if unknown:
        problems = [Problem("--recompute", f"no run has the id '{name}'") for name in unknown]
        raise ParameterError("kingmaker verify", tuple(problems))
    return indices


def _like(table: pa.Table, store: Store, survey: Survey, name: str, index: int) -> pa.Table:
    """Give rows computed again the columns of the collected table."""
    places = np.full(table.num_rows, index, dtype=np.int64)
    return arranged(store, table, places, schema_of(store, survey, name))


def _check_rows(store: Store, survey: Survey, digest: SweepDigest, pieces: Any) -> list[str]:
    """Read all tables once: hash them, and compare their ids with the plan's."""
    problems: list[str] = []
    has_row = np.zeros(store.plan.n_runs, dtype=np.int8)
    for name in table_names(store):
        schema, found = pieces(store, survey, name)
        last = -1
        for piece in digest.follow(name, schema, found):
            if name == POINTS:
                continue
            indices = _indices(store, piece)
            if (indices < 0).any():
                problems.append(f"table {name} holds foreign rows")
                break
            if last > indices[0] or (np.diff(indices) < 0).any():
                problems.append(f"table {name} is not in the plan's order")
                break
            last = int(indices[-1])
            if name in ("runs", FAILURES):
                np.add.at(has_row, indices, 1)
    if not problems:
        missing, doubled = np.flatnonzero(has_row == 0), np.flatnonzero(has_row > 1)
        if len(missing):
            problems.append(_some(store, missing, "without a row"))
        if len(doubled):
            problems.append(_some(store, doubled, "there more than once"))
    return [f"{problem} ({_ANEW})" for problem in problems]


def _some(store: Store, indices: np.ndarray, what: str) -> str:
    """Count runs and name the first of them."""
    first = ", ".join(store.plan.run_id(int(index)) for index in indices[:_NAMED])
    if len(indices) == 1:
        return f"1 run is {what}: {first}"
    return f"{len(indices)} runs are {what}, such as {first}"


def _capped(problems: list[str], remedy: str) -> list[str]:
    """Keep the first problems of a kind, with what to do about them."""
    kept = [f"{problem} ({remedy})" for problem in problems[:_LISTED]]
    n_more = len(problems) - len(kept)
    return [*kept, f"and {n_more} more like this"] if n_more else kept


def _indices(store: Store, piece: pa.Table) -> np.ndarray:
    """Return the index of the run of each row; -1 where the plan has no such run."""
    column = piece.column("run_id").combine_chunks().dictionary_encode()
    ids = np.array(column.dictionary.to_pylist(), dtype=f"S{ID_LENGTH}")
    found: np.ndarray = store.plan.indices_of(ids)[column.indices.to_numpy()]
    return found


def _from_shards(store: Store, survey: Survey, name: str) -> tuple[pa.Schema, Iterator[pa.Table]]:
    schema = schema_of(store, survey, name)
    return schema, pieces_of(store, survey, name, schema)


def _collected(store: Store, _: Survey, name: str) -> tuple[pa.Schema, Iterator[pa.Table]]:
    file = pq.ParquetFile(_path(store, name))
    groups = (file.read_row_group(number) for number in range(file.num_row_groups))
    return file.schema_arrow, groups


def _check_manifest(store: Store, digest: SweepDigest) -> list[str]:
    try:
        manifest = json.loads((store.folder / MANIFEST).read_text(encoding="utf-8"))
        if manifest["sha256"] == digest.hexdigest():
            return []
        noted = manifest["tables"]
        changed = [n for n, about in digest.tables.items() if noted.get(n) != about]
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return [f"{MANIFEST} is damaged ({_ANEW})"]
    return [f"collected tables were changed: {', '.join(changed)} ({_ANEW})"]


def _path(store: Store, name: str) -> Path:
    return store.folder / DATA / f"{name}.parquet"


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0][:200] if str(error) else type(error).__name__
