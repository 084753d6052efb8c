"""Register the alliance behaviours: one row each, from which the page of the reference is made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

Kind = Literal[
    "leaders",
    "notables",
    "finalists",
    "head of government",
    "campaign",
    "candidacies",
    "contractors",
    "activists",
    "letters",
    "calendar",
    "institutions",
]
"""Who follows a behaviour, or what it changes."""

Argument = Literal[
    "", "CANDIDATE", "[CANDIDATE]", "CANDIDATE@DAY", "NOTABLE=CANDIDATE", "PACT", "DAYS", "SHARE"
]
"""What is written after the colon; in brackets where it may be left out."""

PACTS = ("one-way", "mutual")
"""Pacts of a coordinated candidacy: support in the runoff by one partner, or by either."""

NOTABLE_WORDS = ("historical", "decide", "neutral", "free-vote", "endorse")
"""Leaders' behaviours that a notable can follow."""

MAX_GAP_DAYS = 60
"""Longest time between the rounds that can be asked for [days]; assumed."""

THRESHOLDS = (0.2, 0.6)
"""Lowest and highest threshold that can be asked for [fraction]; assumed."""


@dataclass(frozen=True)
class Behaviour:
    """Describe one behaviour.

    Attributes
    ----------
    name
        Word of the grammar.
    kind
        Who follows it, or what it changes.
    argument
        What is written after the colon; empty where nothing is.
    meaning
        What happens where it is followed.
    source
        The report, or the thought, that it comes from.
    mechanisms
        Ids of the mechanisms through which it acts; empty for a rule of the contest.
    touches_campaign
        Whether it changes round one or the days before it.
    redecides
        Whether it changes what a choice is worth, so that leaders whose historical choice is
        known look at it again.
    """

    name: str
    kind: Kind
    argument: Argument
    meaning: str
    source: str
    mechanisms: tuple[str, ...]
    touches_campaign: bool = False
    redecides: bool = False

    @property
    def written(self) -> str:
        """How it is written, such as ``announce:CANDIDATE@DAY`` or ``joint-ticket[:CANDIDATE]``."""
        if self.argument.startswith("["):
            return f"{self.name}[:{self.argument[1:-1]}]"
        return f"{self.name}:{self.argument}" if self.argument else self.name


_LEADERS = (
    Behaviour(
        "historical",
        "leaders",
        "",
        "do what was done, on its day; an unknown choice is decided by the actor (M27), an "
        "undated one falls on a day drawn within its window",
        "the contest file",
        ("M27",),
    ),
    Behaviour(
        "decide",
        "leaders",
        "",
        "decide by his own values (M27), whatever he did",
        "reports of 2007 and 2011: both finalists thought that they could win the third",
        ("M27",),
    ),
    Behaviour(
        "neutral",
        "leaders",
        "",
        "stay silent; lieutenants, activists and contractors go on as they would",
        "report of 2011: one eliminated leader would not decide before he consulted",
        ("M27",),
    ),
    Behaviour(
        "free-vote",
        "leaders",
        "",
        "release everybody in public: voters, activists and machine",
        "report of 2011: a finalist asks the voters to decide for themselves",
        ("M27", "M28"),
    ),
    Behaviour(
        "freeze-machine",
        "leaders",
        "",
        "stay silent, and keep the machine idle: no contacts, no orders to contractors",
        "report of 2011: the finalists want a leader for his organisation",
        ("M11", "M15", "M27"),
    ),
    Behaviour(
        "endorse",
        "leaders",
        "CANDIDATE",
        "call for a finalist, on the day of the historical choice or after two fifths of the time",
        "reports of 2007 and 2011",
        ("M27", "M28", "M29"),
    ),
    Behaviour(
        "announce",
        "leaders",
        "CANDIDATE@DAY",
        "call for a finalist on that day after round one",
        "report of 2007: the kingmaker lets days pass before he decides",
        ("M17", "M27", "M28"),
    ),
    Behaviour(
        "equilibrium",
        "leaders",
        "",
        "best replies of all eliminated leaders to each other, on what they believe",
        "theory of games; actors' beliefs, not the model's truth",
        ("M22", "M27"),
    ),
    Behaviour(
        "nearest",
        "leaders",
        "",
        "call for the finalist at the smaller distance",
        "report of 2007: in social affairs one leader was said to belong with one finalist",
        ("M27",),
    ),
    Behaviour(
        "best-offer",
        "leaders",
        "",
        "call for whoever offers most: an auction",
        "report of 2007: the treasury in exchange for support",
        ("M22", "M23", "M26"),
    ),
    Behaviour(
        "consult",
        "leaders",
        "",
        "do what the majority of the own activists wishes",
        "reports of 2007 and 2011: leaders consult activists and faction first",
        ("M18",),
    ),
    Behaviour(
        "grudge",
        "leaders",
        "",
        "call for the finalist who offended less, never for the insulter",
        "report of 2011: a leader deeply offended by one finalist",
        ("M25",),
    ),
    Behaviour(
        "united-losers",
        "leaders",
        "",
        "the eliminated act as one: one choice of all, on one day",
        "report of 2011: both finalists courted both eliminated leaders",
        ("M22", "M27"),
    ),
    Behaviour(
        "joint-ticket",
        "leaders",
        "[CANDIDATE]",
        "run as the second on a finalist's ticket: the named one's, or the nearest one's",
        "report of 2011: the second place on the list",
        ("M22", "M26"),
    ),
)

