"""Facts derived from a contest, on hand-computed numbers."""

import datetime as dt

import pytest

from kingmaker.contest import facts
from kingmaker.contest.load import load_contest, parse_contest
from kingmaker.contest.schema import Contest, Poll, Result
from tests.unit.contest.samples import SOURCED, Table, sound

NAMES = ("ada", "bo", "cy")
DAY = dt.date


def result(**fields: object) -> Result:
    return Result.model_validate({**SOURCED, **fields})


def contest(**changes: object) -> Contest:
    return parse_contest({**sound(), **changes}, "test")


def test_published_votes_stay_as_they_are() -> None:
    votes = {"ada": 5, "bo": 3, "cy": 1}
    assert facts.votes_from(result(votes=votes), NAMES) == votes


def test_shares_become_votes_by_largest_remainder() -> None:
    shares = {"ada": 0.5, "bo": 0.3, "cy": 0.2}
    # 3.5, 2.1 and 1.4 of 7: floors 3, 2, 1; the one left goes to the remainder .5.
    assert facts.votes_from(result(shares=shares, base=7), NAMES) == {"ada": 4, "bo": 2, "cy": 1}


def test_ties_of_remainders_go_to_the_earlier_in_the_file() -> None:
    shares = {"ada": 0.25, "bo": 0.25, "cy": 0.5}
    assert facts.votes_from(result(shares=shares, base=6), NAMES) == {"ada": 2, "bo": 1, "cy": 3}


def test_known_votes_stay_and_give_the_base() -> None:
    mixed = result(votes={"ada": 400}, shares={"ada": 0.4, "bo": 0.35, "cy": 0.25}, ballots=1100)
    assert facts.share_base(mixed) == 1000
    assert facts.votes_from(mixed, NAMES) == {"ada": 400, "bo": 350, "cy": 250}


@pytest.mark.parametrize(
    ("fields", "base"),
    [({"base": 90, "ballots": 100}, 90), ({"ballots": 100}, 100), ({}, facts.SHARE_BASE)],
)
def test_base_of_shares(fields: Table, base: int) -> None:
    assert facts.share_base(result(shares={"ada": 1.0}, **fields)) == base


def test_too_little_is_known() -> None:
    assert facts.votes_from(result(votes={"ada": 1}), NAMES) is None
    assert facts.votes_from(result(), NAMES) is None
    assert facts.votes_from(result(), ()) is None


def test_threshold_is_exact() -> None:
    assert facts.winner_by_threshold({"a": 40, "b": 35, "c": 25}, 0.4) == "a"
    assert facts.winner_by_threshold({"a": 39, "b": 36, "c": 25}, 0.4) is None
    # 0.1 + 0.2 as floats would miss three tenths.
    assert facts.winner_by_threshold({"a": 3, "b": 2, "c": 2, "d": 2, "e": 1}, 0.3) == "a"
    assert facts.winner_by_threshold({"a": 45, "b": 48, "c": 7}, 0.4) == "b"
    assert facts.winner_by_threshold({"a": 0, "b": 0}, 0.4) is None


def test_top_two_and_ties() -> None:
    assert facts.top_two({"a": 1, "b": 3, "c": 2}) == ("b", "c")
    assert facts.top_two({"a": 1, "b": 3, "c": 1}) is None
    assert facts.top_two({"a": 3, "b": 3, "c": 1}) == ("a", "b")
    assert facts.top_two({"a": 1, "b": 3, "c": 2}, ["b"]) == ("c", "a")
    assert facts.top_two({"a": 1, "b": 2}, ["b"]) is None


def test_sample() -> None:
    small = contest()
    assert facts.observed_votes(small, 1) == {"ada": 280, "bo": 200, "cy": 120}
    assert facts.finalists_observed(small) == ("ada", "bo")
    assert facts.runoff_share_observed(small) == pytest.approx(0.47 / 0.99)
    assert facts.winner_observed(small) == "bo"
    assert facts.turnout_observed(small, 1) == 0.62
    assert facts.turnout_observed(small, 2) is None
    assert facts.counts_published(small, 1)
    assert not facts.counts_published(small, 2)
    assert facts.gap_days(small) == 14
    assert facts.campaign_days(small) == 60


def test_a_forecast_knows_nothing() -> None:
    unknown = contest(results={}, endorsements=[])
    assert facts.observed_votes(unknown, 1) is None
    assert facts.observed_votes(unknown, 2) is None
    assert facts.finalists_observed(unknown) is None
    assert facts.runoff_share_observed(unknown) is None
    assert facts.winner_observed(unknown) is None
    assert facts.turnout_observed(unknown, 1) is None
    assert not facts.counts_published(unknown, 1)


