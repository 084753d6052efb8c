"""The Python twin of the command line."""

import os
import subprocess
import sys

import pytest

from tests.e2e.command_line import QUICK, kingmaker

CALL = """
import os
import kingmaker as km
before = dict(os.environ)
print("started")
result = km.run("il-labor-2011", replicates=4, scale=0.02, days=3, workers=2)
assert dict(os.environ) == before
print(len(result.runs))
"""


@pytest.mark.parametrize("way", ["script", "-c", "-"])
def test_workers_do_not_run_the_callers_script(tmp_path, way):
    (tmp_path / "script.py").write_text(CALL)
    words = {"script": ["script.py"], "-c": ["-c", CALL], "-": ["-"]}[way]
    done = subprocess.run(
        [sys.executable, *words],
        input=CALL if way == "-" else "",
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env=os.environ | {"PYTHONWARNINGS": "error::RuntimeWarning"},
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "started\n4\n"


def test_both_twins_give_the_same_tables(tmp_path):
    import kingmaker as km
    from kingmaker.records import TABLES

    words = ["run", "il-labor-2007", "--replicates", "2", *QUICK, "--set", "obedience=0.7"]
    done = kingmaker(*words, "--behaviour", "neutral", "--out", tmp_path / "a", "--json")
    assert done.returncode == 0
    km.run(
        "il-labor-2007",
        replicates=2,
        scale=0.02,
        days=3,
        set={"obedience": 0.7},
        behaviour="neutral",
        out=tmp_path / "b",
    )
    for name in TABLES:
        first, second = (tmp_path / folder / f"{name}.parquet" for folder in "ab")
        assert first.read_bytes() == second.read_bytes(), name
