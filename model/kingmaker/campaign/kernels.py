"""Move all members through one day: contacts, peers, preference of the day."""

from __future__ import annotations

import numpy as np

from kingmaker.compiled import kernel
from kingmaker.population.block_kernels import (
    BLOCK,
    columns_of,
    count_by_run,
    find_runs,
    rows_below,
    spread,
)
from kingmaker.population.preference_kernels import (
    ReadyTerms,
    group_rows,
    runoff_preferences,
)
from kingmaker.rng import Address, to_uniform32, words


@kernel
def draw_contacts(ids: np.ndarray, address: Address, met: np.ndarray, door: np.ndarray) -> None:
    """Draw whether each member of a block is met, and at the door: uniforms in (0, 1)."""
    for j in range(ids.size):
        w0, w1, _, _ = words(ids[j], address)
        met[j] = to_uniform32(w0)
        door[j] = to_uniform32(w1)


@kernel
def open_block(
    attention: np.ndarray,
    intention: np.ndarray,
    strongest: int,
    doubt: float,
    care: np.ndarray,
    top: np.ndarray,
    second: np.ndarray,
    best: np.ndarray,
    runner: np.ndarray,
) -> None:
    """Start a block's day: how much each member cares about seats, and no preference yet.

    A partisan of another leader discounts the strongest one's seats.
    """
    for j in range(attention.size):
        care[j] = attention[j] if intention[j] == strongest else attention[j] * doubt
        top[j] = np.float32(-1e30)
        second[j] = np.float32(-1e30)
        best[j] = 0
        runner[j] = 0


@kernel
def weigh_candidate(
    candidate: int,
    keep: float,
    base: np.ndarray,
    care: np.ndarray,
    seats: float,
    pull: np.ndarray,
    shared: np.ndarray,
    lean: np.ndarray,
    top: np.ndarray,
    second: np.ndarray,
    best: np.ndarray,
    runner: np.ndarray,
) -> None:
    """Let peers pull a block's leaning to one candidate, and compare him with those before.

    `lean` and the two best utilities with their candidates are changed; of equal utilities the
    earlier candidate's is the better.
    """
    for j in range(base.size):
        leaning = keep * lean[j] + pull[j]
        lean[j] = leaning
        utility = base[j] + leaning + shared[j] + care[j] * seats
        first = top[j]
        wins = utility > first
        places = utility > second[j]
        second[j] = first if wins else (utility if places else second[j])
        runner[j] = best[j] if wins else (candidate if places else runner[j])
        top[j] = utility if wins else first
        best[j] = candidate if wins else best[j]


@kernel
def canvass_block(
    n_met: int,
    rows: np.ndarray,
    met: np.ndarray,
    door: np.ndarray,
    sector: np.ndarray,
    best: np.ndarray,
    gap: np.ndarray,
    racing: np.ndarray,
    reach: np.ndarray,
    door_share: float,
    door_effect: float,
    phone_effect: float,
    persuasion: float,
    margin: float,
    lean: np.ndarray,
    contact_turnout: np.ndarray,
    contacts: np.ndarray,
) -> None:
    """Let activists talk to the members of a block whom they meet: the first `n_met` of `rows`.

    An activist mobilises a member who prefers his candidate, persuades one whose two best
    utilities are less than `margin` apart, and leaves the others alone.
    """
    for k in range(n_met):
        j = rows[k]
        camp = 0
        while camp < reach.shape[1] - 1 and met[j] >= reach[sector[j], camp]:
            camp += 1
        contacts[camp] += 1
        if camp == best[j]:
            at_door = door[j] < door_share
            contact_turnout[j] += np.float32(door_effect if at_door else phone_effect)
        if gap[j] < margin:
            lean[j, racing[camp]] += np.float32(persuasion)


@kernel
def close_block(
    best: np.ndarray,
    racing: np.ndarray,
    propensity: np.ndarray,
    contact_turnout: np.ndarray,
    edge: np.ndarray,
    intention: np.ndarray,
) -> int:
    """Note a block's preferences, and return how many are likely to vote."""
    likely = 0
    for j in range(best.size):
        likely += 1 if propensity[j] + contact_turnout[j] > edge[j] else 0
    for j in range(best.size):
        intention[j] = racing[best[j]]
    return likely


