"""Bad input is refused before anything runs: all problems at once, with places and remedies."""

import datetime as dt

import pytest

from kingmaker.contest.schema import Dates
from kingmaker.errors import ContestError, ParameterError
from kingmaker.forecasting.options import ForecastOptions, case_as_of, plan_forecast
from tests.contest_builders import FIRST, SOURCED, bare, bare_table, day, tiny


def problems_of(contest, **options):
    with pytest.raises((ContestError, ParameterError)) as caught:
        plan_forecast(ForecastOptions(contest, is_command_line=True, **options))
    return [str(problem) for problem in caught.value.problems]


def with_votes(**votes):
    return {"round1": {"votes": FIRST | votes, **SOURCED}}


def with_others(part):
    shares = {"ada": 0.46, "ben": 0.25, "cy": 0.12, "dee": 0.07}
    return {"round1": {"shares": shares, "other_or_blank": part, **SOURCED}}


def test_others_entered_as_one_candidate_leave_a_runoff():
    shares = {"ada": 0.46, "ben": 0.25, "cy": 0.12, "dee": 0.07, "others": 0.1}
    names = [{"id": name, "name": name.title(), "aggregate": name == "others"} for name in shares]
    contest = bare(candidates=names, results={"round1": {"shares": shares, **SOURCED}})
    assert plan_forecast(ForecastOptions(contest)).case.finalists == ("ada", "ben")


@pytest.mark.parametrize(
    ("contest", "message"),
    [
        (bare(results={}), "results.round1: round one is not observed (a forecast needs votes"),
        (
            bare(results=with_votes(ada=300)),
            "results.round1: Ada won in round one with 52.6 %, 50 % being enough",
        ),
        (
            bare(results=with_others(0.1)),
            "with 51.1 %, 50 % being enough (only a runoff can be forecast; if others stood too, ",
        ),
        (bare().model_copy(update={"dates": Dates(round1=day(0))}), "dates.round2: is missing"),
        (bare(results=with_votes(cy=150)), "results.round1: does not tell who the two finalists"),
    ],
)
def test_contests_without_a_runoff_to_forecast(contest, message):
    (problem,) = problems_of(contest)
    assert message in problem


@pytest.mark.parametrize(
    ("as_of", "message"),
    [
        (day(-1), "2030-05-11 is before round one (from 2030-05-12 (round one) to 2030-05-19"),
        ("2030-05-20", "2030-05-20 is after the runoff"),
        ("19 May", "'19 May' is no day (such as 2011-09-20)"),
        (dt.datetime(2030, 5, 14), "is no day"),
        (3, "3 is no day"),
    ],
)
def test_days_outside_the_rounds(as_of, message):
    (problem,) = problems_of(tiny(), as_of=as_of)
    assert problem.startswith("--as-of: ")
    assert message in problem


def test_all_problems_at_once(tmp_path):
    found = problems_of(
        "il-labor-2005",
        as_of="soon",
        posterior=tmp_path / "none.parquet",
        replicates=19,
        seed="x",
        workers=0,
    )
    assert [text.split(":")[0] for text in found] == [
        "--replicates", "--seed", "--workers", "--as-of", "--posterior", "il-labor-2005",
    ]  # fmt: skip
    assert "Amir Peretz won in round one" in found[-1]


def test_options_are_named_as_in_python():
    with pytest.raises(ParameterError, match=r"forecast: as_of: 3 is no day") as caught:
        plan_forecast(ForecastOptions(tiny(), as_of=3))
    assert caught.value.source == "forecast"
    with pytest.raises(ParameterError, match="contest: 7 is no contest"):
        plan_forecast(ForecastOptions(7))


def test_the_eve_is_the_last_day_that_counts():
    assert case_as_of(tiny())[1] == day(6)
    assert case_as_of(tiny(), day(7)) == case_as_of(tiny())
    assert case_as_of(tiny(), day(6))[0].contest == case_as_of(tiny())[0].contest
    plan = plan_forecast(ForecastOptions(tiny(), as_of=day(2)))
    assert plan.as_of == day(2)
    assert plan.repeat().startswith("kingmaker forecast tiny --as-of 2030-05-14")


def test_later_calls_polls_and_acts_are_not_known():
    early = case_as_of(tiny(), day(2))[0].contest
    assert [call.by for call in early.endorsements] == ["nan"]
    assert [poll.question for poll in early.polls] == ["round1", "round1", "seats"]
    assert len(early.events) == 2
    assert len(case_as_of(tiny(), day(1))[0].contest.events) == 1
    assert case_as_of(tiny(), day(0))[0].contest.offers == ()
    assert [c.by for c in case_as_of(tiny(), day(6))[0].contest.endorsements] == [
        "cy", "dee", "nan",
    ]  # fmt: skip


def test_finalists_are_those_of_the_day():
    candidates = bare_table()["candidates"]
    candidates[1]["withdrawn_after"] = day(5)
    contest = bare(candidates=candidates)
    assert case_as_of(contest)[0].finalists == ("ada", "cy")
    assert case_as_of(contest, day(4))[0].finalists == ("ada", "ben")


def test_a_tie_for_a_place_that_is_not_yet_free_matters_only_later():
    candidates = bare_table()["candidates"]
    candidates[1]["withdrawn_after"] = day(5)
    contest = bare(candidates=candidates, results=with_votes(cy=90, dee=90))
    (problem,) = problems_of(contest)
    assert "does not tell who the two finalists" in problem
    plan = plan_forecast(ForecastOptions(contest, as_of=str(day(4))))
    assert plan.case.finalists == ("ada", "ben")


def test_calls_without_a_day_before_the_eve():
    calls = [
        {"by": "cy", "to": "ben", "phase": "between", **SOURCED},
        {"by": "nan", "to": "ada", "phase": "before", **SOURCED},
        {"by": "dee", "to": "ada", "earliest": day(1), "latest": day(4), **SOURCED},
    ]
    contest = tiny(endorsements=calls)
    for as_of, known in ((None, ["cy", "nan", "dee"]), (day(3), ["nan"]), (day(4), ["nan", "dee"])):
        assert [c.by for c in case_as_of(contest, as_of)[0].contest.endorsements] == known
