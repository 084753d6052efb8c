"""A sweep on a real Dask cluster gives the dataset of one process, whatever happens to workers."""

import os
import re
import signal
import subprocess
import sys
import time

import pytest

from kingmaker.errors import ParameterError, StoreError
from kingmaker.experiment.environment import BASELINE_INSTRUCTIONS
from kingmaker.sweep.engines.dask import check_dask, open_dask
from kingmaker.sweep.load import load_experiment
from kingmaker.sweep.store import start_store
from tests.cluster.sweeps import (
    SMOKE,
    begin,
    dataset_hash,
    end,
    environment,
    kingmaker,
    n_shards,
    wait_until,
)

pytestmark = pytest.mark.usefixtures("dask")

DASK = (sys.executable, "-m", "dask")
WORKER = ("--nthreads", "1", "--no-dashboard", "--host", "127.0.0.1")


class Cluster:
    """A scheduler and workers as somebody else would have started them, on loopback."""

    def __init__(self, folder):
        self.folder = folder
        self.processes = []
        self.workers = []
        self.address = ""

    def __enter__(self):
        words = ("scheduler", "--host", "127.0.0.1", "--port", "0", "--dashboard-address", ":0")
        log = self.start("scheduler", *words, "--no-dashboard")
        wait_until(lambda: re.search(r"tcp://127\.0\.0\.1:\d+", log.read_text()), "a scheduler")
        self.address = re.search(r"tcp://127\.0\.0\.1:\d+", log.read_text())[0]
        return self

    def worker(self, *words, **variables):
        """Start a worker; guarded as the how-to says, if `variables` does not say otherwise."""
        name = f"worker-{len(self.workers)}"
        log = self.start(
            name, "worker", self.address, *WORKER, *words, **(BASELINE_INSTRUCTIONS | variables)
        )
        self.workers.append(self.processes[-1])
        wait_until(lambda: "Registered to" in log.read_text(), f"{name} has joined")

    def start(self, name, *words, **variables):
        log = self.folder / f"{name}.log"
        with log.open("w") as file:
            self.processes.append(
                subprocess.Popen(
                    [*DASK, *words],
                    stdout=file,
                    stderr=subprocess.STDOUT,
                    cwd=self.folder,
                    env=environment(**variables),
                    start_new_session=True,
                )
            )
        return log

    def __exit__(self, *reason):
        for process in reversed(self.processes):
            if process.poll() is None:
                process.kill()
            process.wait()


@pytest.fixture
def cluster(tmp_path):
    with Cluster(tmp_path) as made:
        yield made


@pytest.fixture
def store(tmp_path):
    return start_store(tmp_path / "refused", load_experiment(SMOKE), is_resumed=False)


def test_worker_killed_in_the_middle(reference, tmp_path, cluster):
    """Without a nanny, so that it stays dead and the other one does its work."""
    cluster.worker("--no-nanny")
    cluster.worker("--no-nanny")
    out = tmp_path / "killed"
    words = ("--engine", "dask", "--cluster", cluster.address)
    sweep = begin("sweep", SMOKE, "--out", out, *words)
    wait_until(lambda: n_shards(out) >= 10, "ten shards")
    os.kill(cluster.workers[0].pid, signal.SIGKILL)
    n_then = n_shards(out)
    end(sweep)
    assert n_then < n_shards(out)
    assert cluster.workers[1].poll() is None
    assert dataset_hash(out) == reference


def test_local_cluster_replaces_a_killed_worker(reference, tmp_path):
    out = tmp_path / "replaced"
    sweep = begin("sweep", SMOKE, "--out", out, "--engine", "dask", "--workers", 2)
    wait_until(lambda: n_shards(out) >= 10, "ten shards")
    os.kill(computing_child_of(sweep.pid), signal.SIGKILL)
    printed, _ = end(sweep)
    assert re.search(r"\b\d+ batch(es)? repeated after a worker died\b", printed)
    assert n_shards(out) >= 20
    assert dataset_hash(out) == reference


