"""Tell the days between the rounds, one by one."""

from __future__ import annotations

from collections.abc import Iterator

from kingmaker.report.story.acts import merge
from kingmaker.report.story.aftermath import exit_text
from kingmaker.report.story.material import Entry, Material
from kingmaker.report.story.polls import poll_entries
from kingmaker.report.story.reported import act_entries, reported_days, without_replays
from kingmaker.report.story.wording import date_words, sentence

MOVE = 0.01
"""Change of the leader's support that is told [fraction of both]."""


def talk_entries(material: Material) -> Iterator[Entry]:
    """Tell offers, meetings, letters, rumours, decisions, polls, and how the members move."""
    _, last = material.days
    told = reported_days(material, 1, last, "talks")
    shown: tuple[int, float] | None = None
    for day in range(1, last + 1):
        yield from (entry for entry in told.entries if entry.day == day)
        rows = without_replays(list(material.rows("deals", day=day)), told.replayed)
        for act in merge(rows, material.people):
            yield from act_entries(material, "talks", day, act)
        yield from poll_entries(material, day, "talks")
        share = leader_support(material, day)
        if shown is None or abs(share - shown[1]) >= MOVE:
            yield material.entry("talks", day, _support(material, share, shown))
            shown = (day, share)
        if day == 1 and (left := exit_text(material, 1)):
            yield material.entry("talks", day, left)


def leader_support(material: Material, day: int) -> float:
    """Return the leader's part of the members who prefer either finalist."""
    support = {row["candidate"]: row["support"] for row in material.rows("daily", day=day)}
    leader, second = material.finalists
    total = support[leader] + support[second]
    return float(support[leader] / total) if total else 0.5


def _support(material: Material, share: float, before: tuple[int, float] | None) -> str:
    """Say how the members divide between the finalists, and how they did when last told."""
    ahead, behind = material.finalists
    is_ahead = share >= 0.5
    if not is_ahead:
        ahead, behind, share = behind, ahead, 1.0 - share
    name = material.people.short
    if round(100 * share) == 50:
        text = f"the {material.electors} are split evenly between {name(ahead)} and {name(behind)}"
    else:
        text = f"the {material.electors} prefer {name(ahead)} to {name(behind)} by {_sides(share)}"
    if before is None:
        return sentence(text)
    day, old = before
    then = _sides(old if is_ahead else 1.0 - old)
    return sentence(text, f"{then} on {date_words(material.date(day))}")


def _sides(share: float) -> str:
    one = round(100 * share)
    return f"{one} to {100 - one}"
