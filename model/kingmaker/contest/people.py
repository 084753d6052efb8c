"""Define the named people and groups of a contest file."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import Field

from kingmaker.contest.fields import (
    Confidence,
    Count,
    Id,
    Position,
    PositiveCount,
    Seats,
    Section,
    Share,
    Sourced,
    Text,
    Weight,
)


class Estimate(Sourced):
    """Hold one sourced number in [0, 1]."""

    value: Annotated[Share, Field(description="the number itself [fraction]")]


class Candidate(Section):
    """Describe one candidate; what is unknown is absent and drawn."""

    id: Annotated[Id, Field(description="name of the candidate in all other sections")]
    name: Annotated[Text, Field(description="name for readers")]
    position: Annotated[
        Position | None,
        Field(
            strict=False,
            description="ideal point: socio-economic (positive: more redistribution), new or clean "
            "politics (positive: more), staying in the government (positive: stay) "
            "[standard deviations of the members]",
        ),
    ] = None
    incumbent: Annotated[bool, Field(description="led the party before the contest")] = False
    machine: Annotated[
        Weight | None,
        Field(
            description="weight of the candidate's organised blocs relative to 1, the average "
            "[dimensionless]"
        ),
    ] = None
    rejection: Annotated[
        Estimate | None,
        Field(description="share of members who would never vote for the candidate [fraction]"),
    ] = None
    strength: Annotated[
        Estimate | None,
        Field(
            description="share of the candidate votes expected in round one if everybody stands, "
            "where there is no result; drawn around it [fraction]"
        ),
    ] = None
    competence: Annotated[
        float | None,
        Field(
            ge=-3.0,
            le=3.0,
            allow_inf_nan=False,
            description="standing in the campaign's field [standard deviations]",
        ),
    ] = None
    themes: Annotated[
        tuple[Literal["electability", "competence", "social-flag", "clean-politics"], ...],
        Field(strict=False, description="messages that the candidate is known for"),
    ] = ()
    no_deals: Annotated[bool, Field(description="promised in public to make no deals")] = False
    registration_claim: Annotated[
        Count | None, Field(description="forms the camp claims to have collected [members]")
    ] = None
    withdrawn: Annotated[
        dt.date | None,
        Field(description="day of withdrawal before round one; the last possible one if unknown"),
    ] = None
    withdrawn_after: Annotated[
        dt.date | None,
        Field(description="day on which a place in the runoff was given up; the next one moves up"),
    ] = None
    aggregate: Annotated[
        bool,
        Field(description="several minor candidates counted together; never a finalist"),
    ] = False
    note: Annotated[Text | None, Field(description="anything a reader should know")] = None
    source: Annotated[Text | None, Field(description="where the candidate's figures come from")] = (
        None
    )
    confidence: Annotated[Confidence | None, Field(description="how sure these figures are")] = None


class Bloc(Sourced):
    """Describe one known bloc of members who follow a vote contractor."""

    id: Annotated[Id, Field(description="name of the bloc in this file")]
    name: Annotated[Text, Field(description="name for readers")]
    size: Annotated[PositiveCount, Field(description="members in the bloc [members]")]
    sector: Annotated[Id, Field(description="sector that the members belong to")]
    camp: Annotated[Id | None, Field(description="candidate it worked for in round one")] = None
    patron: Annotated[Id | None, Field(description="notable behind the contractor")] = None


class Notable(Sourced):
    """Describe a named person with weight: MP, minister, mayor, union head, broker."""

    id: Annotated[Id, Field(description="name of the person in all other sections")]
    name: Annotated[Text, Field(description="name for readers")]
    role: Annotated[
        Literal["mp", "minister", "mayor", "union", "official", "broker", "activist", "other"],
        Field(description="what gives the person weight"),
    ]
    people: Annotated[
        PositiveCount,
        Field(
            description="persons whom this entry stands for, where no names were printed [persons]"
        ),
    ] = 1
    camp: Annotated[Id | None, Field(description="candidate supported before round one")] = None
    sectors: Annotated[
        tuple[Id, ...], Field(strict=False, description="sectors where the person has weight")
    ] = ()
    members: Annotated[
        Count | None, Field(description="members said to follow the person [members]")
    ] = None
    loyal: Annotated[
        bool, Field(description="refused in public to be won over against the own leader")
    ] = False


class Outside(Sourced):
    """Describe an actor outside the party."""

    id: Annotated[Id, Field(description="name of the actor in all other sections")]
    name: Annotated[Text, Field(description="name for readers")]
    role: Annotated[
        Literal[
            "head-of-government", "central-committee", "rival-party", "pollster", "press", "other"
        ],
        Field(description="what the actor is"),
    ]
    prefers: Annotated[Id | None, Field(description="finalist preferred")] = None
    offices: Annotated[
        tuple[Id, ...], Field(strict=False, description="offices that the actor could give")
    ] = ()
    refuses: Annotated[
        tuple[Id, ...], Field(strict=False, description="offices that the actor refused to give")
    ] = ()
    party: Annotated[
        Id | None,
        Field(description="rival party of a politician; absent: the entry is the party itself"),
    ] = None
    position: Annotated[
        Position | None,
        Field(
            strict=False,
            description="ideal point of a rival party, as for candidates [standard deviations]",
        ),
    ] = None
    ties: Annotated[
        dict[str, Share],
        Field(
            description="candidate id to the part of the candidate's voters with an old tie to a "
            "leader of the rival party [fraction]"
        ),
    ] = Field(default_factory=dict)
    seats: Annotated[
        Seats | None,
        Field(description="seats of a rival party: last general election or last poll [seats]"),
    ] = None
    stay_prob: Annotated[
        Share | None,
        Field(description="probability that the party stays in the government [fraction]"),
    ] = None