_NOTABLES = (
    Behaviour(
        "lieutenant",
        "notables",
        "NOTABLE=CANDIDATE",
        "the notable calls for that finalist, or stays `neutral`, whatever the leader does",
        "report of 2007: a minister of the third camp, who refused",
        ("M16",),
    ),
    Behaviour(
        "letter-off",
        "letters",
        "",
        "nobody writes a public letter to a leader",
        "report of 2011: mayors urge a leader to support one finalist",
        ("M19",),
        redecides=True,
    ),
)

_FINALISTS = (
    Behaviour(
        "poach",
        "finalists",
        "",
        "ignore the eliminated leaders and buy their lieutenants one by one",
        "report of 2007: a finalist thinks of splitting off some of a leader's supporters",
        ("M20",),
        redecides=True,
    ),
    Behaviour(
        "appeal-over-head",
        "finalists",
        "",
        "ask the eliminated leaders' voters directly",
        "report of 2011; call of 31 May 2007",
        ("M30",),
        redecides=True,
    ),
    Behaviour(
        "counter-frame",
        "finalists",
        "",
        "name every pact of the other finalist among the ally's opponents",
        "stickers of June 2007",
        ("M43",),
    ),
    Behaviour(
        "no-counter-frame",
        "finalists",
        "",
        "never name a pact of the other finalist",
        "stickers of June 2007",
        ("M43",),
    ),
    Behaviour(
        "pledge-kept",
        "finalists",
        "",
        "keep the pledge about the government to the end",
        "report of 2007: one finalist would not sit in the government",
        ("M24",),
        redecides=True,
    ),
    Behaviour(
        "pledge-dropped",
        "finalists",
        "",
        "drop the pledge about the government after round one",
        "report of 2007: he is expected to have no choice but to stay",
        ("M24",),
        redecides=True,
    ),
    Behaviour(
        "pledge-conditional",
        "finalists",
        "",
        "make the pledge about the government conditional, such as on a date for elections",
        "report of 2007: the other finalist would stay if a date is set",
        ("M24",),
        redecides=True,
    ),
    Behaviour(
        "finalists-unite",
        "finalists",
        "",
        "the two finalists agree on an alliance with each other, and leave the eliminated out",
        "poll of 2007: 44 % of the members preferred it",
        ("M22", "M27"),
        redecides=True,
    ),
)

