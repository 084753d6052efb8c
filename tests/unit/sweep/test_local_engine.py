"""The engine of this machine, with real processes."""

import os
import signal
import time
from concurrent.futures import wait
from concurrent.futures.process import BrokenProcessPool

import pytest

from kingmaker.experiment.pool import DIED
from kingmaker.files.loading import load_results
from kingmaker.sweep.collect import collect
from kingmaker.sweep.drive import TRIES, drive
from kingmaker.sweep.engines.local import LocalEngine
from tests.unit.sweep.sweeps import (
    deadly_batch,
    fake_batch,
    once_deadly_batch,
    simulated,
    store_of,
    swept,
)


@pytest.fixture
def engine():
    engine = LocalEngine(2)
    yield engine
    engine.shutdown(cancel_futures=True)


def test_a_dead_process_is_replaced_and_its_batch_repeated(tmp_path, engine):
    store = store_of(tmp_path)
    report = drive(store, engine, work=once_deadly_batch)
    assert (report.n_lost, report.n_done, report.n_failed) == (1, 24, 0)


def test_the_run_that_kills_is_found_and_the_others_go_on(tmp_path, engine, monkeypatch):
    store = store_of(tmp_path)
    report = drive(store, engine, first=[[4, 5, 6]], work=deadly_batch)
    assert (report.n_lost, report.n_done, report.n_failed) == (2 * TRIES, 24, 1)
    collect(store)
    (row,) = load_results(store.folder, "failures").to_dict("records")
    assert (row["run_id"], row["error"]) == (store.plan.run_id(5), DIED)
    simulated(monkeypatch)
    whole = swept(tmp_path, "whole")
    collect(whole)
    mine, other = (load_results(s.folder).set_index("run_id") for s in (store, whole))
    assert mine.equals(other.drop(index=row["run_id"]))


def test_a_death_breaks_no_other_batch(engine):
    slow = engine.submit(time.sleep, 1.0)
    deadly = engine.submit(os._exit, 1)
    waiting = engine.submit(os.getpid)
    wait([slow, deadly, waiting], timeout=60)
    assert isinstance(deadly.exception(), BrokenProcessPool)
    assert engine.is_loss(deadly.exception())
    assert slow.exception() is None
    assert waiting.result() != os.getpid()


def test_a_process_that_died_idle_costs_nothing(engine):
    first = engine.submit(os.getpid).result(timeout=60)
    assert engine.process_ids() == [first]
    os.kill(first, signal.SIGKILL)
    time.sleep(0.2)
    futures = [engine.submit(os.getpid) for _ in range(4)]
    assert first not in [future.result(timeout=60) for future in futures]


def test_workers_are_guarded_and_leave_interrupts_to_the_parent(engine):
    found = engine.submit(os.getenv, "NPY_DISABLE_CPU_FEATURES").result(timeout=60)
    assert found == "X86_V3 X86_V4"
    handler = engine.submit(signal.getsignal, signal.SIGINT).result(timeout=60)
    assert handler == signal.SIG_IGN


def test_shutting_down_at_once_ends_what_is_under_way():
    engine = LocalEngine(1)
    running, waiting = engine.submit(time.sleep, 600), engine.submit(os.getpid)
    while not engine.process_ids():
        time.sleep(0.01)
    begin = time.monotonic()
    engine.shutdown(cancel_futures=True)
    assert time.monotonic() - begin < 30
    assert waiting.cancelled()
    assert isinstance(running.exception(timeout=30), BrokenProcessPool)
    with pytest.raises(RuntimeError, match="shut down"):
        engine.submit(os.getpid)


def test_errors_come_through(engine):
    with pytest.raises(ValueError, match="invalid literal"):
        engine.submit(int, "x").result(timeout=60)


def test_a_cancelled_batch_is_not_begun():
    engine = LocalEngine(1)
    engine.submit(time.sleep, 0.5)
    waiting = engine.submit(os.getpid)
    assert waiting.cancel()
    assert engine.submit(os.getpid).result(timeout=60)
    engine.shutdown()


def test_fake_batches_run_in_processes(tmp_path, engine):
    store = store_of(tmp_path)
    assert drive(store, engine, work=fake_batch).n_done == 24
