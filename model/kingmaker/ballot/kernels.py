"""Cast the first ballot, a pass over the members each."""

from __future__ import annotations

import numpy as np

from kingmaker.compiled import kernel
from kingmaker.numerics import log, logit
from kingmaker.rng import Address, uniform_pair

ABSTAINED = -1
BLANK = -2
NOT_ON_ROLL = -3


@kernel
def turnout_scores(
    ids: np.ndarray,
    sector: np.ndarray,
    bloc: np.ndarray,
    propensity: np.ndarray,
    contact_turnout: np.ndarray,
    on_roll: np.ndarray,
    constants: np.ndarray,
    order: np.ndarray,
    bloc_lift: float,
    address: Address,
    scores: np.ndarray,
) -> None:
    """Score every member's readiness to vote in round one; those above a level vote.

    Parameters
    ----------
    ids, sector, bloc, propensity, contact_turnout, on_roll
        Shape ``(n_members,)``.
    constants
        Turnout constant of each sector, shape ``(n_sectors,)`` [logit].
    order
        Candidate each bloc is told to vote for, -1 for none, shape ``(n_blocs,)``.
    bloc_lift
        Lift of an order [logit].
    address
        Random numbers of ``BALLOT_TURNOUT_1``.
    scores
        Filled, shape ``(n_members,)`` [logit]: propensity minus the logit of a uniform draw, so
        that a score above 0 has the logistic probability; -1e300 for those not on the roll.
    """
    for i in range(ids.size):
        if not on_roll[i] & 1:
            scores[i] = -1e300
            continue
        u, _ = uniform_pair(ids[i], address)
        score = np.float64(propensity[i]) + np.float64(contact_turnout[i]) + constants[sector[i]]
        if bloc[i] >= 0 and order[bloc[i]] >= 0:
            score += bloc_lift
        scores[i] = score - logit(u)


