"""Define what a contest file may say: one frozen type per section, a unit for every number."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import Field

from kingmaker.contest.acts import Endorsement, Event, Offer, Pledge
from kingmaker.contest.candidacy import Candidacy, Challenger, Pact, Promise
from kingmaker.contest.fields import (
    Confidence,
    Days,
    Id,
    PositiveCount,
    Seats,
    Section,
    Sourced,
    Text,
)
from kingmaker.contest.observed import (
    Poll,
    Result,
    Results,
    Sector,
    SectorResult,
    Town,
    Transfer,
)
from kingmaker.contest.people import Bloc, Candidate, Estimate, Notable, Outside

__all__ = [
    "NOT_A_FINALIST",
    "SCHEMA_VERSION",
    "Bloc",
    "Candidacy",
    "Candidate",
    "Challenger",
    "Confidence",
    "Contest",
    "Dates",
    "Endorsement",
    "Estimate",
    "Event",
    "Notable",
    "Offer",
    "Outside",
    "Pact",
    "Parliament",
    "Pledge",
    "Poll",
    "Promise",
    "Result",
    "Results",
    "Roll",
    "Rules",
    "Salience",
    "Section",
    "Sector",
    "SectorResult",
    "Sourced",
    "Town",
    "Transfer",
]

SCHEMA_VERSION = 1
NOT_A_FINALIST = ("neutral", "free-vote", "unknown")


class Rules(Section):
    """State how the contest is decided."""

    threshold: Annotated[
        float,
        Field(
            gt=0.0,
            le=1.0,
            allow_inf_nan=False,
            description="share of candidate votes that wins in round one [fraction]",
        ),
    ]
    gap_days: Annotated[
        Days | None, Field(description="days between the rounds, where dates are unknown [days]")
    ] = None
    campaign_days: Annotated[
        Days | None, Field(description="days simulated before round one [days]; default 60")
    ] = None
    same_electorate: Annotated[
        bool, Field(description="whether both rounds are open to the same people")
    ] = True
    voters_only: Annotated[
        bool, Field(description="whether the runoff is open only to those who voted in round one")
    ] = False
    same_day: Annotated[
        bool, Field(description="whether the runoff follows on the day of round one")
    ] = False
    note: Annotated[Text | None, Field(description="anything a reader should know")] = None
    source: Annotated[Text | None, Field(description="where the rules come from")] = None
    confidence: Annotated[Confidence | None, Field(description="how sure the rules are")] = None


class Dates(Section):
    """Give the polling days."""

    round1: Annotated[dt.date, Field(description="polling day of round one")]
    round2: Annotated[dt.date | None, Field(description="polling day of the runoff")] = None


class Roll(Sourced):
    """Count those entitled to vote; a missing number is drawn and reported."""

    round1: Annotated[
        PositiveCount | None, Field(description="entitled in round one [members]")
    ] = None
    round2: Annotated[
        PositiveCount | None,
        Field(description="entitled in the runoff, where it differs [members]"),
    ] = None


class Parliament(Sourced):
    """Say where the party stood in parliament before the contest."""

    seats: Annotated[
        Seats, Field(description="seats won by the party at the last general election [seats]")
    ]


class Salience(Section):
    """Weigh the three dimensions in this contest; 0 where one was no issue."""

    socio_economic: Annotated[
        float,
        Field(
            ge=0.0,
            le=3.0,
            allow_inf_nan=False,
            description="weight of the socio-economic dimension [dimensionless]",
        ),
    ] = 1.0
    new_politics: Annotated[
        float,
        Field(
            ge=0.0,
            le=3.0,
            allow_inf_nan=False,
            description="weight of new or clean politics [dimensionless]",
        ),
    ] = 1.0
    government: Annotated[
        float,
        Field(
            ge=0.0,
            le=3.0,
            allow_inf_nan=False,
            description="weight of staying in the government [dimensionless]",
        ),
    ] = 0.0


class Contest(Section):
    """Hold one two-round contest, as far as it is known."""

    schema_version: Annotated[Literal[1], Field(description="version of this format")] = 1
    id: Annotated[Id, Field(description="name of the contest on the command line")]
    name: Annotated[Text, Field(description="name for readers")]
    country: Annotated[Text, Field(description="country, or nation and region")]
    party: Annotated[Text, Field(description="party or alliance that votes")]
    office: Annotated[Text, Field(description="what is decided")] = "party leader"
    kind: Annotated[
        Literal["members", "open", "delegates", "general"],
        Field(description="who may vote: members, anybody (open primary), delegates, citizens"),
    ]
    confidence: Annotated[Confidence, Field(description="of the file as a whole")]
    sources: Annotated[
        tuple[Text, ...], Field(strict=False, description="where the file as a whole comes from")
    ] = ()
    note: Annotated[Text | None, Field(description="anything a reader should know")] = None
    irregular: Annotated[
        Text | None, Field(description="why the contest is no ordinary two-round contest")
    ] = None
    hypothetical: Annotated[bool, Field(description="whether the contest is invented")] = False
    from_memory: Annotated[
        tuple[Text, ...], Field(strict=False, description="fields written from memory, unverified")
    ] = ()
    rules: Annotated[Rules, Field(description="how the contest is decided")]
    dates: Annotated[Dates, Field(description="the polling days")]
    roll: Annotated[Roll, Field(description="those entitled to vote; absent: unknown")] = Roll(
        source="no count is given", confidence="assumed"
    )
    parliament: Annotated[
        Parliament | None, Field(description="the party's seats in parliament; absent: unknown")
    ] = None
    salience: Annotated[Salience, Field(description="weights of the dimensions")] = Salience()
    candidates: Annotated[
        tuple[Candidate, ...],
        Field(
            strict=False,
            min_length=2,
            max_length=40,
            description="who stands, in the order of the result",
        ),
    ]
    sectors: Annotated[
        tuple[Sector, ...],
        Field(strict=False, max_length=100, description="a partition of the roll; absent: one"),
    ] = ()
    towns: Annotated[
        tuple[Town, ...], Field(strict=False, max_length=2000, description="places observed")
    ] = ()
    blocs: Annotated[
        tuple[Bloc, ...],
        Field(strict=False, max_length=2000, description="known blocs; others are drawn"),
    ] = ()
    notables: Annotated[
        tuple[Notable, ...],
        Field(strict=False, max_length=2000, description="named persons with weight"),
    ] = ()
    outside: Annotated[
        tuple[Outside, ...],
        Field(strict=False, max_length=200, description="actors outside the party"),
    ] = ()
    polls: Annotated[
        tuple[Poll, ...], Field(strict=False, max_length=2000, description="published polls")
    ] = ()
    events: Annotated[
        tuple[Event, ...], Field(strict=False, max_length=5000, description="dated acts")
    ] = ()
    endorsements: Annotated[
        tuple[Endorsement, ...],
        Field(strict=False, max_length=5000, description="who called for whom"),
    ] = ()
    offers: Annotated[
        tuple[Offer, ...], Field(strict=False, max_length=5000, description="what was held out")
    ] = ()
    pledges: Annotated[
        tuple[Pledge, ...], Field(strict=False, max_length=5000, description="public commitments")
    ] = ()
    candidacy: Annotated[
        Candidacy | None, Field(description="what is open before the contest; absent: nothing")
    ] = None
    transfers: Annotated[
        tuple[Transfer, ...],
        Field(
            strict=False,
            max_length=2000,
            description="where polls saw eliminated candidates' voters go; printed, never read",
        ),
    ] = ()
    results: Annotated[Results, Field(description="observed results")] = Results()

    @property
    def running(self) -> tuple[Candidate, ...]:
        """Candidates on the first ballot, in the order of the file."""
        return tuple(c for c in self.candidates if c.withdrawn is None)

    @property
    def rival_parties(self) -> tuple[Outside, ...]:
        """Parties that leavers may join, in the order of the file; their politicians left out."""
        return tuple(o for o in self.outside if o.role == "rival-party" and o.party is None)
