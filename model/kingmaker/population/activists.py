"""Draw the activists: camps, ranks, loyalty and leanings, as arrays."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from kingmaker.parameters import Parameters
from kingmaker.population.apportion import largest_remainder
from kingmaker.population.setting import Setting
from kingmaker.rng import Stream, Streams


class Rank(IntEnum):
    """Rank of an activist; notables are actors of their own."""

    FOOT = 0
    BRANCH_HEAD = 1
    REGIONAL_HEAD = 2


RANK_WEIGHT = np.array([1.0, 5.0, 20.0])
"""Weight of each rank when a leader listens to his activists [foot activists]; assumed."""

_BRANCH_HEAD_SHARE = 0.10
_REGIONAL_SHARE = 0.01
IDLE = -1


@dataclass
class Activists:
    """Hold activists, a row each; arrays of shape ``(n_activists,)`` unless said.

    Attributes
    ----------
    home
        Candidate of the first round.
    camp
        Candidate for whom the activist works now; -1 where idle.
    rank
        A `Rank`.
    loyalty
        Loyalty to the own leader in (0, 1).
    sector
        Sector where the activist works.
    taste
        Own leaning to each candidate, shape ``(n_activists, n_candidates)`` [logit].
    moved_day
        Day of the last change of camp; -10 000 where there was none.
    """

    home: NDArray[np.int8]
    camp: NDArray[np.int8]
    rank: NDArray[np.int8]
    loyalty: NDArray[np.float64]
    sector: NDArray[np.uint8]
    taste: NDArray[np.float64]
    moved_day: NDArray[np.int32]

    def __len__(self) -> int:
        """Count activists."""
        return int(self.home.size)

    def copy(self) -> Activists:
        """Return the same activists with a camp and a day of their own to change."""
        return replace(self, camp=self.camp.copy(), moved_day=self.moved_day.copy())

    def working_for(self, n_candidates: int, n_sectors: int) -> NDArray[np.int64]:
        """Count activists at work by sector and candidate, ``(n_sectors, n_candidates)``."""
        busy = self.camp >= 0
        cells = self.sector[busy].astype(np.int64) * n_candidates + self.camp[busy]
        counts = np.bincount(cells, minlength=n_sectors * n_candidates)
        return counts.reshape(n_sectors, n_candidates)


def draw_activists(setting: Setting, parameters: Parameters, streams: Streams) -> Activists:
    """Draw activists in proportion to the roll, by machine and strength of each candidate.

    Parameters
    ----------
    setting
        The resolved contest.
    parameters
        ``activist_share``, ``spatial_weight``.
    streams
        Stream ``POPULATION_ACTIVIST``; pilots share the activists of their replicate.

    Returns
    -------
    Activists with camps and sectors split by largest remainders, so that a scaled population
    has the same composition; leanings are minus the spatial distance plus noise.
    """
    streams = streams.for_pilot(0)
    n_candidates = setting.n_candidates
    n = max(n_candidates, round(parameters["activist_share"] * setting.roll_round1))
    per_camp = largest_remainder(setting.camp_weights, n)
    home = np.repeat(np.arange(n_candidates), per_camp).astype(np.int8)
    sector = np.empty(n, dtype=np.uint8)
    start = 0
    for count in per_camp.tolist():
        parts = largest_remainder(setting.sector_sizes, count)
        sector[start : start + count] = np.repeat(np.arange(setting.n_sectors), parts)
        start += count
    u = streams.uniforms(Stream.POPULATION_ACTIVIST, n)
    rank = np.zeros(n, dtype=np.int8)
    rank[u < _BRANCH_HEAD_SHARE] = Rank.BRANCH_HEAD
    rank[u < _REGIONAL_SHARE] = Rank.REGIONAL_HEAD
    gaps = setting.positions[home][:, None, :] - setting.positions[None, :, :]
    distance = (setting.salience * gaps**2).sum(axis=2)
    noise = np.stack(
        [streams.uniforms(Stream.POPULATION_ACTIVIST, n, block=8 + c) for c in range(n_candidates)],
        axis=1,
    )
    return Activists(
        home=home,
        camp=home.copy(),
        rank=rank,
        loyalty=streams.uniforms(Stream.POPULATION_ACTIVIST, n, block=1),
        sector=sector,
        taste=-0.5 * parameters["spatial_weight"] * distance + 4.0 * (noise - 0.5),
        moved_day=np.full(n, -10_000, dtype=np.int32),
    )
