"""Does everything happen on its day, or on one drawn within its window?"""

import pytest

from kingmaker.campaign.calendar import make_calendar
from kingmaker.population.setting import resolve
from kingmaker.rng import Streams
from tests.contest_builders import SOURCED, STREAMS, day, medians, tiny, tiny_table


def calendar(streams=STREAMS, **changes):
    return make_calendar(resolve(tiny(**changes), medians(), streams), streams)


def test_dated_facts_have_their_day():
    days = calendar()
    assert days.first_day == -4
    assert {d: [e.kind for e in events] for d, events in days.acts.items()} == {
        -2: ["insult"],
        2: ["attack"],
    }
    assert sorted(days.polls) == [-3, -1, 3]
    assert [number for number, _ in days.polls[3]] == [3]
    assert sorted(days.seat_polls) == [-4]
    assert [o.kind for o in days.offers[1]] == ["office"]
    assert [call.by for call in days.notables[2]] == ["nan"]


def test_candidates_own_calls_are_no_business_of_the_calendar():
    assert {call.by for calls in calendar().notables.values() for call in calls} == {"nan"}


def act(**when):
    return {**tiny_table()["events"][0], "date": None} | when


def days_of(event, n=60):
    event = {k: v for k, v in event.items() if v is not None}
    contest = tiny(events=[event])
    found = set()
    for replicate in range(n):
        streams = Streams(1, replicate)
        days = make_calendar(resolve(contest, medians(), streams), streams)
        found |= set(days.acts)
        found |= {days.first_day - age for age, _ in days.earlier_acts}
    return found


def test_windows_are_drawn_within_both_ends():
    assert days_of(act(earliest=day(-3), latest=day(-1))) == {-3, -2, -1}


def test_a_window_open_to_the_past_begins_with_the_campaign():
    assert days_of(act(latest=day(-2))) == {-4, -3, -2}


def test_a_window_open_to_the_past_after_round_one_begins_on_its_morrow():
    assert days_of(act(latest=day(3))) == {1, 2, 3}


def test_a_window_open_to_the_future_ends_with_its_phase():
    assert days_of(act(earliest=day(-2))) == {-2, -1, 0}
    assert days_of(act(earliest=day(4))) == {4, 5, 6}


def test_undated_acts_are_left_out():
    assert days_of(act(), n=3) == set()


def test_earlier_acts_keep_their_age_and_later_ones_are_unknown():
    early = [{**tiny_table()["events"][0], "date": day(-14)}]
    assert [age for age, _ in calendar(events=early).earlier_acts] == [10]
    late = [{**tiny_table()["events"][0], "date": day(8)}]
    assert calendar(events=late).acts == {}


@pytest.mark.parametrize(
    "change", [{"population": "exit"}, {"sector": "coast"}, {"population": "public"},
               {"condition": "told of a deal"}],
)  # fmt: skip
def test_polls_to_which_nobody_reacts_are_left_out(change):
    polls = tiny_table()["polls"]
    polls[0] |= change
    assert sorted(calendar(polls=polls).polls) == [-1, 3]


def test_polls_with_a_window_are_published_on_its_last_day():
    polls = tiny_table()["polls"]
    del polls[0]["date"], polls[2]["date"]
    polls[0] |= {"earliest": day(-4), "latest": day(-2)}
    polls[2] |= {"latest": day(-1)}
    found = calendar(polls=polls)
    assert sorted(found.polls) == [-2, -1, 3]
    assert sorted(found.seat_polls) == [-1]


def test_seat_polls_before_the_campaign_are_known_on_its_first_day():
    polls = tiny_table()["polls"]
    polls[2]["date"] = day(-40)
    assert sorted(calendar(polls=polls).seat_polls) == [-4]


def test_undated_offers_are_made_on_the_first_day_and_others_on_theirs():
    offers = [
        {"by": "ben", "to": "cy", "kind": "policy", "text": "a", **SOURCED},
        {"by": "ben", "to": "cy", "kind": "policy", "date": day(4), "text": "b", **SOURCED},
        {"by": "ben", "to": "cy", "kind": "policy", "date": day(-9), "text": "c", **SOURCED},
    ]
    made = calendar(offers=offers).offers
    assert {d: [o.text for o in row] for d, row in made.items()} == {1: ["a"], 4: ["b"]}


def test_offers_with_a_window_are_made_within_it():
    offers = [{"by": "ben", "to": "cy", "kind": "policy", "text": "a", "earliest": day(3),
               "latest": day(5), **SOURCED}]  # fmt: skip
    contest = tiny(offers=offers)
    seen = set()
    for replicate in range(30):
        streams = Streams(1, replicate)
        seen |= set(make_calendar(resolve(contest, medians(), streams), streams).offers)
    assert seen == {3, 4, 5}
