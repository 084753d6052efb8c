"""The same rows whatever the workers, the slices, the processor, and however often it is killed."""

import json
import os
import shutil
import subprocess
import time

import numpy as np
import pytest

from kingmaker.experiment.environment import BASELINE_INSTRUCTIONS
from kingmaker.sweep.store import open_store
from kingmaker.sweep.verify import verify
from tests.architecture.source_files import PACKAGE
from tests.e2e.command_line import kingmaker
from tests.reproducibility.sweeps import (
    Running,
    data_bytes,
    shards,
    sweep,
    verified,
    write_experiment,
)

KILLS_PER_ROUND = 3
QUICK_ROUNDS, VERIFY_ROUNDS = 1, 20


@pytest.fixture(scope="module")
def experiment(tmp_path_factory):
    return write_experiment(tmp_path_factory.mktemp("experiment"))


@pytest.fixture(scope="module")
def whole(experiment, tmp_path_factory):
    """A sweep that nobody disturbed, on one worker."""
    out = tmp_path_factory.mktemp("whole") / "out"
    sweep(experiment, out)
    return out


@pytest.fixture(scope="module")
def longer(tmp_path_factory):
    return write_experiment(tmp_path_factory.mktemp("longer"), replicates=12)


@pytest.fixture(scope="module")
def whole_longer(longer, tmp_path_factory):
    out = tmp_path_factory.mktemp("whole_longer") / "out"
    sweep(longer, out, "--workers", 2)
    return out


@pytest.mark.parametrize("workers", [2, 4])
def test_workers_change_nothing(experiment, whole, tmp_path, workers):
    sweep(experiment, tmp_path / "out", "--workers", workers)
    assert data_bytes(tmp_path / "out") == data_bytes(whole)
    assert verified(tmp_path / "out") == verified(whole)


def test_slices_in_any_order_are_the_same_dataset(experiment, whole, tmp_path):
    out = tmp_path / "out"
    for number in (3, 1, 2):
        sweep(experiment, out, "--shard", f"{number}/3")
        assert not (out / "data").exists()
    done = kingmaker("collect", out)
    assert done.returncode == 0, done.stderr
    assert data_bytes(out) == data_bytes(whole)
    assert verified(out) == verified(whole)


def test_a_missing_slice_is_noticed(experiment, tmp_path):
    out = tmp_path / "out"
    sweep(experiment, out, "--shard", "2/3")
    done = kingmaker("collect", out)
    assert done.returncode == 2
    assert "27 of 40 runs are missing (go on with it: kingmaker sweep --resume)" in done.stderr
    done = kingmaker("verify", out)
    assert done.returncode == 1
    assert "27 runs are missing, such as" in done.stderr


def processors() -> list[dict[str, str]]:
    """Name two sets of features: no vector instructions, and all that this machine has."""
    plain = BASELINE_INSTRUCTIONS | {"NUMBA_CPU_NAME": "generic"}
    return [plain, dict.fromkeys(BASELINE_INSTRUCTIONS, "")]


def test_mixed_nodes_give_the_same_rows(experiment, whole, tmp_path):
    """A node with and one without vector instructions; and half a sweep on each."""
    plain, rich = processors()
    sweep(experiment, tmp_path / "plain", **plain)
    mixed = tmp_path / "mixed"
    for shard, features in (("1/2", plain), ("2/2", rich)):
        sweep(experiment, mixed, "--shard", shard, **features)
    assert kingmaker("collect", mixed).returncode == 0
    expected = data_bytes(whole)
    for folder in ("plain", "mixed"):
        assert data_bytes(tmp_path / folder) == expected, folder
    manifest = json.loads((mixed / "manifest.json").read_text())
    environments = [kind["platform"]["environment"] for kind in manifest["workers"]["environments"]]
    told = {environment["NPY_DISABLE_CPU_FEATURES"] for environment in environments}
    assert told == {plain["NPY_DISABLE_CPU_FEATURES"], ""}


def test_an_interrupted_sweep_keeps_what_it_has(experiment, whole, tmp_path):
    out = tmp_path / "out"
    running = Running(experiment, out, "--workers", 2)
    assert running.wait_for_shards(2)
    status, said = running.interrupt()
    assert status == 130
    assert "kingmaker: interrupted, " in said
    assert f"go on: kingmaker sweep {experiment} --out {out} --resume" in said
    assert "Traceback" not in said
    before = shards(out)
    done = kingmaker("verify", out)
    assert done.returncode == 1
    assert "damaged" not in done.stderr
    sweep(experiment, out, "--workers", 2, "--resume")
    assert set(before) <= set(shards(out))
    assert data_bytes(out) == data_bytes(whole)


