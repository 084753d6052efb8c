"""Validations on the command line: baselines alone, refusals, and a small whole one."""

import json
import os
import re
import signal
import subprocess
import sys
import time

import pandas as pd
import pytest

from kingmaker.contest.toml_writer import contest_table, to_toml
from tests.e2e.command_line import kingmaker, refusal
from tests.unit.validate.contests_to_score import FIRST, contest

TOY = ("--draws", "60", "--variant-draws", "0", "--replicates", "60", "--members", "200")


def write_contests(folder, n=5):
    """Write files of small contests."""
    folder.mkdir()
    for number in range(n):
        made = contest(
            f"c{number}",
            first=FIRST | {"cy": 200 + 10 * number},
            runoff=(540 + 15 * number, 460),
            calls={"cy": "ada"} if number % 2 else {"cy": "ben", "dee": "ada"},
            year=2010 + number,
        )
        (folder / f"c{number}.toml").write_text(to_toml(contest_table(made)))
    return folder


def test_score_table_of_the_bundled_contests(tmp_path):
    done = kingmaker("validate", "--draws", "0", "--out", "out", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert "38 contests of 21 parties" in done.stdout
    assert re.search(r"50:50 split +38 +0\.0426 +5\.73", done.stdout)
    assert re.search(r"fitted follow rate\* +38 +0\.0369 +5\.17", done.stdout)
    assert "Not the numbers of decision 0029: draws 0." in done.stdout
    assert done.stdout.endswith("Report, tables and figures written to out/report\n")
    assert all(len(line) <= 80 for line in done.stdout.splitlines())
    report = tmp_path / "out" / "report"
    scores = pd.read_parquet(report / "scores.parquet")
    assert set(scores["scheme"]) == {"contest", "party"}
    forecasts = pd.read_parquet(report / "forecasts.parquet")
    assert (forecasts.groupby(["scheme", "method"]).size().max()) == 38
    assert (report / "report.md").read_text().count(".png)") == 10


def test_contests_of_a_folder_as_one_object(tmp_path):
    write_contests(tmp_path / "data")
    words = ("validate", "--data", "data", "--draws", "0", "--out", "out", "--json")
    done = kingmaker(*words, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    summary = json.loads(done.stdout)
    assert (summary["contests"], summary["departures"]) == (5, {"draws": 0})
    assert done.stdout == kingmaker(*words, cwd=tmp_path).stdout


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (
            ["--draws", "20", "--replicates", "0", "--workers", "two"],
            (
                "kingmaker validate: 3 problems\n"
                "  - --draws: 20 is out of range (a whole number from 60 to 100000, or 0)\n"
                "  - --replicates: 0 is out of range (a whole number from 60 to 100000)\n"
                "  - --workers: 'two' is no whole number (a whole number from 1 to 1024)\n"
            ),
        ),
        (
            ["--draws", "60", "--variant-draws", "80"],
            (
                "kingmaker validate: --variant-draws: 80 are more than the 60 of the default model "
                "(as many or fewer: each is paired with one of the default's)\n"
            ),
        ),
        (
            ["--data", "nowhere"],
            "kingmaker validate: --data: 'nowhere' does not exist (a folder of contest files)\n",
        ),
        (
            ["--data", "few"],
            (
                "kingmaker: few: 2 of 2 contests count (no other is there) (4 contests with two "
                "observed rounds at least)\n"
            ),
        ),
        (
            ["--out", "few"],
            "kingmaker: few: is no validation, and not empty (give a new path)\n",
        ),
    ],
    ids=["numbers", "variants", "data", "few", "out"],
)
def test_bad_input_is_refused(tmp_path, words, message):
    write_contests(tmp_path / "few", 2)
    assert refusal("validate", *words, cwd=tmp_path) == message
    assert [path.name for path in tmp_path.iterdir()] == ["few"]


@pytest.mark.verify
def test_a_validation_that_was_interrupted_goes_on(tmp_path):
    """Ctrl-C and a kill in the middle: nothing is lost, nothing repeated, the same numbers."""
    write_contests(tmp_path / "data", 4)
    words = ("validate", "--data", "data", *TOY)
    whole = kingmaker(*words, "--out", "whole", "--json", cwd=tmp_path)
    assert whole.returncode == 0, whole.stderr
    for stop in (signal.SIGINT, signal.SIGKILL):
        done = _stopped(tmp_path, [*words, "--out", "parts"], stop)
        if stop == signal.SIGINT:
            assert done.returncode == 130
            assert "what is finished is kept in parts; go on: kingmaker validate" in done.stderr
    before = {path.name for path in (tmp_path / "parts").rglob("shards/*")}
    assert before
    again = kingmaker(*words, "--out", "parts", "--json", "--workers", "1", cwd=tmp_path)
    assert again.returncode == 0, again.stderr
    assert again.stdout == whole.stdout
    assert before <= {path.name for path in (tmp_path / "parts").rglob("shards/*")}


def _stopped(folder, words, stop):
    """Start a validation, and stop it when its next shards are there."""
    out = folder / "parts"
    n_before = len(list(out.rglob("shards/*")))
    process = subprocess.Popen(
        [sys.executable, "-m", "kingmaker", *words],
        cwd=folder,
        env=os.environ | {"COLUMNS": "80"},
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    while len(list(out.rglob("shards/*"))) < n_before + 5 and process.poll() is None:
        time.sleep(0.1)
    process.send_signal(stop)
    stdout, stderr = process.communicate(timeout=300)
    return subprocess.CompletedProcess(words, process.returncode, stdout, stderr)