@kernel
def relax(keep: float, pull: np.ndarray, lean: np.ndarray) -> None:
    """Let peers pull a block's leaning to one candidate; `lean` is changed."""
    for j in range(lean.size):
        lean[j] = keep * lean[j] + pull[j]


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
    n_members, n_candidates = base.shape
    peer_counts[:] = 0
    contacts[:] = 0
    marginal[:] = 0
    likely = 0
    keep = np.float32(np.float32(1.0) - relaxation)
    doubt = np.float32(np.float32(1.0) - projection)
    margin = np.float32(undecided_margin)
    pull_columns = columns_of(pull, relaxation)
    table_columns = columns_of(table, np.float32(1.0))
    reach_any = columns_of(reach, np.float32(1.0))[n_candidates - 1]
    racing = np.arange(n_candidates)
    scratch = np.empty((8, BLOCK), dtype=np.float32)
    places = np.empty((2, BLOCK), dtype=np.int32)
    rows, starts = np.empty(BLOCK + 1, dtype=np.int64), np.empty(BLOCK + 1, dtype=np.int64)
    for start in range(0, n_members, BLOCK):
        stop = min(start + BLOCK, n_members)
        n = stop - start
        met, door, care, top = scratch[0, :n], scratch[1, :n], scratch[2, :n], scratch[3, :n]
        second, gap, one, two = scratch[4, :n], scratch[5, :n], scratch[6, :n], scratch[7, :n]
        best, runner = places[0, :n], places[1, :n]
        s, g = sector[start:stop], peer_group[start:stop]
        n_runs = find_runs(s, g, starts)
        draw_contacts(ids[start:stop], address, met, door)
        open_block(
            attention[start:stop], intention[start:stop], strongest, doubt, care, top, second,
            best, runner,
        )  # fmt: skip
        for c in range(n_candidates):
            spread(pull_columns[c], g, starts, n_runs, one)
            spread(table_columns[c], s, starts, n_runs, two)
            weigh_candidate(
                np.int32(c), keep, base[start:stop, c], care, electability[c], one, two,
                lean[start:stop, c], top, second, best, runner,
            )  # fmt: skip
        for j in range(n):
            gap[j] = top[j] - second[j]
            one[j] = margin
        for k in range(rows_below(gap, one, rows)):
            marginal[best[rows[k]], runner[rows[k]]] += 1
        spread(reach_any, s, starts, n_runs, one)
        n_met = rows_below(met, one, rows)
        canvass_block(
            n_met, rows, met, door, s, best, gap, racing, reach, door_share, door_effect,
            phone_effect, persuasion, margin, lean[start:stop], contact_turnout[start:stop],
            contacts,
        )  # fmt: skip
        spread(turnout_edge, s, starts, n_runs, one)
        likely += close_block(
            best, racing, propensity[start:stop], contact_turnout[start:stop], one,
            intention[start:stop],
        )  # fmt: skip
        count_by_run(best, g, starts, n_runs, peer_counts)
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
    terms: ReadyTerms,
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
    n_members = ids.size
    peer_counts[:] = 0
    contacts[:] = 0
    by_group[:] = 0
    marginal[:] = 0
    likely = 0
    keep = np.float32(np.float32(1.0) - relaxation)
    pull_columns = columns_of(pull, relaxation)
    reach_any = columns_of(reach, np.float32(1.0))[1]
    racing = np.array([terms.first, terms.second])
    scratch = np.empty((4, BLOCK), dtype=np.float32)
    places = np.empty((2, BLOCK), dtype=np.int32)
    preference = np.empty(BLOCK)
    rows, starts = np.empty(BLOCK + 1, dtype=np.int64), np.empty(BLOCK + 1, dtype=np.int64)
    for start in range(0, n_members, BLOCK):
        stop = min(start + BLOCK, n_members)
        n = stop - start
        met, door, gap, one = scratch[0, :n], scratch[1, :n], scratch[2, :n], scratch[3, :n]
        best, group, d = places[0, :n], places[1, :n], preference[:n]
        s, g = sector[start:stop], peer_group[start:stop]
        n_runs = find_runs(s, g, starts)
        draw_contacts(ids[start:stop], address, met, door)
        for k in range(2):
            spread(pull_columns[k], g, starts, n_runs, one)
            relax(keep, one, lean[start:stop, racing[k]])
        group_rows(first_vote[start:stop], base.shape[1], group)
        runoff_preferences(
            start, stop, base, lean, attention, rejects, attachment, group, sector, terms, d
        )  # fmt: skip
        for j in range(n):
            best[j] = 0 if d[j] > 0.0 else 1
            gap[j] = abs(d[j])
            one[j] = undecided_margin
        for k in range(rows_below(gap, one, rows)):
            marginal[best[rows[k]], 1 - best[rows[k]]] += 1
        spread(reach_any, s, starts, n_runs, one)
        n_met = rows_below(met, one, rows)
        canvass_block(
            n_met, rows, met, door, s, best, gap, racing, reach, door_share, door_effect,
            phone_effect, persuasion, np.float32(undecided_margin), lean[start:stop],
            contact_turnout[start:stop], contacts,
        )  # fmt: skip
        for j in range(n):
            by_group[group[j], best[j]] += 1
        spread(turnout_edge, s, starts, n_runs, one)
        likely += close_block(
            best, racing, propensity[start:stop], contact_turnout[start:stop], one,
            intention[start:stop],
        )  # fmt: skip
        count_by_run(best, g, starts, n_runs, peer_counts)
    return likely
