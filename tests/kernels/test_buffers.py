"""Lists of numbers survive as raw bytes, sliced or joined; memory is used again when nobody holds it any more."""

import threading
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from curate.kernels.buffers import LARGEST, Room, binary_array, binary_values


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


HOLDERS: tuple[Callable[[Any], Any], ...] = (  # what the library, and others, make of an array without a copy
    lambda array: array,
    lambda array: array[-1:].view(np.uint8),
    memoryview,
    pa.py_buffer,
    lambda array: pa.array(array).slice(1).buffers()[1],
)


@given(st.lists(st.tuples(st.integers(1, 3000), st.sampled_from((None, *HOLDERS))), max_size=12))
def test_what_somebody_holds_is_never_given_away(asked: list[tuple[int, Callable[[Any], Any] | None]]) -> None:
    room, held = Room(), []
    for number, (size, hold) in enumerate(asked):
        whole, other = room.arrays(size, (np.uint64, np.uint8))
        assert [whole.dtype, other.dtype] == [np.uint64, np.uint8]
        assert min(whole.size, other.size) >= size
        assert whole.flags.aligned
        part = (other if number % 2 else whole)[:size]
        del whole, other
        part.view(np.uint8)[:] = number
        if hold:
            held.append((number, hold(part)))
        del part
    assert all((np.frombuffer(one, np.uint8) == number).all() for number, one in held)


def test_memory_that_another_thread_lets_go_of_comes_back() -> None:
    room = Room()
    lent = [room.arrays(1000, (np.uint8,))]
    place = lent[0][0].ctypes.data
    other = threading.Thread(target=lent.clear)
    other.start()
    other.join()
    assert room.arrays(1000, (np.uint8,))[0].ctypes.data == place


def test_the_same_memory_comes_back_in_the_same_thread_only() -> None:
    room = Room()

    def place() -> int:
        return room.arrays(1000, (np.uint8,))[0].ctypes.data

    elsewhere: list[int] = []
    kept = room.arrays(1000, (np.uint8,))  # holds the memory, so that no other can come to lie there
    other = threading.Thread(target=lambda: elsewhere.append(place()))
    other.start()
    other.join()
    assert place() != kept[0].ctypes.data != elsewhere[0]
    del kept
    assert place() == place()


def test_a_very_large_array_is_not_kept() -> None:
    room = Room()
    room.arrays(LARGEST + 1, (np.uint8,))
    assert not room._spare
