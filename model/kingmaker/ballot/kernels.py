"""Cast both ballots, a pass over the members each."""

from __future__ import annotations

import numpy as np

from kingmaker.compiled import kernel
from kingmaker.numerics import exp, log, logit
from kingmaker.population.preference_kernels import RunoffTerms, group_of, runoff_preference
from kingmaker.rng import Address, uniform_pair

ABSTAINED = -1
BLANK = -2
NOT_ON_ROLL = -3
TO_FIRST, TO_SECOND, TO_BLANK, TO_ABSTAINED, TO_NOT_ON_ROLL = 0, 1, 2, 3, 4


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


@kernel
def runoff_ballot(
    ids: np.ndarray,
    sector: np.ndarray,
    bloc: np.ndarray,
    base: np.ndarray,
    lean: np.ndarray,
    attention: np.ndarray,
    propensity: np.ndarray,
    contact_turnout: np.ndarray,
    rejects: np.ndarray,
    attachment: np.ndarray,
    on_roll: np.ndarray,
    first_vote: np.ndarray,
    terms: RunoffTerms,
    noise_scale: float,
    lottery: bool,
    order: np.ndarray,
    obedience: np.ndarray,
    bloc_lift: float,
    turnout_constants: np.ndarray,
    turnout_habit: float,
    expressive: float,
    ally_lift: np.ndarray,
    blank_rate: float,
    everybody: bool,
    switching: bool,
    choice_address: Address,
    turnout_address: Address,
    obey_address: Address,
    second_vote: np.ndarray,
    flows: np.ndarray,
) -> None:
    """Cast the runoff ballots and count who came from where.

    Parameters
    ----------
    terms
        All shifts between the finalists.
    noise_scale
        Scale of the logistic chance in D [logit].
    lottery
        True: free members vote by a uniform lottery (M02 off).
    order, obedience, bloc_lift
        0 for the leader, 1 for the runner-up, -1 for none, per bloc; chance to obey; lift of
        the turnout [logit].
    turnout_constants
        Turnout constant of each sector in the runoff [logit].
    turnout_habit
        Extra propensity of those who voted in round one [logit].
    expressive
        Loss of propensity of members whose choice is out, times ``exp(-|D|)`` [logit].
    ally_lift
        Lift of members by group of first vote who go to the leader or the runner-up, shape
        ``(n_candidates + 3, 2)`` [logit].
    blank_rate
        Chance of a blank ballot; three times as high where the choice is out.
    everybody
        True: exactly those with a candidate vote in round one vote again (for the waterfall).
    switching
        False: voters of a finalist stay with him (for the waterfall).
    choice_address, turnout_address, obey_address
        Random numbers of ``BALLOT_CHOICE_2`` (and blank), ``BALLOT_TURNOUT_2``,
        ``BALLOT_OBEDIENCE_2``.
    second_vote
        Filled: column of a finalist, or abstained, blank, not on the roll.
    flows
        Filled: shape ``(n_sectors, n_candidates + 3, 5)``: by sector, group of first vote, and
        leader, runner-up, blank, abstained, not on the roll.
    """
    n_candidates = base.shape[1]
    flows[:] = 0
    for i in range(ids.size):
        s = sector[i]
        group = group_of(first_vote[i], n_candidates)
        if not on_roll[i] & 2:
            second_vote[i] = NOT_ON_ROLL
            flows[s, group, TO_NOT_ON_ROLL] += 1
            continue
        gap = np.float64(base[i, terms.first] + lean[i, terms.first]) - np.float64(
            base[i, terms.second] + lean[i, terms.second]
        )
        d = runoff_preference(gap, attention[i], rejects[i], attachment[i], group, s, terms)
        u_choice, u_blank = uniform_pair(ids[i], choice_address)
        fresh = logit(u_choice)
        latent = fresh if lottery else d + noise_scale * fresh
        side = 0 if latent > 0.0 else 1
        is_out = first_vote[i] >= 0 and group != terms.first and group != terms.second
        if not switching and not is_out and first_vote[i] >= 0:
            side = 0 if group == terms.first else 1
        b = bloc[i]
        told = b >= 0 and order[b] >= 0
        obeys = False
        if told:
            u_obey, _ = uniform_pair(ids[i], obey_address)
            obeys = u_obey < obedience[b]
            if obeys:
                side = order[b]
        if everybody:
            comes = first_vote[i] >= 0
        else:
            score = np.float64(propensity[i]) + np.float64(contact_turnout[i])
            score += turnout_constants[s]
            if first_vote[i] >= 0 or first_vote[i] == BLANK:
                score += turnout_habit
            if is_out and not obeys:
                score -= expressive * exp(-abs(d))
            if told:
                score += bloc_lift
            score += ally_lift[group, side]
            u_turnout, _ = uniform_pair(ids[i], turnout_address)
            comes = score > logit(u_turnout)
        if not comes:
            second_vote[i] = ABSTAINED
            flows[s, group, TO_ABSTAINED] += 1
            continue
        chance = blank_rate * (3.0 if is_out else 1.0)
        if not everybody and not obeys and u_blank < chance:
            second_vote[i] = BLANK
            flows[s, group, TO_BLANK] += 1
            continue
        second_vote[i] = terms.first if side == 0 else terms.second
        flows[s, group, side] += 1


@kernel
def readiness_histogram(
    sector: np.ndarray,
    bloc: np.ndarray,
    base: np.ndarray,
    lean: np.ndarray,
    attention: np.ndarray,
    propensity: np.ndarray,
    contact_turnout: np.ndarray,
    rejects: np.ndarray,
    attachment: np.ndarray,
    on_roll: np.ndarray,
    first_vote: np.ndarray,
    terms: RunoffTerms,
    sector_constants: np.ndarray,
    turnout_habit: float,
    expressive: float,
    was_told: np.ndarray,
    bloc_lift: float,
    bins: np.ndarray,
) -> None:
    """Count members by readiness to vote in the runoff, as if nothing changed for them.

    Parameters
    ----------
    sector_constants
        Turnout constants of round one [logit].
    was_told, bloc_lift
        Whether each bloc had an order in round one, and the lift of an order [logit].
    bins
        Filled: members per bin of 1/16 logit, bin k centred at ``(k - n_bins / 2) / 16``.
    """
    n_candidates = base.shape[1]
    bins[:] = 0
    half = bins.size // 2
    for i in range(sector.size):
        if not on_roll[i] & 2:
            continue
        score = np.float64(propensity[i]) + np.float64(contact_turnout[i])
        score += sector_constants[sector[i]]
        vote = first_vote[i]
        group = group_of(vote, n_candidates)
        if vote >= 0 or vote == BLANK:
            score += turnout_habit
        if bloc[i] >= 0 and was_told[bloc[i]]:
            score += bloc_lift
        if vote >= 0 and group != terms.first and group != terms.second:
            gap = np.float64(base[i, terms.first] + lean[i, terms.first]) - np.float64(
                base[i, terms.second] + lean[i, terms.second]
            )
            d = runoff_preference(
                gap, attention[i], rejects[i], attachment[i], group, sector[i], terms
            )
            score -= expressive * exp(-abs(d))
        k = int(np.floor(score * 16.0 + 0.5)) + half
        bins[min(max(k, 0), bins.size - 1)] += 1
