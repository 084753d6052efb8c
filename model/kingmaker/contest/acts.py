"""Define what named actors did in a contest: dated acts that the model replays or explains."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import Field

from kingmaker.contest.fields import Id, Sourced, Text


class Event(Sourced):
    """Report one dated act that the model replays."""

    date: Annotated[dt.date | None, Field(description="day of the act")] = None
    earliest: Annotated[dt.date | None, Field(description="first possible day")] = None
    latest: Annotated[dt.date | None, Field(description="last possible day")] = None
    kind: Annotated[
        Literal[
            "insult",
            "attack",
            "praise",
            "meeting",
            "wasted-vote-call",
            "appeal-to-voters",
            "letter",
            "poach",
            "refusal",
            "statement",
            "counter-frame",
            "outside-endorsement",
            "early-move",
            "complaint",
            "other",
        ],
        Field(description="what sort of act it was"),
    ]
    by: Annotated[Id, Field(description="who acted: candidate, notable or outside actor")]
    to: Annotated[Id | None, Field(description="at whom it was aimed")] = None
    text: Annotated[Text, Field(description="what happened, in a sentence")]


class Endorsement(Sourced):
    """Report what somebody called for; `unknown` is not `neutral`."""

    by: Annotated[Id, Field(description="the endorser: candidate or notable")]
    to: Annotated[Id, Field(description="candidate id, or neutral, free-vote, unknown")]
    date: Annotated[dt.date | None, Field(description="day of the call")] = None
    earliest: Annotated[dt.date | None, Field(description="first possible day")] = None
    latest: Annotated[dt.date | None, Field(description="last possible day")] = None
    phase: Annotated[
        Literal["before", "between"] | None,
        Field(description="before round one or between the rounds; needed where dates do not tell"),
    ] = None
    kind: Annotated[
        Literal["explicit", "personal", "implied", "unadvertised"],
        Field(description="a call to vote, the own vote only, between the lines, or not announced"),
    ] = "explicit"
    terms: Annotated[
        tuple[Text, ...], Field(strict=False, description="reported terms of the deal")
    ] = ()


class Offer(Sourced):
    """Report one thing that a finalist held out to somebody."""

    by: Annotated[Id, Field(description="who offered")]
    to: Annotated[Id, Field(description="to whom")]
    date: Annotated[dt.date | None, Field(description="day of the offer")] = None
    earliest: Annotated[dt.date | None, Field(description="first possible day")] = None
    latest: Annotated[dt.date | None, Field(description="last possible day")] = None
    kind: Annotated[
        Literal[
            "office", "second-place", "posts-kept", "institutional-seats", "policy", "partnership"
        ],
        Field(description="what sort of thing it was"),
    ]
    office: Annotated[Id | None, Field(description="which office")] = None
    accepted: Annotated[bool | None, Field(description="absent where it is not known")] = None
    text: Annotated[Text, Field(description="what was offered, in a sentence")]


class Pledge(Sourced):
    """Report one public commitment."""

    by: Annotated[Id, Field(description="who pledged")]
    issue: Annotated[
        Literal["government", "no-deals", "no-challenge", "cooperation", "policy"],
        Field(description="what it is about"),
    ]
    stance: Annotated[
        Literal["stay", "leave", "conditional", "keep"],
        Field(description="stay in or leave the government, on a condition, or keep the promise"),
    ]
    date: Annotated[dt.date | None, Field(description="day of the pledge")] = None
    earliest: Annotated[dt.date | None, Field(description="first possible day")] = None
    latest: Annotated[dt.date | None, Field(description="last possible day")] = None
    until: Annotated[
        dt.date | None, Field(description="last day on which it binds; absent: it has no end")
    ] = None
    text: Annotated[Text, Field(description="what was pledged, in a sentence")]
