"""Ask members who they prefer, as pollsters reach them."""

from __future__ import annotations

import numpy as np

from kingmaker.compiled import kernel
from kingmaker.rng import Address, to_uniform32, words


@kernel
def ask_members(
    n_wanted: int,
    rows: np.ndarray,
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
    rows, n_roll
        Row of each member by number, and members entitled: the first numbers.
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
        i = rows[int(np.float64(to_uniform32(w0)) * n_roll)]
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
