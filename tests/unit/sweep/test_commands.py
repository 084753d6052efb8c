"""The commands of sweeps, in this process and with made-up runs."""

import re

import pytest
import tomli_w

from kingmaker.cli import main
from kingmaker.sweep.engines import local
from tests.unit.files.fake_records import fake_replicate, write_fake_contest
from tests.unit.sweep.sweeps import Serial, simulated, table

DONE = "none missing, none doubled, none foreign"


@pytest.fixture
def experiment(tmp_path, monkeypatch):
    """An experiment of 6 points and 24 runs in the folder that the commands are called from."""
    monkeypatch.setattr(local, "LocalEngine", lambda _: Serial())
    monkeypatch.setattr("kingmaker.experiment.environment.guard_process", lambda: None)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    simulated(monkeypatch)
    write_fake_contest(tmp_path / "tri.toml")
    path = tmp_path / "trial.toml"
    path.write_text(tomli_w.dumps(table()))
    return path


@pytest.fixture
def say(capfd):
    """Call the command line; return its status and what it printed, without the table's spaces."""

    def call(*words):
        status = main([str(word) for word in words])
        out, err = capfd.readouterr()
        assert all(len(line) <= 80 for line in out.splitlines())
        return status, out, err

    return call


def test_a_dry_run_counts_and_estimates_and_leaves_nothing(experiment, say):
    status, out, _ = say("sweep", "trial.toml", "--dry-run", "--workers", 2)
    assert status == 0
    assert out.startswith("trial: Does it work?\n6 points x 4 replicates = 24 runs\nabout ")
    assert re.search(r" a run: [\d.]+ m?s on 2 workers for 24 runs, and [\d.]+ MB$", out.strip())
    assert {path.name for path in experiment.parent.iterdir()} == {"trial.toml", "tri.toml"}


def test_a_sweep_ends_with_a_summary_and_its_hash(experiment, say):
    status, out, err = say("sweep", "trial.toml")
    assert (status, err.count("\n")) == (0, 1)
    assert "24 runs done\nSummary\n" in out
    assert "tri-1999  historical  0.2           4    1.00  0.6150  0.0129\n" in out
    sha256 = re.search(r"^Tables and manifest written to trial\nsha256 ([0-9a-f]{64})$", out, re.M)
    status, out, _ = say("verify", "trial", "--recompute", 2)
    assert status == 0
    assert f"24 of 24 runs have their row\n{DONE}\nsha256 {sha256[1]}\n" in out
    assert out.count(" is the same\n") == 2
    status, out, _ = say("status", "trial")
    assert (status, "24 of 24 runs are finished (100 %)" in out) == (0, True)


def test_an_existing_folder_wants_resume_and_an_absent_one_does_not_mind(experiment, say):
    assert say("sweep", "trial.toml", "--resume")[0] == 0
    status, _, err = say("sweep", "trial.toml")
    assert (status, err) == (
        2,
        "kingmaker: trial: exists already (go on with it: --resume; or give a new path)\n",
    )
    status, out, _ = say("sweep", "trial.toml", "--resume")
    assert (status, "0 runs done, 24 were there already" in out) == (0, True)


def test_a_run_that_fails_is_told_with_its_command(experiment, say, monkeypatch):
    def failing(request):
        if request.replicate == 2 and request.behaviour == "neutral":
            raise ValueError("over\ntwo lines")
        return fake_replicate(request)

    simulated(monkeypatch, failing)
    status, out, err = say("sweep", "trial.toml")
    assert status == 1
    assert re.search(r"^tri-1999  neutral     0\.4 +4 +1 ", out, re.M)
    assert "kingmaker: 3 runs failed; try again: --retry\n" in err
    command = "kingmaker run tri.toml --seed 1 --only 2 --behaviour neutral --set obedience=0.2"
    assert re.search(rf"^  ValueError: over two lines at .*; repeat it with: {command}$", err, re.M)
    assert say("verify", "trial")[0] == 0
    simulated(monkeypatch)
    status, out, _ = say("sweep", "trial.toml", "--retry")
    assert status == 0
    # Shards are whole or not at all: their other runs are repeated, too.
    assert int(re.search(r"^(\d+) runs done, ", out, re.M)[1]) >= 3


def test_a_damaged_shard_is_named_on_the_way(experiment, say):
    say("sweep", "trial.toml")
    shard = sorted((experiment.parent / "trial" / "shards").iterdir())[0]
    (shard / "runs.parquet").write_bytes(b"")
    status, _, err = say("verify", "trial")
    assert status == 1
    assert f"shard {shard.name} is damaged: runs.parquet is damaged (kingmaker sweep" in err
    status, _, err = say("sweep", "trial.toml", "--resume")
    assert status == 0
    assert f"shard {shard.name}: runs.parquet is damaged; moved to " in err
    assert "set aside: 1 shard in trial/damaged" in say("status", "trial")[1]


def test_slices_are_collected(experiment, say):
    for shard in ("2/3", "1/3"):
        status, out, _ = say("sweep", "trial.toml", "--shard", shard)
        assert status == 0
        assert f"shard {shard}: 8 of these\n8 runs done\n" in out
    status, _, err = say("collect", "trial")
    assert (status, "8 of 24 runs are missing (go on with it" in err) == (2, True)
    assert say("sweep", "trial.toml", "--shard", "3/3")[0] == 0
    assert say("collect", "trial")[0] == 0
    assert DONE in say("verify", "trial")[1]


def test_wrong_words_are_told_at_once(experiment, say):
    words = (
        "--engine",
        "ray",
        "--workers",
        "0",
        "--shard",
        "8/7",
        "--tasks",
        "x",
        "--cluster",
        "c",
    )
    status, out, err = say("sweep", "trial.toml", *words)
    assert (status, out) == (2, "")
    places = re.findall(r"^  - (--[a-z-]+): ", err, re.M)
    assert places == ["--engine", "--shard", "--cluster", "--tasks", "--workers", "--tasks"]
    assert not (experiment.parent / "trial").exists()
    status, _, err = say("verify", "trial", "--recompute", "some")
    assert (status, "'some' is no number of runs" in err) == (2, True)


@pytest.mark.parametrize("is_there", [False, True])
def test_a_refused_engine_leaves_no_folder_behind(experiment, say, monkeypatch, is_there):
    from kingmaker.errors import ParameterError, Problem

    def refuse(_):
        raise ParameterError("kingmaker sweep", (Problem("--engine", "is tired"),))

    if is_there:
        say("sweep", "trial.toml", "--shard", "1/3")
    monkeypatch.setattr(local, "LocalEngine", refuse)
    status, _, err = say("sweep", "trial.toml", "--resume")
    assert (status, "is tired" in err) == (2, True)
    assert (experiment.parent / "trial").exists() == is_there
