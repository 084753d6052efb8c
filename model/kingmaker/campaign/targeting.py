"""Send activists to the sector where most is to be won (M13)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def target_sectors(
    at_work: NDArray[np.int64],
    support: NDArray[np.float64],
    reachable: NDArray[np.float64],
    sector_sizes: NDArray[np.int64],
    targeting: float,
) -> NDArray[np.float64]:
    """Move a part of every camp's work to the sectors of its deficits.

    Parameters
    ----------
    at_work
        Activists by sector and camp, shape ``(n_sectors, n_camps)``.
    support
        Part of a sector's members for each camp's candidate, ``(n_sectors, n_camps)``.
    reachable
        Part of a sector's members who are in no bloc, shape ``(n_sectors,)``.
    sector_sizes
        Members, shape ``(n_sectors,)``.
    targeting
        Part of the work that is free to move [fraction].

    Returns
    -------
    Work by sector and camp [activists], the same in total for each camp. What moves goes to
    sectors in proportion to members times deficit times reachability, where the deficit is how
    far the candidate is behind the best other of the sector; a camp that is nowhere behind
    leaves its people where they are.
    """
    n_sectors, n_camps = at_work.shape
    work = at_work.astype(np.float64)
    if n_sectors == 1 or n_camps == 1:
        return work
    ordered = np.sort(support, axis=1)
    best, second = ordered[:, -1:], ordered[:, -2:-1]
    deficit = np.maximum(np.where(support == best, second, best) - support, 0.0)
    weight = deficit * (reachable * sector_sizes)[:, None]
    total = weight.sum(axis=0)
    share = weight / np.where(total > 0.0, total, 1.0)
    moves = np.where(total > 0.0, targeting, 0.0)
    return work * (1.0 - moves) + share * (moves * work.sum(axis=0))
