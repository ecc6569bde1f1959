"""One order, whichever way it is found."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from curate.kernels.sorting import order_by, order_few


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 3)), max_size=40))
def test_it_is_the_order_by_both_keys_and_then_by_place(keys: list[tuple[int, int]]) -> None:
    first, second = (np.array([key[i] for key in keys], np.uint64) for i in (0, 1))
    assert order_by(first, second).tolist() == sorted(range(len(keys)), key=lambda i: keys[i])


def test_a_few_ties_among_many() -> None:
    draw = np.random.default_rng(5)
    first = draw.integers(0, 2**63, 5000).astype(np.uint64)
    first[draw.integers(0, 5000, 60)] = first[7]
    second = draw.random(5000)
    assert order_by(first, second).tolist() == np.lexsort((second, first)).tolist()


@given(st.lists(st.one_of(st.integers(-3, 3), st.integers(65_530, 65_540), st.integers(-(2**62), 2**62)), max_size=40))
def test_whole_numbers_of_any_range_are_ordered_and_equal_ones_by_place(numbers: list[int]) -> None:
    found = order_few(np.array(numbers, np.int64)).tolist()
    assert found == sorted(range(len(numbers)), key=lambda i: numbers[i])
