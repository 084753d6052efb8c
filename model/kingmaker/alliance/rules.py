"""Name the rules by which an eliminated leader may decide on his day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kingmaker.alliance.decision import Option, View

RULES = ("decide", "reconsider", "equilibrium", "nearest", "best-offer", "consult", "grudge",
         "united-losers")  # fmt: skip
"""Rules of this module and of `kingmaker.alliance.negotiation`; ``reconsider`` is the choice
that is known, looked at again because something else has changed."""

OFFENDED = 0.25
"""Grudge from which a leader never goes with the offender [insults]; assumed."""


def nearest(distances: tuple[float, float], finalists: tuple[int, int]) -> Option:
    """Return the finalist at the smaller distance; the first where they are equal."""
    return finalists[0] if distances[0] <= distances[1] else finalists[1]


def by_rule(rule: str, view: View) -> Option | None:
    """Decide by a rule that needs no more than what the leader sees.

    Parameters
    ----------
    rule
        One of `RULES`.
    view
        What he sees.

    Returns
    -------
    The option; None where the rule leaves it to his own values (M27).
    """
    first, second = view.finalists
    if rule == "nearest":
        return nearest(view.distance, view.finalists)
    if rule == "best-offer":
        worth = [o * p for o, p in zip(view.offers, view.win_prob, strict=True)]
        if worth[0] == worth[1]:
            return None
        return first if worth[0] > worth[1] else second
    if rule == "consult":
        wish = view.own_split if view.wish is None else view.wish
        if wish == 0.5:
            return None
        return first if wish > 0.5 else second
    if rule == "grudge":
        offended = [grudge >= OFFENDED for grudge in view.grudge]
        if all(offended):
            return "neutral"
        if any(offended):
            return second if offended[0] else first
    return None


def united(values: Mapping[int, Mapping[Option, float]], votes: Sequence[int]) -> Option:
    """Decide for all eliminated leaders at once: the option with the largest sum over their votes.

    Parameters
    ----------
    values
        Value of each option to each leader [utility].
    votes
        First-round votes per candidate: the weight of a leader.
    """
    options = list(next(iter(values.values())))
    total = {o: sum(votes[e] * own[o] for e, own in values.items()) for o in options}
    return max(options, key=lambda option: total[option])
