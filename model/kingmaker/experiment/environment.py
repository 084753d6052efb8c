"""Set the environment in which the same seed gives the same bytes on every processor."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

ONE_THREAD = {
    "MKL_NUM_THREADS": "1",
    "NUMBA_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
}
# numpy picks its instructions by processor; without these the bits of some functions differ.
BASELINE_INSTRUCTIONS = {"NPY_DISABLE_CPU_FEATURES": "X86_V3 X86_V4"}


def guard_process() -> None:
    """Guard this process, as far as the user has not decided otherwise; before numpy loads."""
    for name, value in (ONE_THREAD | BASELINE_INSTRUCTIONS).items():
        os.environ.setdefault(name, value)


def restart_guarded(module: str) -> None:
    """Start ``python -m MODULE`` anew in a guarded environment, unless this process is guarded.

    For modules that are run by name: numpy is loaded before any line of theirs is reached.
    """
    if all(name in os.environ for name in ONE_THREAD | BASELINE_INSTRUCTIONS):
        return
    guard_process()
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, "-m", module, *sys.argv[1:]])


@contextmanager
def guarded_children() -> Iterator[None]:
    """Guard the processes that are started inside the block, and restore the environment."""
    before = dict(os.environ)
    guard_process()
    os.environ.update(ONE_THREAD)
    try:
        yield
    finally:
        for name in ONE_THREAD | BASELINE_INSTRUCTIONS:
            if name in before:
                os.environ[name] = before[name]
            else:
                os.environ.pop(name, None)
