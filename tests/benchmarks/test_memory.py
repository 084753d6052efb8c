"""How much memory does a member take, and do three million fit?"""

import os
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest

from tests.benchmarks.elections import at_medians

HERE = Path(__file__).parent

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/status").is_file(), reason="needs Linux's /proc"
)


def peak(*words: object) -> tuple[int, int]:
    """Simulate one replicate in a process of its own; return its members and peak [bytes]."""
    done = subprocess.run(
        [sys.executable, HERE / "replicate_in_a_process.py", *map(str, words)],
        capture_output=True,
        text=True,
        check=False,
        cwd=HERE.parents[1],
        env=os.environ | {"PYTHONPATH": str(HERE.parents[1])},
        timeout=600,
    )
    assert done.returncode == 0, done.stderr
    members, size = map(int, done.stdout.split())
    return members, size


@pytest.mark.parametrize("contest_id", ["il-labor-2011", "il-labor-2007"])
def test_bytes_per_member(score, contest_id):
    """The peak above that of the same replicate at a fiftieth of the size."""
    peak(contest_id, 0.02)  # compiles what is not in the cache, which takes memory
    few, less = peak(contest_id, 0.02)
    many, more = peak(contest_id, 1.0)
    score(f"{contest_id}: peak per member", (more - less) / (many - few), "bytes", 250)


def test_columns_per_member(score):
    model = at_medians("il-labor-2011", scale=0.1)
    columns = [
        getattr(table, field.name)
        for table in (model.members, model.state)
        for field in fields(table)
    ]
    size = sum(column.nbytes for column in columns if isinstance(column, np.ndarray))
    score("of which columns of traits and state", size / len(model.members), "bytes")


def test_three_million_members(score):
    members, size = peak("synthetic", 1.0)
    assert members == 3_000_000
    score("3 000 000 members in one process, peak", size / 2**30, "GiB", 4e9 / 2**30)
