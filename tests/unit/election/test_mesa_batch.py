"""The model runs under Mesa's own batch tool."""

import pandas as pd
import pytest
import tomli_w
from mesa.batchrunner import batch_run

from kingmaker.election import LeadershipElection
from tests.contest_builders import tiny_table

REPLICATES = [0, 1, 2]


@pytest.fixture(scope="module")
def contest(tmp_path_factory):
    path = tmp_path_factory.mktemp("batch") / "tiny.toml"
    path.write_text(tomli_w.dumps(tiny_table()))
    return str(path)


def frame_of(contest, **arguments):
    design = {
        "contest": contest,
        "behaviour": ["historical", "neutral"],
        "replicate": REPLICATES,
    }
    rows = batch_run(LeadershipElection, design, rng=[7], display_progress=False, **arguments)
    return pd.DataFrame(rows)


def test_there_is_a_row_per_model(contest):
    frame = frame_of(contest)
    assert list(frame["behaviour"]) == ["historical"] * 3 + ["neutral"] * 3
    assert list(frame["replicate"]) == REPLICATES * 2
    assert (frame["seed"] == 7).all()
    assert (frame["day"] > 0).all()
    assert frame["likely_turnout"].nunique() >= len(REPLICATES)


def test_points_are_paired_until_the_first_round(contest):
    frame = frame_of(contest, data_collection_period=1)
    before = frame[frame["day"] < 0].set_index(["behaviour", "replicate", "day"])["support"]
    historical, neutral = (before.loc[name].map(tuple) for name in ("historical", "neutral"))
    assert len(historical) >= len(REPLICATES)
    assert historical.equals(neutral)


def test_processes_give_the_same_rows(contest):
    one, two = frame_of(contest), frame_of(contest, number_processes=2)
    key = ["behaviour", "replicate"]
    for name in ("day", "likely_turnout"):
        sorted_rows = [f.sort_values(key)[name].tolist() for f in (one, two)]
        assert sorted_rows[0] == sorted_rows[1]
