"""Define what is known of the time before the contest: who may stand, pacts, calendar."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import Field

from kingmaker.contest.fields import Confidence, Id, Section, Share, Sourced, Text

MAX_CHALLENGERS = 6
"""Most challengers who decide together: their standing or not has 2 to this power outcomes."""


class Challenger(Sourced):
    """Describe somebody who has yet to decide whether to stand."""

    id: Annotated[Id, Field(description="candidate who may stand or stay out")]
    declared: Annotated[
        bool, Field(description="said in public to stand, with or without the others")
    ] = False
    expressive: Annotated[
        bool, Field(description="would stand to offer an alternative, even without a chance")
    ] = False


class Promise(Sourced):
    """Report how far somebody kept what he had promised to a possible challenger."""

    by: Annotated[Id, Field(description="who had promised")]
    to: Annotated[Id, Field(description="to whom")]
    kept: Annotated[
        Share,
        Field(description="part that was kept: 1 in full, 0 where it was broken [fraction]"),
    ]
    text: Annotated[Text, Field(description="what was promised, in a sentence")]


class Pact(Sourced):
    """Report a pact that two possible challengers talked about."""

    between: Annotated[tuple[Id, Id], Field(strict=False, description="the two partners")]
    kind: Annotated[
        Literal["one-way", "mutual", "withdrawal"],
        Field(
            description="both run and one supports the other in the runoff, either supports the "
            "other, or one stays out in favour of the other"
        ),
    ]
    supporter: Annotated[
        Id | None, Field(description="who would support the other or stay out; none if mutual")
    ] = None
    supported: Annotated[Id | None, Field(description="who would be supported; none if mutual")] = (
        None
    )
    claimed_by: Annotated[
        Id | None, Field(description="side that says so, where it is not common ground")
    ] = None
    denied_by: Annotated[Id | None, Field(description="side that denies it")] = None


class Candidacy(Section):
    """Describe the time before the contest; without this section everybody stands."""

    incumbent: Annotated[
        Id | None,
        Field(description="leader who is challenged; absent: the candidate marked incumbent"),
    ] = None
    challengers: Annotated[
        tuple[Challenger, ...],
        Field(
            strict=False,
            max_length=MAX_CHALLENGERS,
            description="who has yet to decide; all others stand",
        ),
    ] = ()
    promises: Annotated[
        tuple[Promise, ...],
        Field(
            strict=False,
            max_length=100,
            description="what the other side promised for a pledge not to stand, and kept of it",
        ),
    ] = ()
    pacts: Annotated[
        tuple[Pact, ...],
        Field(strict=False, max_length=20, description="pacts proposed or reported"),
    ] = ()
    constitution_requires_primary: Annotated[
        bool | None, Field(description="whether the rules require a contest on this day")
    ] = None
    postponed_by_agreement: Annotated[
        bool | None, Field(description="whether an informal agreement puts the contest off")
    ] = None
    incumbent_considers_himself_bound: Annotated[
        bool | None,
        Field(description="whether the leader would compete now in spite of the agreement"),
    ] = None
    postponed_until: Annotated[
        dt.date | None, Field(description="day of the contest if it is put off; absent: drawn")
    ] = None
    note: Annotated[Text | None, Field(description="anything a reader should know")] = None
    source: Annotated[
        Text | None, Field(description="where what is said of the calendar comes from")
    ] = None
    confidence: Annotated[
        Confidence | None, Field(description="how sure what is said of the calendar is")
    ] = None
