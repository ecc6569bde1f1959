"""Arrow buffers as numpy arrays without a copy: the only code that touches `.buffers()`."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray


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
