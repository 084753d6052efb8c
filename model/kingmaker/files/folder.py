"""Write a folder of files whole or not at all."""

from __future__ import annotations

import contextlib
import os
import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from kingmaker.errors import Problem, StoreError

Writer = Callable[[Path], None]
_MOST_AT_ONCE = 8


def check_target(target: Path, where: str) -> Problem | None:
    """Find out whether a folder could be written, without leaving anything behind.

    Parameters
    ----------
    target
        The folder to be made.
    where
        What names it, for the message.

    Returns
    -------
    The problem, or None.
    """
    name = str(target)
    try:
        os.lstat(target)
    except FileNotFoundError:
        pass
    except (OSError, ValueError) as error:
        return Problem(where, f"'{name}' cannot be written: {_reason(error)}", "give another path")
    else:
        return Problem(where, f"'{name}' exists already", "give a new path, nothing is overwritten")
    parent = target.parent
    if not parent.is_dir():
        return Problem(
            where, f"the folder '{parent}' does not exist", f"make it: mkdir -p {parent}"
        )
    try:
        _partial(parent).rmdir()
    except OSError as error:
        return Problem(
            where,
            f"nothing can be written in '{parent}': {_reason(error)}",
            "give a path in a folder that you may write to",
        )
    return None


def write_folder(target: Path, files: Mapping[str, Writer], *, aside: Path | None = None) -> None:
    """Write all files of a new folder, or nothing.

    The files are written and flushed to disk in a hidden folder, which is then renamed; whoever
    sees the target sees all of it.

    Parameters
    ----------
    target
        The folder to be made.
    files
        What writes each file, by file name, in their order.
    aside
        Where the hidden folder is made, on the same file system; None: beside the target.

    Raises
    ------
    StoreError
        If the target exists, or cannot be written; nothing is left behind.
    """
    if os.path.lexists(target):
        raise StoreError(str(target), "exists already", "give a new path, nothing is overwritten")
    _write_aside(target, files, target.parent if aside is None else aside, Path.rename)


def replace_folder(target: Path, files: Mapping[str, Writer]) -> None:
    """Write all files of a folder, and only then take away the one that was there.

    What killed writers left beside it is removed; nobody else may be writing there.

    Parameters
    ----------
    target
        The folder, which may be there.
    files
        What writes each file, by file name, in their order.

    Raises
    ------
    StoreError
        If something else is there, or it cannot be written; what was there before is untouched.
    """
    check_replaceable(target)
    clear_partials(target.parent)
    _write_aside(target, files, target.parent, _swap)


def check_replaceable(target: Path) -> None:
    """Refuse to replace what is no folder.

    Raises
    ------
    StoreError
        If a file is there, or a link, which may lead to something that is needed elsewhere.
    """
    if os.path.lexists(target) and (target.is_symlink() or not target.is_dir()):
        wrong = "is no folder, and would be replaced by one"
        raise StoreError(str(target), wrong, "move it away, or give another path")


def clear_partials(parent: Path) -> None:
    """Remove what interrupted writers left in a folder; nothing may be under way."""
    for path in parent.glob(".kingmaker-*.partial"):
        with contextlib.suppress(OSError):
            path.unlink() if path.is_file() else shutil.rmtree(path)


def _write_aside(
    target: Path, files: Mapping[str, Writer], aside: Path, put: Callable[[Path, Path], object]
) -> None:
    """Write files in a hidden folder, and put that where it belongs."""
    partial: Path | None = None
    try:
        partial = _partial(aside)
        for name, write in files.items():
            write(partial / name)
        _flush_all([partial / name for name in files])
        flush(partial)
        put(partial, target)
        partial = None
        flush(target.parent)
    except OSError as error:
        raise StoreError(
            str(target), f"cannot be written: {_reason(error)}", "give a path with room to write to"
        ) from error
    finally:
        if partial is not None:
            shutil.rmtree(partial, ignore_errors=True)


def _swap(partial: Path, target: Path) -> None:
    """Rename a folder to where another one may be, and remove that one."""
    if not os.path.lexists(target):
        partial.rename(target)
        return
    old = _partial(partial.parent)
    target.rename(old)
    try:
        partial.rename(target)
    except OSError:
        old.rename(target)
        raise
    # The new one is there: what cannot be removed now, the next writer sweeps.
    shutil.rmtree(old, ignore_errors=True)


def write_file(
    target: Path, content: bytes, *, aside: Path | None = None, is_flushed: bool = True
) -> None:
    """Write one file whole or not at all; a file that exists is replaced.

    Parameters
    ----------
    target
        The file.
    content
        Its bytes.
    aside
        Folder in which the bytes are written first, on the same file system; None: the target's.
    is_flushed
        Whether to wait until it is on the disk; otherwise a crash of the machine may lose it.

    Raises
    ------
    StoreError
        If the file cannot be written; what was there before is untouched.
    """
    partial: Path | None = None
    try:
        partial = _partial(target.parent if aside is None else aside, Path.touch)
        partial.write_bytes(content)
        if is_flushed:
            flush(partial)
        partial.replace(target)
        partial = None
        if is_flushed:
            flush(target.parent)
    except OSError as error:
        raise StoreError(
            str(target), f"cannot be written: {_reason(error)}", "give a path with room to write to"
        ) from error
    finally:
        if partial is not None:
            partial.unlink(missing_ok=True)


def _partial(parent: Path, make: Callable[..., None] = Path.mkdir) -> Path:
    """Make a folder or a file of a name that no other process has, on whatever machine."""
    while True:
        path = parent / f".kingmaker-{os.getpid()}-{time.time_ns()}.partial"
        with contextlib.suppress(FileExistsError):
            make(path, exist_ok=False)
            return path


def _flush_all(paths: Sequence[Path]) -> None:
    """Wait for several files at once: a disk that writes one journal lets them share it."""
    if len(paths) < 2:
        for path in paths:
            flush(path)
        return
    with ThreadPoolExecutor(min(len(paths), _MOST_AT_ONCE)) as pool:
        for _ in pool.map(flush, paths):
            pass


def flush(path: Path) -> None:
    """Wait until a file or a folder is on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _reason(error: OSError | ValueError) -> str:
    return getattr(error, "strerror", None) or str(error)
