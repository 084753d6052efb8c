"""A sweep on a real Slurm gives the dataset of one process, whatever happens to its tasks."""

import re
import subprocess
import time

import numpy as np
import pytest

from kingmaker.errors import ParameterError, StoreError
from kingmaker.sweep.engines.slurm import sweep_on_slurm
from kingmaker.sweep.engines.slurm_queue import ask_states, largest_index
from kingmaker.sweep.engines.slurm_script import SlurmOptions
from kingmaker.sweep.load import load_experiment
from kingmaker.sweep.status import submissions, sweep_status
from kingmaker.sweep.store import start_store
from tests.cluster.sweeps import (
    SLURM_LOCAL,
    SMOKE,
    begin,
    dataset_hash,
    end,
    kingmaker,
    n_shards,
    wait_until,
)


def slurm_says(*words):
    """Call a command of Slurm."""
    done = subprocess.run(list(words), capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, f"{' '.join(words)}: {done.stderr}"
    return done.stdout


def job_of(folder):
    """Wait for the first job of a sweep."""
    wait_until(lambda: submissions(folder), "a job array")
    return submissions(folder)[0].job


def state_of(job, task):
    return ask_states(job, [task]).by_task[task]


@pytest.mark.usefixtures("slurm")
def test_seven_shards_in_any_order(reference, tmp_path):
    """Submitted and left alone, begun one by one in a random order, found again and waited for."""
    out = tmp_path / "seven"
    words = ("sweep", SMOKE, "--out", out, "--engine", "slurm", "--tasks", 7)
    done = kingmaker(*words, "--sbatch=--hold", "--detach")
    assert done.returncode == 0, done.stderr
    assert "submitted tasks 1-7 of 7" in done.stdout + done.stderr
    assert n_shards(out) == 0
    job = job_of(out)
    shown = kingmaker("status", out)
    assert shown.returncode == 0, shown.stderr
    assert re.search(r"\b7 pending", shown.stdout.lower()), shown.stdout

    order = np.random.default_rng().permutation(range(1, 8)).tolist()
    for task in order:
        slurm_says("scontrol", "release", f"{job}_{task}")
    done = kingmaker(*words, "--resume")
    assert done.returncode == 0, f"order {order}: {done.stderr}"
    assert [s.job for s in submissions(out)] == [job]
    assert n_shards(out) >= 20
    assert dataset_hash(out) == reference, f"order {order}"
    assert "7 completed" in kingmaker("status", out).stdout.lower()


@pytest.mark.usefixtures("slurm")
def test_cancelled_and_requeued_tasks(reference, tmp_path):
    out = tmp_path / "disturbed"
    sweep = begin("sweep", SMOKE, "--out", out, "--engine", "slurm", "--tasks", 4)
    job = job_of(out)
    wait_until(lambda: state_of(job, 1) == state_of(job, 2) == "RUNNING", "two tasks run")
    slurm_says("scontrol", "requeue", f"{job}_1")
    slurm_says("scancel", f"{job}_2")
    end(sweep)
    tasks = [s.tasks for s in submissions(out)]
    assert tasks == [(1, 2, 3, 4), (2,)]
    assert dataset_hash(out) == reference


@pytest.mark.usefixtures("slurm")
def test_another_version_is_refused(tmp_path, other_version):
    """The first node of a cluster whose nodes do not all have the same package."""
    store = start_store(tmp_path / "other", load_experiment(SMOKE), is_resumed=False)
    export = f"--export=ALL,PYTHONPATH={other_version}"
    options = SlurmOptions(tasks=2, tries=1, grace=0.0, options=(export,))
    with pytest.raises(StoreError, match=r"shards 1-2 of 2 .* source .* has 0\.1\.0 with source"):
        sweep_on_slurm(store, SMOKE, options, seconds_per_run=1.0)
    assert n_shards(store.folder) == 0


@pytest.mark.usefixtures("slurm")
def test_whoever_waits_may_leave(tmp_path):
    """Ctrl-C ends the waiting, not the jobs; scancel ends them."""
    import signal

    out = tmp_path / "left"
    words = ("--engine", "slurm", "--tasks", 2, "--sbatch=--hold")
    sweep = begin("sweep", SMOKE, "--out", out, *words)
    job = job_of(out)
    time.sleep(1)
    sweep.send_signal(signal.SIGINT)
    _, err = sweep.communicate(timeout=60)
    assert sweep.returncode == 130
    assert f"scancel {job}" in err
    assert state_of(job, 1) == "PENDING"
    slurm_says("scancel", job)
    wait_until(lambda: state_of(job, 1) == "CANCELLED", "the job is cancelled")
    assert sweep_status(out).n_finished == 0


@pytest.mark.usefixtures("slurm")
def test_refused_by_slurm(tmp_path):
    store = start_store(tmp_path / "refused", load_experiment(SMOKE), is_resumed=False)
    options = SlurmOptions(options=("--partition=nowhere",))
    with pytest.raises(ParameterError, match=r"Slurm refuses tasks 1: .*invalid partition"):
        sweep_on_slurm(store, SMOKE, options, seconds_per_run=0.1)


@pytest.mark.usefixtures("slurm")
def test_array_size_is_read():
    assert largest_index() == 1000


@pytest.mark.verify
def test_a_node_that_dies(reference, tmp_path, own_slurm):
    """Slurm notices after some seconds, and gives its tasks to the other node."""
    out = tmp_path / "dead"
    sweep = begin("sweep", SMOKE, "--out", out, "--engine", "slurm", "--tasks", 4)
    job = job_of(out)
    wait_until(lambda: state_of(job, 1) == state_of(job, 2) == "RUNNING", "two tasks run")
    slurm_says(str(SLURM_LOCAL), "kill", str(own_slurm), "2")
    end(sweep, timeout=300)
    assert dataset_hash(out) == reference
