"""Define what was observed in a contest: sectors, places, polls and results."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import Field

from kingmaker.contest.fields import (
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


class SectorResult(Sourced):
    """Observe one sector's result in one round: evidence with noise, never a constraint."""

    shares: Annotated[
        dict[str, Share],
        Field(description="candidate id to share of the sector's votes [fraction]"),
    ] = Field(default_factory=dict)
    at_most: Annotated[
        dict[str, Share],
        Field(description="candidate id to an upper bound of its share [fraction]"),
    ] = Field(default_factory=dict)
    votes: Annotated[dict[str, Count], Field(description="candidate id to votes [votes]")] = Field(
        default_factory=dict
    )
    blank: Annotated[Share | None, Field(description="share of blank ballots [fraction]")] = None
    counted: Annotated[
        Share | None, Field(description="part of the ballots counted when reported [fraction]")
    ] = None
    turnout: Annotated[Share | None, Field(description="ballots / entitled [fraction]")] = None
    turnout_alternative: Annotated[
        Share | None, Field(description="turnout in a second report [fraction]")
    ] = None


class Sector(Sourced):
    """Describe one part of the roll; sectors are disjoint and the `rest` fills up."""

    id: Annotated[Id, Field(description="name of the sector in all other sections")]
    name: Annotated[Text, Field(description="name for readers")]
    members: Annotated[PositiveCount | None, Field(description="size [members]")] = None
    members_range: Annotated[
        tuple[PositiveCount, PositiveCount] | None,
        Field(strict=False, description="size drawn uniformly from this range [members]"),
    ] = None
    rest: Annotated[bool, Field(description="holds everybody who is in no other sector")] = False
    brokered: Annotated[
        Weight,
        Field(
            description="density of vote contractors relative to the other sectors [dimensionless]"
        ),
    ] = 1.0
    leaning: Annotated[
        Position | None,
        Field(
            strict=False,
            description="mean ideal point of the sector, as for candidates [standard deviations]",
        ),
    ] = None
    round1: Annotated[SectorResult | None, Field(description="observed in round one")] = None
    round2: Annotated[SectorResult | None, Field(description="observed in the runoff")] = None


class Town(Sourced):
    """Observe one place; towns overlap sectors and are never simulated one by one."""

    id: Annotated[Id, Field(description="name of the place in this file")]
    name: Annotated[Text, Field(description="name for readers")]
    sector: Annotated[Id | None, Field(description="sector that most members belong to")] = None
    eligible: Annotated[PositiveCount | None, Field(description="members [members]")] = None
    ballots_round1: Annotated[Count | None, Field(description="ballots in round one [ballots]")] = (
        None
    )
    ballots_round2: Annotated[
        Count | None, Field(description="ballots in the runoff [ballots]")
    ] = None
    votes_round1: Annotated[
        dict[str, Count], Field(description="candidate id to votes in round one [votes]")
    ] = Field(default_factory=dict)
    votes_round2: Annotated[
        dict[str, Count], Field(description="candidate id to votes in the runoff [votes]")
    ] = Field(default_factory=dict)


class Poll(Sourced):
    """Publish one poll; the date is its publication, or the last day of its window."""

    date: Annotated[dt.date | None, Field(description="day of publication")] = None
    earliest: Annotated[dt.date | None, Field(description="first possible day")] = None
    latest: Annotated[dt.date | None, Field(description="last possible day")] = None
    pollster: Annotated[Text, Field(description="who asked")]
    population: Annotated[
        Literal["members", "exit", "public"],
        Field(description="who was asked: members, voters at the polling stations, citizens"),
    ] = "members"
    question: Annotated[
        Literal["round1", "runoff", "seats"], Field(description="what was asked about")
    ]
    n: Annotated[PositiveCount | None, Field(description="respondents [persons]")] = None
    shares: Annotated[
        dict[str, Share], Field(description="candidate id to share of all asked [fraction]")
    ] = Field(default_factory=dict)
    undecided: Annotated[Share | None, Field(description="undecided or no answer [fraction]")] = (
        None
    )
    seats: Annotated[
        dict[str, Seats],
        Field(description="candidate id to seats of the party under this leader [seats]"),
    ] = Field(default_factory=dict)
    seats_from: Annotated[
        dict[str, dict[str, Seats]],
        Field(
            description="candidate id to rival party id to seats that come from this party under "
            "this leader [seats]"
        ),
    ] = Field(default_factory=dict)
    condition: Annotated[
        Text | None,
        Field(description="what respondents were told or asked to recall; absent: nothing"),
    ] = None
    sector: Annotated[Id | None, Field(description="sector asked; absent: all")] = None


class Transfer(Sourced):
    """Report where an eliminated candidate's voters said they would go: for printing only."""

    origin: Annotated[Id, Field(description="eliminated candidate, or eliminated for all of them")]
    to: Annotated[Id, Field(description="finalist, or abstain for blank and at home")]
    share: Annotated[Share, Field(description="part of the origin's voters [fraction]")]


class Result(Sourced):
    """Observe one round: votes where they are known, else published shares."""

    votes: Annotated[dict[str, Count], Field(description="candidate id to votes [votes]")] = Field(
        default_factory=dict
    )
    shares: Annotated[
        dict[str, Share],
        Field(description="candidate id to share of the base, where votes are unknown [fraction]"),
    ] = Field(default_factory=dict)
    base: Annotated[
        PositiveCount | None,
        Field(description="ballots that the shares are of; absent: the ballots cast [ballots]"),
    ] = None
    other_or_blank: Annotated[
        Share | None,
        Field(description="remainder of the base that is no candidate listed here [fraction]"),
    ] = None
    counted: Annotated[
        Share | None, Field(description="part of the ballots counted when reported [fraction]")
    ] = None
    ballots: Annotated[Count | None, Field(description="ballots cast [ballots]")] = None
    blank: Annotated[Count | None, Field(description="blank and void ballots [ballots]")] = None
    turnout: Annotated[Share | None, Field(description="ballots / entitled [fraction]")] = None


class Results(Section):
    """Hold the observed results of both rounds."""

    round1: Annotated[Result | None, Field(description="round one; absent: a forecast")] = None
    round2: Annotated[Result | None, Field(description="the runoff; printed, never read")] = None
