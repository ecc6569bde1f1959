"""Components and greedy choice against plain Python."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from curate.kernels.union_find import components, first_of_runs, ranks

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


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 3)), min_size=1, max_size=40))
def test_the_first_of_a_run_has_the_smallest_priority_then_row(rows: list[tuple[int, int]]) -> None:
    key, priority = (np.array([row[k] for row in rows], np.int64) for k in (0, 1))
    order = np.argsort(key[::-1], kind="stable")  # rows of a run in any order
    order = len(rows) - 1 - order
    starts = np.ones(len(rows), bool)
    starts[1:] = key[order[1:]] != key[order[:-1]]
    expected = [min((p, i) for i, (k, p) in enumerate(rows) if k == one)[1] for one in sorted(set(key.tolist()))]
    assert first_of_runs(order, starts, priority).tolist() == expected


@given(st.lists(st.integers(0, 6), min_size=1, max_size=40), st.randoms(use_true_random=False))
def test_ranks_go_by_group_its_first_before_the_others_by_row(drawn: list[int], generator) -> None:
    group = np.unique(drawn, return_inverse=True)[1]
    first = [generator.choice(np.flatnonzero(group == g).tolist()) for g in range(group.max() + 1)]
    order = sorted(range(len(group)), key=lambda i: (group[i], first[group[i]] != i, i))
    found = ranks(group, np.array(first))
    assert [int(found[i]) for i in order] == list(range(len(group)))
