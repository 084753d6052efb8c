"""The process that coordinates a sweep holds no results, however many runs there are."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.source_files import ROOT

MEGABYTE = 1_000_000
FEW, MANY = 100, 16_667  # replicates of 6 points


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    return {n: tmp_path_factory.mktemp(f"of-{n}") for n in (FEW, MANY)}


def told(folder: Path, replicates: int, job: str):
    script = Path(__file__).with_name("many_runs_in_a_process.py")
    done = subprocess.run(
        [sys.executable, script, folder, str(replicates), job],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path])},
        timeout=900,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_hundred_thousand_runs_take_no_more_memory_than_few(folders):
    few, many = (told(folders[n], n, "sweep") for n in (FEW, MANY))
    assert (few["done"], many["done"], many["rows"]) == (600, 100_002, 100_002)
    assert many["peak_bytes"] < 500 * MEGABYTE
    assert many["peak_bytes"] < few["peak_bytes"] + 150 * MEGABYTE
    again = told(folders[MANY], MANY, "resume")
    assert again["done"] == 0
    assert again["drive_seconds"] < 10.0
    assert again["peak_bytes"] < 500 * MEGABYTE
