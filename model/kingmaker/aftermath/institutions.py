"""Let losers invest in headquarters and party institutions for the next contest (M36)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from kingmaker.mechanisms import Switches
from kingmaker.parameters import Parameters
from kingmaker.population.activists import RANK_WEIGHT, Activists
from kingmaker.population.setting import Setting
from kingmaker.rng import Stream, Streams


def next_machines(
    setting: Setting,
    winner: int,
    lost_part: NDArray[np.float64],
    has_left: NDArray[np.bool_],
    parameters: Parameters,
    switches: Switches,
    streams: Streams,
) -> NDArray[np.float64]:
    """Return the weight of each camp's organisation at the next contest.

    Parameters
    ----------
    setting
        The resolved contest.
    winner
        Candidate who leads the party now.
    lost_part
        Part of each camp's activists, weighted by rank, who left; see `activists_lost`.
    has_left
        Whether each camp split off, shape ``(n_candidates,)``.
    parameters
        ``institution_growth``.
    switches
        M36 off: organisations stay as they are.
    streams
        Stream ``AFTERMATH_INSTITUTION``.

    Returns
    -------
    Shape ``(n_candidates,)`` [dimensionless]; 0 for a camp that has left the party.

    Notes
    -----
    ``machine * (1 + 2 u * institution_growth) * (1 - lost part)`` with u uniform: losers build,
    on average by ``institution_growth``, the winner governs; both lose whom they lost. Source:
    report of 2007, on the third man's headquarters throughout the country.
    """
    machine = setting.machine.copy()
    if switches.on("M36"):
        u = streams.uniforms(Stream.AFTERMATH_INSTITUTION, setting.n_candidates)
        growth = 2.0 * u * parameters["institution_growth"]
        growth[winner] = 0.0
        machine *= (1.0 + growth) * (1.0 - lost_part)
    machine[has_left] = 0.0
    return machine


def activists_lost(
    activists: Activists, leavers: NDArray[np.bool_], n_candidates: int
) -> NDArray[np.float64]:
    """Return the part of each camp's activists who left, weighted by rank.

    Parameters
    ----------
    activists
        All activists.
    leavers
        Whether each left, in any period, shape ``(n_activists,)``.
    n_candidates
        Number of candidates.

    Returns
    -------
    Shape ``(n_candidates,)`` [fraction].
    """
    weight = RANK_WEIGHT[activists.rank]
    total = np.bincount(activists.home, weights=weight, minlength=n_candidates)
    lost = np.bincount(activists.home, weights=weight * leavers, minlength=n_candidates)
    return np.asarray(lost / np.maximum(total, 1.0))
