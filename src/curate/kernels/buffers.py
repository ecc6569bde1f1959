"""Arrow buffers as numpy arrays without a copy."""

from __future__ import annotations

import threading
from collections import deque
from itertools import accumulate, pairwise
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

SPARE = 1.25  # of what is asked for: batches are about as large as each other
LARGEST = 1 << 25  # items that are kept: one document may be larger than all the others
ALIGNED = 64  # items: so every array begins where its dtype may


class Room(threading.local):
    """Memory that a thread fills again and again: the system clears every page of fresh memory before it is written.

    What anybody still holds is never filled again. An array, a view of one or an Arrow buffer on it refers to its
    `_Loan`; when the last of them is gone, Python deletes the loan, and with that the memory comes back.
    """

    def __init__(self) -> None:
        """Empty, in every thread."""
        self._spare: deque[NDArray[np.uint8]] = deque(maxlen=1)

    def arrays(self, size: int, kinds: tuple[Any, ...]) -> list[NDArray[Any]]:
        """One of at least `size` of each dtype, with anything in it; `kinds` are the same at every call."""
        if size > LARGEST:
            return [np.empty(size, kind) for kind in kinds]
        widths = [np.dtype(kind).itemsize for kind in kinds]
        try:
            memory = self._spare.pop()
        except IndexError:
            memory = np.empty(0, np.uint8)
        room = memory.size // sum(widths)
        if room < size:
            room = -(-int(SPARE * size) // ALIGNED) * ALIGNED
            memory = np.empty(room * sum(widths), np.uint8)
        lent = np.asarray(_Loan(memory, self._spare))
        starts = [room * before for before in accumulate(widths, initial=0)]
        return [lent[a:b].view(kind) for (a, b), kind in zip(pairwise(starts), kinds, strict=True)]


class _Loan:
    """Owner of lent memory; gives it back when the last array on it is gone."""

    def __init__(self, memory: NDArray[np.uint8], spare: deque[NDArray[np.uint8]]) -> None:
        self.__array_interface__ = memory.__array_interface__
        self._memory, self._spare = memory, spare

    def __del__(self) -> None:
        """Called by whichever thread lets go last; a deque may be appended to from any."""
        self._spare.append(self._memory)


def text_buffers(array: pa.LargeStringArray) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Values uint8[n_bytes] and offsets int64[n + 1] of a large_string array without nulls, read-only.

    A slice keeps its parent's bytes: text i is values[offsets[i]:offsets[i + 1]], and offsets[0] need not be 0.
    """
    _, offset_buffer, value_buffer = array.buffers()
    if offset_buffer is None or len(array) == 0:
        offsets = np.zeros(1, np.int64)
    else:
        whole = np.frombuffer(offset_buffer, np.int64)
        offsets = whole[array.offset : array.offset + len(array) + 1]
    values = np.frombuffer(value_buffer, np.uint8) if value_buffer is not None else np.zeros(0, np.uint8)
    # Arrow memory is writable through numpy, and kernels compile once more for read-only arrays: one kind only.
    values.flags.writeable = False
    offsets.flags.writeable = False
    return values, offsets


def binary_array(values: NDArray[Any], starts: NDArray[np.int64]) -> pa.LargeBinaryArray:
    """Lists of numbers as raw bytes: list i is values[starts[i]:starts[i + 1]], starts int64[n + 1] from 0.

    As a list column, Parquet would encode a level for every number, which takes longer than finding them did.
    """
    offsets = pa.py_buffer(starts * values.dtype.itemsize)
    content = pa.py_buffer(np.ascontiguousarray(values))
    return pa.Array.from_buffers(pa.large_binary(), starts.size - 1, [None, offsets, content])


def binary_values(array: pa.LargeBinaryArray, kind: Any) -> tuple[NDArray[Any], NDArray[np.int64]]:
    """Values of dtype `kind` and starts int64[n + 1] from 0: what `binary_array` was made of."""
    _, offset_buffer, value_buffer = array.buffers()
    if offset_buffer is None or value_buffer is None or len(array) == 0:
        return np.zeros(0, kind), np.zeros(len(array) + 1, np.int64)
    offsets = np.frombuffer(offset_buffer, np.int64)[array.offset : array.offset + len(array) + 1]
    content = np.frombuffer(value_buffer, np.uint8)[offsets[0] : offsets[-1]]
    return content.view(kind), (offsets - offsets[0]) // np.dtype(kind).itemsize
