"""Define what a contest file may say: one frozen type per section, a unit for every number."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

SCHEMA_VERSION = 1
NOT_A_FINALIST = ("neutral", "free-vote", "unknown")

Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
Text = Annotated[str, StringConstraints(min_length=1, max_length=2000)]
Share = Annotated[float, Field(ge=0.0, le=1.0, allow_inf_nan=False)]
Count = Annotated[int, Field(ge=0, le=200_000_000)]
PositiveCount = Annotated[int, Field(ge=1, le=200_000_000)]
Coordinate = Annotated[float, Field(ge=-10.0, le=10.0, allow_inf_nan=False)]
Days = Annotated[int, Field(ge=1, le=1000)]
Confidence = Literal["high", "medium", "low", "assumed"]


class Section(BaseModel):
    """Refuse unknown keys and silent conversions; immutable once read."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Sourced(Section):
    """Carry where the figures of a section come from and how sure they are."""

    source: Annotated[Text, Field(description="where every figure of this section comes from")]
    confidence: Annotated[
        Confidence,
        Field(description="high: official or two reports agree; assumed: a judgement, no source"),
    ]
    note: Annotated[Text | None, Field(description="anything a reader should know")] = None


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


class Dates(Section):
    """Give the polling days."""

    round1: dt.date
    round2: dt.date | None = None


class Roll(Sourced):
    """Count those entitled to vote; a missing number is drawn and reported."""

    round1: Annotated[PositiveCount | None, Field(description="entitled in round one")] = None
    round2: Annotated[
        PositiveCount | None, Field(description="entitled in the runoff, where it differs")
    ] = None


class Estimate(Sourced):
    """Hold one sourced number in [0, 1]."""

    value: Share


class Candidate(Section):
    """Describe one candidate; what is unknown is absent and drawn."""

    id: Id
    name: Text
    position: Annotated[
        tuple[Coordinate, Coordinate, Coordinate] | None,
        Field(
            strict=False,
            description="ideal point: socio-economic, new or clean politics, staying in the "
            "government [standard deviations of the members]",
        ),
    ] = None
    incumbent: bool = False
    machine: Annotated[
        float | None,
        Field(
            ge=0.0,
            le=10.0,
            allow_inf_nan=False,
            description="weight of the candidate's organised blocs relative to 1, the average",
        ),
    ] = None
    rejection: Annotated[
        Estimate | None,
        Field(description="share of members who would never vote for the candidate [fraction]"),
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
        dt.date | None, Field(description="day of withdrawal before round one")
    ] = None
    note: Text | None = None
    source: Text | None = None
    confidence: Confidence | None = None


class SectorResult(Sourced):
    """Observe one sector's result in one round: evidence with noise, never a constraint."""

    shares: Annotated[
        dict[str, Share], Field(description="candidate id to share of the sector's votes")
    ] = {}
    at_most: Annotated[
        dict[str, Share], Field(description="candidate id to an upper bound of its share")
    ] = {}
    votes: Annotated[dict[str, Count], Field(description="candidate id to votes")] = {}
    counted: Annotated[Share | None, Field(description="part of the ballots counted")] = None
    turnout: Annotated[Share | None, Field(description="ballots / entitled")] = None
    turnout_alternative: Annotated[Share | None, Field(description="a second report")] = None


class Sector(Sourced):
    """Describe one part of the roll; sectors are disjoint and the `rest` fills up."""

    id: Id
    name: Text
    members: Annotated[PositiveCount | None, Field(description="size [members]")] = None
    members_range: Annotated[
        tuple[PositiveCount, PositiveCount] | None,
        Field(strict=False, description="size drawn uniformly from this range [members]"),
    ] = None
    rest: Annotated[bool, Field(description="holds everybody who is in no other sector")] = False
    brokered: Annotated[
        float,
        Field(
            ge=0.0,
            le=10.0,
            allow_inf_nan=False,
            description="density of vote contractors relative to the other sectors",
        ),
    ] = 1.0
    leaning: Annotated[
        tuple[Coordinate, Coordinate, Coordinate] | None,
        Field(strict=False, description="mean ideal point of the sector [standard deviations]"),
    ] = None
    round1: SectorResult | None = None
    round2: SectorResult | None = None


class Town(Sourced):
    """Observe one place; towns overlap sectors and are never simulated one by one."""

    id: Id
    name: Text
    sector: Id | None = None
    eligible: PositiveCount | None = None
    ballots_round1: Count | None = None
    ballots_round2: Count | None = None
    votes_round1: dict[str, Count] = {}
    votes_round2: dict[str, Count] = {}


class Bloc(Sourced):
    """Describe one known bloc of members who follow a vote contractor."""

    id: Id
    name: Text
    size: Annotated[PositiveCount, Field(description="members in the bloc")]
    sector: Id
    camp: Annotated[Id | None, Field(description="candidate it worked for in round one")] = None
    patron: Annotated[Id | None, Field(description="notable behind the contractor")] = None


class Notable(Sourced):
    """Describe a named person with weight: MP, minister, mayor, union head, broker."""

    id: Id
    name: Text
    role: Literal["mp", "minister", "mayor", "union", "official", "broker", "activist", "other"]
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

    id: Id
    name: Text
    role: Literal[
        "head-of-government", "central-committee", "rival-party", "pollster", "press", "other"
    ]
    prefers: Annotated[Id | None, Field(description="finalist preferred")] = None
    offices: Annotated[
        tuple[Id, ...], Field(strict=False, description="offices that the actor could give")
    ] = ()
    refuses: Annotated[
        tuple[Id, ...], Field(strict=False, description="offices that the actor refused to give")
    ] = ()
    stay_prob: Annotated[
        Share | None, Field(description="probability that the party stays in the government")
    ] = None


