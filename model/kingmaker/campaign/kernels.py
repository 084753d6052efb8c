"""Move all members through one day: contacts, peers, preference of the day."""

from __future__ import annotations

import numpy as np

from kingmaker.compiled import kernel
from kingmaker.numerics import log
from kingmaker.population.preference_kernels import RunoffTerms, group_of, runoff_preference
from kingmaker.rng import Address, to_uniform32, words


@kernel
def campaign_day(
    ids: np.ndarray,
    sector: np.ndarray,
    peer_group: np.ndarray,
    base: np.ndarray,
    attention: np.ndarray,
    propensity: np.ndarray,
    table: np.ndarray,
    electability: np.ndarray,
    strongest: int,
    projection: float,
    pull: np.ndarray,
    relaxation: float,
    reach: np.ndarray,
    door_share: float,
    door_effect: float,
    phone_effect: float,
    persuasion: float,
    undecided_margin: float,
    turnout_edge: np.ndarray,
    address: Address,
    lean: np.ndarray,
    contact_turnout: np.ndarray,
    intention: np.ndarray,
    peer_counts: np.ndarray,
    contacts: np.ndarray,
    marginal: np.ndarray,
) -> int:
    """Carry the members through one day before round one.

    Parameters
    ----------
    ids, sector, peer_group, attention, propensity
        Traits, shape ``(n_members,)``.
    base
        Shape ``(n_members, n_candidates)`` [logit].
    table
        Constants, valence and momentum, shape ``(n_sectors, n_candidates)`` [logit].
    electability
        Shape ``(n_candidates,)`` [logit at full attention]; believed in full by those who
        prefer the `strongest`, in part (1 - `projection`) by the others.
    pull
        Where peers pull leanings to, shape ``(n_peer_groups, n_candidates)`` [logit].
    relaxation
        Daily pace towards the pull [1/day].
    reach
        Cumulative chance of a contact by each camp, shape ``(n_sectors, n_candidates)``.
    door_share, door_effect, phone_effect
        Part of the contacts made in person [fraction], effects on turnout [logit].
    persuasion, undecided_margin
        Gain of the camp in a member whose two best utilities differ by less than the margin.
    turnout_edge
        Propensity above which a member is likely to vote, shape ``(n_sectors,)`` [logit].
    address
        Random numbers of ``CAMPAIGN_CONTACT`` on this day.
    lean, contact_turnout, intention
        Changed in place.
    peer_counts, contacts, marginal
        Filled: intentions per group ``(n_peer_groups, n_candidates)``, contacts per camp,
        undecided members by best and second ``(n_candidates, n_candidates)``.

    Returns
    -------
    Members likely to vote.

    Notes
    -----
    An activist mobilises a member who prefers his candidate, persuades an undecided one, and
    leaves the others alone.
    """
    n_candidates = base.shape[1]
    peer_counts[:] = 0
    contacts[:] = 0
    marginal[:] = 0
    likely = 0
    one = np.float32(1.0)
    keep = np.float32(one - relaxation)
    pace = np.float32(relaxation)
    margin = np.float32(undecided_margin)
    doubt = np.float32(one - projection)
    for i in range(ids.size):
        s = sector[i]
        g = peer_group[i]
        # A partisan of another leader discounts the strongest one's seats.
        care = attention[i]
        if intention[i] != strongest:
            care = care * doubt
        best = 0
        runner = 0
        top = np.float32(-1e30)
        second = np.float32(-1e30)
        for c in range(n_candidates):
            x = keep * lean[i, c] + pace * pull[g, c]
            lean[i, c] = x
            u = base[i, c] + x + table[s, c] + care * electability[c]
            if u > top:
                second = top
                runner = best
                top = u
                best = c
            elif u > second:
                second = u
                runner = c
        undecided = top - second < margin
        if undecided:
            marginal[best, runner] += 1
        w0, w1, _, _ = words(ids[i], address)
        draw = to_uniform32(w0)
        if draw < reach[s, n_candidates - 1]:
            camp = 0
            while draw >= reach[s, camp]:
                camp += 1
            contacts[camp] += 1
            if camp == best:
                at_door = to_uniform32(w1) < door_share
                contact_turnout[i] += np.float32(door_effect if at_door else phone_effect)
            if undecided:
                lean[i, camp] += np.float32(persuasion)
        intention[i] = best
        peer_counts[g, best] += 1
        if propensity[i] + contact_turnout[i] > turnout_edge[s]:
            likely += 1
    return likely


