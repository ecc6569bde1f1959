"""Components and greedy choice against plain Python."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from curate.kernels.union_find import components

edges = st.integers(1, 30).flatmap(
    lambda n: st.tuples(st.just(n), st.lists(st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)), max_size=40))
)


def slow_components(n: int, pairs: list[tuple[int, int]]) -> list[int]:
    root = list(range(n))
    for _ in range(n):
        for a, b in pairs:
            root[a] = root[b] = min(root[a], root[b])
    return root


@given(edges)
def test_every_node_gets_the_smallest_of_its_component(graph: tuple[int, list[tuple[int, int]]]) -> None:
    n, pairs = graph
    left, right = (np.array([p[k] for p in pairs], np.int64) for k in (0, 1))
    assert components(left, right, n).tolist() == slow_components(n, pairs)


def test_a_long_chain_in_the_worst_order_is_one_component() -> None:
    n = 200_000
    assert not components(np.arange(1, n)[::-1].copy(), np.arange(n - 1)[::-1].copy(), n).any()