class Poll(Sourced):
    """Publish one poll; the date is its publication."""

    date: dt.date | None = None
    pollster: Text
    population: Literal["members", "exit", "public"] = "members"
    question: Literal["round1", "runoff", "seats"]
    n: Annotated[PositiveCount | None, Field(description="respondents")] = None
    shares: Annotated[
        dict[str, Share], Field(description="candidate id to share of all asked [fraction]")
    ] = {}
    undecided: Share | None = None
    seats: Annotated[
        dict[str, Annotated[int, Field(ge=0, le=1000)]],
        Field(description="candidate id to seats of the party under this leader [seats]"),
    ] = {}
    condition: Annotated[Text | None, Field(description="what respondents were told")] = None
    sector: Id | None = None


class Event(Sourced):
    """Report one dated act that the model replays."""

    date: dt.date | None = None
    earliest: dt.date | None = None
    latest: dt.date | None = None
    kind: Literal[
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
    ]
    by: Id
    to: Id | None = None
    text: Text


class Endorsement(Sourced):
    """Report what somebody called for; `unknown` is not `neutral`."""

    by: Id
    to: Annotated[Id, Field(description="candidate id, or neutral, free-vote, unknown")]
    date: dt.date | None = None
    earliest: dt.date | None = None
    latest: dt.date | None = None
    kind: Literal["explicit", "personal", "implied", "unadvertised"] = "explicit"
    terms: Annotated[tuple[Text, ...], Field(strict=False)] = ()


class Offer(Sourced):
    """Report one thing that a finalist held out to somebody."""

    by: Id
    to: Id
    date: dt.date | None = None
    kind: Literal[
        "office", "second-place", "posts-kept", "institutional-seats", "policy", "partnership"
    ]
    office: Id | None = None
    accepted: Annotated[bool | None, Field(description="absent where it is not known")] = None
    text: Text


class Pledge(Sourced):
    """Report one public commitment."""

    by: Id
    issue: Literal["government", "no-deals", "no-challenge", "cooperation", "policy"]
    stance: Literal["stay", "leave", "conditional", "keep"]
    date: dt.date | None = None
    text: Text


class Result(Sourced):
    """Observe one round: votes where they are known, else published shares."""

    votes: Annotated[dict[str, Count], Field(description="candidate id to votes")] = {}
    shares: Annotated[
        dict[str, Share],
        Field(description="candidate id to share of the base, where votes are unknown"),
    ] = {}
    other_or_blank: Annotated[
        Share | None,
        Field(description="remainder of the shares' base that is no candidate listed here"),
    ] = None
    ballots: Annotated[Count | None, Field(description="ballots cast")] = None
    blank: Annotated[Count | None, Field(description="blank and void ballots")] = None
    turnout: Annotated[Share | None, Field(description="ballots / entitled")] = None


class Results(Section):
    """Hold the observed results of both rounds."""

    round1: Result | None = None
    round2: Result | None = None


class Salience(Section):
    """Weigh the three dimensions in this contest; 0 where one was no issue."""

    socio_economic: Annotated[float, Field(ge=0.0, le=3.0, allow_inf_nan=False)] = 1.0
    new_politics: Annotated[float, Field(ge=0.0, le=3.0, allow_inf_nan=False)] = 1.0
    government: Annotated[float, Field(ge=0.0, le=3.0, allow_inf_nan=False)] = 0.0


class Contest(Section):
    """Hold one two-round contest, as far as it is known."""

    schema_version: Literal[1] = 1
    id: Id
    name: Text
    country: Text
    party: Text
    office: Text = "party leader"
    kind: Annotated[
        Literal["members", "open", "delegates", "general"],
        Field(description="who may vote: members, anybody (open primary), delegates, citizens"),
    ]
    confidence: Confidence
    sources: Annotated[tuple[Text, ...], Field(strict=False)] = ()
    note: Text | None = None
    irregular: Annotated[
        Text | None, Field(description="why the contest is no ordinary two-round contest")
    ] = None
    hypothetical: bool = False
    from_memory: Annotated[
        tuple[Text, ...], Field(strict=False, description="fields written from memory, unverified")
    ] = ()
    rules: Rules
    dates: Dates
    roll: Roll
    salience: Salience = Salience()
    candidates: Annotated[
        tuple[Candidate, ...], Field(strict=False, min_length=2, max_length=40)
    ]
    sectors: Annotated[tuple[Sector, ...], Field(strict=False, max_length=100)] = ()
    towns: Annotated[tuple[Town, ...], Field(strict=False)] = ()
    blocs: Annotated[tuple[Bloc, ...], Field(strict=False, max_length=2000)] = ()
    notables: Annotated[tuple[Notable, ...], Field(strict=False)] = ()
    outside: Annotated[tuple[Outside, ...], Field(strict=False)] = ()
    polls: Annotated[tuple[Poll, ...], Field(strict=False)] = ()
    events: Annotated[tuple[Event, ...], Field(strict=False)] = ()
    endorsements: Annotated[tuple[Endorsement, ...], Field(strict=False)] = ()
    offers: Annotated[tuple[Offer, ...], Field(strict=False)] = ()
    pledges: Annotated[tuple[Pledge, ...], Field(strict=False)] = ()
    results: Results = Results()

    @property
    def running(self) -> tuple[Candidate, ...]:
        """Candidates on the first ballot, in the order of the file."""
        return tuple(c for c in self.candidates if c.withdrawn is None)
