"""Fill the traits of members, one pass over the roll."""

from __future__ import annotations

import numpy as np

from kingmaker.compiled import kernel
from kingmaker.numerics import log, normal_quantile
from kingmaker.rng import Address, to_uniform32, words


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
    for i in range(ids.size):
        who = ids[i]
        w0, w1, w2, w3 = words(who, point_address)
        s = sector[i]
        x0 = leanings[s, 0] + ideal_sd * normal_quantile(np.float64(to_uniform32(w0)))
        x1 = leanings[s, 1] + ideal_sd * normal_quantile(np.float64(to_uniform32(w1)))
        x2 = leanings[s, 2] + ideal_sd * normal_quantile(np.float64(to_uniform32(w2)))
        ideal_point[i, 0] = x0
        ideal_point[i, 1] = x1
        ideal_point[i, 2] = x2
        # The last word gives two traits: 16 bits are plenty for each.
        u_turnout = (np.float64(w3 & np.uint32(0xFFFF)) + 0.5) / 65536.0
        propensity[i] = turnout_sd * normal_quantile(u_turnout)
        attention[i] = (np.float64(w3 >> np.uint32(16)) + 0.5) / 65536.0
        mask = np.uint64(0)
        b = branch[i]
        for c in range(n_candidates):
            if c % 4 == 0:
                t0, t1, t2, t3 = words(who, taste_address[c // 4])
                r0, r1, r2, r3 = words(who, rejection_address[c // 4])
            if c % 4 == 0:
                t, r = t0, r0
            elif c % 4 == 1:
                t, r = t1, r1
            elif c % 4 == 2:
                t, r = t2, r2
            else:
                t, r = t3, r3
            q = np.float64(to_uniform32(t))
            d0 = x0 - positions[c, 0]
            d1 = x1 - positions[c, 1]
            d2 = x2 - positions[c, 2]
            distance = half_weights[0] * d0 * d0 + half_weights[1] * d1 * d1
            value = branch_effect[b, c] - distance - half_weights[2] * d2 * d2 - log(-log(q))
            share = rejection[c]
            chance = 2.0 * share * (1.0 - q) if share <= 0.5 else 1.0 - 2.0 * (1.0 - share) * q
            if np.float64(to_uniform32(r)) < chance:
                mask |= np.uint64(1) << np.uint64(c)
                value -= rejection_effect
            base[i, c] = value
        if registrar[i] >= 0:
            base[i, registrar[i]] += registrar_tie
        rejects[i] = mask
