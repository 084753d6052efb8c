from collections import Counter

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from kingmaker.files.posterior import read_posterior


def written(tmp_path, **columns):
    path = tmp_path / "draws.parquet"
    pq.write_table(pa.table(columns), path)
    return path


def sentences(path):
    posterior, problems = read_posterior(path, "--posterior")
    assert posterior is None
    return [str(problem).replace(str(path), "FILE") for problem in problems]


def test_replicates_take_rows_in_turn(tmp_path):
    path = written(tmp_path, obedience=[0.5, 0.6, 0.7], backlash=[0, 1, 0])
    posterior, problems = read_posterior(path, "--posterior")
    assert problems == ()
    assert [posterior.row_of(r) for r in range(5)] == [0, 1, 2, 0, 1]
    assert posterior.draw(4) == {"backlash": 1.0, "obedience": 0.6}


def test_rows_appear_as_often_as_they_weigh(tmp_path):
    path = written(tmp_path, obedience=[0.5, 0.6, 0.7, 0.8], weight=[3.0, 0.0, 1.0, 0.0])
    posterior, _ = read_posterior(path, "--posterior")
    rows = Counter(posterior.row_of(r) for r in range(400))
    assert set(rows) == {0, 2}
    assert rows[0] == pytest.approx(300, abs=3)
    assert "weight" not in posterior.draw(0)


def test_all_problems_of_a_file_are_reported(tmp_path):
    path = written(
        tmp_path,
        obediense=[0.5, 0.5],
        obedience=[0.5, 1.5],
        backlash=["a", "b"],
        monitoring=[0.5, None],
        weight=[-1.0, 2.0],
    )
    assert sentences(path) == [
        "--posterior FILE: column 'obediense' is no parameter (did you mean 'obedience'?)",
        "--posterior FILE: column 'obedience': row 1 holds 1.5, 1 such row (numbers from 0 to 1)",
        "--posterior FILE: column 'backlash' holds string, not numbers (numbers from -1.5 to 1.5)",
        "--posterior FILE: column 'monitoring': row 1 holds nan, 1 such row (numbers from 0 to 1)",
        "--posterior FILE: column 'weight': row 0 holds -1, 1 such row (numbers of 0 or more)",
    ]


def test_files_that_hold_no_draws_are_refused(tmp_path):
    assert sentences(written(tmp_path, obedience=pa.array([], pa.float64()))) == [
        "--posterior FILE: holds no draw (one row per draw)"
    ]
    assert sentences(written(tmp_path, weight=[1.0])) == [
        "--posterior FILE: no column is a parameter (a column per parameter)"
    ]
    assert sentences(written(tmp_path, obedience=[0.5], weight=[0.0])) == [
        "--posterior FILE: column 'weight' adds up to nothing (some positive weight)"
    ]


def test_files_that_are_no_parquet_are_refused(tmp_path):
    assert sentences(tmp_path / "none") == [
        "--posterior: 'FILE' does not exist (a Parquet file of draws)"
    ]
    assert sentences(tmp_path) == ["--posterior: 'FILE' is no file (a Parquet file of draws)"]
    (tmp_path / "text").write_text("obedience\n0.5\n")
    (tmp_path / "empty").touch()
    (tmp_path / "half").write_bytes(written(tmp_path, obedience=[0.5]).read_bytes()[:-20])
    for name in ("text", "empty", "half"):
        assert sentences(tmp_path / name) == [
            "--posterior: 'FILE' is damaged, or no Parquet file (a Parquet file of draws)"
        ]
