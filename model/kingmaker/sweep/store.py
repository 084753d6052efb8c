"""Keep a sweep in a folder: the plan, finished batches as shards, nothing that two processes share.

::

    DIR/plan.json          what is run, written once
    DIR/shards/NAME/       one finished batch: a Parquet file per table, failures, shard.json
    DIR/timings/NAME.json  how long it took, where; never part of results
    DIR/damaged/           shards that were set aside
    DIR/data/              the collected tables; DIR/manifest.json says where they come from
    DIR/tmp/               what is being written

A shard is written aside, flushed to disk and renamed: whoever sees it sees all of it. Its name is
a hash of the ids of its runs. The folder is the only state; any number of processes may add shards.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from kingmaker.errors import StoreError
from kingmaker.files.folder import write_file, write_folder
from kingmaker.files.results import write_small
from kingmaker.sweep.plan import ID_LENGTH, SweepPlan, plan_from_json, plan_to_json

FORMAT = 1
"""Version of the folder's layout."""

PLAN = "plan.json"
MANIFEST = "manifest.json"
SHARD = "shard.json"
FAILURES = "failures"
_FOLDERS = ("shards", "timings", "damaged", "tmp")


@dataclass(frozen=True)
class PlanReference:
    """Say where a plan is and which it must be; small, for any process that sees the folder.

    Attributes
    ----------
    folder
        Absolute path of the store.
    sha256
        Hash of its plan file.
    """

    folder: str
    sha256: str


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


@dataclass(frozen=True, eq=False)
class Survey:
    """Say what a store holds.

    Attributes
    ----------
    shards
        Intact shards of this plan, by name.
    home
        Number of the shard that holds each run, shape ``(n_runs,)``; -1: missing. Of several, the
        first by name in which the run did not fail.
    failed
        Whether each run failed, shape ``(n_runs,)``.
    doubled
        Runs that another shard holds, too: index and number of that shard.
    damaged
        Damaged shards, by name.
    foreign
        Shards with runs that the plan does not have, by name.
    """

    shards: tuple[Shard, ...]
    home: np.ndarray
    failed: np.ndarray
    doubled: tuple[tuple[int, int], ...]
    damaged: tuple[Damage, ...]
    foreign: tuple[str, ...]

    @property
    def n_finished(self) -> int:
        """Number of runs held."""
        return int((self.home >= 0).sum())

    @property
    def n_failed(self) -> int:
        """Number of runs that failed, among those held."""
        return int(self.failed.sum())

    @property
    def is_complete(self) -> bool:
        """Whether no run is missing."""
        return self.n_finished == len(self.home)

    @property
    def missing(self) -> np.ndarray:
        """Indices of the missing runs, ascending."""
        return np.flatnonzero(self.home < 0)


