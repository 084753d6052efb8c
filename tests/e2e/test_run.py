"""The main job on the command line, at toy size."""

import json
import os
import pty
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kingmaker.cli.app import main
from kingmaker.errors import InvariantError
from kingmaker.records import TABLES
from tests.e2e.command_line import QUICK, kingmaker
from tests.unit.files.fake_records import fake_engine, fake_replicate, write_fake_contest

ASKED = {
    "contest",
    "seed",
    "behaviour",
    "first_round",
    "runoff",
    "win_prob",
    "intervals",
    "transfers",
    "observed",
    "provenance",
}


def test_a_run_prints_its_tables_and_writes_its_folder(tmp_path):
    words = ["run", "il-labor-2011", "--replicates", "3", *QUICK, "--out", "my out"]
    done = kingmaker(*words, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    printed = " ".join(done.stdout.split())
    for title in (
        "Round one: votes",
        "by construction",
        "Deals",
        "Support of the finalists by day",
        "P(wins)",
        "From round one to the runoff",
        "From margin to margin",
        "Observed",
    ):
        assert title in printed
    assert done.stdout.endswith("Tables and manifest written to my out\n")
    assert all(len(line) <= 80 for line in done.stdout.splitlines())
    written = {path.name for path in (tmp_path / "my out").iterdir()}
    assert written == {*(f"{name}.parquet" for name in TABLES), "manifest.json"}
    manifest = json.loads((tmp_path / "my out" / "manifest.json").read_text())
    assert manifest["command"].endswith("--replicates 3 --scale 0.02 --days 3 --out 'my out'")
    assert os.fspath(tmp_path) not in json.dumps(manifest)
    again = kingmaker(*words, cwd=tmp_path)
    assert again.returncode == 2
    assert "'my out' exists already" in again.stderr


def test_json_is_one_object_and_nothing_else(tmp_path):
    words = ["run", "il-labor-2007", "--replicates", "2", *QUICK, "--json", "--out", "out"]
    done = kingmaker(*words, cwd=tmp_path, PYTHONWARNINGS="error")
    assert (done.returncode, done.stderr) == (0, "")
    found = json.loads(done.stdout, parse_constant=pytest.fail)
    assert set(found) >= ASKED
    assert found["contest"] == "il-labor-2007"
    assert found["seed"] == 1
    assert (tmp_path / "out").is_dir()


def test_a_contest_decided_in_round_one_runs():
    done = kingmaker("run", "il-labor-2005", "--replicates", "2", *QUICK, "--first-round", "free")
    assert (done.returncode, done.stderr) == (0, "")
    assert "Round one: votes" in done.stdout


def test_a_bar_is_shown_on_a_terminal_only():
    parent, child = pty.openpty()
    words = ["run", "il-labor-2011", "--replicates", "2", *QUICK]
    running = subprocess.Popen(
        [sys.executable, "-m", "kingmaker", *words],
        stdout=subprocess.PIPE,
        stderr=child,
        text=True,
        env=os.environ | {"TERM": "xterm", "COLUMNS": "80"},
    )
    os.close(child)
    shown = b""
    try:
        while piece := os.read(parent, 4096):
            shown += piece
    except OSError:
        pass
    os.close(parent)
    printed = running.stdout.read()
    running.stdout.close()
    assert running.wait() == 0
    assert b"replicates" in shown
    assert "\x1b" not in printed
    assert "P(wins)" in printed


def in_process(monkeypatch, tmp_path, simulate, *words):
    monkeypatch.setitem(sys.modules, "kingmaker.outcome", fake_engine(simulate))
    monkeypatch.setattr(os, "environ", os.environ.copy())
    monkeypatch.chdir(tmp_path)
    write_fake_contest(tmp_path / "tri.toml")
    return main(["run", "tri.toml", "--replicates", "2", *words])


def raising(error):
    def simulate(request):
        raise error

    return simulate


@pytest.mark.parametrize(
    "error", [ZeroDivisionError("by zero"), InvariantError("votes", "one too many")]
)
def test_a_failed_run_gives_1_and_the_command_that_repeats_it(monkeypatch, tmp_path, capsys, error):
    assert in_process(monkeypatch, tmp_path, raising(error), "--out", "out") == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("kingmaker: replicate 0 of tri-1999 (seed 1) failed: ")
    assert captured.err.endswith("repeat it with: kingmaker run tri.toml --seed 1 --only 0\n")
    assert [path.name for path in tmp_path.iterdir()] == ["tri.toml"]


def test_an_interrupted_run_gives_130(monkeypatch, tmp_path, capsys):
    assert in_process(monkeypatch, tmp_path, raising(KeyboardInterrupt()), "--out", "out") == 130
    assert capsys.readouterr().err == "kingmaker: interrupted, nothing is written\n"
    assert [path.name for path in tmp_path.iterdir()] == ["tri.toml"]


def test_results_that_cannot_be_written_are_printed_all_the_same(monkeypatch, tmp_path, capsys):
    def simulate(request):
        Path("out").mkdir(exist_ok=True)
        return fake_replicate(request)

    words = ["--out", "out"]
    assert in_process(monkeypatch, tmp_path, simulate, *words) == 1
    captured = capsys.readouterr()
    assert "exists already" in captured.err
    assert "Round one" in captured.out


def children_of(process):
    listing = Path(f"/proc/{process}/task/{process}/children")
    return [int(child) for child in listing.read_text().split()]


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="needs Linux's /proc")
@pytest.mark.parametrize(
    ("kill", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, -15), (signal.SIGKILL, -9)]
)
def test_stopping_a_run_stops_its_workers(tmp_path, kill, status):
    words = ["run", "il-labor-2011", "--replicates", "100000", "--workers", "2", "--out", "out"]
    running = subprocess.Popen(
        [sys.executable, "-m", "kingmaker", *words, *QUICK],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=tmp_path,
    )
    wait_for(lambda: len(children_of(running.pid)) >= 3)
    workers = children_of(running.pid)
    # All processes of a terminal's foreground group get its Ctrl-C.
    for process in [running.pid, *(workers if kill == signal.SIGINT else [])]:
        os.kill(process, kill)
    _, errors = running.communicate(timeout=60)
    assert running.returncode == status
    if kill == signal.SIGINT:
        assert "Traceback" not in errors
    wait_for(lambda: not any(Path(f"/proc/{worker}").exists() for worker in workers))
    assert list(tmp_path.iterdir()) == []


def wait_for(condition):
    for _ in range(600):
        if condition():
            return
        time.sleep(0.1)
    pytest.fail("waited for a minute in vain")


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="needs Linux's /proc")
def test_a_worker_that_dies_fails_the_run(tmp_path):
    words = ["run", "il-labor-2011", "--replicates", "100000", "--workers", "2", "--out", "out"]
    running = subprocess.Popen(
        [sys.executable, "-m", "kingmaker", *words, *QUICK],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=tmp_path,
    )
    wait_for(lambda: len(children_of(running.pid)) >= 3)
    os.kill(max(children_of(running.pid)), signal.SIGKILL)
    printed, errors = running.communicate(timeout=60)
    assert (running.returncode, printed) == (1, "")
    assert errors == (
        "kingmaker: the run of il-labor-2011 (seed 1) failed: a worker process died, killed or out "
        "of memory (fewer --workers need less memory); repeat it with: kingmaker run il-labor-2011 "
        "--seed 1 --scale 0.02 --days 3 --replicates 100000\n"
    )
    assert list(tmp_path.iterdir()) == []
