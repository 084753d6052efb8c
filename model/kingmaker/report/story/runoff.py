"""Tell the runoff: what contractors ordered, the result, and where the votes came from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kingmaker.contest.facts import finalists_observed, runoff_share_observed
from kingmaker.records import ABSTAINED, BLANK, MARGIN_STEPS, NOT_ON_ROLL, TOTAL
from kingmaker.report.story.material import Entry, Material
from kingmaker.report.story.wording import (
    capital,
    count,
    listing,
    number_word,
    percent,
    plural,
    sentence,
)

_STEPS = {
    "preference": "the eliminated candidates' voters by their own preferences",
    "selection": "the likeness of leaders and their voters",
    "cue": "the leaders' calls",
    "notables": "the calls of notables",
    "appeals": "appeals, outsiders' praise and changed pledges",
    "backlash": "those who reject an endorser",
    "grudge": "the resentment of the insulted",
    "brokers": "the contractors' orders",
    "switching": "voters of the finalists who change sides",
    "turnout": "who comes and who stays at home",
    "irregularities": "irregular ballots",
}
"""What moved the margin, in prose; a step without one is told by its meaning."""

_SMALLEST_STEP = 0.1
_SMALLEST_ORIGIN = 0.01


def runoff_entries(material: Material) -> Iterator[Entry]:
    """Tell the runoff."""
    _, day = material.days
    texts = [
        _orders(material),
        _result(material),
        _irregular(material),
        _origins(material),
        _comers(material),
        _sectors(material),
        _margin(material),
        _observed(material),
    ]
    for text in texts:
        if text:
            yield material.entry("runoff", day, text)


def _orders(material: Material) -> str:
    """Say what the contractors of the eliminated ordered, in sum."""
    blocs = [
        row for row in material.rows("blocs", round=2) if row["camp"] not in material.finalists
    ]
    if not blocs:
        return ""
    parts = []
    for name in (*material.finalists, ""):
        own = [row for row in blocs if row["order"] == name]
        if not own:
            continue
        members = f"{count(material.scaled(sum(row['members'] for row in own)))} members"
        who = number_word(len(own))
        parts.append(
            f"{who} ({members}) are told to vote for {material.people.short(name)}" if name
            else f"{who} ({members}) give no order"
        )  # fmt: skip
    return f"Of {plural(len(blocs), 'vote contractor')} of the eliminated, {listing(parts)}."


def _result(material: Material) -> str:
    run, name = material.run, material.people.short
    votes = material.votes(2)
    total = sum(votes.values()) or 1
    (first, most), (second, fewest) = list(votes.items())[:2]
    if not run["winner"]:
        return f"The runoff is tied between {name(first)} and {name(second)}, {count(most)} each."
    loser = second if run["winner"] == first else first
    return (
        f"{name(run['winner'])} wins with {percent(most / total, 1)} of the votes against "
        f"{percent(fewest / total, 1)} for {name(loser)}, a lead of "
        f"{count(material.scaled(most - fewest))}. Turnout is {percent(run['turnout_round2'], 1)}, "
        f"after {percent(run['turnout_round1'], 1)} in round one."
    )


def _irregular(material: Material) -> str:
    stuffed, annulled = (material.run.get(n) or 0 for n in ("stuffed_ballots", "annulled_ballots"))
    if not stuffed and not annulled:
        return ""
    text = f"{count(material.scaled(stuffed))} ballots are cast for members who stayed away"
    if not annulled:
        return f"{text}; nobody complains with success."
    return f"{text}; {count(material.scaled(annulled))} ballots are annulled after complaints."


def _flows(material: Material) -> dict[str, dict[str, int]]:
    flows: dict[str, dict[str, int]] = {}
    for row in material.rows("transfers", sector=TOTAL):
        flows.setdefault(row["origin"], {})[row["destination"]] = row["members"]
    return flows


def _origins(material: Material) -> str:
    """Say where the voters of each candidate of round one went."""
    flows, name = _flows(material), material.people.short
    leader, second = material.finalists
    total = sum(material.votes(1).values()) or 1
    parts = []
    for origin in material.votes(1):
        to = flows.get(origin, {})
        n = sum(to.values())
        if origin in material.finalists or n < _SMALLEST_ORIGIN * total:
            continue
        ranked = sorted((leader, second), key=lambda f: -to.get(f, 0))
        shares = [f"{percent(to.get(f, 0) / n)} go to {name(f)}" for f in ranked]
        away = percent((n - to.get(leader, 0) - to.get(second, 0)) / n)
        parts.append(
            f"of {material.people.possessive(origin)} {count(material.scaled(n))} voters "
            f"{shares[0]}, {shares[1].replace(' go', '')} and {away} stay away or vote blank"
        )
    return sentence("; ".join(parts)) if parts else ""


def _comers(material: Material) -> str:
    """Say how the finalists kept their own voters, and who came anew."""
    flows, name = _flows(material), material.people.short
    parts = []
    for own, other in (material.finalists, material.finalists[::-1]):
        to = flows.get(own, {})
        n = sum(to.values())
        if n:
            whose = material.people.possessive(own)
            parts.append(
                f"of {whose} first-round voters {percent(to.get(own, 0) / n)} stay and "
                f"{percent(to.get(other, 0) / n)} change to {name(other)}"
            )
    new = flows.get(ABSTAINED, {})
    came = sum(n for to, n in new.items() if to not in (ABSTAINED, NOT_ON_ROLL, BLANK))
    if came:
        each = [
            f"{count(material.scaled(new.get(f, 0)))} for {name(f)}" for f in material.finalists
        ]
        come = listing(each).replace(" for", " come for", 1)
        parts.append(f"of those who had stayed at home, {come}")
    return sentence("; ".join(parts)) if parts else ""


def _sectors(material: Material) -> str:
    """Say who won which sector."""
    won: dict[str, list[str]] = {}
    for sector in material.contest.sectors:
        votes = material.votes(2, sector.id)
        total = sum(votes.values())
        if total and len(votes) == 2:
            (best, most), (_, fewest) = votes.items()
            if most > fewest:
                won.setdefault(best, []).append(f"{sector.name} ({percent(most / total)})")
    if len(material.contest.sectors) < 2 or not won:
        return ""
    name = material.people.short
    return sentence(
        "; ".join(f"{name(who)} carries {listing(where)}" for who, where in won.items())
    )


def _margin(material: Material) -> str:
    """Say step by step how the first-round margin became that of the runoff."""
    run, name = material.run, material.people.short
    leader, second = material.finalists
    steps = {
        step: (meaning, run.get(f"margin_{step}") or 0) for step, meaning in MARGIN_STEPS[1:-1]
    }
    largest = max((abs(value) for _, value in steps.values()), default=0)
    told = [
        f"{_STEPS.get(step, meaning)} ({_votes(material, value)})"
        for step, (meaning, value) in sorted(steps.items(), key=lambda item: -abs(item[1][1]))
        if value and abs(value) >= _SMALLEST_STEP * largest
    ]
    start, end = run["margin_round1"], run["margin_round2"]
    if not told or start is None or end is None:
        return ""
    lead = (
        f"{name(leader)}'s lead over {name(second)}"
        if not name(leader).endswith("s")
        else (f"{name(leader)}' lead over {name(second)}")
    )
    became = "a deficit of" if end < 0 else "a lead of"
    return capital(
        f"{lead}, {count(material.scaled(start))} votes in round one, has become {became} "
        f"{count(material.scaled(abs(end)))}. What moved it, in votes for {name(leader)}, the "
        f"largest first: {listing(told)}."
    )


def _votes(material: Material, value: float) -> str:
    sign = "+" if value > 0 else "-"
    return f"{sign}{count(material.scaled(abs(value)))}"


def _observed(material: Material) -> str:
    """Say what happened in fact."""
    contest: Any = material.contest
    share, two = runoff_share_observed(contest), finalists_observed(contest)
    if contest.hypothetical or share is None or two is None:
        return ""
    winner, won = (two[0], share) if share >= 0.5 else (two[1], 1.0 - share)
    return f"In fact {material.people.short(winner)} won, with {percent(won, 1)}."
