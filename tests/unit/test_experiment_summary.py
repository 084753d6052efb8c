import json
import math
import sys

import numpy as np
import pandas as pd
import pytest

import kingmaker as km
from kingmaker.experiment.summary.runoff import most_frequent_finalists, runs_of, summarise_wins
from kingmaker.experiment.summary.statistics import (
    central_interval,
    place,
    proportion,
    quantile,
    spread,
)
from tests.unit.files.fake_records import fake_contest, fake_engine


@pytest.fixture(autouse=True)
def engine(monkeypatch):
    monkeypatch.setitem(sys.modules, "kingmaker.outcome", fake_engine())


def test_quantiles_are_interpolated_between_order_statistics():
    # Position (n - 1) p: of 4 values, p = 0.25 stands at 0.75 between the first and the second.
    assert quantile([40, 10, 30, 20], 0.25) == 17.5
    assert quantile([40, 10, 30, 20], 0.5) == 25.0
    assert quantile([7], 0.05) == 7.0


def test_central_intervals_leave_equal_tails():
    values = list(range(101))
    assert central_interval(values, 50) == [25.0, 75.0]
    assert central_interval(values, 80) == pytest.approx([10.0, 90.0])
    assert central_interval(values, 90) == pytest.approx([5.0, 95.0])


def test_a_spread_leaves_missing_values_out():
    found = spread([3.0, None, 1.0, math.nan, 2.0])
    assert {key: found[key] for key in ("n", "mean", "median", "min", "max")} == {
        "n": 3,
        "mean": 2.0,
        "median": 2.0,
        "min": 1.0,
        "max": 3.0,
    }
    assert found["intervals"]["50"] == [1.5, 2.5]
    assert spread([None, math.nan]) is None
    assert spread(pd.Series([1, None], dtype="Int64"))["mean"] == 1.0


def test_the_mean_of_equal_values_is_that_value():
    assert spread([5 / 12] * 11)["mean"] == 5 / 12


def test_the_monte_carlo_error_of_a_proportion():
    assert proportion(30, 100) == (0.3, math.sqrt(0.3 * 0.7 / 100))
    assert proportion(5, 5) == (1.0, 0.0)


def test_the_place_of_an_observation():
    values = [0.1, 0.2, 0.3, 0.4, 0.5]
    found = place(values, 0.2)
    assert found["quantile"] == 0.2
    assert found["inside"] == {"50": True, "80": True, "90": True}
    assert place(values, 0.05)["quantile"] == 0.0
    assert place(values, 0.55)["inside"] == {"50": False, "80": False, "90": False}
    assert place(values, None) is None
    assert place([None], 0.5) is None


def runs(*rows):
    columns = ["leader", "runner_up", "decided_in_round", "runoff_share", "winner", "tie"]
    return pd.DataFrame(rows, columns=columns)


def test_finalists_who_change_places_are_one_pair():
    table = runs(
        ("b", "a", 2, 0.6, "b", ""),
        ("a", "b", 2, 0.3, "b", ""),
        ("b", "a", 2, 0.4, "a", ""),
        ("a", "c", 2, 0.9, "a", ""),
        ("a", "b", 1, np.nan, "a", ""),
    )
    assert most_frequent_finalists(table) == ("b", "a")
    kept = runs_of(table, ("b", "a"))
    assert list(kept["first_share"]) == pytest.approx([0.6, 0.7, 0.4])
    assert list(kept["sign"]) == [1, -1, 1]
    assert runs_of(table, None).empty
    assert most_frequent_finalists(table[table["decided_in_round"] == 1]) is None


def test_ties_are_counted_apart():
    table = runs(
        ("ada", "ben", 2, 0.5, "", "runoff: ada, ben"),
        ("ada", "ben", 2, 0.6, "ada", ""),
        ("ada", "ben", 2, 0.4, "ben", ""),
        ("ada", "ben", 2, 0.6, "ada", ""),
    )
    wins = summarise_wins(fake_contest(), table)
    assert wins["win_prob"] == {"ada": 0.5, "ben": 0.25}
    assert wins["win_prob_se"]["ada"] == 0.25
    assert wins["undecided"] == 0.25
    assert wins["ties"] == {"runoff: ada, ben": 1}


@pytest.fixture
def summary():
    return km.run(fake_contest(), replicates=11).summary


def test_the_keys_that_scripts_read(summary):
    asked = {"contest", "seed", "behaviour", "first_round", "runoff", "win_prob", "intervals"}
    assert asked | {"transfers", "observed", "provenance"} <= set(summary)
    assert json.loads(json.dumps(summary, allow_nan=False)) == summary


