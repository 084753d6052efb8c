import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from kingmaker.errors import ParameterError, StoreError
from kingmaker.files.results import write_pieces
from kingmaker.sweep.collect import collect
from kingmaker.sweep.verify import recompute, verify
from tests.unit.files.fake_records import fake_replicate
from tests.unit.sweep.sweeps import add_runs, simulated, store_of, swept


@pytest.fixture(autouse=True)
def _made_up(monkeypatch):
    simulated(monkeypatch)


def changed(store, name, change):
    path = store.folder / "data" / f"{name}.parquet"
    table = pq.ParquetFile(path).read()
    write_pieces([change(table)], table.schema, path)


def test_shards_and_dataset_have_one_hash(tmp_path):
    store = swept(tmp_path)
    before = verify(store)
    assert (before.is_collected, before.problems, before.n_rows) == (False, (), 24)
    sha256 = collect(store).sha256
    after = verify(store)
    assert (after.is_collected, after.problems) == (True, ())
    assert before.sha256 == after.sha256 == sha256
    manifest = json.loads((store.folder / "manifest.json").read_text())
    assert manifest["sha256"] == sha256


def test_the_hash_is_of_values_alone(tmp_path):
    store = swept(tmp_path)
    sha256 = collect(store).sha256
    path = store.folder / "data" / "runs.parquet"
    table = pq.ParquetFile(path).read()
    pq.write_table(table, path, compression="none", use_dictionary=False)
    assert verify(store).sha256 == sha256


def test_missing_runs_are_counted_and_named(tmp_path):
    store = store_of(tmp_path)
    add_runs(store, [0, 1, 2])
    verdict = verify(store)
    assert verdict.sha256 is None
    assert verdict.n_rows == 3
    first = store.plan.run_id(3)
    assert verdict.problems[0].startswith(f"21 runs are missing, such as {first}, ")


def drop(table):
    return table.slice(1)


def double(table):
    return pa.concat_tables([table.slice(0, 1), table]).combine_chunks()


def turn(table):
    return table.take(pa.array(range(table.num_rows - 1, -1, -1)))


def rename(table):
    ids = pa.array(["0" * 32] * table.num_rows)
    return table.set_column(0, table.schema.field("run_id"), ids)


def alter(table):
    place = table.schema.get_field_index("runoff_share")
    field = table.schema.field("runoff_share")
    return table.set_column(place, field, pa.array([0.5] * table.num_rows))


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (drop, "1 run is without a row: "),
        (double, "1 run is there more than once: "),
        (turn, "table runs is not in the plan's order"),
        (rename, "table runs holds foreign rows"),
        (alter, "collected tables were changed: runs"),
    ],
)
def test_a_dataset_that_was_changed_is_found_out(tmp_path, change, problem):
    store = swept(tmp_path)
    sha256 = collect(store).sha256
    changed(store, "runs", change)
    verdict = verify(store)
    (found,) = verdict.problems
    assert found.startswith(problem)
    assert found.endswith(" (kingmaker collect makes the tables anew)")
    assert verdict.sha256 is None
    assert collect(store).sha256 == sha256


def test_damaged_data_and_manifest_are_named(tmp_path):
    store = swept(tmp_path)
    collect(store)
    (store.folder / "manifest.json").write_text("{}")
    anew = "kingmaker collect makes the tables anew"
    assert verify(store).problems == (f"manifest.json is damaged ({anew})",)
    (store.folder / "data" / "shares.parquet").write_bytes(b"PAR1")
    assert verify(store).problems[0].startswith("a table cannot be read: ")


def test_runs_are_computed_again_and_compared(tmp_path, monkeypatch):
    store = swept(tmp_path)
    found = list(recompute(store, 5))
    assert len({compared.run_id for compared in found}) == 5
    assert all(compared.is_same for compared in found)
    assert len(list(recompute(store, 100))) == 24

    def other(request):
        record = fake_replicate(request)
        if request.replicate == 2:
            record.tables["deals"]["day"][0] += 1
        return record

    simulated(monkeypatch, other)
    ids = [store.plan.run_id(index) for index in (1, 2)]
    assert [(c.run_id, c.is_same) for c in recompute(store, ids)] == [
        (ids[0], True),
        (ids[1], False),
    ]


def test_what_cannot_be_computed_again(tmp_path):
    store = store_of(tmp_path)
    with pytest.raises(ParameterError, match=f"no run has the id '{'0' * 32}'"):
        list(recompute(store, ["0" * 32]))
    with pytest.raises(StoreError, match="is missing"):
        list(recompute(store, [store.plan.run_id(4)]))
