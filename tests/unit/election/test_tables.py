"""Do the tables say what happened in the election?"""

from functools import cache

import numpy as np
import pytest

from kingmaker.alliance.deals import ACTS
from kingmaker.outcome import record_of
from kingmaker.record_tables import tables_of
from kingmaker.records import TABLES, TOTAL
from tests.contest_builders import ADA, BEN, CY, busy, busy_constants, busy_run, election, tiny_run


@cache
def stuffed():
    """Run a contest in which the large blocs stuff, and half of them are found out."""
    settings = {"irregularity_rate": 0.6, "annulment_rate": 0.5, "exit_rate": 0.05}
    for replicate in range(40):
        model = election(busy(), constants=busy_constants(), settings=settings, replicate=replicate)
        model.run_model()
        if model.irregularities.stuffed_ballots and model.irregularities.annulled_ballots:
            return model
    raise AssertionError("nobody stuffed, or nobody was found out, in 40 draws")


def rows(model, name, **where):
    table = tables_of(model)[name]
    found = [dict(zip(table, row, strict=True)) for row in zip(*table.values(), strict=True)]
    return [row for row in found if all(row[key] == value for key, value in where.items())]


@pytest.mark.parametrize("make", [tiny_run, busy_run, stuffed])
def test_every_table_has_its_columns_and_equal_lengths(make):
    tables = tables_of(make())
    assert set(tables) == set(TABLES) - {"runs"}
    for name, columns in tables.items():
        assert list(columns) == list(TABLES[name])
        assert len({len(column) for column in columns.values()}) == 1


def test_blocs_deliver_as_they_are_told():
    model = stuffed()
    ids = model.setting.candidate_ids
    votes = {1: model.state.first_vote, 2: model.state.second_vote}
    orders = {1: model.orders_round1, 2: model.orders()}
    for row in rows(model, "blocs"):
        b, number = model.blocs.ids.index(row["bloc"]), row["round"]
        inside = votes[number][model.members.bloc == b]
        assert row["members"] == inside.size == model.blocs.size[b]
        assert row["voted"] == ((inside >= 0) | (inside == -2)).sum()
        order = int(orders[number][b])
        assert row["order"] == ("" if order < 0 else ids[order])
        assert row["as_told"] == ((inside == order).sum() if order >= 0 else 0)
        assert row["as_told"] <= row["voted"] <= row["members"]
        assert row["camp"] == ids[int(model.blocs.camp[b])]
    assert len(rows(model, "blocs")) == 2 * len(model.blocs)


def test_irregular_ballots_are_counted_by_bloc():
    model = stuffed()
    run = record_of(model).run
    second = rows(model, "blocs", round=2)
    assert sum(row["stuffed"] for row in second) == run["stuffed_ballots"] > 0
    assert sum(row["annulled"] for row in second) == run["annulled_ballots"] > 0
    assert not any(row["stuffed"] or row["annulled"] for row in rows(model, "blocs", round=1))


def test_leavers_of_the_first_round_do_not_vote_again():
    """They are on the roll, and counted there as abstaining."""
    model = stuffed()
    people = rows(model, "exits", after_round=1, rank="member")
    left = int(model.exits.members.sum())
    assert sum(row["people"] for row in people) == left > 0
    gone = model.state.second_vote[model.exits.members & (model.members.bloc < 0)]
    assert (gone == -1).all()
    assert record_of(model).run["roll_round2"] == 1_200


def test_deals_are_told_in_order_with_dates():
    told = rows(busy_run(), "deals")
    assert {row["act"] for row in told} <= set(ACTS)
    assert [row["day"] for row in told] == sorted(row["day"] for row in told)
    assert told[0]["date"] == "2030-05-13"
    assert {row["value"] is None for row in told} == {True, False}


def test_the_constants_of_a_run_say_how_they_were_found():
    kinds = {
        "own": {},
        "held": {"behaviour": "no-contempt"},
        "reinverted": {"without": ("M12",), "reinvert": True},
    }
    for kind, arguments in kinds.items():
        model = election(busy(), **arguments)
        model.run_model()
        assert record_of(model).run["constants"] == kind


def test_camps_seats_and_promises_speak_of_the_candidates():
    model = busy_run()
    ids = model.setting.candidate_ids
    assert [row["candidate"] for row in rows(model, "camps")] == list(ids)
    finalists = {ids[model.leader], ids[model.runner_up]}
    assert {row["leader"] for row in rows(model, "seats")} == finalists
    for leader in finalists:
        parts = rows(model, "seats", leader=leader)
        total = [row["seats"] for row in parts if row["source"] == TOTAL]
        others = sum(row["seats"] for row in parts if row["source"] != TOTAL)
        assert total == [pytest.approx(others)]
    kept = rows(model, "promises")
    assert all(row["by"] == ids[model.winner] for row in kept)


def test_support_of_days_is_of_those_in_the_race():
    model = busy_run()
    daily = rows(model, "daily")
    ids = model.setting.candidate_ids
    assert {row["candidate"] for row in daily if row["day"] <= 0} == set(ids)
    assert {row["candidate"] for row in daily if row["day"] > 0} == {ids[ADA], ids[BEN]}
    grudge = {(row["day"], row["candidate"]): row["grudge"] for row in daily}
    assert grudge[0, "ada"] > 0.0  # what others hold against ada, who insulted cy
    assert np.isfinite(list(grudge.values())).all()
    assert ids[CY] == "cy"