_OTHERS = (
    Behaviour(
        "grant-office",
        "head of government",
        "",
        "the head of government grants the offices that he refused",
        "report of 2007: finance in addition to defence",
        ("M22", "M23"),
        redecides=True,
    ),
    Behaviour(
        "withdraw-office",
        "head of government",
        "",
        "the head of government gives no office at all",
        "report of 2007: no intention of giving the portfolio",
        ("M22", "M23"),
        redecides=True,
    ),
    Behaviour(
        "no-contempt",
        "campaign",
        "",
        "the insults and the calls that a vote is wasted never happened",
        "report of 2011: contempt for a rival's power, and a call on his voters",
        ("M03", "M04", "M25"),
        touches_campaign=True,
        redecides=True,
    ),
    Behaviour(
        "coordinated",
        "candidacies",
        "PACT",
        "the partners of the pact run apart and support each other in the runoff: `one-way` or "
        "`mutual`",
        "report of 2008: the coordinated candidacy",
        ("M33",),
        touches_campaign=True,
        redecides=True,
    ),
    Behaviour(
        "withdraw",
        "candidacies",
        "CANDIDATE",
        "the candidate leaves the race before round one",
        "report of 2008: an offer to leave the race, claimed and denied",
        ("M33",),
        touches_campaign=True,
        redecides=True,
    ),
    Behaviour(
        "stay",
        "candidacies",
        "CANDIDATE",
        "a candidate who withdrew before round one stays in the race",
        "contest of 2011: a candidate who withdrew and endorsed",
        ("M33",),
        touches_campaign=True,
        redecides=True,
    ),
    Behaviour(
        "postpone",
        "candidacies",
        "",
        "the contest is held later, as an informal agreement would have it",
        "report of 2008: an agreement against the party's constitution",
        ("M34",),
        touches_campaign=True,
        redecides=True,
    ),
    Behaviour(
        "broker-auction",
        "contractors",
        "",
        "contractors of the eliminated sell to whoever pays most, whatever their patrons say",
        "report of 2011: groups that vote as they are instructed",
        ("M15",),
        redecides=True,
    ),
    Behaviour(
        "patron-tied",
        "contractors",
        "",
        "contractors go where their patron goes, whatever is paid",
        "report of 2007: supporters of one minister",
        ("M15",),
    ),
    Behaviour(
        "early-movers-off",
        "activists",
        "",
        "no activist changes camp before his leader decides",
        "report of 2011: activists did not wait for their leader",
        ("M17",),
    ),
    Behaviour(
        "extra-week",
        "calendar",
        "",
        "the runoff is seven days later",
        "calendars of 2007 and 2011",
        ("M10", "M12", "M17"),
        redecides=True,
    ),
    Behaviour(
        "gap",
        "calendar",
        "DAYS",
        f"so many days between the rounds, 1 to {MAX_GAP_DAYS}",
        "calendars of 2007 (15 days) and 2011 (9 days)",
        ("M10", "M12", "M17"),
        redecides=True,
    ),
    Behaviour(
        "threshold",
        "institutions",
        "SHARE",
        f"share of the vote that wins round one, {THRESHOLDS[0]} to {THRESHOLDS[1]}",
        "rules of 0.4 and of 0.5",
        (),
    ),
    Behaviour(
        "instant-runoff",
        "institutions",
        "",
        "one ranked ballot by the preferences of round one; no days between the rounds",
        "rules of other parties",
        (),
    ),
    Behaviour(
        "no-polls",
        "institutions",
        "",
        "no poll is published",
        "rules of countries that forbid polls",
        ("M03", "M07", "M08", "M09"),
        touches_campaign=True,
        redecides=True,
    ),
)

BEHAVIOURS: Mapping[str, Behaviour] = MappingProxyType(
    {row.name: row for row in (*_LEADERS, *_NOTABLES, *_FINALISTS, *_OTHERS)}
)
