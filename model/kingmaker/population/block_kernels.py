"""Work on a block of members at a time, column by column.

A block's columns stay in the fastest cache, and in a short loop over one column the processor works
on several members at once.
"""

from __future__ import annotations

import numpy as np

from kingmaker.compiled import kernel

BLOCK = 512
"""Members in a block; any number gives the same results."""


@kernel
def gather(places: np.ndarray, values: np.ndarray, out: np.ndarray) -> None:
    """Fill `out` with the values at some places."""
    for j in range(places.size):
        out[j] = values[places[j]]


@kernel
def find_runs(one: np.ndarray, two: np.ndarray, starts: np.ndarray) -> int:
    """List where each run of rows with equal values of both columns begins, and where all end.

    Members are numbered by sector and by group: runs are long. In any other order runs are short,
    which takes time and changes nothing else.

    Returns
    -------
    Number of runs; `starts` holds one more entry.
    """
    starts[0] = 0
    n = 1
    for j in range(1, one.size):
        starts[n] = j
        n += 1 if one[j] != one[j - 1] or two[j] != two[j - 1] else 0
    starts[n] = one.size
    return n


@kernel
def spread(
    values: np.ndarray, places: np.ndarray, starts: np.ndarray, n_runs: int, out: np.ndarray
) -> None:
    """Fill `out` with the values at some places, which are equal within each run."""
    for r in range(n_runs):
        out[starts[r] : starts[r + 1]] = values[places[starts[r]]]


@kernel
def count_by_run(
    choice: np.ndarray, places: np.ndarray, starts: np.ndarray, n_runs: int, counts: np.ndarray
) -> None:
    """Add a block's choices to the counts of each run's place, ``(n_places, n_choices)``."""
    for r in range(n_runs):
        run = choice[starts[r] : starts[r + 1]]
        for c in range(counts.shape[1]):
            n = 0
            for k in range(run.size):
                n += 1 if run[k] == c else 0
            counts[places[starts[r]], c] += n


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
