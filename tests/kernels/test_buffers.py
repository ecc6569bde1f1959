"""Lists of numbers survive as raw bytes, sliced or joined."""

from itertools import pairwise

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from curate.kernels.buffers import binary_array, binary_values


@given(st.lists(st.lists(st.integers(0, 2**32 - 1), max_size=5), max_size=8), st.integers(0, 8))
def test_lists_of_numbers_survive_as_bytes(lists: list[list[int]], first: int) -> None:
    starts = np.cumsum([0, *map(len, lists)]).astype(np.int64)
    array = binary_array(np.array([n for one in lists for n in one], np.uint32), starts)
    assert [np.frombuffer(one, np.uint32).tolist() for one in array.to_pylist()] == lists
    for part, expected in (
        (array, lists),
        (array.slice(first), lists[first:]),
        (pa.concat_arrays([array] * 2), lists * 2),
    ):
        values, found = binary_values(part, np.uint32)
        assert [values[a:b].tolist() for a, b in pairwise(found)] == expected