def test_round_one(summary):
    first = summary["first_round"]
    assert first["by_construction"]
    assert list(first["candidates"]) == ["ada", "ben", "cy-dor"]
    ada = first["candidates"]["ada"]
    assert (ada["votes"]["min"], ada["votes"]["max"], ada["observed_votes"]) == (500, 500, 500)
    assert ada["share"]["mean"] == ada["observed_share"] == 500 / 1200
    # Shifts of ada: 0, -0.01, ... -0.10.
    assert ada["shift"]["median"] == pytest.approx(-0.05)
    assert ada["shift"]["max_abs"] == pytest.approx(0.10)
    assert first["turnout"]["mean"] == first["turnout_observed"] == 0.625
    assert first["blank"]["mean"] == 0.04


def test_sectors_stand_beside_their_evidence(summary):
    north, elsewhere = summary["first_round"]["sectors"]
    assert (north["sector"], north["grade"]) == ("north", "low")
    cells = north["candidates"]
    assert list(cells) == ["ada", "ben", "cy-dor"]
    assert cells["ada"]["observed"] == 0.5
    assert cells["ada"]["simulated"]["mean"] == 500 / 1200
    assert (cells["cy-dor"]["observed"], cells["cy-dor"]["is_upper_bound"]) == (0.2, True)
    # Of north's 125 members in the transfers, 100 voted in round one and 80 in the runoff.
    assert (north["turnout"]["mean"], north["turnout_observed"]) == (0.8, 0.7)
    assert summary["runoff"]["sectors"][0]["turnout"]["mean"] == pytest.approx(0.64)
    assert (elsewhere["grade"], elsewhere["turnout"]) == (None, None)


def test_the_runoff(summary):
    # Ada's share is 0.60, 0.61, ... 0.70.
    assert summary["runoff"]["finalists"] == ["ada", "ben"]
    share = summary["runoff"]["share"]["ada"]
    assert share["mean"] == pytest.approx(0.65)
    assert summary["intervals"] == share["intervals"]
    assert summary["intervals"]["80"] == pytest.approx([0.61, 0.69])
    assert summary["runoff"]["share"]["ben"]["intervals"]["80"] == pytest.approx([0.31, 0.39])
    assert summary["win_prob"] == {"ada": 1.0, "ben": 0.0}
    assert summary["runoff"]["blank"]["mean"] == pytest.approx(20 / 1020)


def test_deals(summary):
    endorsement, offer = summary["deals"]
    assert (endorsement["actor"], endorsement["act"], endorsement["target"]) == (
        "cy-dor",
        "endorses",
        "ada",
    )
    assert endorsement["fraction"] == 1.0
    assert endorsement["value"] is None
    assert offer["fraction"] == pytest.approx(5 / 11)
    assert offer["value"] == 0.5
    assert offer["first_date"] == offer["last_date"] == "1999-05-03"


def test_support_by_day(summary):
    assert [row["day"] for row in summary["daily"]] == [0, 1, 2]
    support = summary["daily"][0]["support"]["ada"]
    assert support["intervals"]["80"] == pytest.approx([0.51, 0.59])


def test_transfers(summary):
    transfers = summary["transfers"]
    assert list(transfers) == ["ada", "ben", "cy-dor", "blank", "abstained"]
    assert transfers["ada"]["to"]["ada"]["mean"] == 0.9
    assert transfers["ada"]["members"] == 500
    # Of cy-dor's 300: 150, 160, ... 250 go to ada.
    cy = transfers["cy-dor"]["to"]["ada"]
    assert cy["mean"] == pytest.approx(200 / 300)
    assert cy["intervals"]["90"] == pytest.approx([155 / 300, 245 / 300])
    for row in transfers.values():
        assert sum(cell["mean"] for cell in row["to"].values()) == pytest.approx(1.0)


def test_the_margin_step_by_step(summary):
    votes = {row["step"]: row["votes"] for row in summary["margin"]}
    assert votes["round1"]["mean"] == 100
    assert votes["cue"]["intervals"]["80"] == pytest.approx([60.0, 220.0])
    assert votes["round2"]["mean"] == pytest.approx(300.0)


def test_the_observed_result_in_its_place(summary):
    seen = summary["observed"]
    # Of 0.60 ... 0.70, two (0.60, 0.61) are below 0.615.
    assert seen["runoff_share"]["quantile"] == pytest.approx(2 / 11)
    assert seen["runoff_share"]["inside"] == {"50": False, "80": True, "90": True}
    assert seen["turnout_round2"]["quantile"] == 0.0
    assert (seen["winner"], seen["winner_prob"]) == ("ada", 1.0)
    assert "no evidence" in seen["note"]