@dataclass(frozen=True, eq=False)
class Store:
    """Read and write the folder of a sweep.

    Attributes
    ----------
    folder
        The folder.
    plan
        What is run.
    sha256
        Hash of the plan file.
    """

    folder: Path
    plan: SweepPlan
    sha256: str

    @property
    def reference(self) -> PlanReference:
        """What another process needs to open this store."""
        return PlanReference(str(self.folder.absolute()), self.sha256)

    @property
    def aside(self) -> Path:
        """Where files are written before they are renamed."""
        return self.folder / "tmp"

    def add(
        self,
        ids: Sequence[str],
        tables: Mapping[str, pa.Table],
        *,
        failed: Sequence[str] = (),
        drawn: Sequence[str] = (),
    ) -> str:
        """Add a finished batch, whole or not at all.

        Parameters
        ----------
        ids
            Ids of its runs, in the plan's order.
        tables
            The rows, by table, `FAILURES` among them.
        failed
            Ids of the runs that failed.
        drawn
            Facts that were drawn, as sentences.

        Returns
        -------
        Name of the shard. An intact shard of these runs is left as it is: same id, same bytes.

        Raises
        ------
        StoreError
            If it cannot be written; nothing is left behind.
        """
        name = shard_name(ids)
        target = self.folder / "shards" / name
        writers: dict[str, Any] = {f"{n}.parquet": partial(write_small, tables[n]) for n in tables}
        about = {"format": FORMAT, "source_sha256": self.plan.source_sha256, "runs": list(ids)}
        about |= {"failed": list(failed), "drawn": sorted(set(drawn))}
        writers[SHARD] = partial(_write_about, about)
        if isinstance(read_shard(target), Damage) and target.exists():
            self.set_aside(name)
        if not target.exists():
            try:
                write_folder(target, writers, aside=self.aside)
            except StoreError:
                # Another process may have renamed the same batch in the meantime.
                if not isinstance(read_shard(target), Shard):
                    raise
        return name

    def add_timing(self, name: str, timing: Mapping[str, Any]) -> None:
        """Note how long a batch took and where; results do not depend on it."""
        text = json.dumps(timing, sort_keys=True, ensure_ascii=False) + "\n"
        path = self.folder / "timings" / f"{name}.json"
        write_file(path, text.encode(), aside=self.aside, is_flushed=False)

    def timings(self) -> Iterator[dict[str, Any]]:
        """Yield what is noted of each batch; damaged notes are passed over."""
        for path in sorted((self.folder / "timings").glob("*.json")):
            with contextlib.suppress(OSError, ValueError):
                found = json.loads(path.read_text(encoding="utf-8"))
                if isinstance(found, dict):
                    yield found

    def set_aside(self, name: str) -> None:
        """Move a damaged shard out of the way, to be computed again.

        Raises
        ------
        StoreError
            If it cannot be moved.
        """
        for number in range(1_000_000):
            target = self.folder / "damaged" / f"{name}-{number}"
            if target.exists():
                continue
            try:
                (self.folder / "shards" / name).rename(target)
            except FileNotFoundError:
                return  # another process did it
            except OSError as error:
                wrong = f"the damaged shard {name} cannot be moved: {error.strerror}"
                remedy = f"remove {self.folder / 'shards' / name}"
                raise StoreError(str(self.folder), wrong, remedy) from error
            return

    def survey(self) -> Survey:
        """Read all shards and find out what is there, what is missing, what is wrong.

        Every file is compared with its checksum; memory does not grow with their size.
        """
        home = np.full(self.plan.n_runs, -1, dtype=np.int32)
        failed = np.zeros(self.plan.n_runs, dtype=bool)
        shards: list[Shard] = []
        damaged: list[Damage] = []
        foreign: list[str] = []
        doubled: list[tuple[int, int]] = []
        for path in self._shard_paths():
            shard = read_shard(path)
            if isinstance(shard, Damage):
                damaged.append(shard)
                continue
            indices = self.plan.indices_of(shard.ids)
            if (indices < 0).any():
                foreign.append(shard.name)
                continue
            fails = np.isin(shard.ids, np.array(shard.failed, dtype=shard.ids.dtype))
            is_new = (home[indices] < 0) | (failed[indices] & ~fails)
            doubled += [
                (index, int(home[index])) for index in indices[is_new & (home[indices] >= 0)]
            ]
            doubled += [(index, len(shards)) for index in indices[~is_new]]
            home[indices[is_new]] = len(shards)
            failed[indices[is_new]] = fails[is_new]
            shards.append(shard)
        return Survey(
            shards=tuple(shards),
            home=home,
            failed=failed,
            doubled=tuple((int(index), number) for index, number in doubled),
            damaged=tuple(damaged),
            foreign=tuple(foreign),
        )

    def clear_tmp(self) -> None:
        """Remove what interrupted processes left; nothing may be under way."""
        for path in (self.folder / "tmp").glob(".kingmaker-*"):
            shutil.rmtree(path, ignore_errors=True)

    def _shard_paths(self) -> list[Path]:
        try:
            return sorted((self.folder / "shards").iterdir())
        except OSError as error:
            raise _unreadable(self.folder, error) from error


def start_store(folder: Path, plan: SweepPlan, *, is_resumed: bool) -> Store:
    """Begin a sweep in a folder, or go on with the one that is there.

    Parameters
    ----------
    folder
        The folder; its parent must exist.
    plan
        What is to be run.
    is_resumed
        Whether a store that is there is gone on with; otherwise it is refused. A plan with more
        points or replicates than before replaces the old one: the runs that both have are kept.

    Returns
    -------
    The store.

    Raises
    ------
    StoreError
        If the folder is there and not to be resumed, is no store, holds another experiment or
        results of another version, or cannot be written.
    """
    if folder.exists() and not is_resumed and (not folder.is_dir() or any(folder.iterdir())):
        raise StoreError(
            str(folder), "exists already", "go on with it: --resume; or give a new path"
        )
    content = plan_to_json(plan).encode()
    try:
        if _begin(folder):
            write_file(folder / PLAN, content, aside=folder / "tmp")
        store = open_store(folder)
        if not _growth(store, plan):
            return store
        # What was collected is not whole any more.
        (folder / MANIFEST).unlink(missing_ok=True)
        write_file(folder / PLAN, content, aside=folder / "tmp")
    except OSError as error:
        raise StoreError(
            str(folder), f"cannot be written: {error.strerror}", "give a path that you may write to"
        ) from error
    return open_store(folder)


