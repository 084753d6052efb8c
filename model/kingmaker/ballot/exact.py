"""Find one additive shift per alternative that makes the free voters' argmax meet exact counts.

The problem is a transport problem with one unit of supply per voter. Its dual prices are the
shifts: with them every voter's best alternative is his own choice and the counts are exact. Newton
steps on smoothed counts come near; successive shortest paths over the few alternatives finish in
integers; the shift finally chosen leaves all the slack that every pair of alternatives can have,
so that it depends on the voters alone and not on the way that led there.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from kingmaker.ballot.assignment_kernels import move_voters
from kingmaker.ballot.kernels import cheapest_moves, count_best, count_near
from kingmaker.errors import InvariantError

CLOSED = -1e30
_MAX_NEWTON = 40
_MAX_STEP = 1.0
_NEAR_ENOUGH = 6
_PATIENCE = 6
_LEAST_DEPTH, _MOST_DEPTH = 16, 4_096


def exact_shift(
    utilities: NDArray[np.float64], targets: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Find the shift that meets the targets.

    Parameters
    ----------
    utilities
        Utility of each alternative for each free voter, shape ``(n_free, n_alternatives)``
        [logit]; no two voters alike.
    targets
        Voters wanted per alternative; sums to ``n_free``, none negative.

    Returns
    -------
    Shift, shape ``(n_alternatives,)`` [logit]: mean 0 over the alternatives with voters, -1e30
    where the target is 0; and the choice of each voter, shape ``(n_free,)``, which is his argmax
    after the shift.

    Raises
    ------
    InvariantError
        If the targets do not sum to the number of voters, or voters tie exactly.
    """
    n_free = utilities.shape[0]
    if int(targets.sum()) != n_free or (targets < 0).any():
        raise InvariantError("targets of round one", f"{targets.tolist()} for {n_free} voters")
    shift = np.where(targets > 0, 0.0, CLOSED)
    choice = np.empty(n_free, dtype=np.int64)
    counts = np.empty(targets.size, dtype=np.int64)
    if n_free == 0:
        return shift, choice
    _approach(utilities, targets, shift, choice, counts)
    _finish(utilities, targets, shift, choice, counts)
    shift = _centre(utilities, targets, choice)
    final = np.empty_like(choice)
    count_best(utilities, shift, final, counts)
    if not (counts == targets).all():
        raise InvariantError("exact first round", f"{counts.tolist()}, not {targets.tolist()}")
    return shift, final


def _approach(
    utilities: NDArray[np.float64],
    targets: NDArray[np.int64],
    shift: NDArray[np.float64],
    choice: NDArray[np.int64],
    counts: NDArray[np.int64],
) -> None:
    """Bring the counts near the targets by damped Newton steps; `shift` is changed.

    Where the steps do not help any more, because voters come in few kinds, moving the rest one by
    one is left.
    """
    near = np.empty((targets.size, targets.size), dtype=np.int64)
    width = 0.4
    best_shift = shift.copy()
    best_error = 2 * n_voters(targets) + 1
    stalled = 0
    for _ in range(_MAX_NEWTON):
        count_best(utilities, shift, choice, counts)
        error = int(np.abs(targets - counts).sum())
        stalled = 0 if 10 * error < 9 * best_error else stalled + 1
        if error < best_error:
            best_error = error
            best_shift[:] = shift
        elif error > 4 * best_error:
            shift[:] = 0.5 * (shift + best_shift)
            continue
        if error <= _NEAR_ENOUGH or stalled == _PATIENCE:
            break
        count_near(utilities, shift, width, near)
        step = _newton_step(near / (2.0 * width), targets - counts, targets > 0)
        largest = float(np.abs(step).max())
        if largest > _MAX_STEP:
            step *= _MAX_STEP / largest
            stalled = 0
        shift += step
        width = min(0.4, max(2.0 * largest, 64.0 / n_voters(targets), 1e-6))
    shift[:] = best_shift
    count_best(utilities, shift, choice, counts)


def n_voters(targets: NDArray[np.int64]) -> int:
    """Count the voters that the targets ask for."""
    return int(targets.sum())


def _newton_step(
    flow: NDArray[np.float64], missing: NDArray[np.int64], is_open: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Solve Laplacian(flow) * step = missing by elimination; a little ridge keeps it regular."""
    places = np.flatnonzero(is_open)
    n = places.size
    a = [[0.0] * (n + 1) for _ in range(n)]
    for r, c in enumerate(places.tolist()):
        for k, d in enumerate(places.tolist()):
            if r != k:
                a[r][k] = -float(flow[c, d])
                a[r][r] += float(flow[c, d])
        a[r][r] += 1e-3 + 1e-9 * float(flow.sum())
        a[r][n] = float(missing[c])
    for r in range(n):
        for k in range(r + 1, n):
            factor = a[k][r] / a[r][r]
            for m in range(r, n + 1):
                a[k][m] -= factor * a[r][m]
    step = np.zeros(is_open.size)
    solved = [0.0] * n
    for r in reversed(range(n)):
        total = a[r][n] - sum(a[r][k] * solved[k] for k in range(r + 1, n))
        solved[r] = total / a[r][r]
        step[places[r]] = solved[r]
    return step


def _finish(
    utilities: NDArray[np.float64],
    targets: NDArray[np.int64],
    shift: NDArray[np.float64],
    choice: NDArray[np.int64],
    counts: NDArray[np.int64],
) -> None:
    """Move voters one by one along shortest paths until the counts are the targets."""
    missing = int(np.abs(targets - counts).sum()) // 2
    while missing:
        depth = min(max(missing, _LEAST_DEPTH), _MOST_DEPTH)
        missing = move_voters(utilities, targets, depth, shift, choice, counts)


def _centre(
    utilities: NDArray[np.float64], targets: NDArray[np.int64], choice: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return the shift in the middle of all those under which every choice is an argmax.

    The condition is ``shift_d - shift_c < cost_cd`` for all pairs. The largest slack that all
    can have is the minimum mean cycle of `cost` (Karp, 1978); the shift leaves it to all.
    """
    n = targets.size
    cost = np.empty((n, n))
    mover = np.empty((n, n), dtype=np.int64)
    cheapest_moves(utilities, choice, cost, mover)
    places = np.flatnonzero(targets > 0).tolist()
    if len(places) == 1:
        return np.where(targets > 0, 0.0, CLOSED)
    slack = minimum_mean_cycle([[float(cost[c, d]) for d in places] for c in places])
    if slack <= 0.0:
        raise InvariantError("voters differ", "two free voters tie exactly")
    potential = [0.0] * len(places)
    for _ in places:
        for r, c in enumerate(places):
            for k, d in enumerate(places):
                if r != k:
                    potential[k] = min(potential[k], potential[r] + float(cost[c, d]) - slack)
    mean = sum(potential) / len(potential)
    shift = np.full(n, CLOSED)
    for r, c in enumerate(places):
        shift[c] = potential[r] - mean
    return shift


def minimum_mean_cycle(cost: Sequence[Sequence[float]]) -> float:
    """Return the smallest mean arc cost of a directed cycle in a complete graph (Karp, 1978).

    Parameters
    ----------
    cost
        Cost of each arc; the diagonal is ignored.
    """
    n = len(cost)
    walks = [[0.0] * n]
    for _ in range(n):
        walks.append([min(walks[-1][c] + cost[c][d] for c in range(n) if c != d) for d in range(n)])
    return min(max((walks[n][d] - walks[k][d]) / (n - k) for k in range(n)) for d in range(n))
