"""Compile the member kernels once per machine, and anew whenever a kernel's source changes."""

from __future__ import annotations

import hashlib
import os
import tempfile
import warnings
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, cast

import numba

KERNEL_SOURCES = ("compiled.py", "numerics.py", "rng.py")
KERNEL_PATTERN = "**/*kernels.py"


@cache
def kernel_sources_hash() -> str:
    """Hash the sources of everything compiled.

    numba looks at one function's file only: a cached caller would go on with the old version of
    a callee that was edited in another file. The hash in the cache's path prevents that.

    Returns
    -------
    First 16 hexadecimal digits of SHA-256 over names and contents, in sorted order.
    """
    root = Path(__file__).parent
    paths = sorted({*(root / name for name in KERNEL_SOURCES), *root.glob(KERNEL_PATTERN)})
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.relative_to(root).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


@cache
def kernel_cache_dir() -> Path | None:
    """Find a writable place for compiled kernels.

    Read in this order: ``KINGMAKER_CACHE``, ``XDG_CACHE_HOME``, ``~/.cache``, the folder for
    temporary files.

    Returns
    -------
    The folder, or None where nothing can be written; kernels are then compiled in every process.
    """
    home = os.environ.get("XDG_CACHE_HOME") or Path("~/.cache").expanduser()
    places = [os.environ.get("KINGMAKER_CACHE"), Path(home) / "kingmaker"]
    places.append(Path(tempfile.gettempdir()) / f"kingmaker-{os.getuid()}")
    for place in places:
        if not place:
            continue
        folder = Path(place) / f"kernels-{kernel_sources_hash()}"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=folder):
                return folder
        except OSError:
            continue
    warnings.warn(
        "no writable place for compiled kernels: every process compiles them anew "
        "(set KINGMAKER_CACHE to a writable folder)",
        RuntimeWarning,
        stacklevel=2,
    )
    return None


def kernel[R](function: Callable[..., R]) -> Callable[..., R]:
    """Compile a function over arrays to machine code, without fast-math.

    Results then hold on every processor: only ``+ - * /``, square roots, comparisons and integer
    operations are used, none of which depends on the processor, and nothing is contracted.
    Arguments are checked by numba at the call, so the type of the result alone is kept.
    """
    return _compile(function, is_inlined=False)


def inlined_kernel[R](function: Callable[..., R]) -> Callable[..., R]:
    """Compile a short function, as `kernel` does, into every loop that calls it.

    A loop without calls can be compiled to work on several members at once.
    """
    return _compile(function, is_inlined=True)


def _compile[R](function: Callable[..., R], is_inlined: bool) -> Callable[..., R]:
    folder = kernel_cache_dir()
    compiler: Any = numba.njit(
        cache=folder is not None, fastmath=False, error_model="numpy", forceinline=is_inlined
    )
    if folder is None:
        return cast("Callable[..., R]", compiler(function))
    config: Any = numba.config
    before = config.CACHE_DIR
    config.CACHE_DIR = str(folder)
    try:
        return cast("Callable[..., R]", compiler(function))
    finally:
        config.CACHE_DIR = before
