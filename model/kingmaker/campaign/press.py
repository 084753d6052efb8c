"""Report what happens: insults and attacks (M25), wasted-vote calls (M04), seats (M08)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kingmaker.campaign.climate import GRUDGE_OF_ACT, Climate
from kingmaker.contest.schema import Event, Poll
from kingmaker.mechanisms import Switches
from kingmaker.parameters import Parameters

CALL = "wasted-vote-call"
CONTEMPT = frozenset({"insult", CALL})
"""Acts that the behaviour ``no-contempt`` takes out of history."""


def take_offence(
    event: Event,
    candidate_ids: Sequence[str],
    climate: Climate,
    switches: Switches,
    weight: float = 1.0,
    unsaid: frozenset[str] = frozenset(),
) -> None:
    """Let the target of an act resent it (M25).

    Parameters
    ----------
    event
        The act.
    candidate_ids
        Candidates on the ballot.
    climate
        Its grudges are changed; an act that a behaviour left unsaid is noted as spared.
    switches
        M25 off: nobody resents anything; M04 off: calls are not heard.
    weight
        What is left of the act today, in [0, 1].
    unsaid
        Kinds of acts that the behaviour takes out of history.
    """
    amount = GRUDGE_OF_ACT.get(event.kind, 0.0)
    heard = switches.on("M25") and (event.kind != CALL or switches.on("M04"))
    if not (heard and amount and event.by in candidate_ids and event.to in candidate_ids):
        return
    holder, target = candidate_ids.index(event.to), candidate_ids.index(event.by)
    if event.kind in unsaid:
        climate.spared[holder, target] += weight * amount
    else:
        climate.resent(holder, target, weight * amount)


def hear_call(
    event: Event,
    candidate_ids: Sequence[str],
    climate: Climate,
    parameters: Parameters,
    unsaid: frozenset[str],
) -> None:
    """Let voters of a candidate desert him when a rival calls votes for him wasted (M04).

    Parameters
    ----------
    event
        Any act; only ``wasted-vote-call`` counts.
    candidate_ids
        Candidates on the ballot.
    climate
        The target's valence falls by ``call_effect``.
    parameters
        ``call_effect``.
    unsaid
        Kinds of acts that the behaviour takes out of history.
    """
    if event.kind == CALL and CALL not in unsaid and event.to in candidate_ids:
        climate.valence[candidate_ids.index(event.to)] -= parameters["call_effect"]


def publish_seats(
    polls: Iterable[Poll], candidate_ids: Sequence[str], climate: Climate, parameters: Parameters
) -> None:
    """Publish seat polls about two leaders or more (M08)."""
    for poll in polls:
        seats = {
            candidate_ids.index(name): n for name, n in poll.seats.items() if name in candidate_ids
        }
        if len(seats) > 1:
            climate.publish_seats(seats, parameters["electability_effect"])
