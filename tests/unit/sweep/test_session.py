import numpy as np
import pytest

from kingmaker.sweep.collect import collect
from kingmaker.sweep.drive import drive
from kingmaker.sweep.session import carry_out, estimate, finish, pilot, pilot_batches
from kingmaker.sweep.summary import failures, summarise
from tests.unit.sweep.sweeps import Serial, plan_of, simulated, store_of, swept


@pytest.fixture(autouse=True)
def _made_up(monkeypatch):
    simulated(monkeypatch)


def test_pilots_are_spread_over_the_plan():
    assert pilot_batches(np.arange(100), 2) == [[0], [32], [64], [96], [97, 98, 99]]
    assert pilot_batches(np.array([3, 7]), 2) == [[3], [7]]
    assert sorted(i for b in pilot_batches(np.arange(7), 2) for i in b) == list(range(7))


def test_a_sweep_is_estimated_once_from_its_first_runs(tmp_path):
    store = store_of(tmp_path, replicates=20)
    told = []
    report = carry_out(store, Serial(), estimated=told.append)
    assert report.n_done == 120
    (found,) = told
    assert 0 < found.n_left < 120
    assert found.seconds == pytest.approx(found.n_left * found.seconds_per_run)
    resumed = []
    carry_out(store, Serial(), estimated=resumed.append)
    assert resumed == []


def test_the_estimated_size_is_about_right(tmp_path):
    plan = plan_of(tmp_path, replicates=20)
    guess = pilot(plan, 1)
    store = store_of(tmp_path, replicates=20)
    drive(store, Serial())
    collect(store)
    folders = (store.folder / "shards", store.folder / "data")
    size = sum(p.stat().st_size for folder in folders for p in folder.rglob("*.parquet"))
    assert size / 3 < guess.n_bytes < 3 * size
    assert estimate(store_of(tmp_path, "new"), 10, 1) is None


def test_what_was_damaged_in_the_meantime_is_repaired(tmp_path):
    store = swept(tmp_path)
    shard = sorted((store.folder / "shards").iterdir())[0]
    (shard / "runs.parquet").unlink()
    found = finish(store, Serial())
    assert found.sha256 == collect(swept(tmp_path, "other")).sha256


def test_points_are_summed_up(tmp_path):
    store = swept(tmp_path)
    collect(store)
    groups = summarise(store)
    assert [(g.behaviour, g.values, g.n_runs) for g in groups[:2]] == [
        ("historical", {"obedience": 0.2}, 4),
        ("historical", {"obedience": 0.4}, 4),
    ]
    group = groups[0]
    assert group.leader_wins == 1.0
    assert group.share_mean == pytest.approx(0.615)
    assert group.share_sd == pytest.approx(np.std([0.6, 0.61, 0.62, 0.63], ddof=1))
    assert failures(store, 3) == []


def test_many_points_are_summed_up_by_behaviour(tmp_path):
    values = {"kind": "grid", "parameters": {"obedience": [k / 20 for k in range(13)]}}
    store = swept(tmp_path, design=values)
    collect(store)
    groups = summarise(store)
    assert [(g.behaviour, g.values, g.n_runs) for g in groups] == [
        ("historical", {}, 52),
        ("neutral", {}, 52),
    ]
