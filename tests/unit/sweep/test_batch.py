import pytest

from kingmaker.errors import RunFailedError
from kingmaker.experiment.pool import DIED
from kingmaker.files.loading import load_results
from kingmaker.sweep.batch import run_again, run_batch, write_failures
from kingmaker.sweep.collect import collect
from kingmaker.sweep.drive import drive
from kingmaker.sweep.session import set_failures_aside
from tests.unit.files.fake_records import fake_replicate
from tests.unit.sweep.sweeps import Serial, simulated, store_of


def failing(request):
    if request.replicate == 2:
        raise RunFailedError("replicate 2", request.seed, "200 draws were impossible", "kingmaker")
    if request.replicate == 3 and request.behaviour == "neutral":
        raise ZeroDivisionError("division by zero")
    return fake_replicate(request)


def test_a_run_that_fails_is_a_row_and_the_others_go_on(tmp_path, monkeypatch):
    simulated(monkeypatch, failing)
    store = store_of(tmp_path, days=3)
    report = run_batch(store.reference, range(24))
    assert (report.n_runs, report.n_failed) == (24, 9)
    assert collect(store).n_failed == 9
    failures = load_results(store.folder, "failures")
    assert len(load_results(store.folder)) == 15
    first, *_, last = failures.to_dict("records")
    assert first["run_id"] == store.plan.run_id(2)
    assert (first["point"], first["replicate"], first["behaviour"]) == (0, 2, "historical")
    assert first["error"].startswith("RunFailedError: ")
    assert first["command"] == (
        "kingmaker run tri.toml --seed 1 --only 2 --set obedience=0.2 --days 3"
    )
    assert (
        last["error"]
        == "ZeroDivisionError: division by zero at kingmaker/sweep/batch.py:"
        + (last["error"].rpartition(":")[2])
    )
    assert " in _simulate" in last["places"]


def test_failed_runs_can_be_tried_again(tmp_path, monkeypatch):
    simulated(monkeypatch, failing)
    store = store_of(tmp_path)
    drive(store, Serial())
    failed = collect(store)
    simulated(monkeypatch)
    assert drive(store, Serial()).n_done == 0
    assert set_failures_aside(store) > 0
    assert drive(store, Serial()).n_done > 0
    assert collect(store).n_failed == 0
    assert collect(store).sha256 != failed.sha256


def test_runs_that_nobody_could_carry_out(tmp_path, monkeypatch):
    simulated(monkeypatch)
    store = store_of(tmp_path)
    write_failures(store, [7], DIED)
    drive(store, Serial())
    collect(store)
    (row,) = load_results(store.folder, "failures").to_dict("records")
    assert (row["run_id"], row["error"]) == (store.plan.run_id(7), DIED)


def test_a_run_computed_again_has_the_same_rows(tmp_path, monkeypatch):
    simulated(monkeypatch, failing)
    store = store_of(tmp_path)
    tables = run_again(store.plan, 5)
    assert tables["runs"].num_rows == 1
    assert tables["failures"].num_rows == 0
    assert run_again(store.plan, 6)["failures"].num_rows == 1


def test_drawn_facts_reach_the_manifest(tmp_path, monkeypatch):
    import json

    simulated(monkeypatch)
    store = store_of(tmp_path)
    drive(store, Serial())
    collect(store)
    manifest = json.loads((store.folder / "manifest.json").read_text())
    assert manifest["drawn"] == ["the weather is drawn"]
    assert manifest["workers"]["environments"][0]["platform"]["machine"]
    assert manifest["workers"]["hosts"]
    assert str(tmp_path) not in json.dumps(manifest)


@pytest.mark.parametrize("kept", [["runs"], ["transfers"]])
def test_only_the_tables_asked_for_are_kept(tmp_path, monkeypatch, kept):
    simulated(monkeypatch)
    store = store_of(tmp_path, tables=kept)
    drive(store, Serial())
    assert set(collect(store).tables) == {"runs", *kept, "failures", "points"}
