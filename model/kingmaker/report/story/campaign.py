"""Tell the campaign and round one."""

from __future__ import annotations

from collections.abc import Iterator

from kingmaker.contest.facts import counts_published
from kingmaker.report.story.acts import merge
from kingmaker.report.story.material import Entry, Material
from kingmaker.report.story.polls import poll_entries
from kingmaker.report.story.reported import (
    act_entries,
    early_calls,
    reported_days,
    without_replays,
)
from kingmaker.report.story.wording import (
    count,
    date_words,
    listing,
    number_word,
    percent,
    plural,
    sentence,
)

_MANY = 6
"""Candidates told by name where all are listed."""

_BY_CONSTRUCTION = (
    "These are the {what} {source}: the model is made to give them, so that they are no evidence "
    "for it."
)


def campaign_entries(material: Material) -> Iterator[Entry]:
    """Tell the days up to the eve of round one."""
    first, _ = material.days
    yield material.entry("campaign", first, _opening(material, first))
    told = reported_days(material, first, 0, "campaign")
    early = [*early_calls(material, first), *told.entries]
    for day in range(first, 1):
        yield from (entry for entry in early if entry.day == day)
        rows = without_replays(list(material.rows("deals", day=day)), told.replayed)
        for act in merge(rows, material.people):
            yield from act_entries(material, "campaign", day, act)
        yield from poll_entries(material, day, "campaign")
        if day == -1 or (day == first == 0):
            yield material.entry("campaign", day, _eve(material, first, day))


def _opening(material: Material, first: int) -> str:
    contest, people = material.contest, material.people
    names = people.names([c.id for c in contest.running])
    length = plural(-first, "day")
    members = f"{count(material.scaled(material.run['roll_round1']))} {material.electors}"
    text = (
        f"{sentence(f'{length} before round one {names} are in the race')} {members} may "
        f"vote; {percent(contest.rules.threshold)} of the votes are enough to be elected at once."
    )
    return f"{text} {sentence(_support(material, first))}"


def _support(material: Material, day: int) -> str:
    """Say whom members prefer on a day."""
    leanings = {row["candidate"]: row["support"] for row in material.rows("daily", day=day)}
    total = sum(leanings.values()) or 1.0
    ranked = sorted(leanings, key=lambda name: -leanings[name])
    shown = [f"{percent(leanings[n] / total)} {material.people.short(n)}" for n in ranked]
    if len(shown) > _MANY:
        n = len(shown) - _MANY + 1
        most = percent(leanings[ranked[_MANY - 1]] / total)
        shown = [*shown[: _MANY - 1], f"{most} or less each of {number_word(n)} others"]
    first, *others = shown
    return f"{first.replace('%', f'% of the {material.electors} prefer', 1)}, {listing(others)}"


def _eve(material: Material, first: int, day: int) -> str:
    """Say on the eve how opinions have moved, and how hard the camps have worked."""
    people = material.people
    text = sentence(f"on the eve, {_support(material, day)}")
    before = _shares(material, first)
    now = _shares(material, day)
    moves = sorted(now, key=lambda name: before.get(name, 0.0) - now[name])
    gain, loss = moves[0], moves[-1]
    rise, fall = now[gain] - before.get(gain, 0.0), before.get(loss, 0.0) - now[loss]
    parts = [text]
    if max(rise, fall) >= 0.005:
        parts.append(
            f"Since the start {people.short(gain)} has gained {_points(rise)} and "
            f"{people.short(loss)} lost {_points(fall)}."
        )
    parts += _contacts(material, first, day)
    return " ".join(parts)


def _points(change: float) -> str:
    size = abs(round(100.0 * change, 1))
    return "nothing" if size == 0.0 else f"{size:g} point{'' if size == 1.0 else 's'}"


def _shares(material: Material, day: int) -> dict[str, float]:
    leanings = {row["candidate"]: row["support"] for row in material.rows("daily", day=day)}
    total = sum(leanings.values()) or 1.0
    return {name: value / total for name, value in leanings.items()}


