"""What is known on a day is what was surely said and done by then."""

import pytest

from kingmaker.cases.eve import known_on_the_eve
from kingmaker.contest.facts import finalists_observed
from kingmaker.contest.load import load_contest
from tests.contest_builders import SOURCED, bare, bare_table, day, tiny

SAME_DAY = {
    "rules": {"threshold": 0.5, "campaign_days": 4, "same_day": True},
    "dates": {"round1": day(0), "round2": day(0)},
}


def callers(contest, as_of=None):
    return [call.by for call in known_on_the_eve(contest, as_of).endorsements]


def test_calls_of_the_runoffs_day_or_later_are_not_known_even_without_a_last_day():
    open_windows = [
        {"by": "cy", "to": "ada", "earliest": day(6), "phase": "between", **SOURCED},
        {"by": "dee", "to": "ada", "earliest": day(8), **SOURCED},
        {"by": "nan", "to": "ada", "earliest": day(7), "phase": "between", **SOURCED},
        {"by": "oz", "to": "ben", "earliest": day(-3), "phase": "before", **SOURCED},
    ]
    contest = tiny(endorsements=open_windows)
    assert callers(contest) == ["cy", "oz"]
    assert callers(contest, day(6)) == ["cy", "oz"]
    assert callers(contest, day(5)) == ["oz"]
    assert callers(contest, day(0)) == ["oz"]


def test_calls_without_a_last_day_between_two_ballots_of_one_day():
    call = {"by": "cy", "to": "ada", "phase": "between", **SOURCED}
    without = {"events": [], "offers": [], "pledges": [], "polls": []}
    contest = tiny(endorsements=[call | {"earliest": day(0)}], **SAME_DAY, **without)
    assert callers(contest) == ["cy"]
    contest = tiny(endorsements=[call | {"earliest": day(1)}], **SAME_DAY, **without)
    assert callers(contest) == []


def finalists(withdrawal, as_of, **changes):
    candidates = bare_table()["candidates"]
    candidates[1]["withdrawn_after"] = withdrawal
    known = known_on_the_eve(bare(candidates=candidates, **changes), as_of)
    return finalists_observed(known)


@pytest.mark.parametrize(
    ("withdrawal", "as_of", "expected"),
    [
        (day(5), None, "cy"),
        (day(5), day(5), "cy"),
        (day(5), day(4), "ben"),
        (day(0), day(0), "cy"),
        (day(7), None, "ben"),  # on the day of the runoff: the eve knows nothing of it
    ],
)
def test_places_are_given_up_when_they_were(withdrawal, as_of, expected):
    assert finalists(withdrawal, as_of) == ("ada", expected)


def test_places_are_given_up_between_two_ballots_of_one_day():
    assert finalists(day(0), None, **SAME_DAY) == ("ada", "cy")


def test_karacsony_was_a_finalist_until_he_withdrew():
    contest = load_contest("hu-opp-2021")
    before = finalists_observed(known_on_the_eve(contest, contest.dates.round1))
    assert before == ("dobrev", "karacsony")
    assert finalists_observed(known_on_the_eve(contest)) == ("dobrev", "marki-zay")
