"""Dropped documents repeat a kept one, and kept ones repeat no kept one."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from curate.neardup.clusters import Clusters
from curate.neardup.duplicates import drop_duplicates

rows = st.integers(1, 25).flatmap(
    lambda n: st.tuples(
        st.lists(st.integers(0, n - 1), min_size=n, max_size=n),
        st.lists(st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)), max_size=40),
        st.permutations(range(n)),
        st.lists(st.integers(0, 3), min_size=n, max_size=n),
    )
)


def clusters(twin: list[int], edges: list[tuple[int, int]], rank: list[int]) -> Clusters:
    n = len(twin)
    pairs = np.array(edges, np.int64).reshape(-1, 2)
    return Clusters(
        np.zeros(n, np.int64), np.arange(n), np.ones(n, np.float32), np.zeros(n, bool), np.array(rank), np.array(twin),
        pairs, np.ones(len(pairs), np.float32), False,
    )  # fmt: skip


@given(rows)
def test_it_is_the_greedy_choice_by_priority_then_rank(drawn: tuple[list, list, list, list]) -> None:
    twin, edges, rank, priority = drawn
    twin = [min(i, t) for i, t in enumerate(twin)]
    edges = [(twin[a], twin[b]) for a, b in edges if twin[a] != twin[b]]
    like = {(a, b) for a, b in edges} | {(b, a) for a, b in edges} | {(a, a) for a in twin}
    kept: list[int] = []
    for i in sorted(range(len(twin)), key=lambda i: (priority[i], rank[i])):
        if not any((twin[i], twin[k]) in like for k in kept):
            kept.append(i)
    found = drop_duplicates(clusters(twin, edges, rank), np.array(priority))
    assert np.flatnonzero(found).tolist() == sorted(kept)


def test_a_chain_is_not_followed() -> None:
    chain = clusters([0, 1, 2], [(0, 1), (1, 2)], [0, 1, 2])
    assert drop_duplicates(chain).tolist() == [True, False, True]
    assert drop_duplicates(chain, np.array([1, 0, 1])).tolist() == [False, True, False]
