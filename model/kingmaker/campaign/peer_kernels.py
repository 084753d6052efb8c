"""Turn the opinions of groups into the pull that peers exert."""

from __future__ import annotations

import numpy as np

from kingmaker.compiled import kernel
from kingmaker.numerics import log


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
    for g in range(n_groups):
        size = 0.0
        for c in range(n_candidates):
            size += counts[g, c]
        for c in range(n_candidates):
            share = (counts[g, c] + smoothing * overall[c]) / (size + smoothing)
            pull[g, c] = open_to_peers * log(share / overall[c])
