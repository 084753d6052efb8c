"""Split whole numbers in proportion, exactly."""

from __future__ import annotations

from collections.abc import Sequence

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
    # A float is a whole number over a power of two: over the largest, all are whole numbers.
    ratios = [float(w).as_integer_ratio() for w in weights]
    unit = max((denominator for _, denominator in ratios), default=1)
    whole_weights = [numerator * (unit // denominator) for numerator, denominator in ratios]
    whole = sum(whole_weights)
    if total == 0 or whole == 0:
        if total:
            raise ValueError("cannot split a positive total over weights that are all zero")
        return np.zeros(len(ratios), dtype=np.int64)
    quotas = [divmod(weight * total, whole) for weight in whole_weights]
    parts = [part for part, _ in quotas]
    # Sorting keeps the order of equal remainders, reversed or not.
    order = sorted(range(len(quotas)), key=lambda i: quotas[i][1], reverse=True)
    for i in order[: total - sum(parts)]:
        parts[i] += 1
    return np.array(parts, dtype=np.int64)
