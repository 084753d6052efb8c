"""Fill the traits of members, a block at a time."""

from __future__ import annotations

import numpy as np

from kingmaker.compiled import kernel
from kingmaker.numerics import log, normal_quantile
from kingmaker.population.block_kernels import BLOCK, gather
from kingmaker.rng import Address, to_uniform32, words


@kernel
def draw_words(ids: np.ndarray, address: Address, drawn: np.ndarray) -> None:
    """Draw four words for each member of a block: the first columns of `drawn`, ``(4, BLOCK)``."""
    for j in range(ids.size):
        drawn[0, j], drawn[1, j], drawn[2, j], drawn[3, j] = words(ids[j], address)


@kernel
def fill_points(
    sector: np.ndarray,
    drawn: np.ndarray,
    leanings: np.ndarray,
    ideal_sd: float,
    turnout_sd: float,
    points: np.ndarray,
    ideal_point: np.ndarray,
    propensity: np.ndarray,
    attention: np.ndarray,
) -> None:
    """Fill a block's ideal points, unrounded in `points`, propensities and attention.

    `drawn` and `points` have the block's members in their first columns.
    """
    for j in range(sector.size):
        for d in range(3):
            z = normal_quantile(np.float64(to_uniform32(drawn[d, j])))
            points[d, j] = leanings[sector[j], d] + ideal_sd * z
            ideal_point[j, d] = points[d, j]
        # The last word gives two traits: 16 bits are plenty for each.
        u_turnout = (np.float64(drawn[3, j] & np.uint32(0xFFFF)) + 0.5) / 65536.0
        propensity[j] = turnout_sd * normal_quantile(u_turnout)
        attention[j] = (np.float64(drawn[3, j] >> np.uint32(16)) + 0.5) / 65536.0


@kernel
def fill_taste(
    candidate: int,
    taste: np.ndarray,
    rejection: np.ndarray,
    x0: np.ndarray,
    x1: np.ndarray,
    x2: np.ndarray,
    position: np.ndarray,
    half_weights: np.ndarray,
    effect: np.ndarray,
    share: float,
    rejection_effect: float,
    base: np.ndarray,
    rejects: np.ndarray,
) -> None:
    """Fill what a block thinks of one candidate, and who rejects him."""
    bit = np.uint64(1) << np.uint64(candidate)
    for j in range(base.size):
        q = np.float64(to_uniform32(taste[j]))
        d0 = x0[j] - position[0]
        d1 = x1[j] - position[1]
        d2 = x2[j] - position[2]
        distance = half_weights[0] * d0 * d0 + half_weights[1] * d1 * d1
        value = effect[j] - distance - half_weights[2] * d2 * d2 - log(-log(q))
        chance = 2.0 * share * (1.0 - q) if share <= 0.5 else 1.0 - 2.0 * (1.0 - share) * q
        is_rejected = np.float64(to_uniform32(rejection[j])) < chance
        rejects[j] |= bit if is_rejected else np.uint64(0)
        base[j] = value - rejection_effect if is_rejected else value


@kernel
def fill_traits(
    ids: np.ndarray,
    sector: np.ndarray,
    branch: np.ndarray,
    registrar: np.ndarray,
    positions: np.ndarray,
    half_weights: np.ndarray,
    leanings: np.ndarray,
    ideal_sd: float,
    branch_effect: np.ndarray,
    rejection: np.ndarray,
    rejection_effect: float,
    registrar_tie: float,
    turnout_sd: float,
    point_address: Address,
    taste_address: tuple[Address, ...],
    rejection_address: tuple[Address, ...],
    ideal_point: np.ndarray,
    base: np.ndarray,
    rejects: np.ndarray,
    propensity: np.ndarray,
    attention: np.ndarray,
) -> None:
    """Fill ideal points, tastes, rejections, propensities and attention.

    Parameters
    ----------
    ids, sector, branch, registrar
        Original number, sector, branch and enrolling camp (-1: none), shape ``(n_members,)``.
    positions
        Candidates' ideal points, shape ``(n_candidates, 3)``.
    half_weights
        Half the spatial weight times salience, shape ``(3,)``.
    leanings
        Sector means, shape ``(n_sectors, 3)``.
    ideal_sd
        Spread of ideal points within a sector [sd].
    branch_effect
        Shape ``(n_branches, n_candidates)`` [logit].
    rejection
        Share of members who reject each candidate, shape ``(n_candidates,)``.
    rejection_effect, registrar_tie
        Loss of a rejected candidate, gain of the one who enrolled the member [logit].
    turnout_sd
        Spread of propensities [logit].
    point_address, taste_address, rejection_address
        Random numbers; the latter two one per four candidates.
    ideal_point, base, rejects, propensity, attention
        Filled: ``(n_members, 3)``, ``(n_members, n_candidates)``, bit masks, logits, [0, 1].

    Notes
    -----
    ``base = -sum_d half_weight_d * (x_d - z_d)**2 + branch effect + Gumbel taste - rejection
    + tie``.
    A member rejects a candidate with probability ``2 r (1 - q)`` for r <= 1/2 and
    ``1 - 2 (1 - r) q`` above, where q is the quantile of his taste for the candidate: the mean
    is r, and those who like a candidate seldom reject him.
    """
    n_candidates = positions.shape[0]
    point_words = np.empty((4, BLOCK), dtype=np.uint32)
    taste, rejected = np.empty_like(point_words), np.empty_like(point_words)
    points, effect = np.empty((3, BLOCK)), np.empty(BLOCK)
    effects = np.ascontiguousarray(branch_effect.T)
    for start in range(0, ids.size, BLOCK):
        stop = min(start + BLOCK, ids.size)
        n = stop - start
        who = ids[start:stop]
        draw_words(who, point_address, point_words)
        fill_points(
            sector[start:stop], point_words, leanings, ideal_sd, turnout_sd, points,
            ideal_point[start:stop], propensity[start:stop], attention[start:stop],
        )  # fmt: skip
        rejects[start:stop] = 0
        for c in range(n_candidates):
            if c % 4 == 0:
                draw_words(who, taste_address[c // 4], taste)
                draw_words(who, rejection_address[c // 4], rejected)
            gather(branch[start:stop], effects[c], effect)
            fill_taste(
                c, taste[c % 4, :n], rejected[c % 4, :n], points[0, :n], points[1, :n],
                points[2, :n], positions[c], half_weights, effect, rejection[c], rejection_effect,
                base[start:stop, c], rejects[start:stop],
            )  # fmt: skip
        for i in range(start, stop):
            if registrar[i] >= 0:
                base[i, registrar[i]] += registrar_tie
