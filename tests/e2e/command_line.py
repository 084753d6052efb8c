"""Call the command line as a user does."""

import os
import subprocess
import sys
from pathlib import Path

QUICK = ("--scale", "0.02", "--days", "3")


def kingmaker(*words: object, cwd: Path | None = None, **variables: str):
    """Run ``kingmaker`` in a process of its own; text in, text out."""
    return subprocess.run(
        [sys.executable, "-m", "kingmaker", *map(str, words)],
        capture_output=True,
        text=True,
        cwd=cwd,
        env=os.environ | {"COLUMNS": "80"} | variables,
        check=False,
        timeout=600,
    )


def refusal(*words: object, cwd: Path | None = None) -> str:
    """Run a command that is to be refused; return its message."""
    done = kingmaker(*words, cwd=cwd)
    assert done.returncode == 2, done.stderr
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    return done.stderr
