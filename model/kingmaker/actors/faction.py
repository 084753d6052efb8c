"""Say how likely a faction is to leave the party (M39), and what offers are then worth."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kingmaker.actors.rivals import Rivals, rival_distance
from kingmaker.numerics import exp, logistic
from kingmaker.parameters import Parameters
from kingmaker.population.setting import Setting

PER_GRUDGE = 0.3
"""Log odds of leaving per insult that stands between a leader and the winner [logit]; assumed."""

PER_DISTANCE = 0.3
"""Log odds of leaving per unit of half the squared distance to the winner [logit]; assumed."""

PER_SIZE = 1.0
"""Log odds of leaving of a faction with the whole first-round vote, over one with none: the
larger can stand alone [logit]; assumed."""

PER_OUTSIDE_OFFER = 0.7
"""Log odds of leaving where a rival party stands exactly where the leader does [logit]; assumed."""

EXCLUDED = 0.7
"""Log odds of leaving of a faction that a pact of the winner with another leaves out [logit];
assumed."""

ALLIED = -0.7
"""Log odds of leaving of the faction with which the winner has the pact [logit]; assumed."""

NEEDS_LASTING = {
    "partnership": 1.0,
    "second-place": 1.0,
    "institutional-seats": 0.5,
    "posts-kept": 0.5,
    "office": 0.5,
    "policy": 0.25,
}
"""Part of each kind of offer that is lost when the partnership breaks; assumed."""


@dataclass(frozen=True)
class Complaint:
    """Hold what a faction has against staying in the party under a winner.

    Attributes
    ----------
    grudge
        What stands between its leader and the winner [insults].
    distance
        Half the squared distance between the two, salience included [sd squared].
    size
        Part of the first-round vote [fraction].
    outside_offer
        Closeness of the nearest rival party in (0, 1]: e**-distance.
    is_excluded
        Whether the winner has a pact with somebody else, and none with this faction.
    is_allied
        Whether the winner has a pact with this faction.
    """

    grudge: float
    distance: float
    size: float
    outside_offer: float
    is_excluded: bool = False
    is_allied: bool = False


def split_prob(complaint: Complaint, parameters: Parameters) -> float:
    """Return the chance that a faction leaves the party.

    Parameters
    ----------
    complaint
        What it has against staying.
    parameters
        ``split_base``.

    Returns
    -------
    Probability.

    Notes
    -----
    ``logistic(split_base + grudge + distance + size + outside offer + exclusion)``. Signs: Ceron
    on office, policy and votes as reasons of factions to leave; report of 2011 on the pact.
    """
    odds = (
        parameters["split_base"]
        + PER_GRUDGE * complaint.grudge
        + PER_DISTANCE * complaint.distance
        + PER_SIZE * complaint.size
        + PER_OUTSIDE_OFFER * complaint.outside_offer
        + EXCLUDED * complaint.is_excluded
        + ALLIED * complaint.is_allied
    )
    return float(logistic(odds))


def complaint_against(
    setting: Setting,
    rivals: Rivals,
    faction: int,
    winner: int,
    strain: NDArray[np.float64],
    shares: NDArray[np.float64],
    allies: frozenset[int] = frozenset(),
) -> Complaint:
    """Collect what a faction would have against a winner.

    Parameters
    ----------
    setting
        The resolved contest.
    rivals
        The rival parties.
    faction, winner
        Candidates.
    strain
        What stands between candidates, shape ``(n_candidates, n_candidates)`` [insults].
    shares
        Parts of the first-round vote, shape ``(n_candidates,)`` [fraction].
    allies
        Candidates with whom the winner has a pact.

    Returns
    -------
    The complaint.
    """
    gaps = setting.positions[faction] - setting.positions[winner]
    nearest = float(rival_distance(setting, rivals)[faction].min())
    return Complaint(
        grudge=float(strain[faction, winner]),
        distance=float(0.5 * (setting.salience * gaps**2).sum()),
        size=float(shares[faction]),
        outside_offer=exp(-nearest),
        is_excluded=bool(allies) and faction not in allies,
        is_allied=faction in allies,
    )


def expected_split_discount(
    kind: str, ally: Complaint, excluded: Complaint, parameters: Parameters
) -> float:
    """Return by how much an offer is worth less because the partnership may not last.

    Parameters
    ----------
    kind
        Kind of offer.
    ally
        What the receiver would have against the finalist after a pact with him.
    excluded
        What the other finalist would have, whom the pact leaves out.
    parameters
        ``split_base``.

    Returns
    -------
    Factor in (0, 1]: what is left if the ally himself breaks with the finalist, times what is
    left of the party if the other finalist's camp goes; 1 would be a partnership for good.

    Notes
    -----
    ``(1 - lost(kind) * P(ally leaves)) * (1 - share(excluded) * P(excluded leaves))``. Source:
    report of 2011, where observers do not expect the partnership to last and think that it may
    drive the other finalist or his supporters out of the party.
    """
    own = NEEDS_LASTING[kind] * split_prob(ally, parameters)
    rift = excluded.size * split_prob(excluded, parameters)
    return (1.0 - own) * (1.0 - rift)


def offer_discount(
    setting: Setting,
    rivals: Rivals,
    kind: str,
    finalists: tuple[int, int],
    by: int,
    to: int,
    strain: NDArray[np.float64],
    shares: NDArray[np.float64],
    parameters: Parameters,
) -> float:
    """Return the discount of an offer of a finalist to an eliminated leader before the runoff.

    Parameters
    ----------
    setting, rivals, strain, shares
        As in `complaint_against`.
    kind
        Kind of offer.
    finalists
        Leader and runner-up.
    by, to
        The finalist who offers, the eliminated leader.
    parameters
        ``split_base``.

    Returns
    -------
    See `expected_split_discount`; the caller leaves it out where M39 is off.
    """
    pact = frozenset({to})
    other = finalists[1] if by == finalists[0] else finalists[0]
    return expected_split_discount(
        kind,
        complaint_against(setting, rivals, to, by, strain, shares, pact),
        complaint_against(setting, rivals, other, by, strain, shares, pact),
        parameters,
    )
