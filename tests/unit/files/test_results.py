import dataclasses

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from kingmaker.errors import InvariantError
from kingmaker.files.results import (
    collect_tables,
    content_hash,
    from_frame,
    pack_record,
    runs_columns,
    table_schema,
    to_frame,
    write_table,
)
from kingmaker.parameters import PARAMETERS
from kingmaker.records import RUNS, TABLES, Request
from tests.unit.files.fake_records import fake_contest, fake_replicate


@pytest.fixture(scope="module")
def tables():
    contest = fake_contest()
    records = [fake_replicate(Request(contest, 1, r)) for r in range(3)]
    return collect_tables([pack_record(record) for record in records])


def test_every_table_has_the_fixed_columns(tables):
    assert list(tables) == list(TABLES)
    for name, table in tables.items():
        assert table.column_names[: len(TABLES[name])] == list(TABLES[name])


def test_no_table_and_no_fixed_column_is_left_out(tables):
    """The invented records hold all that the engine's hold: nothing here passes for being empty."""
    assert all(table.num_rows for table in tables.values())
    assert all(tables["runs"][name].null_count < 3 for name in RUNS)


def test_extra_columns_of_runs_come_in_canonical_order():
    row = {
        "param_b": 1.0,
        "replicate": 0,
        "constant_a": 1.0,
        "shift_b": 0.0,
        "param_a": 2.0,
        "shift_a": 0.0,
        "note": "x",
    }
    extra = list(runs_columns([row]))[len(RUNS) :]
    assert extra == ["shift_a", "shift_b", "constant_a", "param_a", "param_b", "note"]


def test_units_stand_in_the_files(tables, tmp_path):
    write_table(tables["runs"], tmp_path / "runs.parquet")
    schema = pq.read_schema(tmp_path / "runs.parquet")
    assert schema.field("turnout_shift").metadata[b"unit"] == b"logit"
    assert schema.field("shift_cy-dor").metadata[b"unit"] == b"logit"
    unit = PARAMETERS["contact_rate"].unit.encode()
    assert schema.field("param_contact_rate").metadata[b"unit"] == unit
    assert schema.metadata is None


def test_rows_come_in_the_order_of_the_replicates(tables):
    for table in tables.values():
        numbers = table["replicate"].to_pylist()
        assert numbers == sorted(numbers)
        assert set(numbers) == {0, 1, 2}


def test_missing_values_are_gaps(tables):
    assert tables["polls"]["observed"].null_count == 3
    assert tables["deals"]["value"].null_count == 3
    nan = pa.table({"x": pa.array([float("nan"), 1.0], from_pandas=True)})
    assert nan["x"].null_count == 1


@pytest.mark.parametrize("name", list(TABLES))
def test_a_frame_turns_back_into_the_same_table(tables, name):
    again = from_frame(name, to_frame(tables[name]))
    assert again.schema.equals(tables[name].schema, check_metadata=True)
    assert content_hash(again) == content_hash(tables[name])


def test_whole_numbers_with_gaps_stay_whole():
    table = pa.table({"round": pa.array([2**60 + 1, None], pa.int64())})
    frame = to_frame(table)
    assert str(frame["round"].dtype) == "Int64"
    assert frame["round"][0] == 2**60 + 1


def test_same_values_same_bytes(tables, tmp_path):
    frame = to_frame(tables["daily"])
    write_table(tables["daily"], tmp_path / "a")
    write_table(from_frame("daily", frame), tmp_path / "b")
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def hash_of(**columns):
    return content_hash(pa.table(columns))


def test_the_hash_sees_every_value_and_nothing_else():
    base = hash_of(x=pa.array([1.0, 2.0]), s=pa.array(["ab", "c"]))
    assert base == hash_of(x=pa.array([1.0, 2.0]), s=pa.array(["ab", "c"]))
    assert base == content_hash(
        pa.concat_tables([pa.table({"x": [1.0], "s": ["ab"]}), pa.table({"x": [2.0], "s": ["c"]})])
    )
    assert base != hash_of(x=pa.array([1.0, np.nextafter(2.0, 3.0)]), s=pa.array(["ab", "c"]))
    assert base != hash_of(x=pa.array([1.0, 2.0]), s=pa.array(["a", "bc"]))
    assert base != hash_of(y=pa.array([1.0, 2.0]), s=pa.array(["ab", "c"]))
    assert hash_of(x=pa.array([0.0])) == hash_of(x=pa.array([-0.0]))
    assert hash_of(x=pa.array([0.0])) != hash_of(x=pa.array([None], pa.float64()))
    assert hash_of(s=pa.array([""])) != hash_of(s=pa.array([None], pa.string()))
    assert hash_of(b=pa.array([True])) != hash_of(b=pa.array([False]))


def test_a_record_with_other_columns_is_refused():
    record = fake_replicate(Request(fake_contest(), 1, 0))
    tables = dict(record.tables)
    tables["shares"] = {"replicate": [0]}
    with pytest.raises(InvariantError, match="columns of table 'shares'"):
        pack_record(dataclasses.replace(record, tables=tables))


def test_absent_tables_are_empty():
    record = dataclasses.replace(fake_replicate(Request(fake_contest(), 1, 0)), tables={})
    tables = collect_tables([pack_record(record)])
    assert tables["polls"].num_rows == 0
    assert tables["polls"].schema.equals(table_schema(TABLES["polls"]))
    assert isinstance(to_frame(tables["polls"]), pd.DataFrame)