def _contacts(material: Material, first: int, last: int) -> list[str]:
    """Say how many members the camps reached."""
    reached: dict[str, int] = {}
    for row in material.rows("daily", day=tuple(range(first, last + 1))):
        reached[row["candidate"]] = reached.get(row["candidate"], 0) + row["contacts"]
    total = sum(reached.values())
    if not total:
        return []
    ranked = sorted(reached, key=lambda name: -reached[name])
    most, least = ranked[0], ranked[-1]
    people, scaled = material.people, material.scaled
    text = (
        f"Canvassers have had {count(scaled(total))} conversations with {material.electors}, "
        f"{people.possessive(most)} camp the most ({count(scaled(reached[most]))}), "
        f"{people.possessive(least)} the fewest ({count(scaled(reached[least]))})."
    )
    return [text]


# ------------------------------------------------------------------------------ round one


def round_one_entries(material: Material) -> Iterator[Entry]:
    """Tell the result of round one."""
    yield material.entry("round one", 0, _result(material))
    for text in (_delivered(material), _enrolled(material)):
        if text:
            yield material.entry("round one", 0, text)


def _result(material: Material) -> str:
    run, people = material.run, material.people
    votes = material.votes(1)
    total = sum(votes.values()) or 1
    ranked = [
        f"{people.short(name)} {percent(n / total, 1)} ({count(material.scaled(n))} votes)"
        for name, n in votes.items()
    ]
    parts = [f"The result: {listing(ranked)}."]
    if run["turnout_round1"] is not None:
        parts.append(f"Turnout is {percent(run['turnout_round1'], 1)}.")
    if material.is_by_construction:
        is_counted = counts_published(material.contest, 1) and run["scale"] == 1.0
        what = "votes" if is_counted else "shares"
        source = "of the contest file" if material.contest.hypothetical else "counted in fact"
        parts.append(_BY_CONSTRUCTION.format(what=what, source=source))
    leader, second = material.finalists
    if material.has_runoff:
        _, last = material.days
        parts.append(
            f"Nobody has {percent(material.contest.rules.threshold)}: {people.short(leader)} and "
            f"{people.short(second)} meet again on {date_words(material.date(last))}."
        )
    elif run["winner"]:
        parts.append(f"{people.short(run['winner'])} is elected at once.")
    return " ".join(parts)


def _delivered(material: Material) -> str:
    """Say how far vote contractors delivered in round one."""
    blocs = [row for row in material.rows("blocs", round=1) if row["order"]]
    members = sum(row["members"] for row in blocs)
    if not members:
        return ""
    told, voted = (sum(row[name] for row in blocs) for name in ("as_told", "voted"))
    scaled = material.scaled
    return (
        f"{sentence(f'{number_word(len(blocs))} vote contractors give orders')[:-1]} to "
        f"{count(scaled(members))} members: {count(scaled(voted))} of them vote, "
        f"{count(scaled(told))} as told."
    )


def _enrolled(material: Material) -> str:
    """Say how far those whom the camps had enrolled kept to them."""
    camps = [row for row in material.rows("registration") if row["enrolled"]]
    camps = sorted(camps, key=lambda row: -row["enrolled"])[:_MANY]
    total = sum(row["enrolled"] for row in camps)
    if not total:
        return ""
    people, scaled = material.people, material.scaled
    own = [
        f"{percent(row['own_votes'] / row['enrolled'])} of "
        f"{people.possessive(row['candidate'])} {count(scaled(row['enrolled']))}"
        for row in camps
    ]
    home = percent(sum(row["stayed_home"] for row in camps) / total)
    whom = "the camps" if len(camps) < _MANY else "the larger camps"
    return sentence(
        f"of those whom {whom} enrolled, {listing(own)} vote for their registrar; {home} of all "
        "stay at home"
    )
