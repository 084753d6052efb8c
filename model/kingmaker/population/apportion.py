"""Split whole numbers in proportion, exactly."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray


def largest_remainder(
    weights: Sequence[float] | NDArray[np.number], total: int
) -> NDArray[np.int64]:
    """Split `total` in proportion to `weights` by the method of largest remainders (Hamilton).

    Parameters
    ----------
    weights
        Non-negative, not all zero unless `total` is 0, shape ``(n,)``.
    total
        Whole number to split, at least 0.

    Returns
    -------
    Whole parts that sum to `total`, shape ``(n,)``. Exact rational arithmetic; equal remainders
    go to the earlier place.
    """
    exact = [Fraction(float(w)) for w in weights]
    whole = sum(exact)
    if total == 0 or whole == 0:
        if total:
            raise ValueError("cannot split a positive total over weights that are all zero")
        return np.zeros(len(exact), dtype=np.int64)
    quotas = [w * total / whole for w in exact]
    parts = [int(q) for q in quotas]
    order = sorted(range(len(exact)), key=lambda i: (parts[i] - quotas[i], i))
    for i in order[: total - sum(parts)]:
        parts[i] += 1
    return np.array(parts, dtype=np.int64)
