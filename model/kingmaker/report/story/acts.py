"""Turn the acts of the table ``deals`` into sentences."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from kingmaker.experiment.reading import Row
from kingmaker.report.story.people import People
from kingmaker.report.story.wording import (
    figures,
    listing,
    percent,
    sentence,
    split_reason,
    weighed,
)

BASIS_NOTES = {
    "behaviour": "set by the behaviour",
    "pact": "by the pact made before round one",
    "displaced": "decided anew, as the one endorsed in fact is out",
}

# Singular and plural; {who} and {whom} are names, {whose} is the target's genitive.
_PHRASES: Mapping[str, tuple[str, str]] = {
    "endorses": ("{who} calls for {whom}", "{who} call for {whom}"),
    "neutral": ("{who} stays neutral", "{who} stay neutral"),
    "free-vote": (
        "{who} releases voters and machine: everybody may vote as they please",
        "{who} release voters and machine: everybody may vote as they please",
    ),
    "freezes": (
        "{who} stays silent and keeps the machine idle",
        "{who} stay silent and keep their machines idle",
    ),
    "ticket": (
        "{who} joins {whom} on a ticket, as number two",
        "{who} join {whom} on a ticket, as numbers two",
    ),
    "unites": ("{who} and {whom} close ranks: {who} calls own voters to {whom}",) * 2,
    "meets": ("{who} meets {whom}", "{who} meet {whom}"),
    "praises": ("{who} praises {whom}", "{who} praise {whom}"),
    "appeals": (
        "{who} appeals to {whose} voters over their leader's head",
        "{who} appeal to {whose} voters over their leader's head",
    ),
    "accepts": ("{who} accepts {whose} offer", "{who} accept {whose} offers"),
    "refuses": ("{who} refuses {whose} offer", "{who} refuse {whose} offers"),
    "praised-by-rival": ("{whom} praises {who}, which is held against {who}",) * 2,
    "rebuts": ("{who} disowns the praise",) * 2,
    "desert-call": ("{who} calls votes for {whom} wasted", "{who} call votes for {whom} wasted"),
    "stands": ("{who} stands", "{who} stand"),
    "withdraws": ("{who} stays out of the race", "{who} stay out of the race"),
}

_OFFERS = {
    "office": "an office",
    "second-place": "the second place",
    "posts-kept": "to keep the posts of the camp's people",
    "institutional-seats": "seats in the party's institutions",
    "policy": "a say in policy",
    "partnership": "partnership, in words only",
}
_STANCES = {
    "stay": "staying in it",
    "leave": "leaving it",
    "conditional": "staying on a condition",
}


_WITH_TERMS = ("endorses", "ticket", "neutral", "free-vote")
"""Acts whose terms are told."""

_TOGETHER = ("meets", "praises", "appeals", "moves-early")
"""Acts that are told once for all whom they concern."""


@dataclass(frozen=True)
class Act:
    """Hold one act, several actors or targets merged where they did the same.

    Attributes
    ----------
    rows
        Rows of the table ``deals``.
    """

    rows: tuple[Row, ...]

    @property
    def row(self) -> Row:
        """The first row: act, basis and terms are those of all."""
        return self.rows[0]

    @property
    def actors(self) -> tuple[str, ...]:
        """Who acted."""
        return tuple(dict.fromkeys(row["actor"] for row in self.rows))

    @property
    def targets(self) -> tuple[str, ...]:
        """On whom."""
        return tuple(dict.fromkeys(row["target"] for row in self.rows))


def merge(rows: Sequence[Row], people: People) -> list[Act]:
    """Put those who did the same on a day into one act.

    Candidates' decisions stay apart, with their reasons; others are merged whatever moved them.
    An actor who did the same to several is told once.
    """
    by_target: dict[tuple[object, ...], list[Row]] = {}
    for number, row in enumerate(rows):
        is_candidate = row["actor"] in people.candidate_ids
        key: tuple[object, ...] = (row["act"], row["target"], row["basis"])
        key += (number,) if is_candidate and row["reason"] else (row["terms"] * is_candidate,)
        by_target.setdefault(key, []).append(row)
    acts: dict[tuple[object, ...], list[Row]] = {}
    for number, same in enumerate(by_target.values()):
        row, actors = same[0], tuple(r["actor"] for r in same)
        plain = row["act"] in _TOGETHER and not row["reason"]
        key = (row["act"], actors, row["basis"]) if plain else (number,)
        acts.setdefault(key, []).extend(same)
    return [Act(tuple(found)) for found in acts.values()]


def act_text(act: Act, people: People, note: str = "") -> str:
    """Write what was done, on what terms, with a note or what it is based on."""
    special = _SPECIAL.get(act.row["act"])
    text = special(act, people) if special else _by_phrase(act, people)
    return sentence(text, note or BASIS_NOTES.get(act.row["basis"], ""))


def reason_text(act: Act, people: People) -> str:
    """Write what the actor weighed, as the model has it; empty for those who are told in sum."""
    row = act.row
    if row["actor"] not in people.candidate_ids or not row["reason"]:
        return ""
    terms, remark = split_reason(row["reason"])
    told = weighed(terms)
    if told:
        told = sentence(f"{people.possessive(row['actor'])} reasons: {told}")
    return " ".join(part for part in (told, _remark(remark, people)) if part)


def _by_phrase(act: Act, people: People) -> str:
    row = act.row
    who = people.names(act.actors)
    targets = [t for t in act.targets if t]
    whom = people.names(targets)
    phrases = _PHRASES.get(row["act"])
    if phrases is None:
        words = [who, row["act"].replace("-", " "), whom]
        text = " ".join(word for word in words if word)
        return f"{text}: {row['terms']}" if row["terms"] else text
    whose = people.possessive(targets[0]) if len(targets) == 1 else f"{whom}'s"
    text = phrases[len(act.actors) > 1].format(who=who, whom=whom, whose=whose)
    has_terms = row["terms"] and row["basis"] != "pact" and row["act"] in _WITH_TERMS
    return f"{text}; the terms: {row['terms']}" if has_terms else text


def _remark(remark: str, people: People) -> str:
    if not remark:
        return ""
    delivered = re.fullmatch(r"delivered with probability ([\d.]+) if he wins", remark)
    if delivered:
        return f"The chance that a victory would bring it: {percent(float(delivered[1]))}."
    if remark == "a best reply":
        return "On what was known nothing was worth more."
    short = re.fullmatch(r"([\d.]+) short of the best reply, (\S+)", remark)
    if short:
        return (
            f"On what was known {_option(short[2], people)} was worth {float(short[1]):.1f} more."
        )
    known = {
        "as in fact": "So it was in fact.",
        "otherwise than in fact": "In fact it was otherwise.",
    }
    return known.get(remark, sentence(remark))


def _option(option: str, people: People) -> str:
    words = {"neutral": "staying neutral", "free-vote": "releasing everybody"}
    return words.get(option) or f"a call for {people.short(option)}"


# ------------------------------------------------------------------------------ acts with terms


def _offer(terms: str, people: People, to: str) -> tuple[str, bool]:
    """Turn the terms of an offer into a phrase, or tell that they are a sentence of their own."""
    kind, _, rest = terms.partition(", in proportion to ")
    phrase = _OFFERS.get(kind.replace(" ", "-"))
    part = re.match(r"(\d+)%", rest)
    if phrase is not None and part:
        return f"{phrase}, for the {part[1]} % that {people.short(to)} brings to their votes", True
    if terms == "partnership in words":
        return "partnership in words", True
    office = re.fullmatch(r"office: (\S+)", terms)
    if office:
        return f"the office of {office[1].replace('-', ' ')}", True
    if phrase is not None:
        return phrase, True
    known, _, said = terms.partition(": ")
    return (said if known in _OFFERS else terms), False


def _verb(act: Act, one: str, many: str) -> str:
    return one if len(act.actors) == 1 else many


def _offers(act: Act, people: People) -> str:
    offer, is_phrase = _offer(act.row["terms"], people, act.targets[0])
    who, whom = people.names(act.actors), people.names(act.targets)
    if is_phrase:
        return f"{who} {_verb(act, 'offers', 'offer')} {whom} {offer}"
    offer = offer.removesuffix(".").removesuffix(", as reported")
    is_named = people.short(act.actors[0]) in offer
    return offer if is_named else f"{who} offers {whom}: {_inside(offer)}"


def _inside(text: str) -> str:
    """Begin with a small letter where the first word is an article."""
    return text[0].lower() + text[1:] if text.startswith(("A ", "An ", "The ")) else text


def _rumour(act: Act, people: People) -> str:
    offer, is_phrase = _offer(act.row["terms"], people, act.targets[0])
    who, whom = people.names(act.actors), people.names(act.targets)
    if is_phrase:
        return f"the press hears that {who} has offered {whom} {offer}"
    return f"the press hears of talks between {who} and {whom}"


def _denies(act: Act, people: People) -> str:
    return f"{people.names(act.actors)} {_verb(act, 'denies', 'deny')} it"


def _letter(act: Act, people: People) -> str:
    who, whom = people.names(act.actors), people.names(act.targets)
    verb, finalist = _verb(act, "asks", "ask"), people.name(act.row["terms"])
    return f"{who} {verb} {whom} in a public letter to support {finalist}"


def _poaches(act: Act, people: People) -> str:
    who, whom = people.names(act.actors), people.names(act.targets)
    offer, is_phrase = _offer(act.row["terms"], people, act.targets[0])
    what = f" with {offer}" if is_phrase else ""
    return f"{who} {_verb(act, 'tries', 'try')} to win {whom}{what}, over the leader's head"


def _ignores(act: Act, people: People) -> str:
    who, whom = people.names(act.actors), people.names(act.targets)
    if "lieutenants" in act.row["terms"]:
        pass_, turn = _verb(act, "passes", "pass"), _verb(act, "turns", "turn")
        return f"{who} {pass_} {whom} over and {turn} to the lieutenants"
    return f"{who} {_verb(act, 'makes', 'make')} {whom} no offer"


def _counter_frames(act: Act, people: People) -> str:
    camp, whom = people.possessive(act.actors[0]), people.names(act.targets)
    ally = act.row["terms"].removeprefix("pact with ")
    if ally == act.row["terms"]:
        return f"{camp} camp names the pact of {whom}"
    return f"{camp} camp names the pact: whoever votes for {whom} gets {people.short(ally)}"


def _office(act: Act) -> str:
    terms = act.row["terms"]
    return f"the office of {terms.replace('-', ' ')}" if terms else "an office"


def _grants(act: Act, people: People) -> str:
    who, whom = people.names(act.actors), people.names(act.targets)
    return f"{who} would give {_office(act)}: {whom} may offer it"


def _withholds(act: Act, people: People) -> str:
    who, whom = people.names(act.actors), people.names(act.targets)
    return f"{who} will not give {_office(act)} for {whom} to offer"


def _changes_pledge(act: Act, people: People) -> str:
    stances = re.fullmatch(r"from (\S+) to (\S+)", act.row["terms"])
    who = people.names(act.actors)
    if stances is None:
        return f"{who} changes a pledge"
    before, after = (_STANCES.get(stance, stance) for stance in stances.groups())
    return f"{who} changes a pledge about the government, from {before} to {after}"


def _pledges(act: Act, people: People) -> str:
    terms = act.row["terms"]
    about = _STANCES.get(terms)
    who = people.names(act.actors)
    return (
        f"{who} is pledged to {about.replace('it', 'the government', 1)}"
        if about
        else (f"{who} makes a pledge: {terms}" if terms else f"{who} makes a pledge")
    )


def _moves_early(act: Act, people: People) -> str:
    moved: list[str] = []
    whose = people.possessive(act.actors[0])
    for row in act.rows:
        counts = re.fullmatch(r"(\d+) of (\d+) activists", row["terms"])
        if counts is None:
            return f"{whose} activists had gone over by then"
        of = "" if moved else f" of {whose} {figures(int(counts[2]))} activists had gone over"
        moved.append(f"{counts[1]}{of} to {people.name(row['target'])}")
    return f"by then {listing(moved)}"


def _pact(act: Act, people: People) -> str:
    who, whom = people.names(act.actors), people.names(act.targets)
    kinds = {
        "one-way": f"{who} will support {whom} in a runoff",
        "mutual": f"{who} and {whom} will support whoever of them reaches the runoff",
        "withdrawal": f"{who} stays out of the race in favour of {whom}",
    }
    terms = act.row["terms"]
    return kinds.get(terms) or f"{who} and {whom} agree on a pact{f': {terms}' if terms else ''}"


_SPECIAL: Mapping[str, Callable[[Act, People], str]] = {
    "offers": _offers,
    "rumour": _rumour,
    "denies": _denies,
    "letter": _letter,
    "poaches": _poaches,
    "ignores": _ignores,
    "counter-frames": _counter_frames,
    "grants": _grants,
    "withholds": _withholds,
    "changes-pledge": _changes_pledge,
    "pledges": _pledges,
    "moves-early": _moves_early,
    "pact": _pact,
}
