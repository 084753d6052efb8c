"""Compute a member's preference between the two finalists, for the campaign and for the ballot."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from kingmaker.compiled import kernel


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
    backlash: np.ndarray
    mean_attachment: np.ndarray


@kernel
def group_of(vote: int, n_candidates: int) -> int:
    """Return the row of a first vote: candidates, then abstained, blank and not on the roll."""
    if vote >= 0:
        return vote
    return n_candidates - 1 - vote


@kernel
def runoff_preference(
    utility_gap: float,
    attention: float,
    rejects: int,
    attachment: float,
    group: int,
    sector: int,
    terms: RunoffTerms,
) -> float:
    """Compute D, the preference for the leader over the runner-up.

    Parameters
    ----------
    utility_gap
        Base and leanings, leader minus runner-up [logit].
    attention
        In (0, 1).
    rejects
        Bit mask of rejected candidates.
    attachment
        Attachment to the first-round choice in [0, 1).
    group
        Row of the first vote, see `group_of`.
    sector
        Sector.
    terms
        All shifts.

    Returns
    -------
    D [logit]: utilities, electability, habit, and the shifts of the member's group. Selection
    and cue are multiplied by the attachment relative to the group's mean; a cue towards a
    finalist whom the member rejects is not followed.
    """
    d = utility_gap + terms.table[sector, 0] - terms.table[sector, 1]
    gap = terms.seat_gap * attention
    if d * gap < 0.0:
        gap *= 1.0 - terms.projection
    d += gap
    if group == terms.first:
        d += terms.habit
    elif group == terms.second:
        d -= terms.habit
    relative = attachment / terms.mean_attachment[group]
    cue = terms.cue[group]
    aim = terms.first if cue > 0.0 else terms.second
    if (rejects >> np.uint64(aim)) & np.uint64(1):
        cue = 0.0
    d += terms.flat[group] + relative * (terms.selection[group] + cue + terms.grudge[group])
    if rejects:
        for c in range(terms.backlash.size):
            if (rejects >> np.uint64(c)) & np.uint64(1):
                d += terms.backlash[c]
    return float(d)