def test_the_runoff_names_finalists_of_a_tied_or_unknown_round_one() -> None:
    results = sound()["results"]
    del results["round1"]
    assert facts.finalists_observed(contest(results=results)) == ("ada", "bo")
    tied = sound()["results"]
    tied["round1"] |= {"votes": {"ada": 260, "bo": 170, "cy": 170}}
    assert facts.finalists_observed(contest(results=tied)) == ("ada", "bo")


@pytest.mark.parametrize(
    ("date", "phase"),
    [
        (DAY(2030, 5, 11), "before"),
        (DAY(2030, 5, 12), "round1"),
        (DAY(2030, 5, 13), "between"),
        (DAY(2030, 5, 25), "between"),
        (DAY(2030, 5, 26), "round2"),
        (DAY(2030, 5, 27), "after"),
    ],
)
def test_phases(date: dt.date, phase: str) -> None:
    assert facts.phase_of(contest(), date) == phase


def test_gap_days_and_rolls() -> None:
    undated = contest(dates={"round1": DAY(2030, 5, 12)}, rules={"threshold": 0.5, "gap_days": 9})
    assert facts.gap_days(undated) == 9
    assert facts.gap_days(load_contest("de-cdu-2021")) == 0
    other = contest(rules={"threshold": 0.5, "same_electorate": False, "campaign_days": 30})
    assert (facts.entitled(other, 1), facts.entitled(other, 2)) == (1000, None)
    assert facts.campaign_days(other) == 30
    larger = contest(roll={"round1": 1000, "round2": 1100, **SOURCED})
    assert facts.entitled(larger, 2) == 1100


def test_a_runoff_for_voters_alone_is_open_to_the_ballots_of_round_one() -> None:
    rules = {"threshold": 0.5, "voters_only": True}
    voters = contest(rules=rules)
    first = voters.results.round1
    assert first is not None
    assert (facts.entitled(voters, 1), facts.entitled(voters, 2)) == (1000, first.ballots)
    known = contest(rules=rules, roll={"round1": 1000, "round2": 600, **SOURCED})
    assert facts.entitled(known, 2) == 600
    assert facts.entitled(contest(rules=rules, results={}), 2) is None


def test_open_primaries_in_the_united_states_have_their_own_priors() -> None:
    for country in ("United States", "United States (Texas)"):
        assert facts.prior_kind(contest(country=country, kind="open")) == "united-states"
        assert facts.prior_kind(contest(country=country, kind="members")) == "members"
    assert facts.prior_kind(contest(country="Spain (Catalonia)", kind="open")) == "open"


def test_the_last_call_is_the_one_whose_day_is_last() -> None:
    def last(*calls: dict[str, object]) -> object:
        entries = [{"by": "cy", "phase": "between", **SOURCED, **call} for call in calls]
        found = facts.last_call(contest(endorsements=entries), "cy")
        return None if found is None else found.to

    early = {"to": "ada", "date": DAY(2030, 5, 14)}
    late = {"to": "bo", "earliest": DAY(2030, 5, 13), "latest": DAY(2030, 5, 16)}
    whenever = {"to": "neutral"}
    since = {"to": "ada", "earliest": DAY(2030, 5, 18)}
    assert last(early, late) == last(late, early, whenever) == "bo"
    assert last(whenever, since, late) == "ada"
    assert last() is None


CALLS = [
    ({"by": "cy", "to": "bo"}, "between"),
    ({"by": "cy", "to": "bo", "date": DAY(2030, 5, 12)}, "between"),
    ({"by": "nan", "to": "bo", "date": DAY(2030, 5, 12)}, "before"),
    ({"by": "nan", "to": "bo", "latest": DAY(2030, 5, 1)}, "before"),
    ({"by": "nan", "to": "bo", "earliest": DAY(2030, 5, 13)}, "between"),
    ({"by": "nan", "to": "bo", "earliest": DAY(2030, 5, 1)}, None),
    ({"by": "nan", "to": "bo", "date": DAY(2030, 5, 12), "phase": "between"}, "between"),
]


@pytest.mark.parametrize(("call", "phase"), CALLS, ids=range(len(CALLS)))
def test_phase_of_a_call(call: Table, phase: str | None) -> None:
    small = contest()
    entry = type(small.endorsements[0]).model_validate({**SOURCED, **call})
    assert facts.endorsement_phase(small, entry) == phase


def test_a_poll_counts_by_the_last_day_it_can_be_of() -> None:
    def poll(**when: object) -> Poll:
        return Poll.model_validate({"pollster": "P", "question": "round1", **SOURCED, **when})

    dated = poll(date=DAY(2030, 5, 3))
    window = poll(earliest=DAY(2030, 5, 1), latest=DAY(2030, 5, 4))
    undated = poll(earliest=DAY(2030, 5, 1))
    days = [facts.poll_day(one) for one in (dated, window, undated)]
    assert days == [DAY(2030, 5, 3), DAY(2030, 5, 4), None]
    assert sorted([window, undated, dated], key=facts.poll_order) == [undated, dated, window]
