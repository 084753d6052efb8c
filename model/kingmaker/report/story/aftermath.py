"""Tell what came after the last ballot: promises, exits, splits, seats."""

from __future__ import annotations

from collections.abc import Iterator

from kingmaker.records import TOTAL
from kingmaker.report.story.material import Entry, Material
from kingmaker.report.story.wording import (
    count,
    listing,
    number_word,
    percent,
    plural,
    sentence,
)

_RANKS = {
    "branch-head": ("branch head", "branch heads"),
    "regional-head": ("regional head", "regional heads"),
    "foot": ("activist", "activists"),
}
_PROMISES = {
    "office": "the office",
    "second-place": "the second place",
    "posts-kept": "the posts of the camp's people",
    "institutional-seats": "the seats in the party's institutions",
    "policy": "the say in policy",
    "partnership": "partnership",
}
_GROWTH = 0.01


def exit_text(material: Material, after_round: int) -> str:
    """Say who left after a round, and where to; empty where nobody did."""
    rows = [r for r in material.rows("exits", after_round=after_round) if r["people"]]
    total = sum(row["people"] for row in rows)
    if not total:
        return ""
    scaled, people = material.scaled, material.people
    by_rank = {rank: sum(row["people"] for row in rows if row["rank"] == rank) for rank in _RANKS}
    heads = [plural(n, *_RANKS[rank]) for rank, n in by_rank.items() if n and rank != "foot"]
    among = f", {listing(heads)} among them" if heads else ""
    text = f"{count(scaled(total))} people leave the party after round {_round(after_round)}{among}"
    joined: dict[str, int] = {}
    for row in rows:
        if row["destination"]:
            joined[row["destination"]] = joined.get(row["destination"], 0) + row["people"]
    ranked = sorted(joined, key=lambda party: -joined[party])
    where = [f"{count(scaled(joined[party]))} for {people.short(party)}" for party in ranked]
    return sentence(f"{text}; {listing(where)}, the others for no party" if where else text)


def _round(number: int) -> str:
    return "one" if number == 1 else "two"


def aftermath_entries(material: Material) -> Iterator[Entry]:
    """Tell the aftermath."""
    _, day = material.days
    last_round = 2 if material.has_runoff else 1
    texts = [
        _promises(material),
        exit_text(material, last_round),
        _splits(material),
        _seats(material),
        _machines(material),
        _challenge(material),
    ]
    for text in texts:
        if text:
            yield material.entry("aftermath", day, text)


def _promises(material: Material) -> str:
    people = material.people
    made: dict[tuple[str, bool], list[str]] = {}
    last = None
    for row in material.rows("promises"):
        what = _PROMISES.get(row["kind"], row["kind"].replace("-", " "))
        made.setdefault((row["to"], bool(row["kept"])), []).append(what)
        last = row
    if last is None:
        return ""
    name = people.short(last["by"])
    parts = [
        f"{name} {'keeps' if kept else 'breaks'} what was promised to {people.short(to)}: "
        f"{listing(list(dict.fromkeys(what)))}"
        for (to, kept), what in made.items()
    ]
    word = f"{people.possessive(last['by'])} word is now worth {percent(last['reputation'])}."
    return f"{sentence('; '.join(parts))} {word}"


def _splits(material: Material) -> str:
    parts = []
    for row in material.rows("camps"):
        whose = material.people.possessive(row["candidate"])
        if row["split"]:
            leavers = count(material.scaled(row["leavers"]))
            chance = percent(row["split_prob"])
            parts.append(f"{whose} camp leaves the party with {leavers} members (chance {chance})")
    return sentence("; ".join(parts)) if parts else ""


def _seats(material: Material) -> str:
    """Say how many seats the party would win, and from whom they come."""
    name, winner = material.people.short, material.run["winner"]
    totals = {row["leader"]: row["seats"] for row in material.rows("seats", source=TOTAL)}
    if winner not in totals:
        return ""
    others = [f"{totals[f]:.0f} under {name(f)}" for f in totals if f != winner]
    beside = f" (it would win {listing(others)})" if others else ""
    text = f"Under {name(winner)} the party wins {totals[winner]:.0f} seats{beside}."
    sources = [
        (row["seats"], "the split" if row["source"] == "split" else name(row["source"]))
        for row in material.rows("seats", leader=winner)
        if row["source"] not in (TOTAL, "own") and abs(row["seats"]) >= 0.5
    ]
    gains = [f"{number_word(round(n))} from {source}" for n, source in sources if n > 0.0]
    losses = [f"{number_word(round(-n))} to {source}" for n, source in sources if n < 0.0]
    sides = [f"gains {listing(gains)}"] if gains else []
    sides += [f"loses {listing(losses)}"] if losses else []
    return f"{text} {sentence(f'it {listing(sides)}')}" if sides else text


def _machines(material: Material) -> str:
    parts = []
    for row in material.rows("camps"):
        growth = row["next_machine"] / row["machine"] - 1.0 if row["machine"] else 0.0
        if growth >= _GROWTH:
            parts.append(f"{material.people.short(row['candidate'])} by {percent(growth)}")
    if not parts:
        return ""
    return sentence(f"the losers strengthen their machines for the next contest, {listing(parts)}")


def _challenge(material: Material) -> str:
    prob, winner = material.run.get("challenge_prob"), material.run["winner"]
    if prob is None or not winner:
        return ""
    name = material.people.short(winner)
    return f"The chance that {name} is challenged before the next election: {percent(prob)}."
