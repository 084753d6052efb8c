"""Files of posteriors come back as they were written, or are refused with all that is wrong."""

import json

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from kingmaker.calibrate.shared import SHARED
from kingmaker.forecasting.posterior_file import (
    ScoreGroup,
    _key_to_json,
    read_score_posteriors,
    write_score_posteriors,
)
from kingmaker.forecasting.source import bundled_path, read_source
from tests.unit.forecasting.contests import KEYS, draws, key, posterior_file


def rewritten(path, change):
    """Change what a file says about itself."""
    table = pq.read_table(path)
    notes = json.loads(table.schema.metadata[b"kingmaker"])
    change(notes)
    pq.write_table(table.replace_schema_metadata({b"kingmaker": json.dumps(notes)}), path)
    return path


def test_what_is_written_is_read(tmp_path):
    held, problems = read_score_posteriors(posterior_file(tmp_path / "p.parquet"), "--posterior")
    assert problems == ()
    assert held is not None
    assert held.contests == KEYS
    assert held.about == {"seed": 1}
    assert held.groups["Nowhere: Party"].left_out == ("one-2026", "one-2030")
    found = held.groups[""].scores["Nowhere: Party"]
    assert np.abs(found - draws(0.5)).max() <= 0.5 / 1024 + 1e-6


def test_shares_of_the_first_two_are_kept(tmp_path):
    keys = {"one": key("Party", 2030, leading=(0.4, 0.3)), "other": key("Party", 2026)}
    path = tmp_path / "p.parquet"
    write_score_posteriors(path, [ScoreGroup("", (), {"": draws(0.0)})], keys)
    held, _ = read_score_posteriors(path, "--posterior")
    assert held is not None
    assert [k.leading for k in held.contests.values()] == [(0.4, 0.3), ()]


def test_the_same_posteriors_are_the_same_bytes(tmp_path):
    one, other = (posterior_file(tmp_path / name) for name in ("a.parquet", "b.parquet"))
    assert one.read_bytes() == other.read_bytes()


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ({"format": 2}, "has format 2, read is format 1"),
        ({"version": "0.0.9"}, "was made by kingmaker 0.0.9"),
        ({"parameters": list(SHARED[:-1])}, f"other shared parameters ({SHARED[-1]})"),
        ({"priors": "0"}, "other priors of the shared parameters"),
        ({"groups": {"": [], "more": []}}, "is damaged"),
        ({"contests": {"one": {}}}, "is damaged"),
        ({"contests": []}, "is damaged"),
        ({"contests": {"one": _key_to_json(KEYS["one-2030"]) | {"country": 3}}}, "is damaged"),
        ({"contests": {"one": _key_to_json(KEYS["one-2030"]) | {"leading": [0.4]}}}, "is damaged"),
        ({"groups": [""]}, "is damaged"),
        ({"groups": {"": None}}, "is damaged"),
    ],
)
def test_files_of_other_versions_are_refused(tmp_path, change, wrong):
    path = rewritten(posterior_file(tmp_path / "p.parquet"), lambda notes: notes.update(change))
    held, (problem,) = read_source(path, "--posterior")
    assert held is None
    assert problem.where == f"--posterior {path}"
    assert wrong in problem.wrong
    assert problem.remedy


@pytest.mark.parametrize("content", [b"", b"PAR1 no", None])
def test_what_is_no_posterior_is_refused(tmp_path, content):
    path = tmp_path / "p.parquet"
    if content is not None:
        path.write_bytes(content)
    held, (problem,) = read_source(path, "--posterior")
    assert held is None
    assert str(path) in problem.wrong


def test_cut_off_files_are_damaged(tmp_path):
    path = posterior_file(tmp_path / "p.parquet")
    data = bytearray(path.read_bytes())
    data[200:4000] = bytes(3800)
    path.write_bytes(data)
    held, problems = read_source(path, "--posterior")
    assert held is None or problems == ()
    assert held is not None or "damaged" in str(problems[0])


def test_files_of_values_are_read_too(tmp_path):
    path = tmp_path / "values.parquet"
    pq.write_table(pa.table({"obedience": [0.4, 0.6]}), path)
    held, problems = read_source(path, "--posterior")
    assert problems == ()
    assert held is not None
    assert held.draw(1) == {"obedience": 0.6}


def test_the_bundled_posteriors_are_of_this_version_and_small():
    held, problems = read_score_posteriors(bundled_path(), "bundled")
    assert problems == ()
    assert held is not None
    assert bundled_path().stat().st_size < 2_000_000
    assert all(len(scores) >= 100 for scores in held.groups[""].scores.values())
