"""Take into a normal law that events happened whose logits it holds.

What must have happened in the contests of a party, possible first rounds and their leaders' known
choices, hangs on scores that these events share: each tells something of the next, and together
they tell less than as many strangers would.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(15)
_WEIGHTS = _WEIGHTS / _WEIGHTS.sum()
_LEAST_VARIANCE = 1e-12
_FARTHEST = 300.0


def given_events(mean: Array, covariance: Array, n_events: int) -> tuple[Array, Array, Array]:
    """Condition normal vectors on events, and find how probable all of them are together.

    Parameters
    ----------
    mean
        Shape ``(s, d)``; the last `n_events` entries are the logits of the events.
    covariance
        Shape ``(s, d, d)``.
    n_events
        Number of events.

    Returns
    -------
    Log probability that all events happen, shape ``(s,)``, and mean and covariance given that they
    did, shapes ``(s, d)`` and ``(s, d, d)``.

    Notes
    -----
    One event after the other, each time taking the law as normal with the mean and the variance
    that its logit has once it happened (assumed density filtering: Opper, 1998, in Saad, "On-line
    Learning in Neural Networks"); both, and the probability, by Gauss-Hermite quadrature.
    """
    mean, covariance = mean.copy(), covariance.copy()
    total = np.zeros(mean.shape[0])
    for event in range(mean.shape[1] - n_events, mean.shape[1]):
        along = covariance[:, :, event].copy()
        sd = np.sqrt(np.maximum(along[:, event], _LEAST_VARIANCE))
        along /= sd[:, None]
        logits = mean[:, event, None] + sd[:, None] * _NODES
        weights = _WEIGHTS / (1.0 + np.exp(-np.clip(logits, -_FARTHEST, _FARTHEST)))
        chance = weights.sum(axis=1)
        step = weights @ _NODES / chance
        left = weights @ (_NODES * _NODES) / chance - step * step
        total += np.log(chance)
        mean += step[:, None] * along
        covariance -= ((1.0 - left)[:, None] * along)[:, :, None] * along[:, None, :]
    return total, mean, covariance
