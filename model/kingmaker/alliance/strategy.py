"""Let a finalist choose how to deal with an eliminated leader: the finalist's problem."""

from __future__ import annotations

from dataclasses import dataclass

from kingmaker.alliance.beliefs import believed_win_prob, share_with_support
from kingmaker.alliance.decision import in_words
from kingmaker.numerics import logistic
from kingmaker.rng import Stream, Streams

ACTIONS = ("office", "words", "poach", "ignore")
"""Offer what his vote is worth, offer words, buy his lieutenants, leave him alone."""

BELIEVED_BACKLASH = 0.05
"""Share that a deal costs if all members reject the ally [fraction]; assumed."""

OFFICE_COST = 0.05
"""What giving an office away costs, as a part of the prize of victory; assumed."""

POACHED = 0.3
"""Part of a leader's worth that his lieutenants bring; assumed."""

NOISE = 0.03
"""Scale of what the model does not know of a finalist's choice, in prizes; assumed."""

_OFFICE_LURE = 0.8
_WORDS_LURE = -0.4


@dataclass(frozen=True)
class Prospect:
    """Hold what a finalist believes of an eliminated leader.

    Attributes
    ----------
    share
        The finalist's believed runoff share [fraction].
    endorser_share
        The leader's part of the first-round vote [fraction].
    rejection
        Part of the members who reject the leader [fraction].
    ill_will
        Distance and strain between the two [utility].
    can_deal
        False where he promised to make no deals.
    """

    share: float
    endorser_share: float
    rejection: float
    ill_will: float
    can_deal: bool


def action_terms(prospect: Prospect) -> dict[str, dict[str, float]]:
    """Compute what each action is believed to bring.

    Returns
    -------
    By action, terms by name [prizes of victory]: the gain in the chance to win times the chance
    that the leader accepts, minus the cost and the backlash of a deal.
    """
    alone = believed_win_prob(prospect.share)
    gain = believed_win_prob(share_with_support(prospect.share, prospect.endorser_share)) - alone
    loss = alone - believed_win_prob(prospect.share - BELIEVED_BACKLASH * prospect.rejection)
    terms = {}
    for action, lure, cost in (
        ("office", _OFFICE_LURE, OFFICE_COST),
        ("words", _WORDS_LURE, 0.0),
    ):
        accepts = logistic(lure - prospect.ill_will)
        terms[action] = {
            "support": gain * accepts, "backlash": -loss * accepts, "cost": -cost * accepts,
        }  # fmt: skip
    terms["poach"] = {"lieutenants": POACHED * gain, "cost": -0.5 * OFFICE_COST}
    terms["ignore"] = {}
    if not prospect.can_deal:
        del terms["office"], terms["poach"]
    return terms


def choose_action(
    prospect: Prospect, finalist: int, leader: int, streams: Streams
) -> tuple[str, float, str]:
    """Choose by logit how to deal with a leader.

    Parameters
    ----------
    prospect
        The finalist's beliefs.
    finalist, leader
        Columns of the two.
    streams
        Stream ``ALLIANCE_COURTING``, by leader, blocks 4 f to 4 f + 3.

    Returns
    -------
    The action, its value [prizes of victory], and its terms in words, largest first.
    """
    terms = action_terms(prospect)
    noisy = {
        action: sum(parts.values())
        + NOISE
        * streams.gumbel(
            Stream.ALLIANCE_COURTING, leader, block=4 * finalist + ACTIONS.index(action)
        )
        for action, parts in terms.items()
    }
    best = max(noisy, key=lambda action: noisy[action])
    return best, sum(terms[best].values()), in_words(terms[best])
