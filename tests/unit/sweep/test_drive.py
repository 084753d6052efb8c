import pytest

from kingmaker.experiment.pool import DIED
from kingmaker.files.loading import load_results
from kingmaker.sweep.batch import BatchReport, run_batch
from kingmaker.sweep.collect import collect
from kingmaker.sweep.drive import LEAST_BATCHES, TRIES, drive
from kingmaker.sweep.plan import slice_of
from tests.unit.sweep.sweeps import Serial, simulated, store_of


class DiedError(Exception):
    """Stands for a worker's death."""


@pytest.fixture(autouse=True)
def _made_up(monkeypatch):
    simulated(monkeypatch)


def lasting(seconds):
    """Do nothing, and claim that it took long."""

    def work(reference, indices):
        return BatchReport("", len(indices), 0, seconds * len(indices), seconds)

    return work


def sizes(engine):
    return [len(batch) for batch in engine.batches]


def test_batches_last_seconds_and_shorten_towards_the_end(tmp_path):
    store, engine = store_of(tmp_path, replicates=100), Serial()
    drive(store, engine, work=lasting(0.5))
    assert sum(sizes(engine)) == 600
    assert max(sizes(engine)) == 10
    assert sizes(engine)[:4] == [1, 1, 10, 10]
    assert sizes(engine)[-3:] == [1, 1, 1]
    flat = [index for batch in engine.batches for index in batch]
    assert flat == sorted(flat)


def test_batches_do_not_get_too_short(tmp_path):
    store, engine = store_of(tmp_path, replicates=100), Serial()
    drive(store, engine, work=lasting(0.1))
    assert set(sizes(engine)[2:-1]) <= set(range(5, 31))


def test_short_runs_are_cut_into_twenty_batches_at_least(tmp_path):
    store, engine = store_of(tmp_path, replicates=20), Serial()
    drive(store, engine, work=lasting(1e-6))
    assert len(engine.batches) >= LEAST_BATCHES
    assert max(sizes(engine)) == 120 // LEAST_BATCHES
    slice_store, slice_engine = store_of(tmp_path, "slice", replicates=20), Serial()
    drive(slice_store, slice_engine, asked=slice_of(120, 2, 6), work=lasting(1e-6))
    assert max(sizes(slice_engine)) == 120 // LEAST_BATCHES


def test_only_what_is_missing_is_done(tmp_path):
    store = store_of(tmp_path)
    drive(store, Serial(), asked=slice_of(24, 2, 3))
    told = []
    engine = Serial()
    report = drive(store, engine, progress=lambda *numbers: told.append(numbers))
    assert (report.n_asked, report.n_found, report.n_done) == (24, 8, 16)
    assert sorted(i for b in engine.batches for i in b) == [*range(8), *range(16, 24)]
    assert told[0] == (8, 24)
    assert told[-1] == (24, 24)
    assert drive(store, engine).n_done == 0


def test_first_batches_are_handed_out_first(tmp_path):
    store, engine = store_of(tmp_path), Serial()
    drive(store, engine, first=[[5], [20, 21]])
    assert engine.batches[:2] == [[5], [20, 21]]
    assert sorted(i for b in engine.batches for i in b) == list(range(24))


def test_a_batch_that_lost_its_worker_is_repeated(tmp_path):
    losses = []

    def work(reference, indices):
        if 5 in indices and len(losses) < TRIES - 1:
            losses.append(indices)
            raise DiedError
        return run_batch(reference, indices)

    store = store_of(tmp_path)
    report = drive(store, Serial(DiedError), work=work)
    assert (report.n_lost, report.n_done, report.n_failed) == (TRIES - 1, 24, 0)
    assert collect(store).n_failed == 0


def test_a_run_that_always_kills_its_worker_is_a_failure_alone(tmp_path):
    def work(reference, indices):
        if 13 in indices:
            raise DiedError
        return run_batch(reference, indices)

    store = store_of(tmp_path)
    report = drive(store, Serial(DiedError), first=[[12, 13, 14]], work=work)
    assert (report.n_lost, report.n_done, report.n_failed) == (2 * TRIES, 24, 1)
    collect(store)
    (row,) = load_results(store.folder, "failures").to_dict("records")
    assert row["run_id"] == store.plan.run_id(13)
    assert row["error"] == DIED


def test_an_error_of_the_machinery_ends_the_sweep(tmp_path):
    def work(reference, indices):
        raise LookupError("a bug")

    with pytest.raises(LookupError, match="a bug"):
        drive(store_of(tmp_path), Serial(DiedError), work=work)
