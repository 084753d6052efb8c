"""Compute members' preferences between the two finalists, for the campaign and for the ballot."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from kingmaker.compiled import inlined_kernel, kernel
from kingmaker.population.block_kernels import gather


class RunoffTerms(NamedTuple):
    """Hold all that moves members between the finalists, by group; logits.

    Attributes
    ----------
    first, second
        Columns of the first-round leader and of the runner-up.
    table
        Constants, sector constants, valence and momentum of both, shape ``(n_sectors, 2)``.
    seat_gap
        Electability of the leader minus that of the runner-up.
    projection
        Part of the gap that partisans of the weaker leader do not believe [fraction].
    habit
        Extra utility of the finalist one voted for.
    flat
        Shift to the leader by group of first vote, shape ``(n_candidates + 3,)``.
    selection, cue, grudge
        Shift to the leader by group of first vote, in proportion to attachment.
    local
        Shift to the leader by sector, shape ``(n_sectors,)``.
    appeal
        Shift to the leader by group of first vote, shape ``(n_candidates + 3,)``.
    backlash
        Shift to the leader in members who reject a candidate, shape ``(n_candidates,)``.
    mean_attachment
        Mean attachment by group of first vote, at least a small positive number.
    """

    first: int
    second: int
    table: np.ndarray
    seat_gap: float
    projection: float
    habit: float
    flat: np.ndarray
    selection: np.ndarray
    cue: np.ndarray
    grudge: np.ndarray
    local: np.ndarray
    appeal: np.ndarray
    backlash: np.ndarray
    mean_attachment: np.ndarray


class ReadyTerms(NamedTuple):
    """Hold `RunoffTerms` summed up by sector and by group; see `prepare_terms`.

    Attributes
    ----------
    first, second
        Columns of the leader and of the runner-up.
    table_gap
        What a sector adds to D, shape ``(n_sectors,)`` [logit].
    seat_gap, projection
        As in `RunoffTerms`.
    level
        What a group adds to D, habit included, shape ``(n_candidates + 3,)`` [logit].
    slope
        What a group adds per unit of attachment, without the cue where the member rejects the
        finalist it points to: entries ``2 * group`` and ``2 * group + 1`` [logit].
    aim
        Bit of the finalist to whom a group's cue points, shape ``(n_candidates + 3,)``.
    backlash
        As in `RunoffTerms`.
    """

    first: int
    second: int
    table_gap: np.ndarray
    seat_gap: float
    projection: float
    level: np.ndarray
    slope: np.ndarray
    aim: np.ndarray
    backlash: np.ndarray


@inlined_kernel
def group_of(vote: int, n_candidates: int) -> int:
    """Return the row of a first vote: candidates, then abstained, blank and not on the roll."""
    return vote if vote >= 0 else n_candidates - 1 - vote


@kernel
def group_rows(first_vote: np.ndarray, n_candidates: int, group: np.ndarray) -> None:
    """Fill the rows of a block of first votes, see `group_of`."""
    for j in range(first_vote.size):
        group[j] = group_of(np.int32(first_vote[j]), np.int32(n_candidates))


def prepare_terms(terms: RunoffTerms) -> ReadyTerms:
    """Sum up, once for all members, what `runoff_preferences` needs by sector and group."""
    level = terms.flat + terms.appeal
    level[terms.first] += terms.habit
    level[terms.second] -= terms.habit
    likeness = terms.selection + terms.grudge
    slopes = np.stack([likeness + terms.cue, likeness], axis=1) / terms.mean_attachment[:, None]
    finalist = np.where(terms.cue > 0.0, terms.first, terms.second).astype(np.uint64)
    return ReadyTerms(
        first=terms.first,
        second=terms.second,
        table_gap=terms.table[:, 0] - terms.table[:, 1] + terms.local,
        seat_gap=terms.seat_gap,
        projection=terms.projection,
        level=level,
        slope=slopes.ravel(),
        aim=np.uint64(1) << finalist,
        backlash=terms.backlash,
    )


@kernel
def runoff_preferences(
    start: int,
    stop: int,
    base: np.ndarray,
    lean: np.ndarray,
    attention: np.ndarray,
    rejects: np.ndarray,
    attachment: np.ndarray,
    group: np.ndarray,
    sector: np.ndarray,
    terms: ReadyTerms,
    preference: np.ndarray,
) -> None:
    """Compute D, the preference for the leader over the runner-up, for some members.

    Parameters
    ----------
    start, stop
        Rows of the members.
    base, lean
        Utilities and leanings of all members, shape ``(n_members, n_candidates)`` [logit].
    attention, rejects, attachment, sector
        Traits of all members, attachment to the first-round choice, ``(n_members,)``.
    group
        Rows of these members' first votes (see `group_of`), shape ``(stop - start,)``.
    terms
        All shifts.
    preference
        Filled: D, shape ``(stop - start,)`` [logit]: utilities, electability, habit, and the
        shifts of the member's group. Partisans of the weaker leader believe a part of the seat
        gap. Selection, cue and grudge are multiplied by the attachment relative to the group's
        mean; a cue towards a finalist whom the member rejects is not followed.
    """
    base_first, base_second = base[start:stop, terms.first], base[start:stop, terms.second]
    lean_first, lean_second = lean[start:stop, terms.first], lean[start:stop, terms.second]
    attention, rejects = attention[start:stop], rejects[start:stop]
    attachment = attachment[start:stop]
    gather(sector[start:stop], terms.table_gap, preference)
    believed = 1.0 - terms.projection
    for j in range(preference.size):
        gap = np.float64(base_first[j] + lean_first[j])
        gap -= np.float64(base_second[j] + lean_second[j])
        d = preference[j] + gap
        seats = terms.seat_gap * attention[j]
        preference[j] = d + (seats * believed if d * seats < 0.0 else seats)
    for j in range(preference.size):
        g = group[j]
        refuses = 1 if rejects[j] & terms.aim[g] else 0
        preference[j] += terms.level[g] + attachment[j] * terms.slope[2 * g + refuses]
    for c in range(terms.backlash.size):
        if terms.backlash[c] != 0.0:
            bit = np.uint64(1) << np.uint64(c)
            for j in range(preference.size):
                preference[j] += terms.backlash[c] if rejects[j] & bit else 0.0
