"""Groups out of pairs and runs: connected components, firsts, ranks, and greedy choice among connected documents."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from curate.kernels.compile import kernel


@kernel
def components(left: NDArray[np.int64], right: NDArray[np.int64], n: int) -> NDArray[np.int64]:
    """The smallest node of each node's component, int64[n], for edges left[k] - right[k] in any order."""
    root = np.arange(n)
    for k in range(left.size):
        a, b = left[k], right[k]
        while root[a] != a:
            root[a] = root[root[a]]
            a = root[a]
        while root[b] != b:
            root[b] = root[root[b]]
            b = root[b]
        root[max(a, b)] = min(a, b)
    for a in range(n):  # roots point down only, so that one pass from below finishes
        root[a] = root[root[a]]
    return root


@kernel
def first_of_runs(order: Any, starts: Any, priority: Any) -> NDArray[np.int64]:
    """Of every run of `order` int64[n] the row of smallest (priority, row); starts bool[n]: where a run begins."""
    runs = 0
    for begins in starts:  # `starts.sum()` would load SciPy's linear algebra with the machine code
        runs += begins
    first = np.empty(runs, np.int64)
    run = -1
    for k in range(order.size):
        row = order[k]
        if starts[k]:
            run += 1
            first[run] = row
        else:
            best = first[run]
            if (priority[row], row) < (priority[best], best):
                first[run] = row
    return first


@kernel
def ranks(group: Any, first: Any) -> NDArray[np.int64]:
    """Place of each row, int64[n], by its group, the group's first[group] before the others, these by row."""
    place = np.zeros(first.size + 1, np.int64)
    for g in group:
        place[g + 1] += 1
    for g in range(first.size):
        place[g + 1] += place[g]
    rank = np.empty(group.size, np.int64)
    for g in range(first.size):
        rank[first[g]] = place[g]
        place[g] += 1
    for row in range(group.size):
        g = group[row]
        if first[g] != row:
            rank[row] = place[g]
            place[g] += 1
    return rank


@kernel
def keep_greedily(order: Any, node: Any, start: Any, neighbours: Any, kept: Any) -> None:
    """kept[i] bool[n]: row i came, in `order`, before every row of its node and of its node's neighbours that was kept.

    order int64[n] rows, node int64[n] of each row, neighbours[start[a]:start[a + 1]] of node a, on both sides.
    """
    taken = np.zeros(start.size - 1, np.bool_)
    for row in order:
        a = node[row]
        kept[row] = not taken[a]
        if kept[row]:
            taken[a] = True
            for k in range(start[a], start[a + 1]):
                taken[neighbours[k]] = True
