"""Read and write shards: finished batches of a sweep, each a folder with its own checksums."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from kingmaker.files.folder import write_folder
from kingmaker.files.results import write_small
from kingmaker.sweep.plan import ID_LENGTH

FORMAT = 1
"""Version of the shards' layout."""

SHARD = "shard.json"
"""What a shard says of itself: its runs, the failed ones, and a checksum per file."""

FAILURES = "failures"


@dataclass(frozen=True, eq=False)
class Shard:
    """Describe an intact shard.

    Attributes
    ----------
    name
        Name of its folder.
    path
        Its folder.
    ids
        Ids of its runs in the order of its rows, ASCII bytes, shape ``(n,)``.
    failed
        Ids of those among them that failed.
    drawn
        Facts that were drawn, as sentences.
    """

    name: str
    path: Path
    ids: np.ndarray
    failed: tuple[str, ...]
    drawn: tuple[str, ...]


@dataclass(frozen=True)
class Damage:
    """Name a damaged shard and what is wrong with it."""

    name: str
    wrong: str


def read_shard(path: Path) -> Shard | Damage:
    """Read what a shard says of itself and compare all its files with their checksums."""
    try:
        about = json.loads((path / SHARD).read_text(encoding="utf-8"))
        runs, files = about["runs"], about["files"]
        if about["format"] != FORMAT:
            return Damage(path.name, f"has layout {about['format']}, not {FORMAT}")
        if shard_name(runs) != path.name:
            return Damage(path.name, "its runs are not those of its name")
        for name, sha256 in files.items():
            if file_hash(path / name) != sha256:
                return Damage(path.name, f"{name} is damaged")
        ids = np.array(runs, dtype=f"S{ID_LENGTH}")
        return Shard(path.name, path, ids, tuple(about["failed"]), tuple(about["drawn"]))
    except OSError as error:
        name = Path(str(error.filename)).name
        return Damage(path.name, f"{name} cannot be read: {error.strerror}")
    except (ValueError, KeyError, TypeError, AttributeError):
        return Damage(path.name, f"{SHARD} is damaged")


def write_shard(
    target: Path, tables: Mapping[str, pa.Table], about: Mapping[str, Any], *, aside: Path
) -> None:
    """Write a shard whole or not at all.

    Parameters
    ----------
    target
        Its folder, to be made.
    tables
        The rows, by table.
    about
        What it says of itself: ``runs``, ``failed``, ``drawn``, ``source_sha256``.
    aside
        Where it is written before it is renamed.

    Raises
    ------
    StoreError
        If the target exists, or cannot be written; nothing is left behind.
    """
    writers: dict[str, Any] = {f"{n}.parquet": partial(write_small, tables[n]) for n in tables}
    writers[SHARD] = partial(_write_about, about)
    write_folder(target, writers, aside=aside)


def shard_name(ids: Sequence[str]) -> str:
    """Name a shard by the ids of its runs."""
    return hashlib.sha256("".join(ids).encode()).hexdigest()[:ID_LENGTH]


def file_hash(path: Path) -> str:
    """Compute SHA-256 of a file, piece by piece."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _write_about(about: Mapping[str, Any], path: Path) -> None:
    """Write what a shard says of itself; the other files are there already."""
    files = {p.name: file_hash(p) for p in sorted(path.parent.iterdir()) if p != path}
    text = json.dumps({"format": FORMAT, **about, "files": files}, ensure_ascii=False) + "\n"
    path.write_text(text, encoding="utf-8")
