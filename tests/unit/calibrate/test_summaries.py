"""Is what was observed compared with the same thing in the simulated runs?"""

import math

import numpy as np
import pandas as pd
import pytest

from kingmaker.calibrate.summaries import (
    RUNOFF_SHARE,
    TURNOUT_RATIO,
    choice_probs,
    simulated,
    summaries_of,
    tables_for,
)
from kingmaker.cases.collection import example_of
from kingmaker.contest.load import load_contest
from tests.contest_builders import SOURCED, day
from tests.unit.validate.contests_to_score import contest


def polled():
    polls = [
        {"date": day(-3), "pollster": "P", "question": "round1", "n": 500, **SOURCED,
         "shares": {"ada": 0.40, "ben": 0.20, "cy": 0.25, "dee": 0.02}},
        {"date": day(2), "pollster": "P", "question": "runoff", "n": 500, **SOURCED,
         "shares": {"ada": 0.45, "ben": 0.30}},
        {"date": day(3), "pollster": "P", "question": "runoff", "n": 500, **SOURCED,
         "condition": "told of a deal", "shares": {"ada": 0.5, "ben": 0.30}},
        {"date": day(30), "pollster": "P", "question": "runoff", "n": 500, **SOURCED,
         "shares": {"ada": 0.5, "ben": 0.30}},
    ]  # fmt: skip
    first = day(0)
    dates = {"round1": first, "round2": day(7)}
    return contest("polled", polls=polls, dates=dates)


def test_the_runoff_is_observed_only_where_the_whole_contest_is_given():
    whole = contest("c", runoff=(600, 400))
    case = example_of(whole).case
    known = {s.name: s.observed for s in summaries_of(case, whole)}
    assert known[RUNOFF_SHARE] == pytest.approx(math.log(1.5))
    assert known[TURNOUT_RATIO] == pytest.approx(0.0)
    hidden = {s.name: s.observed for s in summaries_of(case, None)}
    assert math.isnan(hidden[RUNOFF_SHARE])
    assert math.isnan(hidden[TURNOUT_RATIO])


def test_polls_of_the_whole_electorate_before_the_runoff():
    whole = polled()
    found = {s.name: s for s in summaries_of(example_of(whole).case, None) if s.table == "polls"}
    values = [(s.of, s.against, pytest.approx(s.observed)) for s in found.values()]
    assert values == [
        ("ada", ("ben",), math.log(2.0)),
        ("cy", ("ada", "ben"), math.log(0.25 / 0.6)),
        ("ada", ("ben",), math.log(1.5)),
    ]
    assert tables_for(list(found.values())) == ("runs", "polls", "deals")


def poll_of(shares, question="round1", **changes):
    table = {"date": day(-3), "pollster": "P", "question": question, **SOURCED, "shares": shares}
    return table | changes


def of_polls(*polls):
    made = contest("polled", polls=list(polls), dates={"round1": day(0), "round2": day(7)})
    return [s for s in summaries_of(example_of(made).case, None) if s.table == "polls"]


def test_polls_of_one_house_day_and_question_are_one_observation():
    one = poll_of({"ada": 0.4, "ben": 0.2, "cy": 0.02})
    other = poll_of({"ada": 0.5, "ben": 0.34, "cy": 0.06, "dee": 0.1})
    other["latest"] = other.pop("date")
    public = poll_of({"ada": 0.9, "ben": 0.1}, population="public")
    finalists, third, last = of_polls(one, other, public)
    assert finalists.observed == pytest.approx(math.log(0.45 / 0.27))
    assert third.observed == pytest.approx(math.log(0.04 / 0.72))
    assert last.observed == pytest.approx(math.log(0.1 / 0.72))
    rows = pd.DataFrame([
        {"place": place, "pollster": "P", "date": str(day(-3)), "question": "round1",
         "candidate": name, "share": share}
        for place, name, share in [
            (0, "ada", 0.3), (0, "ben", 0.1), (0, "ada", 0.5), (0, "ben", 0.3), (1, "ada", 0.3),
        ]
    ])  # fmt: skip
    found = simulated([finalists], {"polls": rows}, 2)[:, 0]
    assert found == pytest.approx([math.log(2.0), np.nan], nan_ok=True)