@kernel
def runoff_day(
    ids: np.ndarray,
    sector: np.ndarray,
    peer_group: np.ndarray,
    base: np.ndarray,
    attention: np.ndarray,
    propensity: np.ndarray,
    rejects: np.ndarray,
    attachment: np.ndarray,
    first_vote: np.ndarray,
    terms: RunoffTerms,
    pull: np.ndarray,
    relaxation: float,
    reach: np.ndarray,
    door_share: float,
    door_effect: float,
    phone_effect: float,
    persuasion: float,
    undecided_margin: float,
    turnout_edge: np.ndarray,
    address: Address,
    lean: np.ndarray,
    contact_turnout: np.ndarray,
    intention: np.ndarray,
    peer_counts: np.ndarray,
    contacts: np.ndarray,
    by_group: np.ndarray,
    marginal: np.ndarray,
) -> int:
    """Carry the members through one day between the rounds.

    As `campaign_day`, with two candidates in the race: columns 0 and 1 of `pull`, `reach`,
    `peer_counts`, `contacts` and `by_group` are the leader and the runner-up.

    Parameters
    ----------
    by_group
        Filled: intentions by group of first vote, shape ``(n_candidates + 3, 2)``.
    marginal
        Filled: undecided members by best and second, shape ``(2, 2)``.

    Returns
    -------
    Members likely to vote.
    """
    n_candidates = base.shape[1]
    peer_counts[:] = 0
    contacts[:] = 0
    by_group[:] = 0
    marginal[:] = 0
    likely = 0
    keep = np.float32(np.float32(1.0) - relaxation)
    pace = np.float32(relaxation)
    one, two = terms.first, terms.second
    for i in range(ids.size):
        s = sector[i]
        g = peer_group[i]
        lean[i, one] = keep * lean[i, one] + pace * pull[g, 0]
        lean[i, two] = keep * lean[i, two] + pace * pull[g, 1]
        gap = np.float64(base[i, one] + lean[i, one]) - np.float64(base[i, two] + lean[i, two])
        group = group_of(first_vote[i], n_candidates)
        d = runoff_preference(gap, attention[i], rejects[i], attachment[i], group, s, terms)
        best = 0 if d > 0.0 else 1
        undecided = abs(d) < undecided_margin
        if undecided:
            marginal[best, 1 - best] += 1
        w0, w1, _, _ = words(ids[i], address)
        draw = to_uniform32(w0)
        if draw < reach[s, 1]:
            camp = 0 if draw < reach[s, 0] else 1
            contacts[camp] += 1
            if camp == best:
                at_door = to_uniform32(w1) < door_share
                contact_turnout[i] += np.float32(door_effect if at_door else phone_effect)
            if undecided:
                lean[i, one if camp == 0 else two] += np.float32(persuasion)
        intention[i] = one if best == 0 else two
        peer_counts[g, best] += 1
        by_group[group, best] += 1
        if propensity[i] + contact_turnout[i] > turnout_edge[s]:
            likely += 1
    return likely


@kernel
def ask_members(
    n_wanted: int,
    n_roll: int,
    bloc: np.ndarray,
    registrar: np.ndarray,
    intention: np.ndarray,
    order: np.ndarray,
    obedience: np.ndarray,
    bloc_gap: float,
    new_gap: float,
    undecided_share: float,
    address: Address,
    asked: np.ndarray,
) -> int:
    """Ask a sample of members, drawn with replacement from a pollster's frame.

    Parameters
    ----------
    n_wanted
        Respondents wanted.
    n_roll
        Members entitled: the first rows.
    bloc, registrar, intention
        Traits and today's preference, shape ``(n_members,)``.
    order, obedience
        Candidate each bloc is told to vote for (-1: none), and chance to follow, ``(n_blocs,)``.
    bloc_gap, new_gap
        Chances that a bloc member or a new member is not in the frame [fraction].
    undecided_share
        Part of respondents who do not say [fraction].
    address
        Random numbers of ``CAMPAIGN_POLL_SAMPLE`` on this day.
    asked
        Filled: answers per candidate, shape ``(n_candidates,)``.

    Returns
    -------
    Respondents reached; fewer than wanted only where the frame is almost empty.
    """
    asked[:] = 0
    reached = 0
    for j in range(40 * n_wanted):
        w0, w1, w2, w3 = words(j, address)
        i = int(np.float64(to_uniform32(w0)) * n_roll)
        covered = to_uniform32(w1)
        if bloc[i] >= 0:
            if covered < bloc_gap:
                continue
        elif registrar[i] >= 0 and covered < new_gap:
            continue
        reached += 1
        if (np.float64(w3 & np.uint32(0xFFFF)) + 0.5) / 65536.0 >= undecided_share:
            answer = np.int64(intention[i])
            if bloc[i] >= 0 and order[bloc[i]] >= 0 and to_uniform32(w2) < obedience[bloc[i]]:
                answer = order[bloc[i]]
            asked[answer] += 1
        if reached == n_wanted:
            break
    return reached


@kernel
def peer_pull(counts: np.ndarray, open_to_peers: float, smoothing: float, pull: np.ndarray) -> None:
    """Compute where each group's opinion pulls its members' leanings.

    Parameters
    ----------
    counts
        Intentions per group and candidate, shape ``(n_peer_groups, n_candidates)``.
    open_to_peers
        Weight of peers in equilibrium, 1 - anchor (Friedkin and Johnsen) [fraction].
    smoothing
        Members of average opinion added to each group [members].
    pull
        Filled, same shape: ``open_to_peers * log(group share / overall share)`` [logit], so that
        peers draw people together inside groups without favouring anybody overall.
    """
    n_groups, n_candidates = counts.shape
    overall = np.zeros(n_candidates)
    total = 0.0
    for g in range(n_groups):
        for c in range(n_candidates):
            overall[c] += counts[g, c]
            total += counts[g, c]
    for c in range(n_candidates):
        overall[c] = (overall[c] + 0.5) / (total + 0.5 * n_candidates)
    for g in range(n_groups):
        size = 0.0
        for c in range(n_candidates):
            size += counts[g, c]
        for c in range(n_candidates):
            share = (counts[g, c] + smoothing * overall[c]) / (size + smoothing)
            pull[g, c] = open_to_peers * log(share / overall[c])
