"""Value what finalists hold out to eliminated leaders (M22) and can deliver (M26)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from kingmaker.alliance.government import CREDIBLE
from kingmaker.contest.schema import Contest
from kingmaker.numerics import exp

RELATIVE_WORTH: dict[str, float] = {
    "office": 1.0,
    "second-place": 0.9,
    "posts-kept": 0.4,
    "institutional-seats": 0.4,
    "policy": 0.3,
    "partnership": 0.2,
}
"""Worth of each kind of offer relative to a first-rank office; assumed."""

PARTY_OWN = 0.8
"""Chance that what the party itself can give is granted; assumed."""

DEFAULT_STAY_PROB = 0.7
"""Chance that the party stays in a government where nobody said; assumed."""

STAYS_UNDER = {"leave": 0.5, "conditional": 0.75}
"""Factor on the chance to stay under a winner with such a pledge; assumed."""

_LARGEST_WORTH = 1.2


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
        Chance that it is delivered if the finalist wins.
    text
        The offer in words.
    in_fact
        The same chance, had no behaviour changed history; None where it is the same.
    is_declined
        Whether its receiver is known to have declined it: then nobody owes it.
    """

    kind: str
    worth: float
    delivery_prob: float
    text: str
    in_fact: float | None = None
    is_declined: bool = False

    def expected(self, *, in_fact: bool = False) -> float:
        """Return worth times the chance of delivery."""
        prob = self.in_fact if in_fact and self.in_fact is not None else self.delivery_prob
        return self.worth * prob


@dataclass(frozen=True)
class Delivery:
    """Hold what decides whether a finalist can deliver what he offers.

    Attributes
    ----------
    word
        What the head of government said of an office: a key of
        `kingmaker.alliance.government.CREDIBLE`; None where offices are the party's own.
    stay_prob
        Chance that the party stays in the government if he wins.
    second_place
        Chance that his camp votes for the ally as its second.
    lasts
        Part of each kind of offer that is left if the partnership may break (M39); a kind that
        is not named lasts.
    """

    word: str | None
    stay_prob: float
    second_place: float
    lasts: Mapping[str, float] = MappingProxyType({})

    def prob(self, kind: str) -> float:
        """Return the chance that an offer is worth something after its maker has won.

        An office in a government counts only while the party stays in it.
        """
        granted = {"second-place": self.second_place, "partnership": 1.0}.get(kind, PARTY_OWN)
        if kind == "office" and self.word is not None:
            granted = CREDIBLE[self.word] * self.stay_prob
        return granted * self.lasts.get(kind, 1.0)


def stay_prob(contest: Contest, stance: str | None) -> float:
    """Return the chance that the party stays in the government under a winner.

    Parameters
    ----------
    contest
        For the majority of the central committee.
    stance
        The winner's pledge about the government, None without one (or M24 off).
    """
    stated = [o.stay_prob for o in contest.outside if o.stay_prob is not None]
    prob = stated[0] if stated else DEFAULT_STAY_PROB
    return prob * STAYS_UNDER.get(stance or "", 1.0)


def second_place_prob(deliverability: float, machine: float, strain: float) -> float:
    """Return the chance that a finalist's camp votes for an ally as its second (M26).

    Parameters
    ----------
    deliverability
        Chance in a camp on good terms with the ally whose machine is of average weight.
    machine
        Weight of the finalist's machine; one above the average delivers no more.
    strain
        What stands between the two [insults].
    """
    return deliverability * min(1.0, machine) * exp(-0.5 * strain)


def gamson_offer(
    words_only: bool,
    endorser_share: float,
    finalist_share: float,
    noise: float,
    delivery: Delivery,
    available: Mapping[str, bool],
) -> Held:
    """Make the offer that a finalist would make to an eliminated leader.

    Parameters
    ----------
    words_only
        Whether the finalist offers no more than words, as who promised to make no deals must.
    endorser_share, finalist_share
        Parts of the first-round vote [fraction].
    noise
        Relative error around the proportional offer.
    delivery
        What he can deliver.
    available
        Whether a kind of offer can be made at all.

    Returns
    -------
    An offer worth the endorser's part of the joint vote (Gamson's law), times 1 + noise, of the
    dearest kind that this pays for.
    """
    joint = endorser_share + finalist_share
    contribution = endorser_share / joint if joint > 0.0 else 0.0
    if words_only:
        worth = RELATIVE_WORTH["partnership"]
        return Held("partnership", worth, delivery.prob("partnership"), "partnership in words")
    worth = 2.0 * contribution * (1.0 + noise)
    kind = "partnership"
    for name in ("office", "second-place", "posts-kept", "policy"):
        if worth >= RELATIVE_WORTH[name] and available.get(name, True):
            kind = name
            break
    text = f"{kind.replace('-', ' ')}, in proportion to {contribution:.0%} of the joint vote"
    return Held(kind, min(worth, _LARGEST_WORTH), delivery.prob(kind), text)