def test_two_questions_of_one_house_and_day_are_told_apart_by_name():
    shares = {"ada": 0.4, "ben": 0.2}
    first, second, plain = of_polls(
        poll_of(shares), poll_of(shares, "runoff"), poll_of(shares, "runoff", date=day(2))
    )
    when = day(-3).isoformat()
    assert first.name == f"P, {when}, round one: ada against ben"
    assert second.name == f"P, {when}, runoff: ada against ben"
    assert plain.name == f"P, {day(2)}: ada against ben"


def test_sectors_of_the_runoff_with_the_error_of_their_grade():
    whole = load_contest("il-labor-2007")
    found = {s.name: s for s in summaries_of(example_of(whole).case, whole)}
    kibbutzim = found["kibbutzim: barak against ayalon"]
    assert kibbutzim.observed == pytest.approx(math.log(54.4 / 44.0), abs=0.01)
    assert kibbutzim.error_sd == 0.05
    assert not [s for s in summaries_of(example_of(whole).case, None) if s.table == "shares"]


def test_values_are_read_from_the_rows_of_their_run():
    summaries = summaries_of(example_of(polled()).case, None)
    runs = pd.DataFrame({
        "place": [0, 2], "runoff_share": [0.6, None],
        "ballots_round1": [1000, 1000], "ballots_round2": [500, None],
    }).astype({"runoff_share": "Float64", "ballots_round2": "Int64"})  # fmt: skip
    polls = pd.DataFrame([
        {"place": place, "pollster": "P", "date": str(date), "question": question,
         "candidate": name, "share": share}
        for place, date, question, name, share in [
            (0, day(-3), "round1", "ada", 0.3), (0, day(-3), "round1", "ben", 0.3),
            (0, day(-3), "round1", "cy", 0.1), (0, day(2), "runoff", "ada", 0.4),
            (2, day(-3), "round1", "ada", 0.3), (2, day(-3), "round1", "cy", 0.1),
        ]
    ])  # fmt: skip
    out = simulated(summaries, {"runs": runs, "polls": polls}, 3)
    names = [s.name for s in summaries]
    share, ratio = out[:, names.index(RUNOFF_SHARE)], out[:, names.index(TURNOUT_RATIO)]
    assert share == pytest.approx([math.log(1.5), np.nan, np.nan], nan_ok=True)
    assert ratio == pytest.approx([math.log(0.5), np.nan, np.nan], nan_ok=True)
    first, other, runoff = out[:, 2:].T
    assert first == pytest.approx([0.0, np.nan, np.nan], nan_ok=True)
    assert other == pytest.approx([math.log(0.1 / 0.6), np.nan, np.nan], nan_ok=True)
    assert np.isnan(runoff).all()


def test_only_choices_that_are_known_in_fact_are_evidence():
    """An endorsement is two choices: to endorse somebody, and whom."""
    deals = pd.DataFrame({
        "place": [0, 0, 1, 1, 1], "actor": ["cy", "dee", "cy", "dee", "dee"],
        "target": ["ben", "", "ben", "", ""],
        "basis": ["historical", "historical", "decision", "historical", "historical"],
        "prob": [0.4, 0.25, 0.01, 0.3, 0.9], "prob_endorses": [0.8, 0.6, 0.9, 0.5, 0.1],
    })  # fmt: skip
    choices, found = choice_probs(deals, 3)
    assert choices == ("cy endorses", "cy for ben", "dee endorses nobody")
    nan = np.nan
    want = np.array([[0.8, 0.5, 0.4], [nan, nan, 0.5], [nan, nan, nan]])
    assert found == pytest.approx(want, nan_ok=True)
    none, empty = choice_probs(deals[deals["basis"] == "decision"], 3)
    assert (none, empty.shape) == ((), (3, 0))