def test_a_killed_sweep_goes_on(longer, whole_longer, tmp_path, record_property):
    figures = kill_rounds(longer, whole_longer, tmp_path, QUICK_ROUNDS, seed=1)
    record_property("figures", figures)


@pytest.mark.verify
def test_sweeps_killed_many_times_lose_nothing(longer, whole_longer, tmp_path, record_property):
    """20 sweeps, each killed three times, at other moments each time that this is run."""
    begin = time.monotonic()
    figures = kill_rounds(longer, whole_longer, tmp_path, VERIFY_ROUNDS, seed=time.time_ns())
    record_property("figures", f"{figures}; {time.monotonic() - begin:.0f} s")


def kill_rounds(experiment, whole, folder, rounds, seed):
    """Kill sweeps after their first shard and before their last, and go on; say what happened."""
    chance = np.random.default_rng(seed)
    expected, n_runs = verify(open_store(whole)).sha256, open_store(whole).plan.n_runs
    n_left = []
    n_leftovers = n_too_late = 0
    for number in range(rounds):
        out, n_kills = folder / f"round-{number}", 0
        while n_kills < KILLS_PER_ROUND:
            to_go = KILLS_PER_ROUND - n_kills
            most = (len(shards(whole)) - len(shards(out))) // to_go
            if not killed(experiment, out, int(chance.integers(1, max(most, 2))), chance):
                n_too_late += 1
                assert n_too_late <= rounds, "sweeps end before they can be killed"
                out, n_kills = folder / f"round-{number}-{n_too_late}", 0
                continue
            n_kills += 1
            n_left.append(consistent(out))
            n_leftovers += any((out / "tmp").iterdir())
        before = set(shards(out))
        sweep(experiment, out, "--workers", 2, "--resume")
        assert before <= set(shards(out)), "a finished shard was computed again"
        verdict = verify(open_store(out))
        assert (verdict.problems, verdict.n_doubled, verdict.sha256) == ((), 0, expected)
        assert data_bytes(out) == data_bytes(whole)
        assert list((out / "tmp").iterdir()) == []
        assert list((out / "damaged").iterdir()) == []
    return (
        f"{rounds} x a sweep of {n_runs} runs, killed {KILLS_PER_ROUND} times: {len(n_left)} "
        f"kills with {min(n_left)} to {max(n_left)} runs to go, {n_leftovers} of them in the "
        f"middle of writing a shard; all gave the hash {expected[:12]} of an undisturbed sweep: 0 "
        "rows lost, 0 doubled, 0 half files"
    )


def killed(experiment, out, n_shards, chance):
    """Go on with a sweep and kill all its processes after some shards; False if it ended."""
    running = Running(experiment, out, "--workers", 2, "--resume")
    is_there = running.wait_for_shards(len(shards(out)) + n_shards)
    time.sleep(chance.uniform(0.0, 0.2))
    is_alive = running.process.poll() is None
    running.kill()
    return is_there and is_alive and not open_store(out).survey().is_complete


def consistent(out):
    """Check that all that is there after a kill is whole; return how many runs are missing."""
    survey = open_store(out).survey()
    assert survey.damaged == ()
    assert survey.foreign == ()
    assert survey.doubled == ()
    assert not (out / "manifest.json").exists()
    return len(survey.missing)


def test_a_worker_that_is_killed_is_replaced(experiment, whole, tmp_path):
    out = tmp_path / "out"
    running = Running(experiment, out, "--workers", 2)
    assert running.wait_for_shards(2)
    children = subprocess.run(
        ["ps", "-ww", "-o", "pid=,args=", "--ppid", str(running.process.pid)],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    workers = [int(line.split()[0]) for line in children if "spawn_main" in line]
    assert len(workers) == 2
    os.kill(workers[0], 9)
    assert running.process.wait(timeout=300) == 0
    running.process.stderr.close()
    assert data_bytes(out) == data_bytes(whole)


def test_nodes_with_another_version_are_refused(experiment, tmp_path):
    """A copy of the package with one more comment has another source."""
    copy = tmp_path / "other" / "kingmaker"
    shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("__pycache__"))
    with (copy / "errors.py").open("a") as file:
        file.write("# Another version.\n")
    out = tmp_path / "out"
    sweep(experiment, out, "--shard", "1/20")
    before = shards(out)
    done = kingmaker("sweep", experiment, "--out", out, "--resume", PYTHONPATH=str(copy.parent))
    assert done.returncode == 2
    assert "was begun by kingmaker" in done.stderr
    assert "use the same source everywhere, or begin anew in another folder" in done.stderr
    assert shards(out) == before


def test_hash_seeds_change_nothing(experiment, whole, tmp_path):
    sweep(experiment, tmp_path / "out", PYTHONHASHSEED="random")
    assert data_bytes(tmp_path / "out") == data_bytes(whole)
