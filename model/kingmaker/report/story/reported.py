"""Tell what the contest file reports of the simulated days."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kingmaker.contest.facts import endorsement_phase, last_call
from kingmaker.contest.schema import Endorsement, Event, Offer, Pledge
from kingmaker.experiment.reading import Row
from kingmaker.report.story.acts import Act, act_text, reason_text
from kingmaker.report.story.material import Entry, Kind, Material
from kingmaker.report.story.wording import sentence, window_words

_ACT_OF_EVENT = {
    "meeting": "meets",
    "praise": "praises",
    "letter": "letter",
    "appeal-to-voters": "appeals",
    "counter-frame": "counter-frames",
    "outside-endorsement": "praised-by-rival",
    "wasted-vote-call": "desert-call",
}
"""Acts that replay reported events: the report is told, not the replay."""

_UNDONE = {
    "no-contempt": ("insult", "wasted-vote-call"),
    "letter-off": ("letter",),
    "no-counter-frame": ("counter-frame",),
    "early-movers-off": ("early-move",),
}
"""Events that did not happen under a behaviour."""

Fact = Event | Endorsement | Pledge


@dataclass(frozen=True)
class Told:
    """Hold what was told of reports, and which rows of ``deals`` it makes superfluous."""

    entries: list[Entry]
    replayed: list[Row]


def reported_days(material: Material, first: int, last: int, part: str) -> Told:
    """Tell the reported acts of some days.

    Parameters
    ----------
    material
        The replicate.
    first, last
        Days [days]; what has a window falls on the day of its replay, else on its first day.
    part
        Part of the story.

    Returns
    -------
    Entries in the order of the file, and the rows of ``deals`` that replay them.
    """
    entries, replayed = [], []
    for event in material.contest.events:
        if _is_undone(event, material.behaviour):
            continue
        rows = _replays(event, material)
        day = rows[0]["day"] if rows else _day(event, material)
        if day is not None and first <= day <= last:
            entries.append(_entry(material, part, day, event, event.text))
            replayed += rows
    entries += _pledges(material, first, last, part)
    return Told([entry for entry in entries if not _is_repeated(entry, entries)], replayed)


def _is_repeated(entry: Entry, entries: Sequence[Entry]) -> bool:
    """Tell whether another report of the day begins with the same words and says more."""
    words = entry.text.removesuffix(".")
    return any(
        other.day == entry.day and other.text != entry.text and other.text.startswith(words)
        for other in entries
    )


def _pledges(material: Material, first: int, last: int, part: str) -> Iterator[Entry]:
    for pledge in material.contest.pledges:
        day = _day(pledge, material)
        if day is not None and first <= day <= last:
            yield _entry(material, part, day, pledge, pledge.text)


def early_calls(material: Material, first: int) -> Iterator[Entry]:
    """Tell who withdrew, and who called for whom, on dated days of the campaign."""
    contest, people = material.contest, material.people
    for candidate in contest.candidates:
        if candidate.withdrawn is None:
            continue
        day = (candidate.withdrawn - contest.dates.round1).days
        if first <= day <= 0:
            text = sentence(f"{people.name(candidate.id)} withdraws")
            yield material.entry("campaign", day, text, "reported")
    for call in contest.endorsements:
        day_known = _day(call, material)
        if endorsement_phase(contest, call) != "before" or day_known is None:
            continue
        if first <= day_known <= 0 and call.to in people.candidate_ids:
            text = f"{people.name(call.by)} calls for {people.name(call.to)}"
            yield _entry(material, "campaign", day_known, call, text)


def _entry(material: Material, part: str, day: int, fact: Fact, text: str) -> Entry:
    window = "" if fact.date is not None else window_words(fact.earliest, fact.latest)
    return material.entry(part, day, sentence(text, window), "reported")


def _is_undone(event: Event, behaviour: str) -> bool:
    words = {part.rpartition("=")[2].partition(":")[0].strip() for part in behaviour.split("+")}
    return any(event.kind in kinds for name, kinds in _UNDONE.items() if name in words)


def _replays(event: Event, material: Material) -> list[Row]:
    """Find the rows of ``deals`` that replay an event."""
    act = _ACT_OF_EVENT.get(event.kind)
    if act is None:
        return []
    found = []
    for row in material.rows("deals", act=act, basis="historical"):
        same = {event.by, event.to} <= {row["actor"], row["target"]}
        everybody = act == "appeals" and event.to is None and row["actor"] == event.by
        if (same or everybody) and _is_day_of(event, material, row["day"]):
            found.append(row)
    return found


def _is_day_of(fact: Fact, material: Material, day: int) -> bool:
    """Tell whether a fact can be what happened on a day; round one's evening counts as day 1."""
    date = material.date(day)
    if fact.date is not None:
        return date == fact.date or (day == 1 and fact.date == material.contest.dates.round1)
    return (fact.earliest is None or fact.earliest <= date) and (
        fact.latest is None or date <= fact.latest
    )


def _day(fact: Fact, material: Material) -> int | None:
    """Return the day of a fact; the first simulated one of its window, on its side of round one.

    What is done on the day of round one with its result in mind belongs to the day after it.
    """
    origin = material.contest.dates.round1
    first, _ = material.days
    if fact.date is not None:
        day = (fact.date - origin).days
        return 1 if day == 0 and _knows_result(fact) else day
    if fact.earliest is None and fact.latest is None:
        return None
    last = (fact.latest - origin).days if fact.latest is not None else None
    if fact.earliest is None:
        return last
    start = (fact.earliest - origin).days
    if last is None:
        return start
    start = min(max(start, first), last)
    return 1 if start == 0 < last else start


def _knows_result(fact: Fact) -> bool:
    return isinstance(fact, Event) and fact.kind in ("meeting", "praise", "appeal-to-voters")


def without_replays(rows: Sequence[Row], replayed: Sequence[Row]) -> list[Row]:
    """Leave out the rows that replay what was told already."""
    return [row for row in rows if row not in replayed]


def act_entries(material: Material, part: str, day: int, act: Act) -> Iterator[Entry]:
    """Tell an act, and apart from it what the model has its actor weigh."""
    kind: Kind = "reported" if act.row["basis"] == "historical" else "simulated"
    text = act_text(act, material.people, _window(act, material))
    yield material.entry(part, day, text, kind)
    if reason := reason_text(act, material.people):
        yield material.entry(part, day, reason)


def _window(act: Act, material: Material) -> str:
    """Write the window of a reported call or offer whose day is drawn; empty where it is known."""
    row, contest = act.row, material.contest
    if row["basis"] != "historical" or len(act.actors) != 1:
        return ""
    is_call = row["act"] in ("endorses", "neutral", "free-vote")
    call = last_call(contest, row["actor"]) if is_call else None
    offers = [
        offer
        for offer in contest.offers
        if offer.by == row["actor"] and offer.to == row["target"] and offer.text in row["terms"]
    ]
    facts: list[Endorsement | Offer] = [*offers] if call is None else [call, *offers]
    if not facts or facts[0].date is not None:
        return ""
    return window_words(facts[0].earliest, facts[0].latest)
