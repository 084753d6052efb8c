"""Let people leave, one pass over the roll: who, when, and to which party."""

from __future__ import annotations

import numpy as np

from kingmaker.compiled import kernel
from kingmaker.numerics import exp, log
from kingmaker.rng import Address, uniform_pair

NO_TIE = -1
NO_PARTY = -1


@kernel
def leave(
    ids: np.ndarray,
    first_vote: np.ndarray,
    last_vote: np.ndarray,
    rejects: np.ndarray,
    rank: np.ndarray,
    gone: np.ndarray,
    rank_rate: np.ndarray,
    lost: np.ndarray,
    win_prob: np.ndarray,
    ties: np.ndarray,
    weights: tuple[float, float, float],
    months: float,
    days: int,
    exit_address: Address,
    tie_address: Address,
    day: np.ndarray,
    tie: np.ndarray,
) -> None:
    """Find who leaves, on which day, and with which old tie.

    Parameters
    ----------
    ids
        Address of each person's random numbers, shape ``(n,)``.
    first_vote, last_vote
        Candidate of the first ballot and of the last one with a vote for a candidate; negative
        where there is none.
    rejects
        Bit c is set where the person would never vote for candidate c.
    rank
        Row of `rank_rate`.
    gone
        Who has left before.
    rank_rate
        Rate at which a content person of each rank leaves [1/month].
    lost
        Whether a candidate is out, shape ``(n_candidates,)``.
    win_prob
        Chance of each candidate to lead the party, shape ``(n_candidates,)``.
    ties
        Cumulative part of each candidate's voters with an old tie to each rival party, shape
        ``(n_candidates, n_rivals)``.
    weights
        Additions to the hazard's factor: the last vote lost; the leader is rejected; an old tie
        of somebody whose last vote lost.
    months
        Length of the period [months].
    days
        The same in days.
    exit_address, tie_address
        Random numbers: of this period; and of the ties, the same in every period.
    day
        Filled: day of the period on which the person leaves, from 1; 0 where he stays.
    tie
        Filled where the person leaves: rival party of the old tie, -1 for none.

    Notes
    -----
    hazard = rate * (1 + 2 * lost + 3 * P(a rejected candidate leads) + 3 * lost * tied) with the
    weights of `kingmaker.aftermath.exit`. A person leaves after ``-log(1 - u) / hazard`` months
    (exponential), so that a higher hazard only ever makes the same person leave earlier.
    """
    for_loss, for_rejection, for_tie = weights
    most = 1.0 + for_loss + for_rejection + for_tie
    n_candidates = lost.size
    for i in range(ids.size):
        day[i] = 0
        if gone[i]:
            continue
        rate = rank_rate[rank[i]]
        u = uniform_pair(ids[i], exit_address)[0]
        # Most people stay whatever they think, for -log(1 - u) >= u: no logarithm for them.
        if u > rate * most * months:
            continue
        wait = -log(1.0 - u)
        factor = 1.0
        mask = rejects[i]
        if mask != 0:
            disliked = 0.0
            for c in range(n_candidates):
                if mask >> np.uint64(c) & np.uint64(1):
                    disliked += win_prob[c]
            factor += for_rejection * disliked
        tied = NO_TIE
        home = first_vote[i]
        if home >= 0:
            v = uniform_pair(ids[i], tie_address)[0]
            for r in range(ties.shape[1]):
                if v < ties[home, r]:
                    tied = r
                    break
        last = last_vote[i]
        if last >= 0 and lost[last]:
            factor += for_loss
            if tied >= 0:
                factor += for_tie
        wait /= rate * factor
        if wait <= months:
            day[i] = min(days, int(wait / months * days) + 1)
            tie[i] = tied


@kernel
def choose_party(
    ids: np.ndarray,
    ideal_point: np.ndarray,
    tie: np.ndarray,
    positions: np.ndarray,
    half_salience: np.ndarray,
    rival_tie: float,
    by_value: bool,
    sizes: np.ndarray,
    join_prob: float,
    address: Address,
    destination: np.ndarray,
) -> None:
    """Choose the party that each leaver joins.

    Parameters
    ----------
    ids
        Address of each leaver's random numbers, shape ``(n,)``.
    ideal_point
        Shape ``(n, 3)`` [sd].
    tie
        Rival party of the old tie, -1 for none.
    positions
        Of the rival parties, shape ``(n_rivals, 3)`` [sd].
    half_salience
        Half the weight of each dimension, shape ``(3,)``.
    rival_tie
        Worth of an old tie against distance [utility].
    by_value
        True: by tie and distance; False: by size alone (M38 off).
    sizes
        Of the rival parties, shape ``(n_rivals,)`` [seats].
    join_prob
        Part of leavers who join any party.
    address
        Random numbers.
    destination
        Filled: rival party joined, -1 for none.

    Notes
    -----
    P(r) is proportional to ``exp(rival_tie * tied - distance)``, distance being half the squared
    distance with salience.
    """
    n_rivals = sizes.size
    chance = np.empty(n_rivals)
    for i in range(ids.size):
        u, v = uniform_pair(ids[i], address)
        if u >= join_prob:
            destination[i] = NO_PARTY
            continue
        best = 0.0
        for r in range(n_rivals):
            value = rival_tie if tie[i] == r else 0.0
            for d in range(3):
                gap = ideal_point[i, d] - positions[r, d]
                value -= half_salience[d] * gap * gap
            chance[r] = value
            best = value if r == 0 else max(best, value)
        total = 0.0
        for r in range(n_rivals):
            total += exp(chance[r] - best) if by_value else sizes[r]
            chance[r] = total
        destination[i] = n_rivals - 1
        for r in range(n_rivals):
            if v * total < chance[r]:
                destination[i] = r
                break


@kernel
def follow_camp(
    ids: np.ndarray,
    first_vote: np.ndarray,
    attachment: np.ndarray,
    gone: np.ndarray,
    splits: np.ndarray,
    follow: float,
    address: Address,
    counts: np.ndarray,
) -> None:
    """Count the members who leave with a camp that splits off.

    Parameters
    ----------
    ids, first_vote, attachment, gone
        Random numbers, first vote, attachment to it in [0, 1), and who has left before.
    splits
        Whether each candidate's camp leaves, shape ``(n_candidates,)``.
    follow
        Chance that a fully attached voter goes along.
    address
        Random numbers.
    counts
        Filled: leavers by candidate, shape ``(n_candidates,)``.
    """
    for i in range(ids.size):
        c = first_vote[i]
        if c < 0 or not splits[c] or gone[i]:
            continue
        if uniform_pair(ids[i], address)[0] < follow * attachment[i]:
            counts[c] += 1