def _begin(folder: Path) -> bool:
    """Make the folders of a store; tell whether it has no plan yet."""
    folder.mkdir(exist_ok=True)
    is_new = not (folder / PLAN).exists()
    if is_new and any(path.name not in _FOLDERS for path in folder.iterdir()):
        raise StoreError(str(folder), "is no sweep, and not empty", "give a new path")
    for name in _FOLDERS:
        (folder / name).mkdir(exist_ok=True)
    return is_new


def open_store(folder: Path) -> Store:
    """Open the folder of a sweep.

    Raises
    ------
    StoreError
        If it is no store, or one of another layout.
    """
    try:
        content = (folder / PLAN).read_bytes()
    except FileNotFoundError:
        wrong = "is no folder of a sweep" if folder.exists() else "does not exist"
        raise StoreError(str(folder), wrong, "a folder made by: kingmaker sweep") from None
    except OSError as error:
        raise _unreadable(folder, error) from error
    try:
        plan = plan_from_json(content.decode())
    except (ValueError, KeyError, TypeError) as error:
        wrong = f"cannot be read by this version of the package ({type(error).__name__})"
        remedy = "use the version that began it, or begin anew in another folder"
        raise StoreError(str(folder / PLAN), wrong, remedy) from error
    return Store(folder, plan, hashlib.sha256(content).hexdigest())


def open_reference(reference: PlanReference) -> Store:
    """Open a store from another process.

    Raises
    ------
    StoreError
        If this process has another version of the package, or the plan is not the one meant.
    """
    from kingmaker.files.provenance import source_hash

    store = open_store(Path(reference.folder))
    check_version(store, source_hash())
    if store.sha256 != reference.sha256:
        raise StoreError(reference.folder, "the plan was changed meanwhile", "sweep with --resume")
    return store


def check_version(store: Store, source_sha256: str) -> None:
    """Refuse to compute for a store of another version of the package.

    Parameters
    ----------
    store
        The store.
    source_sha256
        Hash of the source of the package that is about to run.

    Raises
    ------
    StoreError
        If the sources differ.
    """
    if store.plan.source_sha256 == source_sha256:
        return
    import platform

    from kingmaker import __version__

    wrong = (
        f"was begun by kingmaker {store.plan.version} with source "
        f"{store.plan.source_sha256[:12]}, {platform.node()} has {__version__} with source "
        f"{source_sha256[:12]}"
    )
    remedy = "use the same source everywhere, or begin anew in another folder"
    raise StoreError(str(store.folder), wrong, remedy)


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
    text = json.dumps({**about, "files": files}, ensure_ascii=False) + "\n"
    path.write_text(text, encoding="utf-8")


def _growth(store: Store, plan: SweepPlan) -> bool:
    """Tell whether a plan has more runs than the store's; refuse one that has not all of them."""
    old = store.plan
    if old.experiment != plan.experiment:
        wrong = f"holds the experiment '{old.experiment}', not '{plan.experiment}'"
        raise StoreError(str(store.folder), wrong, "give another folder")
    check_version(store, plan.source_sha256)
    if old.tables != plan.tables:
        wrong = f"keeps the tables {', '.join(old.tables)}, not {', '.join(plan.tables)}"
        raise StoreError(str(store.folder), wrong, "give another folder")
    if len(old.ids) == len(plan.ids) and (old.ids == plan.ids).all():
        return False
    n_lost = int((plan.indices_of(old.ids) < 0).sum())
    if n_lost:
        wrong = f"{n_lost} of its {old.n_runs} runs are not in the experiment as it is now"
        raise StoreError(str(store.folder), wrong, "give another folder, or the old experiment")
    return True


def _unreadable(folder: Path, error: OSError) -> StoreError:
    return StoreError(str(folder), f"cannot be read: {error.strerror}", "check its permissions")
