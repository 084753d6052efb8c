"""Cast the runoff ballot, as often as needed, from one set of random numbers."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from kingmaker.ballot.kernels import ABSTAINED, BLANK, NOT_ON_ROLL
from kingmaker.compiled import kernel
from kingmaker.numerics import exp, logit
from kingmaker.rng import Address, uniform_pair

TO_FIRST, TO_SECOND, TO_BLANK, TO_ABSTAINED, TO_NOT_ON_ROLL = 0, 1, 2, 3, 4


class RunoffChances(NamedTuple):
    """Hold every member's chance on the day of the runoff, each of shape ``(n_members,)``.

    Attributes
    ----------
    choice, turnout
        Logits of uniform draws [logit].
    blank, obey
        Uniform in (0, 1).
    """

    choice: np.ndarray
    turnout: np.ndarray
    blank: np.ndarray
    obey: np.ndarray


@kernel
def draw_chances(
    ids: np.ndarray,
    choice_address: Address,
    turnout_address: Address,
    obey_address: Address,
    chances: RunoffChances,
) -> None:
    """Draw the chances of all members.

    Parameters
    ----------
    ids
        Original numbers, shape ``(n_members,)``.
    choice_address, turnout_address, obey_address
        Random numbers of ``BALLOT_CHOICE_2`` (and blank), ``BALLOT_TURNOUT_2``,
        ``BALLOT_OBEDIENCE_2``.
    chances
        Filled.
    """
    for i in range(ids.size):
        u_choice, u_blank = uniform_pair(ids[i], choice_address)
        u_turnout, _ = uniform_pair(ids[i], turnout_address)
        u_obey, _ = uniform_pair(ids[i], obey_address)
        chances.choice[i] = logit(u_choice)
        chances.turnout[i] = logit(u_turnout)
        chances.blank[i] = u_blank
        chances.obey[i] = u_obey


@kernel
def runoff_ballot(
    sector: np.ndarray,
    bloc: np.ndarray,
    propensity: np.ndarray,
    contact_turnout: np.ndarray,
    on_roll: np.ndarray,
    group: np.ndarray,
    preference: np.ndarray,
    chances: RunoffChances,
    finalists: tuple[int, int],
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
    second_vote: np.ndarray,
    flows: np.ndarray,
) -> None:
    """Cast the runoff ballots and count who came from where.

    Parameters
    ----------
    group, preference
        Row of the first vote, and D [logit], of each member; see `runoff_preferences`.
    chances
        Every member's chance.
    finalists
        Columns of the leader and of the runner-up.
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
    second_vote
        Filled: column of a finalist, or abstained, blank, not on the roll.
    flows
        Filled: shape ``(n_sectors, n_candidates + 3, 5)``: by sector, group of first vote, and
        leader, runner-up, blank, abstained, not on the roll.
    """
    flows[:] = 0
    n_candidates = ally_lift.shape[0] - 3
    first, second = finalists
    noise = 1.0 if lottery else noise_scale
    votes = np.array([first, second, BLANK, ABSTAINED, NOT_ON_ROLL])
    for i in range(sector.size):
        g = group[i]
        is_out = g < n_candidates and g != first and g != second
        d = 0.0 if lottery else preference[i]
        side = 0 if d + noise * chances.choice[i] > 0.0 else 1
        if not switching and g < n_candidates and not is_out:
            side = 0 if g == first else 1
        b = bloc[i]
        told = b >= 0 and order[b] >= 0
        obeys = told and chances.obey[i] < obedience[b]
        if obeys:
            side = order[b]
        if everybody:
            comes = g < n_candidates
        else:
            score = np.float64(propensity[i]) + np.float64(contact_turnout[i])
            score += turnout_constants[sector[i]] + ally_lift[g, side]
            if g < n_candidates or g == n_candidates + 1:
                score += turnout_habit
            if is_out and not obeys:
                score -= expressive * exp(-abs(preference[i]))
            if told:
                score += bloc_lift
            comes = score > chances.turnout[i]
        to = side if comes else TO_ABSTAINED
        chance = blank_rate * (3.0 if is_out else 1.0)
        if comes and not everybody and not obeys and chances.blank[i] < chance:
            to = TO_BLANK
        if not on_roll[i] & 2:
            to = TO_NOT_ON_ROLL
        second_vote[i] = votes[to]
        flows[sector[i], g, to] += 1


@kernel
def alter_ballots(
    sector: np.ndarray,
    bloc: np.ndarray,
    group: np.ndarray,
    finalists: tuple[int, int],
    order: np.ndarray,
    stuffed: np.ndarray,
    annulled: np.ndarray,
    second_vote: np.ndarray,
    flows: np.ndarray,
    irregular: np.ndarray,
) -> None:
    """Make everybody in a stuffed bloc vote as told, and the ballots of an annulled one blank.

    Parameters
    ----------
    sector, bloc, group, finalists, order
        As in `runoff_ballot`.
    stuffed, annulled
        Blocs of both kinds, shape ``(n_blocs,)``; without an order a bloc cannot be stuffed.
    second_vote, flows
        Ballots as `runoff_ballot` left them; changed for members of these blocs alone, and only
        for those on the roll of the runoff.
    irregular
        Filled: members of stuffed blocs who had not come, and ballots annulled, those of absent
        members included, by bloc, shape ``(n_blocs, 2)``.
    """
    irregular[:] = 0
    first, second = finalists
    votes = np.array([first, second, BLANK, ABSTAINED])
    for i in range(sector.size):
        b = bloc[i]
        if b < 0 or not (stuffed[b] or annulled[b]) or second_vote[i] == NOT_ON_ROLL:
            continue
        before = 0
        while votes[before] != second_vote[i]:
            before += 1
        to = before
        if stuffed[b] and order[b] >= 0:
            irregular[b, 0] += before == TO_ABSTAINED
            to = order[b]
        if annulled[b] and to != TO_ABSTAINED:
            irregular[b, 1] += 1
            to = TO_BLANK
        second_vote[i] = votes[to]
        flows[sector[i], group[i], before] -= 1
        flows[sector[i], group[i], to] += 1


@kernel
def readiness_histogram(
    sector: np.ndarray,
    bloc: np.ndarray,
    propensity: np.ndarray,
    contact_turnout: np.ndarray,
    on_roll: np.ndarray,
    group: np.ndarray,
    preference: np.ndarray,
    finalists: tuple[int, int],
    n_candidates: int,
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
    group, preference, finalists
        As in `runoff_ballot`.
    sector_constants
        Turnout constants of round one [logit].
    was_told, bloc_lift
        Whether each bloc had an order in round one, and the lift of an order [logit].
    bins
        Filled: members per bin of 1/16 logit, bin k centred at ``(k - n_bins / 2) / 16``.
    """
    bins[:] = 0
    half = bins.size // 2
    for i in range(sector.size):
        if not on_roll[i] & 2:
            continue
        g = group[i]
        score = np.float64(propensity[i]) + np.float64(contact_turnout[i])
        score += sector_constants[sector[i]]
        if g < n_candidates or g == n_candidates + 1:
            score += turnout_habit
        if bloc[i] >= 0 and was_told[bloc[i]]:
            score += bloc_lift
        if g < n_candidates and g != finalists[0] and g != finalists[1]:
            score -= expressive * exp(-abs(preference[i]))
        k = int(np.floor(score * 16.0 + 0.5)) + half
        bins[min(max(k, 0), bins.size - 1)] += 1
