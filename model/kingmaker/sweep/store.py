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
from pathlib import Path
from typing import Any

import pyarrow as pa

from kingmaker.errors import StoreError
from kingmaker.files.folder import clear_partials, write_file
from kingmaker.sweep.plan import SweepPlan
from kingmaker.sweep.plan_file import plan_from_json, plan_to_json
from kingmaker.sweep.shards import Damage, Shard, read_shard, shard_name, write_shard
from kingmaker.sweep.survey import Survey, take_survey

PLAN = "plan.json"
MANIFEST = "manifest.json"
DAMAGED = "damaged"
SLURM_FOLDER = "slurm"
"""Folder in the sweep's, with scripts, logs and one file per job array that was submitted."""

_FOLDERS = ("shards", "timings", DAMAGED, "tmp")
_GO_ON = "what is finished is kept: make room or permit writing, then sweep with --resume"


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
            The rows, by table, `kingmaker.sweep.shards.FAILURES` among them.
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
        about = {"source_sha256": self.plan.source_sha256, "runs": list(ids)}
        about |= {"failed": list(failed), "drawn": sorted(set(drawn))}
        if isinstance(read_shard(target), Damage) and target.exists():
            self.set_aside(name)
        if not target.exists():
            try:
                write_shard(target, tables, about, aside=self.aside)
            except StoreError as error:
                # Another process may have renamed the same batch in the meantime.
                if not isinstance(read_shard(target), Shard):
                    where, wrong, _ = error.args
                    raise StoreError(where, wrong, _GO_ON) from error
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
            target = self.folder / DAMAGED / f"{name}-{number}"
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
        return take_survey(self.plan, self._shard_paths())

    def clear_tmp(self) -> None:
        """Remove what interrupted processes left; nothing may be under way."""
        clear_partials(self.aside)

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
        is_sweep = (folder / PLAN).exists()
        remedy = "go on with it: --resume; or give a new path" if is_sweep else "give a new path"
        raise StoreError(str(folder), "exists already", remedy)
    if not folder.parent.is_dir():
        wrong = f"the folder '{folder.parent}' does not exist"
        raise StoreError(str(folder), wrong, f"make it: mkdir -p {folder.parent}")
    content = plan_to_json(plan).encode()
    try:
        if _begin(folder):
            write_file(folder / PLAN, content, aside=folder / "tmp")
        store = open_store(folder)
        if store.sha256 == hashlib.sha256(content).hexdigest() or not _growth(store, plan):
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


def check_foreign(store: Store, survey: Survey) -> None:
    """Refuse runs that the plan does not have.

    Raises
    ------
    StoreError
        If there are shards with such runs; names them.
    """
    if survey.foreign:
        named = ", ".join(survey.foreign[:5])
        wrong = f"shards with runs of another plan, {len(survey.foreign)} of them: {named}"
        raise StoreError(str(store.folder), wrong, f"move them out of {store.folder / 'shards'}")


def discard_if_empty(store: Store) -> None:
    """Remove the folder of a sweep that has not begun, so that the next try finds it as it was.

    Parameters
    ----------
    store
        A store that was just made; one with a shard, a timing or a job stays as it is.
    """
    kept = [path for name in _FOLDERS for path in (store.folder / name).iterdir()]
    others = {path.name for path in store.folder.iterdir()} - {PLAN, SLURM_FOLDER, *_FOLDERS}
    if kept or others or any((store.folder / SLURM_FOLDER).glob("*.json")):
        return
    shutil.rmtree(store.folder, ignore_errors=True)


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
