"""Copies of chosen documents' tokens and first bytes, end to end."""

from __future__ import annotations

from typing import Any

import numpy as np

from curate.kernels.compile import kernel


@kernel
def copy_tokens(folded: Any, kind: Any, document_start: Any, offsets: Any, out: Any) -> None:
    """out[offsets[i]:offsets[i + 1]] = the first counted tokens of document i, uint32.

    The high 31 bits are the token's hash, the lowest says that it is a character of an unspaced script.
    """
    for i in range(offsets.size - 1):
        k = document_start[i]
        for at in range(offsets[i], offsets[i + 1]):
            while kind[k] > 2:
                k += 1
            word = np.uint32(folded[k] >> np.uint64(33)) << np.uint32(1)
            out[at] = word | np.uint32(kind[k] == 1)
            k += 1


@kernel
def head_bytes(values: Any, text_offsets: Any, limits: Any, out: Any) -> None:
    """out[i] = bytes of text i up to limits[i], cut before a character that would be broken; both int64[n]."""
    for i in range(limits.size):
        start, end = text_offsets[i], text_offsets[i + 1]
        cut = min(start + limits[i], end)
        while start < cut < end and values[cut] & 0xC0 == 0x80:
            cut -= 1
        out[i] = cut - start


@kernel
def copy_pieces(values: Any, starts: Any, offsets: Any, out: Any) -> None:
    """out[offsets[i]:offsets[i + 1]] = as many values from starts[i] on; values and out of one dtype."""
    for i in range(starts.size):
        begin = offsets[i]
        for k in range(offsets[i + 1] - begin):
            out[begin + k] = values[starts[i] + k]
