"""Let activists move before their leader decides (M17), and leaders listen to them (M18)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from kingmaker.numerics import logistic
from kingmaker.parameters import Parameters
from kingmaker.population.activists import IDLE, RANK_WEIGHT, Activists
from kingmaker.rng import Stream, Streams

SHARED_STRAIN = 0.5
"""Part of the strain between leaders that their activists feel [logit per insult]; assumed."""


def preferences(
    activists: Activists,
    finalists: tuple[int, int],
    strain: NDArray[np.float64],
    win_prob: tuple[float, float],
) -> NDArray[np.float64]:
    """Return each activist's leaning to the first finalist over the second [logit].

    Own taste, minus a part of what stands between his former candidate and each finalist, plus
    the difference of the believed chances to win.
    """
    first, second = finalists
    taste = activists.taste[:, first] - activists.taste[:, second]
    held = strain[activists.home, first] - strain[activists.home, second]
    return np.asarray(taste - SHARED_STRAIN * held + (win_prob[0] - win_prob[1]))


def wish(
    activists: Activists, home: int, finalists: tuple[int, int], leaning: NDArray[np.float64]
) -> float:
    """Return the part of a camp's activists, weighted by rank, who want the first finalist.

    Those who have moved already want the finalist they went to.
    """
    own = (activists.home == home) & (activists.camp >= IDLE)
    weights = RANK_WEIGHT[activists.rank[own]]
    camp = activists.camp[own]
    wants = np.where(camp == IDLE, leaning[own] > 0.0, camp == finalists[0])
    total = float(weights.sum())
    return float(weights[wants].sum()) / total if total else 0.5


def move_early(
    activists: Activists,
    undecided: NDArray[np.bool_],
    finalists: tuple[int, int],
    leaning: NDArray[np.float64],
    parameters: Parameters,
    streams: Streams,
    day: int,
) -> NDArray[np.int64]:
    """Let activists whose leader named no finalist, so far or at all, move to one.

    Parameters
    ----------
    activists
        `camp` and `moved_day` are changed.
    undecided
        Whether each candidate's camp has no word for a finalist, shape ``(n_candidates,)``.
    finalists
        Leader and runner-up.
    leaning
        See `preferences`.
    parameters
        ``early_move_rate``.
    streams
        Stream ``ALLIANCE_EARLY_MOVE``.
    day
        Today [days].

    Returns
    -------
    Moves by camp and finalist, shape ``(n_candidates, 2)``.

    Notes
    -----
    The hazard is ``2 * early_move_rate * (1 - loyalty)``; the side is logistic in the leaning.
    """
    n = len(activists)
    who = streams.uniforms(Stream.ALLIANCE_EARLY_MOVE, n, day)
    waiting = undecided[activists.home] & (activists.camp == IDLE)
    hazard = 2.0 * parameters["early_move_rate"] * (1.0 - activists.loyalty)
    movers = np.flatnonzero(waiting & (who < hazard))
    moves = np.zeros((undecided.size, 2), dtype=np.int64)
    for a in movers.tolist():
        u = streams.uniform(Stream.ALLIANCE_EARLY_MOVE, a, day, block=1)
        side = 0 if u < logistic(float(leaning[a])) else 1
        activists.camp[a] = finalists[side]
        activists.moved_day[a] = day
        moves[activists.home[a], side] += 1
    return moves


def follow_leader(
    activists: Activists, home: int, finalist: int, day: int, streams: Streams
) -> int:
    """Send the activists who waited to the endorsed finalist, as far as they are loyal.

    Returns
    -------
    Activists who followed.
    """
    u = streams.uniforms(Stream.ALLIANCE_CONSULTATION, len(activists), block=1)
    goes = (activists.home == home) & (activists.camp == IDLE) & (u < activists.loyalty)
    activists.camp[goes] = finalist
    activists.moved_day[goes] = day
    return int(goes.sum())


def release(
    activists: Activists,
    home: int,
    finalists: tuple[int, int],
    leaning: NDArray[np.float64],
    day: int,
    streams: Streams,
) -> int:
    """Let the activists of a free-vote leader go: half of those who waited work for their choice.

    Returns
    -------
    Activists who took sides.
    """
    u = streams.uniforms(Stream.ALLIANCE_CONSULTATION, len(activists), block=2)
    goes = (activists.home == home) & (activists.camp == IDLE) & (u < 0.5)
    activists.camp[goes] = np.where(leaning[goes] > 0.0, finalists[0], finalists[1])
    activists.moved_day[goes] = day
    return int(goes.sum())
