"""Sweep from the command line, as a user of a cluster does."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SMOKE = ROOT / "experiments" / "smoke.toml"
SLURM_LOCAL = ROOT / "tests" / "cluster" / "slurm_local.sh"

PATIENCE = 240
"""Nothing that a test waits for may take longer [s]."""


def kingmaker(*words: object, timeout: float = PATIENCE, **variables: str):
    """Run ``kingmaker`` in a process of its own; text in, text out."""
    return subprocess.run(
        command(*words),
        capture_output=True,
        text=True,
        env=environment(**variables),
        check=False,
        timeout=timeout,
    )


def begin(*words: object, is_alone: bool = False, **variables: str) -> subprocess.Popen:
    """Start ``kingmaker`` and go on; `end` waits for it. Alone: as at a terminal of its own."""
    return subprocess.Popen(
        command(*words),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(**variables),
        start_new_session=is_alone,
    )


def end(process: subprocess.Popen, timeout: float = PATIENCE) -> tuple[str, str]:
    """Wait for what `begin` started; return what it printed."""
    try:
        out, err = process.communicate(timeout=timeout)
    except subprocess.TimeoutExpired:
        process.kill()
        out, err = process.communicate()
        raise AssertionError(f"still running after {timeout} s:\n{out}\n{err}") from None
    assert process.returncode == 0, f"status {process.returncode}:\n{out}\n{err}"
    return out, err


def command(*words: object) -> list[str]:
    return [sys.executable, "-m", "kingmaker", *map(str, words)]


def environment(**variables: str | None) -> dict[str, str]:
    """Return this process's environment with changes; None removes a variable."""
    changed = os.environ | {"COLUMNS": "80"} | variables
    return {name: value for name, value in changed.items() if value is not None}


def dataset_hash(folder: Path) -> str:
    """Verify a sweep that must be whole; return the hash of its tables."""
    done = kingmaker("verify", folder)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    (found,) = re.findall(r"\b[0-9a-f]{64}\b", done.stdout)
    return found


def n_shards(folder: Path) -> int:
    """Count the finished batches."""
    shards = folder / "shards"
    return sum(1 for _ in shards.iterdir()) if shards.is_dir() else 0


def wait_until(is_so: Callable[[], object], what: str, timeout: float = PATIENCE) -> None:
    """Wait until something is so."""
    deadline = time.monotonic() + timeout
    while not is_so():
        assert time.monotonic() < deadline, f"after {timeout:.0f} s still not so: {what}"
        time.sleep(0.05)
