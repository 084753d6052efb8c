"""Let the head of government grant or withhold the offices that finalists would offer (M23)."""

from __future__ import annotations

from dataclasses import dataclass

from kingmaker.contest.schema import Contest, Outside
from kingmaker.parameters import Parameters
from kingmaker.rng import Stream, Streams

GRANT_PRIZE = 10.0
"""Worth of his preferred finalist's certain victory to a head of government [utility]; assumed."""

CREDIBLE = {"granted": 0.9, "unsaid": 0.7, "vague": 0.25, "withheld": 0.1, "taken-back": 0.0}
"""Chance that an office can be delivered by what its giver has said; assumed."""

VAGUE = "statement"
"""A statement of a head who refuses offices: solutions will be found later."""


@dataclass(frozen=True)
class Ruling:
    """Hold what the head of government says about an office for a finalist's ally.

    Attributes
    ----------
    word
        Key of `CREDIBLE`.
    value
        What granting is worth to him [utility]; NaN where nobody asked.
    office
        The office.
    """

    word: str
    value: float = float("nan")
    office: str = ""


def head_of_government(contest: Contest) -> Outside | None:
    """Return the head of government, where one has offices to give."""
    heads = [o for o in contest.outside if o.role == "head-of-government" and o.offices]
    return heads[0] if heads else None


def vague_word(contest: Contest, head: Outside, day: int, first_day: int) -> bool:
    """Say whether the head has spoken of solutions to be found after the vote."""
    dates = [e.latest or e.date for e in contest.events if e.kind == VAGUE and e.by == head.id]
    origin = contest.dates.round1
    return any(d is not None and first_day <= (d - origin).days <= day for d in dates)


def rule(
    head: Outside,
    finalist: str,
    leader: int,
    gain: float,
    is_vague: bool,
    parameters: Parameters,
    streams: Streams,
) -> Ruling:
    """Decide whether a finalist may offer an eliminated leader an office in the government.

    Parameters
    ----------
    head
        The head of government.
    finalist
        Id of the finalist who asks.
    leader
        Column of the leader who would have it.
    gain
        Believed gain in the finalist's chance to win from the leader's support.
    is_vague
        Whether the head spoke of solutions to be found later.
    parameters
        ``office_grant_cost``.
    streams
        Stream ``ALLIANCE_GOVERNMENT``, by leader.

    Returns
    -------
    The ruling. An office on the list of those refused stays withheld, or becomes a vague word;
    another is granted where the prize times the gain of the preferred finalist exceeds its cost
    by more than a Gumbel draw; for the other finalist, or by a head without preference, nothing
    is granted.
    """
    free = [office for office in head.offices if office not in head.refuses]
    wanted = head.refuses[0] if head.refuses else (free[0] if free else "")
    if head.refuses:
        return Ruling("vague" if is_vague else "withheld", office=wanted)
    if head.prefers != finalist:
        return Ruling("withheld", office=wanted)
    value = GRANT_PRIZE * gain - parameters["office_grant_cost"]
    noise = streams.gumbel(Stream.ALLIANCE_GOVERNMENT, leader)
    noise -= streams.gumbel(Stream.ALLIANCE_GOVERNMENT, leader, block=1)
    return Ruling("granted" if value + noise > 0.0 else "withheld", value, wanted)
