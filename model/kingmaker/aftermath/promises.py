"""Keep or break what the winner promised, and see whether he is challenged (M35)."""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from kingmaker.mechanisms import Switches
from kingmaker.numerics import logistic
from kingmaker.parameters import Parameters
from kingmaker.rng import Stream, Streams

PRIOR_PROMISES = 4.0
"""Promises that a reputation is worth before the contest [promises]; assumed."""

CHALLENGE_BASE = -0.5
"""Log odds that a winner who kept everything, among losers of his own strength with whom nothing
stands between, is challenged before the next election [logit]; assumed."""

PER_BROKEN = 1.5
"""Log odds of a challenge where all promises are broken, over none [logit]; assumed."""

PER_MACHINE = 0.5
"""Log odds of a challenge per unit of weight by which the strongest loser's organisation exceeds
the winner's [logit]; assumed."""

PER_GRUDGE = 0.3
"""Log odds of a challenge per insult that stands between the winner and a loser [logit];
assumed."""


class Promise(NamedTuple):
    """Hold one thing that a finalist holds out.

    Attributes
    ----------
    by, to
        Ids of the finalist and of the receiver.
    kind
        Kind of offer.
    delivery_prob
        Chance that it is in the winner's power: granted, and the party stays in the government.
    """

    by: str
    to: str
    kind: str
    delivery_prob: float


class Settled(NamedTuple):
    """Hold what became of one promise; a row of the table ``promises``."""

    by: str
    to: str
    kind: str
    delivery_prob: float
    kept: int
    reputation: float


def due_promises(
    offers: Iterable[Promise],
    winner: str,
    choices: Mapping[str, str | None],
    candidates: Collection[str],
) -> tuple[Promise, ...]:
    """Find what the winner owes.

    Parameters
    ----------
    offers
        All that was held out by anybody.
    winner
        Id of the winner.
    choices
        Id of the finalist whom each eliminated leader endorsed, or another word; by id.
    candidates
        Ids of all candidates.

    Returns
    -------
    Offers of the winner to leaders who endorsed him, and to people who are no candidates: an
    offer to a leader who went elsewhere binds nobody.
    """
    return tuple(
        offer
        for offer in offers
        if offer.by == winner and (offer.to not in candidates or choices.get(offer.to) == winner)
    )


def keep_promises(
    due: Iterable[Promise], parameters: Parameters, switches: Switches, streams: Streams
) -> tuple[Settled, ...]:
    """Decide which promises the winner keeps.

    Parameters
    ----------
    due
        What he owes; see `due_promises`.
    parameters
        ``promise_keeping``.
    switches
        M35 off: all promises are kept.
    streams
        Stream ``AFTERMATH_PROMISE``, addressed by the words of the promise, whatever else was
        promised.

    Returns
    -------
    One row per promise, with the reputation that follows from all of them.

    Notes
    -----
    A promise is kept with probability ``delivery_prob * promise_keeping``. Reputation is the
    mean of a Beta law that starts at ``promise_keeping`` with the weight of `PRIOR_PROMISES`
    promises. Source: report of 2008, where one side speaks of broken promises of cooperation.
    """
    due = tuple(due)
    if not switches.on("M35"):
        return tuple(Settled(*promise, 1, 1.0) for promise in due)
    keeping = parameters["promise_keeping"]
    kept = []
    seen: Counter[int] = Counter()
    for promise in due:
        who = zlib.crc32(f"{promise.by}:{promise.to}:{promise.kind}".encode())
        u = streams.uniform(Stream.AFTERMATH_PROMISE, who, block=seen[who])
        seen[who] += 1
        kept.append(int(u < promise.delivery_prob * keeping))
    reputation = (PRIOR_PROMISES * keeping + sum(kept)) / (PRIOR_PROMISES + len(kept))
    return tuple(
        Settled(*promise, done, reputation) for promise, done in zip(due, kept, strict=True)
    )


def broken_share(promises: Iterable[Settled]) -> float:
    """Return the part of promises that were broken, 0 where there were none [fraction]."""
    kept = [promise.kept for promise in promises]
    return 1.0 - sum(kept) / len(kept) if kept else 0.0


def challenge_prob(broken: float, machine_lead: float, grudge: float) -> float:
    """Return the chance that the winner is challenged before the next election.

    Parameters
    ----------
    broken
        Part of his promises that were broken [fraction].
    machine_lead
        Weight of the strongest loser's organisation minus the winner's [dimensionless].
    grudge
        The most that stands between the winner and a loser in the party [insults].

    Returns
    -------
    Probability.

    Notes
    -----
    ``logistic(base + 1.5 * broken + 0.5 * machine_lead + 0.3 * grudge)``. Source: report of 2008
    for the signs: broken cooperation and tension are what a challenge is built on.
    """
    odds = CHALLENGE_BASE + PER_BROKEN * broken + PER_MACHINE * machine_lead
    return float(logistic(odds + PER_GRUDGE * grudge))
