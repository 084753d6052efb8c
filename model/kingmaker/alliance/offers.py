"""Value what finalists hold out to eliminated leaders (M22)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from kingmaker.contest.schema import Contest, Offer, Pledge

OfferKind = Literal[
    "office", "second-place", "posts-kept", "institutional-seats", "policy", "partnership"
]

RELATIVE_WORTH: dict[str, float] = {
    "office": 1.0,
    "second-place": 0.9,
    "posts-kept": 0.4,
    "institutional-seats": 0.4,
    "policy": 0.3,
    "partnership": 0.2,
}
"""Worth of each kind of offer relative to a first-rank office; assumed."""

GRANTED_PROB = {"promised": 0.7, "refused": 0.1, "party": 0.8}
"""Chance that an office is granted: where the head of government is silent, where he refused,
and where it is the party's own to give; assumed."""

DEFAULT_STAY_PROB = 0.7
"""Chance that the party stays in a government where nobody said; assumed."""


@dataclass(frozen=True)
class Held:
    """Hold one offer as its receiver sees it.

    Attributes
    ----------
    kind
        Kind of offer.
    worth
        Worth if delivered, relative to a first-rank office.
    delivery_prob
        Chance that it is delivered if the finalist wins: granted, and worth having only while
        the party stays in the government where it is an office there.
    text
        The offer in words.
    """

    kind: str
    worth: float
    delivery_prob: float
    text: str


def held_offer(offer: Offer, contest: Contest, today: dt.date) -> Held:
    """See a reported offer through its receiver's eyes."""
    prob = delivery_prob(offer.kind, offer.office, offer.by, contest, today)
    return Held(offer.kind, RELATIVE_WORTH[offer.kind], prob, offer.text)


def proposed_offer(
    by: str,
    no_deals: bool,
    endorser_share: float,
    finalist_share: float,
    noise: float,
    contest: Contest,
    today: dt.date,
) -> Held:
    """Make the offer that a finalist would make to an eliminated leader.

    Parameters
    ----------
    by
        The finalist's id.
    no_deals
        Whether the finalist promised to make no deals: then words only.
    endorser_share, finalist_share
        Parts of the first-round vote [fraction].
    noise
        Relative error around the proportional offer.
    contest
        For what the head of government gives and refuses.
    today
        Day of the offer.

    Returns
    -------
    An offer worth the endorser's part of the joint vote (Gamson's law), times 1 + noise, of the
    dearest kind that this pays for.
    """
    joint = endorser_share + finalist_share
    contribution = endorser_share / joint if joint > 0.0 else 0.0
    if no_deals:
        return Held("partnership", RELATIVE_WORTH["partnership"], 1.0, "partnership, no deals")
    worth = 2.0 * contribution * (1.0 + noise)
    kind = "partnership"
    for name in ("office", "second-place", "posts-kept", "policy"):
        if worth >= RELATIVE_WORTH[name]:
            kind = name
            break
    text = f"{kind.replace('-', ' ')}, in proportion to {contribution:.0%} of the joint vote"
    return Held(kind, min(worth, 1.2), delivery_prob(kind, None, by, contest, today), text)


def delivery_prob(
    kind: str, office: str | None, by: str, contest: Contest, today: dt.date
) -> float:
    """Return the chance that an offer is worth something after its maker has won.

    Parameters
    ----------
    kind
        Kind of offer.
    office
        Office, where one is named.
    by
        The finalist's id.
    contest
        Outside actors and pledges.
    today
        Day of the offer: later pledges are not known.

    Returns
    -------
    P(granted) times, for offices in a government, P(the party stays in it): worthless in a
    government that one leaves.
    """
    if kind != "office":
        return GRANTED_PROB["party"] if kind != "partnership" else 1.0
    heads = [o for o in contest.outside if o.role == "head-of-government"]
    if not heads:
        return GRANTED_PROB["party"]
    refused = any(office in head.refuses for head in heads) if office else False
    granted = GRANTED_PROB["refused"] if refused else GRANTED_PROB["promised"]
    return granted * stay_prob(by, contest, today)


def stay_prob(winner: str, contest: Contest, today: dt.date) -> float:
    """Return the chance that the party stays in the government under a winner.

    A winner pledged to leave halves the odds that the central committee's majority gives; one
    with a condition lowers them by a quarter.
    """
    stated = [o.stay_prob for o in contest.outside if o.stay_prob is not None]
    prob = stated[0] if stated else DEFAULT_STAY_PROB
    stances = {p.stance for p in government_pledges(winner, contest, today)}
    if "leave" in stances:
        return 0.5 * prob
    return 0.75 * prob if "conditional" in stances else prob


def government_pledges(candidate: str, contest: Contest, today: dt.date) -> list[Pledge]:
    """List a candidate's pledges about the government that are known today."""
    pledges = (p for p in contest.pledges if p.by == candidate and p.issue == "government")
    return [p for p in pledges if (p.latest or p.date or today) <= today]
