"""Work on a block of members at a time, column by column.

A block's columns stay in the fastest cache, and in a short loop over one column the processor works
on several members at once.
"""

from __future__ import annotations

import numpy as np

from kingmaker.compiled import kernel

BLOCK = 256
"""Members in a block; any number gives the same results."""


@kernel
def gather(places: np.ndarray, values: np.ndarray, out: np.ndarray) -> None:
    """Fill `out` with the values at some places."""
    for j in range(places.size):
        out[j] = values[places[j]]


@kernel
def rows_below(values: np.ndarray, edges: np.ndarray, rows: np.ndarray) -> int:
    """List the rows whose value is below its edge, without a branch; return how many."""
    n = 0
    for j in range(values.size):
        rows[n] = j
        n += 1 if values[j] < edges[j] else 0
    return n


@kernel
def columns_of(table: np.ndarray, factor: float) -> np.ndarray:
    """Return a small table times a factor with its columns as rows, in float32."""
    columns = np.empty((table.shape[1], table.shape[0]), dtype=np.float32)
    for r in range(table.shape[0]):
        for c in range(table.shape[1]):
            columns[c, r] = np.float32(factor) * table[r, c]
    return columns
