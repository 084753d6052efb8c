"""Let talks leak: the press reports a deal that one side denies (M32)."""

from __future__ import annotations

from kingmaker.alliance.deals import Deal, Dealings
from kingmaker.parameters import Parameters
from kingmaker.rng import Stream, Streams

REPORTED = 0.3
"""Weight of a reported deal relative to an announced one; assumed."""

DENIED = 0.5
"""What is left of a report that one side denies [fraction]; assumed."""


def leak(
    dealings: Dealings,
    leader: int,
    finalist: int,
    names: tuple[str, ...],
    no_deals: bool,
    day: int,
    parameters: Parameters,
    streams: Streams,
) -> list[Deal]:
    """Let the talks of a finalist with an undecided leader leak, perhaps.

    Parameters
    ----------
    dealings
        `rumoured` is changed.
    leader, finalist
        Columns of the two; nothing leaks where nothing is offered or all is known already.
    names
        Candidates' ids.
    no_deals
        Whether the finalist promised to make no deals: then it is he who denies.
    day
        Today [days].
    parameters
        ``leak_rate``.
    streams
        Stream ``ALLIANCE_RUMOUR``, by leader and day, blocks 2 f and 2 f + 1.

    Returns
    -------
    The rumour and its denial; none on most days.
    """
    held = [o for o in dealings.offers.get((leader, finalist), []) if o.delivery_prob > 0.0]
    if not held or dealings.rumoured[leader, finalist] > 0.0:
        return []
    u = streams.uniform(Stream.ALLIANCE_RUMOUR, leader, day, block=2 * finalist)
    if u >= parameters["leak_rate"]:
        return []
    v = streams.uniform(Stream.ALLIANCE_RUMOUR, leader, day, block=2 * finalist + 1)
    best = max(held, key=lambda offer: offer.worth * offer.delivery_prob)
    denier = finalist if no_deals or v < 0.5 else leader
    other = leader if denier == finalist else finalist
    dealings.rumoured[leader, finalist] = REPORTED * DENIED
    return [
        Deal(day, names[finalist], "rumour", names[leader], "decision", best.text),
        Deal(day, names[denier], "denies", names[other], "decision", best.text),
    ]
