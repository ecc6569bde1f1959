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
        k, at, end = np.uint64(document_start[i]), np.uint64(offsets[i]), np.uint64(offsets[i + 1])
        while at < end:  # without a branch on what counts: what is written for a mark is written over
            word = np.uint32(folded[k] >> np.uint64(33)) << np.uint32(1)
            out[at] = word | np.uint32(kind[k] == 1)
            at += np.uint64(kind[k] <= 2)
            k += np.uint64(1)


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
        begin, end = offsets[i], offsets[i + 1]
        piece, there = values[starts[i] : starts[i] + end - begin], out[begin:end]
        for k in range(there.size):  # in vector instructions
            there[k] = piece[k]
