import sys

import pytest

import kingmaker as km
from kingmaker.errors import ParameterError, StoreError
from kingmaker.sweep.collect import collect
from tests.unit.files.fake_records import fake_contest, fake_engine
from tests.unit.sweep.sweeps import simulated, store_of, swept


def test_a_run_is_loaded(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "kingmaker.outcome", fake_engine())
    result = km.run(fake_contest(), replicates=3, out=tmp_path / "run")
    loaded = km.load_results(tmp_path / "run")
    assert loaded.equals(result.runs)
    assert loaded.attrs["units"]["turnout_round1"] == "fraction"
    assert loaded.attrs["meanings"]["winner"].startswith("winner of the contest")
    assert km.load_results(tmp_path / "run", "deals").equals(result.deals)


def test_a_sweep_is_loaded_once_it_is_collected(tmp_path, monkeypatch):
    simulated(monkeypatch)
    store = swept(tmp_path)
    with pytest.raises(StoreError, match=r"is a sweep that is not collected \(kingmaker collect"):
        km.load_results(store.folder)
    collect(store)
    runs = km.load_results(str(store.folder))
    assert list(runs.columns[:7]) == [
        "run_id", "point", "contest", "behaviour", "without", "seed", "replicate",
    ]  # fmt: skip
    assert len(runs) == 24
    assert runs.attrs["units"]["param_obedience"] == "fraction"
    assert set(runs.columns) == set(runs.attrs["units"])
    points = km.load_results(store.folder, "points")
    assert points["param_obedience"].tolist() == [0.2, 0.4, 0.6] * 2
    assert km.load_results(store.folder, "failures").empty


def test_what_cannot_be_loaded(tmp_path, monkeypatch):
    simulated(monkeypatch)
    with pytest.raises(StoreError, match="is no folder"):
        km.load_results(tmp_path / "nowhere")
    with pytest.raises(StoreError, match="holds no tables"):
        km.load_results(tmp_path)
    store = swept(tmp_path)
    collect(store)
    with pytest.raises(ParameterError, match=r"no table 'share' .*did you mean 'shares'"):
        km.load_results(store.folder, "share")
    (store.folder / "data" / "runs.parquet").write_bytes(b"PAR1PAR1")
    with pytest.raises(StoreError, match=r"runs\.parquet: cannot be read"):
        km.load_results(store.folder)
    store_of(tmp_path)
