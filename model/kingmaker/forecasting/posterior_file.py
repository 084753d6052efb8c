"""Write and read files of posterior draws as scores, with contests left out by groups.

A file holds several posteriors of the same contests: one of all of them, and one for each contest
and each party without it. A forecast takes the one without whatever may report its own contest.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

import kingmaker
from kingmaker.calibrate.shared import SHARED
from kingmaker.cases.keys import ContestKey
from kingmaker.errors import Problem
from kingmaker.files.folder import write_file
from kingmaker.parameters import PARAMETERS

Array = NDArray[np.float64]

FORMAT = 1
"""Version of the files."""

LEFT_OUT, PARTY = "left_out", "party"
_KEY = b"kingmaker"
_STEPS = 1024.0
"""Scores are kept in steps of 1/1024: a tenth of the bytes' noise goes, and nothing else."""

_REMEDY = "a file that kingmaker calibrate wrote"


@dataclass(frozen=True, eq=False)
class ScoreGroup:
    """Hold draws of one posterior.

    Attributes
    ----------
    name
        What is left out: empty for nothing, an id, or the key of a party.
    left_out
        Ids of the contests that are left out.
    scores
        Key of a party to draws of the scores of a further contest of it, shape ``(n, k)``; the
        empty key holds those of a contest of an unknown party.
    """

    name: str
    left_out: tuple[str, ...]
    scores: Mapping[str, Array]


@dataclass(frozen=True, eq=False)
class ScorePosteriors:
    """Hold the posteriors of a file.

    Attributes
    ----------
    contests
        Contests that were learned from, by id; empty: draws of the prior.
    groups
        The posteriors, by name.
    sha256
        Hash of the file's bytes.
    about
        What else the writer noted.
    """

    contests: Mapping[str, ContestKey]
    groups: Mapping[str, ScoreGroup]
    sha256: str
    about: Mapping[str, Any] = field(default_factory=dict)


def write_score_posteriors(
    path: Path,
    groups: Sequence[ScoreGroup],
    contests: Mapping[str, ContestKey],
    about: Mapping[str, Any] | None = None,
) -> None:
    """Write posteriors.

    Parameters
    ----------
    path
        File to be written.
    groups
        The posteriors; one leaves out nothing.
    contests
        Contests that were learned from, by id; empty for draws of the prior.
    about
        What a reader should know, such as seed and diagnostics; JSON.

    Raises
    ------
    StoreError
        If the file cannot be written.
    """
    left_out: list[str] = []
    party: list[str] = []
    blocks = []
    for group in groups:
        for key, scores in group.scores.items():
            left_out += [group.name] * len(scores)
            party += [key] * len(scores)
            blocks.append(np.rint(scores * _STEPS) / _STEPS)
    values = np.concatenate(blocks).astype(np.float32)
    columns = {LEFT_OUT: pa.array(left_out), PARTY: pa.array(party)}
    columns |= {name: pa.array(values[:, k]) for k, name in enumerate(SHARED)}
    notes = {
        "format": FORMAT,
        "kind": "scores",
        "version": kingmaker.__version__,
        "parameters": list(SHARED),
        "priors": priors_hash(),
        "contests": {name: _key_to_json(key) for name, key in sorted(contests.items())},
        "groups": {group.name: list(group.left_out) for group in groups},
        "about": dict(about or {}),
    }
    table = pa.table(columns).replace_schema_metadata({_KEY: json.dumps(notes)})
    sink = pa.BufferOutputStream()
    pq.write_table(
        table, sink, compression="zstd", compression_level=19, write_statistics=False,
        use_dictionary=[LEFT_OUT, PARTY], use_byte_stream_split=list(SHARED),
    )  # fmt: skip
    write_file(path, sink.getvalue().to_pybytes())


def notes_of(data: bytes) -> dict[str, Any] | None:
    """Return what a file of posteriors says about itself; None if it is no such file.

    Raises
    ------
    pyarrow.ArrowException
        If it is no Parquet file, or damaged.
    """
    schema = pq.read_schema(pa.BufferReader(data))
    notes = (schema.metadata or {}).get(_KEY)
    try:
        found = None if notes is None else json.loads(notes)
    except ValueError:
        return None
    return found if isinstance(found, dict) and found.get("kind") == "scores" else None


