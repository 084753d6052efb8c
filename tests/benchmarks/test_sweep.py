"""What does a sweep cost beside its runs, and do two workers take half the time?"""

import os
from concurrent.futures import wait
from time import perf_counter

import pytest

from kingmaker.sweep.batch import run_batch
from kingmaker.sweep.collect import collect
from kingmaker.sweep.drive import drive
from kingmaker.sweep.engines.local import LocalEngine
from kingmaker.sweep.load import load_experiment
from kingmaker.sweep.store import start_store
from tests.benchmarks.bare_loop import lasting_batch, lasting_loop, real_loop
from tests.reproducibility.sweeps import told_of_many_runs, write_experiment
from tests.unit.sweep.sweeps import store_of

REAL_REPLICATES = 50
MANY = 16_667  # replicates of 6 points


@pytest.fixture(scope="module")
def both_cores():
    """Use every core of the machine: other benchmarks keep to one."""
    if not hasattr(os, "sched_setaffinity"):
        pytest.skip("needs sched_setaffinity")
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, range(os.cpu_count() or 1))
    if len(os.sched_getaffinity(0)) < 2:
        pytest.skip("needs two cores")
    yield
    os.sched_setaffinity(0, before)


def seconds_of(store, workers, work):
    """Sweep from the first process to the collected dataset."""
    begin = perf_counter()
    engine = LocalEngine(workers)
    done = drive(store, engine, work=work)
    engine.shutdown()
    collect(store)
    assert (done.n_done, done.n_failed) == (store.plan.n_runs, 0)
    return perf_counter() - begin


def loop_seconds(store, loops, work):
    """Run the same runs in bare loops, each in a process of its own; nothing is written."""
    begin = perf_counter()
    engine = LocalEngine(loops)
    parts = [list(range(place, store.plan.n_runs, loops)) for place in range(loops)]
    futures = [engine.submit(work, store.reference, part) for part in parts]
    wait(futures)
    assert sum(future.result() for future in futures) == store.plan.n_runs
    engine.shutdown()
    return perf_counter() - begin


def test_overhead_of_the_machinery(score, tmp_path):
    """480 runs of a tenth of a second on one worker, from the first process to the dataset."""
    bare = loop_seconds(store_of(tmp_path, "bare", replicates=80), 1, lasting_loop)
    swept = seconds_of(store_of(tmp_path, "swept", replicates=80), 1, lasting_batch)
    score("a bare loop of 480 runs of 100 ms", bare, "s")
    score("the same as a sweep, collected", swept, "s")
    score("overhead of the sweep over the loop", 100 * (swept / bare - 1), "%", 5)


def test_efficiency_of_the_machinery(score, tmp_path, both_cores):
    """900 runs that wait, so that other load on the machine matters to their start only."""
    one = seconds_of(store_of(tmp_path, "one", replicates=150), 1, lasting_batch)
    two = seconds_of(store_of(tmp_path, "two", replicates=150), 2, lasting_batch)
    score("runs of 100 ms: parallel efficiency of 2 workers", one / (2 * two), "")
    score("lost by 2 workers", 100 * (1 - one / (2 * two)), "%", 10)


def test_efficiency_with_real_runs(score, tmp_path, both_cores):
    """Runs that compute, beside bare loops; on a machine with other load these only inform."""
    plan = load_experiment(write_experiment(tmp_path, replicates=REAL_REPLICATES))
    stores = [start_store(tmp_path / name, plan, is_resumed=False) for name in "abcd"]
    alone = loop_seconds(stores[0], 1, real_loop)
    before = loop_seconds(stores[1], 2, real_loop)
    swept = seconds_of(stores[2], 2, run_batch)
    after = loop_seconds(stores[3], 2, real_loop)
    score(f"{plan.n_runs} real runs: a bare loop", alone, "s")
    score("two bare loops side by side, before", before, "s")
    score("a sweep with 2 workers, collected", swept, "s")
    score("two bare loops side by side, after", after, "s")
    score("its efficiency, of one bare loop", alone / (2 * swept), "")
    score("its efficiency, of two bare loops side by side", (before + after) / (2 * swept), "")


def test_many_tiny_runs(score, tmp_path, both_cores):
    """100 002 runs that take no time: what the coordinating process takes, and resuming them."""
    swept = told_of_many_runs(tmp_path, MANY, "sweep")
    again = told_of_many_runs(tmp_path, MANY, "resume")
    assert (swept["done"], again["done"]) == (6 * MANY, 0)
    score("100 002 runs: hand out, survey, write", swept["drive_seconds"], "s")
    score("collect them", swept["collect_seconds"], "s")
    score("resume them: nothing is missing", again["drive_seconds"], "s", 10)
    score("peak of the coordinating process", swept["peak_bytes"] / 1e6, "MB", 500)
