"""Move voters between alternatives at the least loss, until the counts are as wanted.

Successive shortest paths over the few alternatives: an arc from c to d costs what the voter of c
loses who loses least by going to d. For each arc a heap holds the voters who lose least; a pass
over all voters is needed only where a heap runs dry.
"""

from __future__ import annotations

import numpy as np

from kingmaker.compiled import kernel

NEVER = 1e300


@kernel
def heap_push(keys: np.ndarray, voters: np.ndarray, size: int, key: float, voter: int) -> None:
    """Add a voter to a heap of `size` voters; the smallest key comes first."""
    place = size
    while place > 0:
        above = (place - 1) // 2
        if keys[above] <= key:
            break
        keys[place], voters[place] = keys[above], voters[above]
        place = above
    keys[place], voters[place] = key, voter


@kernel
def heap_pop(keys: np.ndarray, voters: np.ndarray, size: int) -> None:
    """Take the first voter from a heap of `size` voters."""
    last = size - 1
    key, voter = keys[last], voters[last]
    place = 0
    while 2 * place + 1 < last:
        below = 2 * place + 1
        if below + 1 < last and keys[below + 1] < keys[below]:
            below += 1
        if key <= keys[below]:
            break
        keys[place], voters[place] = keys[below], voters[below]
        place = below
    keys[place], voters[place] = key, voter


@kernel
def list_movers(
    utilities: np.ndarray,
    targets: np.ndarray,
    choice: np.ndarray,
    depth: int,
    keys: np.ndarray,
    voters: np.ndarray,
    sizes: np.ndarray,
    bounds: np.ndarray,
) -> None:
    """Fill each arc's heap with the `depth` voters who lose least.

    Parameters
    ----------
    utilities, targets, choice
        As in `move_voters`.
    keys, voters, sizes
        Filled heaps: losses and voters, ``(n_alternatives, n_alternatives, 2 * depth)``, and
        their sizes.
    bounds
        Filled: losses from which on voters may be missing, `NEVER` where none is.
    """
    n = targets.size
    sizes[:] = 0
    # Negative losses: the first of the heap is the one to give way.
    for i in range(choice.size):
        c = choice[i]
        for d in range(n):
            if d == c or targets[d] == 0:
                continue
            loss = utilities[i, c] - utilities[i, d]
            if sizes[c, d] == depth:
                if loss >= -keys[c, d, 0]:
                    continue
                heap_pop(keys[c, d], voters[c, d], depth)
                sizes[c, d] -= 1
            heap_push(keys[c, d], voters[c, d], sizes[c, d], -loss, i)
            sizes[c, d] += 1
    for c in range(n):
        for d in range(n):
            size = sizes[c, d]
            bounds[c, d] = -keys[c, d, 0] if size == depth else NEVER
            # The worst go in first, so that turning the heap round takes time.
            for k in range(size):
                keys[c, d, k] = -keys[c, d, k]
            for k in range(1, size):
                heap_push(keys[c, d], voters[c, d], k, keys[c, d, k], voters[c, d, k])


@kernel
def arc_costs(
    choice: np.ndarray,
    shift: np.ndarray,
    keys: np.ndarray,
    voters: np.ndarray,
    sizes: np.ndarray,
    bounds: np.ndarray,
    cost: np.ndarray,
) -> bool:
    """Fill the costs of the arcs after the shift, at least 0; say whether the heaps suffice.

    Voters who moved since their heap was filled are taken out.
    """
    n = shift.size
    for c in range(n):
        for d in range(n):
            while sizes[c, d] > 0 and choice[voters[c, d, 0]] != c:
                heap_pop(keys[c, d], voters[c, d], sizes[c, d])
                sizes[c, d] -= 1
            if sizes[c, d] > 0:
                cost[c, d] = max(keys[c, d, 0] + shift[c] - shift[d], 0.0)
            elif bounds[c, d] < NEVER:
                return False
            else:
                cost[c, d] = NEVER
    return True


@kernel
def shortest_paths(cost: np.ndarray, source: int, distance: np.ndarray, before: np.ndarray) -> None:
    """Fill the distances from `source`, and the alternative before each (Dijkstra, 1959)."""
    n = cost.shape[0]
    is_done = np.zeros(n, dtype=np.bool_)
    distance[:] = NEVER
    before[:] = -1
    distance[source] = 0.0
    for _ in range(n):
        c = -1
        for d in range(n):
            if not is_done[d] and distance[d] < NEVER and (c < 0 or distance[d] < distance[c]):
                c = d
        if c < 0:
            break
        is_done[c] = True
        for d in range(n):
            if cost[c, d] < NEVER and distance[c] + cost[c, d] < distance[d]:
                distance[d] = distance[c] + cost[c, d]
                before[d] = c


@kernel
def move_voters(
    utilities: np.ndarray,
    targets: np.ndarray,
    depth: int,
    shift: np.ndarray,
    choice: np.ndarray,
    counts: np.ndarray,
) -> int:
    """Move voters one by one along shortest paths, from one pass over all of them.

    Parameters
    ----------
    utilities
        Shape ``(n_free, n_alternatives)`` [logit].
    targets
        Voters wanted per alternative; nobody may go where it is 0.
    depth
        Voters held ready per pair of alternatives.
    shift, choice, counts
        Changed: prices under which every choice is an argmax, before and after; the choices;
        voters per alternative.

    Returns
    -------
    Voters still to be moved: 0, or at least one fewer than before.
    """
    n = targets.size
    keys = np.empty((n, n, 2 * depth))
    voters = np.empty((n, n, 2 * depth), dtype=np.int64)
    sizes = np.zeros((n, n), dtype=np.int64)
    bounds, cost = np.empty((n, n)), np.empty((n, n))
    distance, before = np.empty(n), np.empty(n, dtype=np.int64)
    list_movers(utilities, targets, choice, depth, keys, voters, sizes, bounds)
    missing = 0
    for c in range(n):
        missing += max(targets[c] - counts[c], 0)
    is_full = False
    while missing > 0 and not is_full:
        if not arc_costs(choice, shift, keys, voters, sizes, bounds, cost):
            break
        source = 0
        for c in range(n):
            if counts[c] - targets[c] > counts[source] - targets[source]:
                source = c
        shortest_paths(cost, source, distance, before)
        goal = -1
        for d in range(n):
            if counts[d] < targets[d] and (goal < 0 or distance[d] < distance[goal]):
                goal = d
        for c in range(n):
            if targets[c] > 0:
                shift[c] += min(distance[c], distance[goal])
        node = goal
        while node != source:
            i = voters[before[node], node, 0]
            choice[i] = node
            for d in range(n):
                loss = utilities[i, node] - utilities[i, d]
                if d != node and targets[d] > 0 and loss < bounds[node, d]:
                    heap_push(keys[node, d], voters[node, d], sizes[node, d], loss, i)
                    sizes[node, d] += 1
                    is_full = is_full or sizes[node, d] == 2 * depth
            node = before[node]
        counts[source] -= 1
        counts[goal] += 1
        missing -= 1
    return missing
