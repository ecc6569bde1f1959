"""Runs of tokens looked up in a table of known ones: open addressing, keys uint64 with 0 for an empty slot."""

from __future__ import annotations

from typing import Any

import numpy as np

from curate.kernels.compile import kernel
from curate.kernels.hashing import FNV_PRIME, mix64


@kernel
def fill(keys: Any, values: Any, slots: Any, of: Any) -> None:
    """Puts keys uint64[n] (not 0) and values int32[n] into slots uint64[m] and of int32[m]; the first of equals stays.

    m is a power of two above n; slots is zeroed.
    """
    mask = np.uint64(slots.size - 1)
    for i in range(keys.size):
        at = mix64(keys[i]) & mask
        while slots[at] != 0 and slots[at] != keys[i]:
            at = (at + np.uint64(1)) & mask
        if slots[at] == 0:
            slots[at], of[at] = keys[i], values[i]


@kernel
def run_keys(folded: Any, kind: Any, document_start: Any, length: int, keys: Any) -> int:
    """Fill keys uint64 with every run of `length` counted tokens of every document; returns how many there are."""
    count = 0
    ring = np.zeros(length, np.uint64)
    power = np.uint64(1)
    for _ in range(length):
        power *= FNV_PRIME
    for i in range(document_start.size - 1):
        seen, rolling = 0, np.uint64(0)
        for k in range(document_start[i], document_start[i + 1]):
            if kind[k] > 2:
                continue
            last = ring[seen % length] if seen >= length else np.uint64(0)
            ring[seen % length] = folded[k]
            rolling = rolling * FNV_PRIME + folded[k] - last * power
            seen += 1
            if seen >= length:
                keys[count] = rolling | np.uint64(1)
                count += 1
    return count


@kernel
def known_runs(
    folded: Any, kind: Any, document_start: Any, length: int, slots: Any, of: Any, known: Any, count: Any
) -> int:
    """Fill known int32[m] with every run of `length` counted tokens that is in the table; returns how many there are.

    known: value in the table; count int64[n]: of each document, in whose order they stand.
    """
    mask = np.uint64(slots.size - 1)
    ring = np.zeros(length, np.uint64)
    power = np.uint64(1)
    for _ in range(length):
        power *= FNV_PRIME
    total = 0
    for i in range(count.size):
        count[i] = -total
        seen, rolling = 0, np.uint64(0)
        for k in range(document_start[i], document_start[i + 1]):
            if kind[k] > 2:
                continue
            last = ring[seen % length] if seen >= length else np.uint64(0)
            ring[seen % length] = folded[k]
            rolling = rolling * FNV_PRIME + folded[k] - last * power
            seen += 1
            if seen < length:
                continue
            key = rolling | np.uint64(1)
            at = mix64(key) & mask
            while slots[at] != 0 and slots[at] != key:
                at = (at + np.uint64(1)) & mask
            if slots[at] == key:
                known[total] = of[at]
                total += 1
        count[i] += total
    return total


@kernel
def distinct_known(tokens: Any, offsets: Any, which: Any, pairs: int, slots: Any, seen: Any, out: Any) -> None:
    """out[i] int64 = distinct tokens (or neighbouring pairs) of each document i of `which` bool[n] that the table has.

    tokens uint32[m]; a pair has its first token in the high half; seen int64[slots] filled with -1.
    """
    mask = np.uint64(slots.size - 1)
    for i in range(out.size):
        if not which[i]:
            continue
        total = 0
        for k in range(offsets[i], offsets[i + 1] - (1 if pairs else 0)):
            key = np.uint64(tokens[k])
            if pairs:
                key = (key << np.uint64(32)) | np.uint64(tokens[k + 1])
            at = mix64(key) & mask
            while slots[at] != 0 and slots[at] != key:
                at = (at + np.uint64(1)) & mask
            if slots[at] == key and seen[at] != i:
                seen[at] = i
                total += 1
        out[i] = total