def read_score_posteriors(
    path: Path, where: str
) -> tuple[ScorePosteriors | None, tuple[Problem, ...]]:
    """Read and check posteriors that were written by `write_score_posteriors`.

    Parameters
    ----------
    path
        The file; `notes_of` has found it to be one of posteriors.
    where
        What names the file, for the messages.

    Returns
    -------
    The posteriors and no problems, or None and all problems.
    """
    place = f"{where} {path}"
    try:
        data = path.read_bytes()
        notes = notes_of(data)
        if notes is None:
            return None, (Problem(place, "holds no posterior of scores", _REMEDY),)
        problems = _version_problems(notes, place)
        if problems:
            return None, problems
        _check_shape(notes)
        table = pq.read_table(pa.BufferReader(data))
        groups = _groups(table, notes)
        contests = {name: _key_from_json(key) for name, key in notes["contests"].items()}
    except (pa.ArrowException, KeyError, TypeError, ValueError):
        return None, (Problem(place, "is damaged", _REMEDY),)
    except OSError as error:
        wrong = f"cannot be read: {error.strerror or error}"
        return None, (Problem(place, wrong, _REMEDY),)
    about = notes.get("about", {})
    return ScorePosteriors(contests, groups, hashlib.sha256(data).hexdigest(), about), ()


def priors_hash() -> str:
    """Hash the priors from which a calibration starts, which scores are quantiles of."""
    rows = []
    for name in SHARED:
        parameter = PARAMETERS[name].unlearned()
        kinds = sorted(parameter.by_kind.items())
        rows.append(f"{name} {parameter.bounds} {parameter.prior} {kinds}")
    return hashlib.sha256("\n".join(rows).encode()).hexdigest()


def _version_problems(notes: Mapping[str, Any], place: str) -> tuple[Problem, ...]:
    """Say why a file cannot serve this version."""
    remedy = "calibrate again with this version"
    found, mine = notes.get("version"), kingmaker.__version__
    if notes.get("format") != FORMAT:
        wrong = f"has format {notes.get('format')!r}, read is format {FORMAT}"
        return (Problem(place, wrong, remedy),)
    if found != mine:
        wrong = f"was made by kingmaker {found}, this is kingmaker {mine}"
        return (Problem(place, wrong, remedy),)
    if tuple(notes.get("parameters", ())) != SHARED:
        odd = sorted(set(notes.get("parameters", ())) ^ set(SHARED))
        wrong = f"was made with other shared parameters ({', '.join(odd) or 'in other order'})"
        return (Problem(place, wrong, remedy),)
    if notes.get("priors") != priors_hash():
        return (Problem(place, "was made with other priors of the shared parameters", remedy),)
    return ()


def _check_shape(notes: Mapping[str, Any]) -> None:
    """Check that groups and contests are what `write_score_posteriors` writes.

    Raises
    ------
    TypeError
        If they are not.
    """
    for name in ("groups", "contests", "about"):
        if not isinstance(notes.get(name, {}), dict):
            raise TypeError(f"{name} is no table")
    for left_out in notes["groups"].values():
        _check_items(left_out, str)


def _check_items(values: Any, kind: type) -> None:
    """Check that something is a list of one kind of values.

    Raises
    ------
    TypeError
        If it is not.
    """
    if not isinstance(values, list) or not all(isinstance(value, kind) for value in values):
        raise TypeError(f"{values!r} is no list of {kind.__name__}")


def _groups(table: pa.Table, notes: Mapping[str, Any]) -> dict[str, ScoreGroup]:
    """Sort rows by group and party.

    Raises
    ------
    ValueError
        If the rows are not what the notes say.
    """
    names = np.array(table.column(LEFT_OUT).to_pylist(), dtype=object)
    parties = np.array(table.column(PARTY).to_pylist(), dtype=object)
    values = np.column_stack([table.column(n).to_numpy() for n in SHARED]).astype(np.float64)
    known = set(notes["groups"])
    if not np.isfinite(values).all() or set(names) != known or "" not in known:
        raise ValueError("rows and notes differ")
    groups = {}
    for name, left_out in notes["groups"].items():
        mine = names == name
        scores = {key: values[mine & (parties == key)] for key in dict.fromkeys(parties[mine])}
        groups[name] = ScoreGroup(name, tuple(left_out), scores)
    return groups


def _key_to_json(key: ContestKey) -> dict[str, Any]:
    """Write a key as JSON."""
    days = {"first": key.first.isoformat(), "last": key.last.isoformat()}
    return {**vars(key), **days, "finalists": list(key.finalists), "leading": list(key.leading)}


def _key_from_json(data: Mapping[str, Any]) -> ContestKey:
    """Read a key from JSON; older files have no shares.

    Raises
    ------
    KeyError, TypeError, ValueError
        If it is none.
    """
    leading = data.get("leading", [])
    _check_items([data[name] for name in ("country", "party", "family")], str)
    _check_items(data["finalists"], str)
    _check_items(leading, float)
    if len(leading) not in (0, 2):
        raise ValueError("shares of two candidates or of none")
    days = {name: dt.date.fromisoformat(data[name]) for name in ("first", "last")}
    names = {"finalists": tuple(data["finalists"]), "leading": tuple(leading)}
    return ContestKey(**{**data, **days, **names})
