"""Sort what a contest file dates by day: acts, offers, polls, notables' endorsements."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from kingmaker.contest.facts import endorsement_phase, gap_days, is_of_all_members, poll_day
from kingmaker.contest.schema import Contest, Endorsement, Event, Offer, Poll
from kingmaker.population.setting import Setting
from kingmaker.rng import Stream, Streams


@dataclass(frozen=True)
class Calendar:
    """Hold what happens on which day; nothing of it is read before its day.

    Attributes
    ----------
    first_day
        First simulated day [days].
    acts
        Acts of people, by day.
    earlier_acts
        Acts before the first simulated day, as (days before it, act).
    polls
        Polls of members on voting intentions with their place in the file, by day.
    seat_polls
        Polls on seats per leader, by day.
    offers
        Offers made between the rounds, by day.
    notables
        Endorsements of notables between the rounds, by day.
    """

    first_day: int
    acts: dict[int, list[Event]]
    earlier_acts: list[tuple[int, Event]]
    polls: dict[int, list[tuple[int, Poll]]]
    seat_polls: dict[int, list[Poll]]
    offers: dict[int, list[Offer]]
    notables: dict[int, list[Endorsement]]


def make_calendar(setting: Setting, streams: Streams) -> Calendar:
    """Sort a contest's dated facts; those with a window get a day drawn within it, polls its last.

    Parameters
    ----------
    setting
        The resolved contest.
    streams
        Stream ``SETTING_DATES``.

    Returns
    -------
    The calendar. Exit polls and polls of one sector are left out: nobody reacts to them.
    """
    contest = setting.contest
    first, last = -setting.campaign_days, min(setting.gap_days, last_known_day(setting))
    acts: dict[int, list[Event]] = defaultdict(list)
    earlier: list[tuple[int, Event]] = []
    for i, event in enumerate(contest.events):
        day = day_in_window(setting, event, streams, 1_000 + i)
        if day is None or day > last:
            continue
        if day < first:
            earlier.append((first - day, event))
        else:
            acts[day].append(event)
    polls: dict[int, list[tuple[int, Poll]]] = defaultdict(list)
    seat_polls: dict[int, list[Poll]] = defaultdict(list)
    for i, poll in enumerate(contest.polls):
        published = poll_day(poll)
        if published is None or poll.sector is not None or poll.population == "exit":
            continue
        day = setting.day_of(published)
        if poll.question == "seats":
            if day <= last:
                seat_polls[max(first, day)].append(poll)
        elif first <= day <= last and is_of_all_members(poll):
            polls[day].append((i, poll))
    return Calendar(
        first_day=first,
        acts=dict(acts),
        earlier_acts=earlier,
        polls=dict(polls),
        seat_polls=dict(seat_polls),
        offers=_offers(setting, contest, streams),
        notables=_notables(setting, contest, streams),
    )


def last_known_day(setting: Setting) -> int:
    """Return the day of the runoff in fact: what is dated later is known to nobody [days].

    A behaviour may put the runoff off or bring it forward; calls and offers that it would cut
    off are then made before it.
    """
    known = gap_days(setting.contest)
    return setting.gap_days if known is None else max(1, known)


def day_in_window(
    setting: Setting, fact: Event | Endorsement | Offer, streams: Streams, who: int
) -> int | None:
    """Return the day of a dated fact, or one drawn within its window; None where it has neither.

    A window with one end open reaches to the round that ends its phase.
    """
    if fact.date is not None:
        return setting.day_of(fact.date)
    if fact.earliest is None and fact.latest is None:
        return None
    low = setting.day_of(fact.earliest) if fact.earliest is not None else None
    high = setting.day_of(fact.latest) if fact.latest is not None else None
    if low is None:
        assert high is not None
        low = 1 if high > 0 else min(high, -setting.campaign_days)
    if high is None:
        high = max(low, setting.gap_days - 1) if low > 0 else max(low, 0)
    u = streams.uniform(Stream.SETTING_DATES, who)
    return low + int(u * (high - low + 1))


def _offers(setting: Setting, contest: Contest, streams: Streams) -> dict[int, list[Offer]]:
    offers: dict[int, list[Offer]] = defaultdict(list)
    for i, offer in enumerate(contest.offers):
        day = day_in_window(setting, offer, streams, 3_000 + i)
        if day is None:
            day = 1
        if 0 <= day <= last_known_day(setting):
            offers[min(max(1, day), setting.gap_days)].append(offer)
    return dict(offers)


def _notables(setting: Setting, contest: Contest, streams: Streams) -> dict[int, list[Endorsement]]:
    known = {notable.id for notable in contest.notables}
    by_day: dict[int, list[Endorsement]] = defaultdict(list)
    for i, call in enumerate(contest.endorsements):
        if call.by not in known or endorsement_phase(contest, call) == "before":
            continue
        day = day_in_window(setting, call, streams, 2_000 + i)
        if day is None:
            day = 1
        if day <= last_known_day(setting):
            by_day[min(max(1, day), setting.gap_days)].append(call)
    return dict(by_day)