def test_interrupted_and_resumed(tmp_path):
    """Ctrl-C at the terminal reaches all processes; what is finished is kept."""
    out = tmp_path / "interrupted"
    words = ("sweep", SMOKE, "--out", out, "--engine", "dask", "--workers", 2)
    sweep = begin(*words, is_alone=True)
    wait_until(lambda: n_shards(out) >= 2, "two shards")
    os.killpg(sweep.pid, signal.SIGINT)
    _, err = sweep.communicate(timeout=60)
    assert sweep.returncode == 130, err
    assert re.search(r"interrupted, \d+ of \d+ runs are finished and kept; go on: ", err)
    assert "Traceback" not in err


def computing_child_of(parent):
    """Find the child of a process that has used most processor time."""
    times = {}
    for line in subprocess.check_output(["ps", "-eo", "pid,ppid,cputimes"], text=True).split("\n"):
        words = line.split()
        if len(words) == 3 and words[1] == str(parent):
            times[int(words[0])] = int(words[2])
    return max(times, key=times.get)


def test_another_version_is_refused(tmp_path, cluster, other_version):
    cluster.worker()
    cluster.worker(PYTHONPATH=str(other_version))
    words = ("--engine", "dask", "--cluster", cluster.address)
    done = kingmaker("sweep", SMOKE, "--out", tmp_path / "mixed", *words)
    assert done.returncode == 1
    assert re.search(r"worker tcp://127\.0\.0\.1:\d+: on .*source", done.stderr), done.stderr
    assert "Traceback" not in done.stderr
    assert n_shards(tmp_path / "mixed") == 0


def test_worker_that_comes_later_is_refused_too(tmp_path, cluster, other_version, store):
    cluster.worker()
    engine = open_dask(store, address=cluster.address)
    try:
        from kingmaker.sweep.batch import run_batch

        os.kill(cluster.workers[0].pid, signal.SIGKILL)
        cluster.worker(PYTHONPATH=str(other_version))
        with pytest.raises(StoreError, match="source"):
            engine.submit(run_batch, store.reference, [0]).result(timeout=60)
    finally:
        engine.shutdown(cancel_futures=True)


def test_unguarded_worker_is_refused(cluster, store):
    """A variable that is set to nothing is somebody's decision; here there is none."""
    cluster.worker(NPY_DISABLE_CPU_FEATURES=None)
    with pytest.raises(StoreError, match="NPY_DISABLE_CPU_FEATURES='X86_V3 X86_V4'"):
        open_dask(store, address=cluster.address)


def test_worker_of_several_threads_is_refused(cluster, store):
    cluster.worker("--nthreads", "3")
    with pytest.raises(StoreError, match=r"has 3 threads, .*--nthreads 1"):
        open_dask(store, address=cluster.address)


def test_a_cluster_that_loses_all_workers_is_given_up(cluster, store):
    cluster.worker("--no-nanny")
    engine = open_dask(store, address=cluster.address, patience=1.0)
    try:
        future = engine.submit(time.sleep, 60)
        os.kill(cluster.workers[0].pid, signal.SIGKILL)
        with pytest.raises(StoreError, match=r"no worker for .*--resume"):
            future.result(timeout=60)
    finally:
        engine.shutdown(cancel_futures=True)


def test_a_scheduler_that_vanishes_is_said(cluster, store):
    cluster.worker()
    engine = open_dask(store, address=cluster.address)
    try:
        future = engine.submit(time.sleep, 60)
        cluster.processes[0].kill()
        with pytest.raises(StoreError, match="the scheduler is gone"):
            future.result(timeout=60)
    finally:
        engine.shutdown(cancel_futures=True)


def test_a_cluster_without_workers_is_given_up(cluster, store):
    said = []
    with pytest.raises(StoreError, match="has had no worker for 1 seconds"):
        open_dask(store, address=cluster.address, patience=1.0, say=said.append)
    assert said == [f"{cluster.address}: waiting for the first worker"]


def test_nothing_answers(tmp_path, monkeypatch, store):
    monkeypatch.setattr("kingmaker.sweep.engines.dask._REACH_SCHEDULER", 0.5)
    with pytest.raises(ParameterError, match=r"nothing answers at .tcp://127"):
        open_dask(store, address="tcp://127.0.0.1:9")


def test_absence_says_what_installs_it():
    with pytest.raises(ParameterError, match=r"pip install 'kingmaker\[dask\]'"):
        check_dask("no_such_package")