@kernel
def first_utilities(
    ids: np.ndarray,
    sector: np.ndarray,
    bloc: np.ndarray,
    intention: np.ndarray,
    base: np.ndarray,
    lean: np.ndarray,
    attention: np.ndarray,
    votes_at_all: np.ndarray,
    table: np.ndarray,
    electability: np.ndarray,
    strongest: int,
    projection: float,
    blank_constant: float,
    order: np.ndarray,
    obedience: np.ndarray,
    lottery: bool,
    obey_address: Address,
    choice_address: Address,
    lottery_address: tuple[Address, ...],
    first_vote: np.ndarray,
    free: np.ndarray,
    utilities: np.ndarray,
) -> int:
    """Cast the ballots of obeying bloc members and list the utilities of all other voters.

    Parameters
    ----------
    votes_at_all
        Whether the member votes, shape ``(n_members,)``.
    table, electability, strongest, projection
        As in the campaign's day.
    blank_constant
        Constant of a blank ballot [logit].
    order, obedience
        Candidate each bloc is told to vote for (-1: none), chance to obey, ``(n_blocs,)``.
    lottery
        True replaces all utilities by fresh Gumbel draws: M02 off.
    obey_address, choice_address, lottery_address
        Random numbers of ``BALLOT_OBEDIENCE_1``, ``BALLOT_CHOICE_1``, ``BALLOT_LOTTERY_1``.
    first_vote
        Filled for obeying bloc members; others stay.
    free
        Filled: rows of free voters, shape ``(n_members,)``, the first n in use.
    utilities
        Filled, shape ``(n_members, n_candidates + 1)`` in float64 [logit]: the last column is a
        blank ballot, with a Gumbel draw of its own. A term of at most 1e-7 keeps two members
        from being exactly equal.

    Returns
    -------
    Number of free voters.
    """
    n_candidates = base.shape[1]
    doubt = np.float32(np.float32(1.0) - projection)
    n_free = 0
    for i in range(ids.size):
        if not votes_at_all[i]:
            continue
        b = bloc[i]
        if b >= 0 and order[b] >= 0:
            u, _ = uniform_pair(ids[i], obey_address)
            if u < obedience[b]:
                first_vote[i] = order[b]
                continue
        s = sector[i]
        care = attention[i]
        if intention[i] != strongest:
            care = care * doubt
        hesitation, u_blank = uniform_pair(ids[i], choice_address)
        for c in range(n_candidates):
            if lottery:
                u, v = uniform_pair(ids[i], lottery_address[c // 2])
                value = -log(-log(u if c % 2 == 0 else v))
            else:
                value = np.float64(base[i, c] + lean[i, c] + table[s, c] + care * electability[c])
            # A different multiple for each candidate, never the same for two members.
            utilities[n_free, c] = value + 1e-7 * hesitation * (c + 1) / n_candidates
        utilities[n_free, n_candidates] = blank_constant - log(-log(u_blank))
        free[n_free] = i
        n_free += 1
    return n_free


@kernel
def count_best(
    utilities: np.ndarray, shift: np.ndarray, choice: np.ndarray, counts: np.ndarray
) -> None:
    """Give each free voter the best alternative after the shift, and count.

    Parameters
    ----------
    utilities
        Shape ``(n_free, n_alternatives)`` [logit].
    shift
        Added to each column, shape ``(n_alternatives,)`` [logit]; -1e30 closes one.
    choice
        Filled, shape ``(n_free,)``.
    counts
        Filled, shape ``(n_alternatives,)``.
    """
    counts[:] = 0
    for i in range(utilities.shape[0]):
        best = 0
        top = -1e300
        for c in range(shift.size):
            u = utilities[i, c] + shift[c]
            if u > top:
                top = u
                best = c
        choice[i] = best
        counts[best] += 1


@kernel
def count_near(utilities: np.ndarray, shift: np.ndarray, width: float, near: np.ndarray) -> None:
    """Count voters whose two best alternatives are within a width, by pair.

    Parameters
    ----------
    near
        Filled, shape ``(n_alternatives, n_alternatives)``, symmetric.
    """
    near[:] = 0
    for i in range(utilities.shape[0]):
        best = 0
        runner = 0
        top = -1e300
        second = -1e300
        for c in range(shift.size):
            u = utilities[i, c] + shift[c]
            if u > top:
                second = top
                runner = best
                top = u
                best = c
            elif u > second:
                second = u
                runner = c
        if top - second < width:
            near[best, runner] += 1
            near[runner, best] += 1


@kernel
def cheapest_moves(
    utilities: np.ndarray, choice: np.ndarray, cost: np.ndarray, mover: np.ndarray
) -> None:
    """Find, for each pair of alternatives, the voter who loses least by moving over.

    Parameters
    ----------
    choice
        Present alternative of each free voter, shape ``(n_free,)``.
    cost
        Filled: ``min over i in c of u_ic - u_id``, shape ``(n_alternatives, n_alternatives)``;
        1e300 where nobody is.
    mover
        Filled: the voter.
    """
    cost[:] = 1e300
    for i in range(choice.size):
        c = choice[i]
        for d in range(cost.shape[1]):
            loss = utilities[i, c] - utilities[i, d]
            if d != c and loss < cost[c, d]:
                cost[c, d] = loss
                mover[c, d] = i


@kernel
def attachments(
    utilities: np.ndarray,
    shift: np.ndarray,
    free: np.ndarray,
    choice: np.ndarray,
    n_candidates: int,
    first_vote: np.ndarray,
    attachment: np.ndarray,
) -> None:
    """Write the free voters' ballots and their attachment to them.

    Attachment is ``m / (1 + m)``, m the margin of the choice over the next alternative [logit].
    """
    for k in range(choice.size):
        i = free[k]
        own = choice[k]
        next_best = -1e300
        for c in range(shift.size):
            u = utilities[k, c] + shift[c]
            if c != own and u > next_best:
                next_best = u
        margin = utilities[k, own] + shift[own] - next_best
        attachment[i] = margin / (1.0 + margin)
        first_vote[i] = own if own < n_candidates else BLANK
