"""Weigh pledges about the government: whom they repel, what they make worthless (M24)."""

from __future__ import annotations

import datetime as dt

import numpy as np
from numpy.typing import NDArray

from kingmaker.contest.schema import Contest

STANCE_POSITION = {"leave": -1.0, "conditional": 0.0, "stay": 1.0}
"""Where a stance lies on the government's dimension [sd of the members]; assumed."""

BELIEVED_SHIFT = 0.1
"""How far a candidate is believed to move per step from one stance to the next [sd of the members];
assumed: a pledge that is changed late is believed in small part."""

COMMITTEE_DISCOUNT = 0.5
"""How much of a pledge to leave the majority for staying takes away; assumed."""


def known_stances(contest: Contest, today: dt.date) -> dict[str, str]:
    """Return the last known pledge about the government by candidate."""
    known: dict[str, tuple[dt.date, str]] = {}
    for pledge in contest.pledges:
        day = pledge.latest or pledge.date or today
        is_newer = pledge.by not in known or day >= known[pledge.by][0]
        if pledge.issue == "government" and pledge.stance != "keep" and day <= today and is_newer:
            known[pledge.by] = (day, pledge.stance)
    return {name: stance for name, (_, stance) in known.items()}


def conflict(own: str | None, other: str | None, stay_prob: float | None) -> float:
    """Return how far a finalist's pledge contradicts a leader's, in [0, 1].

    Parameters
    ----------
    own, other
        Stances of the leader and of the finalist, None where neither is bound.
    stay_prob
        Majority of the central committee for staying: it holds back who pledged to leave; None
        where it is unknown.
    """
    if own is None or other is None:
        return 0.0
    gap = abs(STANCE_POSITION[own] - STANCE_POSITION[other]) / 2.0
    if "leave" in (own, other) and stay_prob is not None:
        gap *= 1.0 - COMMITTEE_DISCOUNT * stay_prob
    return gap


def changed_appeal(
    leanings: NDArray[np.float64], position: float, before: str, after: str, weight: float
) -> NDArray[np.float64]:
    """Return what a changed pledge adds to a candidate's utility in each sector.

    Parameters
    ----------
    leanings
        Sectors' mean positions on the government's dimension, shape ``(n_sectors,)`` [sd].
    position
        The candidate's own position there [sd]; it moves by `BELIEVED_SHIFT` per step.
    before, after
        Stances.
    weight
        Half the spatial weight times the dimension's salience.

    Returns
    -------
    Shape ``(n_sectors,)`` [logit]: the change of minus the squared distance.
    """
    moved = position + BELIEVED_SHIFT * (STANCE_POSITION[after] - STANCE_POSITION[before])
    return np.asarray(weight * ((leanings - position) ** 2 - (leanings - moved) ** 2))
