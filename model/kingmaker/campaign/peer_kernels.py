"""Turn the opinions of groups into the pull that peers exert."""

from __future__ import annotations

import numpy as np

from kingmaker.compiled import kernel
from kingmaker.numerics import log

_SMALL = 32
"""Members of a group below which its logarithms are likely to be those of another group."""


@kernel
def sum_by_sector(counts: np.ndarray, sector: np.ndarray, sums: np.ndarray) -> None:
    """Add the counts of groups, ``(n_groups, n_candidates)``, to those of their sectors."""
    for g in range(counts.shape[0]):
        for c in range(counts.shape[1]):
            sums[sector[g], c] += counts[g, c]


@kernel
def peer_pull(counts: np.ndarray, open_to_peers: float, smoothing: float, pull: np.ndarray) -> None:
    """Compute where each group's opinion pulls its members' leanings.

    Parameters
    ----------
    counts
        Intentions per group and candidate, shape ``(n_peer_groups, n_candidates)``.
    open_to_peers
        Weight of peers in equilibrium, 1 - anchor (Friedkin and Johnsen) [fraction].
    smoothing
        Members of average opinion added to each group [members].
    pull
        Filled, same shape: ``open_to_peers * log(group share / overall share)`` [logit], so that
        peers draw people together inside groups without favouring anybody overall.
    """
    n_groups, n_candidates = counts.shape
    overall = np.zeros(n_candidates)
    total = 0.0
    for g in range(n_groups):
        for c in range(n_candidates):
            overall[c] += counts[g, c]
            total += counts[g, c]
    for c in range(n_candidates):
        overall[c] = (overall[c] + 0.5) / (total + 0.5 * n_candidates)
    # A small population has thousands of groups of some members: most logarithms are known.
    known = np.full((n_candidates, _SMALL, _SMALL), np.nan)
    for g in range(n_groups):
        size = 0
        for c in range(n_candidates):
            size += counts[g, c]
        for c in range(n_candidates):
            value = known[c, size, counts[g, c]] if size < _SMALL else np.nan
            if np.isnan(value):
                share = (counts[g, c] + smoothing * overall[c]) / (size + smoothing)
                value = open_to_peers * log(share / overall[c])
                if size < _SMALL:
                    known[c, size, counts[g, c]] = value
            pull[g, c] = value
