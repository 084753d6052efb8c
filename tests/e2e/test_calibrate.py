"""Calibrations on the command line, at toy size."""

import pyarrow.parquet as pq
import tomli_w

from kingmaker.calibrate.shared import SHARED
from tests.contest_builders import SOURCED, bare_table, day
from tests.e2e.command_line import kingmaker, refusal


def test_all_problems_are_told_at_once_and_nothing_is_written(tmp_path):
    words = ("il-labor-2008", "il-labor-2007", "il-labor-2007", "nope", "--draws", "3",
             "--out", "file.txt")  # fmt: skip
    told = refusal("calibrate", *words, cwd=tmp_path)
    for part in (
        "il-labor-2008: results.round1: is not observed",
        "'il-labor-2007' is given twice",
        "nope: no bundled contest has this id",
        "--draws: 3 is out of range (a whole number from 60 to 100000)",
        "'file.txt' is no ArviZ file (a name ending in .nc)",
    ):
        assert part in told
    assert list(tmp_path.iterdir()) == []


def test_a_calibration_prints_its_tables_and_writes_its_files(tmp_path):
    table = bare_table(
        dates={"round1": day(0), "round2": day(7)},
        roll={"round1": 1_000, **SOURCED},
        results={
            "round1": {"votes": {"ada": 230, "ben": 170, "cy": 70, "dee": 30}, **SOURCED},
            "round2": {"votes": {"ada": 290, "ben": 200}, **SOURCED},
        },
    )
    (tmp_path / "c.toml").write_text(tomli_w.dumps(table))
    words = ("calibrate", "c.toml", "--draws", "60", "--members", "500", "--out", "found.nc")
    done = kingmaker(*words, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert all(name in done.stdout for name in SHARED)
    assert all(len(line) <= 80 for line in done.stdout.splitlines())
    assert "Not identified by these data" in done.stdout
    assert done.stdout.endswith("Written: found.nc (ArviZ), found.parquet (forecasts)\n")
    assert {p.name for p in tmp_path.iterdir()} == {
        "c.toml", "found.nc", "found.parquet", "found.draws"
    }  # fmt: skip
    assert set(SHARED) <= set(pq.read_table(tmp_path / "found.parquet").column_names)
    again = refusal(*words, cwd=tmp_path)
    assert "'found.nc' exists already (remove found.nc and found.parquet, found.draws is" in again
    # Draws are kept: nothing is simulated again, and the file is the same.
    before = (tmp_path / "found.nc").read_bytes()
    for name in ("found.nc", "found.parquet"):
        (tmp_path / name).unlink()
    repeated = kingmaker(*words, cwd=tmp_path)
    assert repeated.stdout == done.stdout
    assert (tmp_path / "found.nc").read_bytes() == before
    draws, after = sorted((tmp_path / "found.draws").iterdir(), key=lambda folder: len(folder.name))
    assert after.name.startswith(f"after-{draws.name}-")
    assert not [*(draws / "damaged").iterdir(), *(after / "damaged").iterdir()]
