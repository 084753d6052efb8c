import json
import sys

import pandas as pd
import pyarrow.parquet as pq
import pytest

import kingmaker as km
from kingmaker.errors import DataError, ParameterError, RunFailedError, StoreError
from kingmaker.records import TABLES
from tests.unit.files.fake_records import fake_contest, fake_engine, fake_replicate


@pytest.fixture(autouse=True)
def engine(monkeypatch):
    monkeypatch.setitem(sys.modules, "kingmaker.outcome", fake_engine())


def test_frames_hold_all_tables_in_order():
    result = km.run(fake_contest(), replicates=3)
    for name, columns in TABLES.items():
        frame = getattr(result, name)
        assert list(frame.columns[: len(columns)]) == list(columns)
        assert list(frame["replicate"]) == sorted(frame["replicate"])
    assert list(result.runs["replicate"]) == [0, 1, 2]


def test_one_replicate_alone_is_the_one_among_others():
    all_of_them = km.run(fake_contest(), replicates=20)
    alone = km.run(fake_contest(), only=[17])
    for name in TABLES:
        among = getattr(all_of_them, name).query("replicate == 17").reset_index(drop=True)
        pd.testing.assert_frame_equal(getattr(alone, name), among)
    assert alone.manifest["only"] == [17]
    assert all_of_them.manifest["only"] is None


def test_settings_win_over_posterior_draws(tmp_path):
    pd.DataFrame({"obedience": [0.25, 0.5], "backlash": [0.0, 1.0]}).to_parquet(
        tmp_path / "draws.parquet"
    )
    result = km.run(
        fake_contest(), replicates=3, set={"backlash": 0.5}, posterior=tmp_path / "draws.parquet"
    )
    assert list(result.runs["param_obedience"]) == [0.25, 0.5, 0.25]
    assert set(result.runs["param_backlash"]) == {0.5}
    assert result.manifest["posterior"]["parameters"] == ["backlash", "obedience"]


def test_the_folder_holds_everything(tmp_path):
    result = km.run(fake_contest(), replicates=2, out=tmp_path / "out")
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == sorted(
        [*(f"{name}.parquet" for name in TABLES), "manifest.json"]
    )
    runs = pq.read_table(tmp_path / "out" / "runs.parquet")
    assert runs.num_rows == 2
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())
    assert manifest == result.manifest
    assert manifest["contest"]["rules"]["same_electorate"] is True
    assert manifest["parameters"]["obedience"]["unit"] == "fraction"
    assert manifest["tables"]["runs"]["rows"] == 2
    assert manifest["command"] == "kingmaker run tri-1999 --seed 1 --replicates 2"
    assert set(manifest["timings"]) == {"workers", "simulation_seconds", "tables_seconds"}
    assert "timings" not in result.summary["provenance"]


def test_saving_later_writes_the_same_bytes(tmp_path):
    km.run(fake_contest(), replicates=2, out=tmp_path / "a").save(tmp_path / "b")
    for name in TABLES:
        first, second = (tmp_path / folder / f"{name}.parquet" for folder in "ab")
        assert first.read_bytes() == second.read_bytes()


def test_changed_frames_are_not_saved(tmp_path):
    result = km.run(fake_contest(), replicates=2)
    result.shares.loc[0, "votes"] += 1
    with pytest.raises(StoreError, match="changed after the run: shares"):
        result.save(tmp_path / "out")
    assert list(tmp_path.iterdir()) == []


def test_an_existing_folder_is_refused_before_anything_runs(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "kingmaker.outcome", fake_engine(None))
    with pytest.raises(ParameterError, match="exists already"):
        km.run(fake_contest(), out=tmp_path)


def failing(error):
    def simulate(request):
        if request.replicate == 3:
            raise error
        return fake_replicate(request)

    return fake_engine(simulate)


def test_a_failing_replicate_names_itself(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "kingmaker.outcome", failing(ZeroDivisionError("by zero")))
    with pytest.raises(RunFailedError) as caught:
        km.run("il-labor-2011", replicates=5, seed=9, scale=0.5, out=tmp_path / "out")
    message = str(caught.value)
    assert message.startswith(
        "replicate 3 of il-labor-2011 (seed 9) failed: ZeroDivisionError: by zero at "
        "kingmaker/experiment/workers.py:"
    )
    assert message.endswith(
        "repeat it with: kingmaker run il-labor-2011 --seed 9 --scale 0.5 --only 3"
    )
    assert list(tmp_path.iterdir()) == []


def test_impossible_input_stays_the_error_that_it_is(monkeypatch):
    monkeypatch.setitem(
        sys.modules, "kingmaker.outcome", failing(DataError("roll", "too small", "more members"))
    )
    with pytest.raises(DataError, match="roll: too small"):
        km.run(fake_contest(), replicates=5)


def test_progress_is_told():
    told = []
    km.run(fake_contest(), replicates=3, progress=lambda done, total: told.append((done, total)))
    assert told == [(0, 3), (1, 3), (2, 3), (3, 3)]


def test_the_result_says_what_came_out():
    result = km.run(fake_contest(), replicates=11)
    assert (
        repr(result)
        == """\
<RunResult Three for a chair, 1999 (tri-1999): 11 replicates, seed 1, behaviour historical
  first round: Ada 41.7 %, Ben 33.3 %, Cy-Dor 25.0 % (equal to the observed by construction)
  runoff: Ada 65.0 % (90 % of replicates: 60.5 to 69.5 %), wins with probability 1.00 ± 0.00
  runoff: Ben 35.0 % (90 % of replicates: 30.5 to 39.5 %), wins with probability 0.00 ± 0.00
  observed: Ada 61.5 % of the finalists' vote, above 18 % of the replicates>"""
    )
    assert "<li>runoff: Ada 65.0 %" in result._repr_html_()
