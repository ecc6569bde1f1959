"""Which texts hold one of many byte strings: a look at every fourth byte decides for nearly all of them."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from curate.kernels.compile import kernel

GRAM, STRIDE = 4, 4  # bytes that are looked at together; from look to look
LEAST = STRIDE + GRAM - 1  # bytes of a literal, its window, that hold a look, wherever it begins
NEEDLE = 4  # bytes of the end of a shorter literal, and of one alone
FILTER_BITS = 18  # 32 KB: it stays in the first-level cache
BUCKET_BITS = 10
CONTEXT = 4  # bytes beside a window
NEEDLE_BLOCK = 1 << 14
AT_ONCE = 1024  # looks, before what passes is looked at more closely
SPREAD, LOW_32, SHIFT = np.uint64(0x9E3779B1), np.uint64(0xFFFFFFFF), np.uint64(32 - FILTER_BITS)
SPREAD_WINDOW, SHIFT_WINDOW = np.uint64(0x9E3779B97F4A7C15), np.uint64(64 - FILTER_BITS)
SPREAD_CONTEXT = np.uint64(0xD6E8FEB86659FD93)
SHIFT_BUCKET = np.uint64(FILTER_BITS - BUCKET_BITS)
LOWER = np.uint64(0x2020202020202020)
LOWER_GRAM, LOWER_WINDOW = LOWER >> np.uint64(32), LOWER >> np.uint64(8)
LEFT, RIGHT, S32 = np.uint64(1 << 33), np.uint64(1 << 34), np.uint64(32)
ONE, THREE, SEVEN, EIGHT = np.uint64(1), np.uint64(3), np.uint64(7), np.uint64(8)


class Literals(NamedTuple):
    """Byte strings without case, and the groups that they belong to.

    grams, windows uint8[2 ** FILTER_BITS / 8]: a bit for the hash of every gram, and of every window: LEAST bytes of
    some literals. contexts alike: of windows with the CONTEXT bytes right after them, where a literal has so many
    there, else right before, else alone. window uint64[m] by hash: those of a bucket from bucket[b] to bucket[b + 1],
    int32[2 ** BUCKET_BITS + 1], and the literals of one from one_of[k] to one_of[k + 1], int32[m + 1]. A literal:
    before, after int32: bytes on either side of its window; the nearest 8 of each: left, right uint64, and which of
    these count, left_mask, right_mask; text[start:start + before + LEAST + after] uint8, int32; group int32. A needle,
    for shorter ones: needles uint8[s, NEEDLE, 2], each byte from, and how many more; needle_group int32[s].
    """

    grams: NDArray[np.uint8]
    windows: NDArray[np.uint8]
    contexts: NDArray[np.uint8]
    bucket: NDArray[np.int32]
    window: NDArray[np.uint64]
    one_of: NDArray[np.int32]
    before: NDArray[np.int32]
    after: NDArray[np.int32]
    left: NDArray[np.uint64]
    right: NDArray[np.uint64]
    left_mask: NDArray[np.uint64]
    right_mask: NDArray[np.uint64]
    start: NDArray[np.int32]
    text: NDArray[np.uint8]
    group: NDArray[np.int32]
    needles: NDArray[np.uint8]
    needle_group: NDArray[np.int32]


@kernel
def groups_held(values: Any, offsets: Any, index: Literals, out: Any) -> None:
    """out[i, g] bool = True where text values[offsets[i]:offsets[i + 1]] holds a literal of group g; else untouched.

    Upper and lower case of ASCII letters are alike, as are some other bytes, see `folded`, and of a literal shorter
    than LEAST only the end is looked for: some texts hold none although this says so, none hold one where it does not.
    """
    grams, windows = index.grams, index.windows
    looked, found = np.empty(AT_ONCE, np.uint64), np.empty((2, STRIDE * AT_ONCE), np.int64)
    size = 0
    for i in range(offsets.size - 1):
        start, end = np.uint64(offsets[i]), np.uint64(offsets[i + 1])
        at: Any = start
        while at + np.uint64(GRAM) <= end:
            count = np.uint64(0)
            stop = min(end - np.uint64(GRAM - 1), at + np.uint64(STRIDE * AT_ONCE))
            while at < stop:  # without a branch on what passes: what is written for another is written over
                gram = LOWER_GRAM
                for k in range(GRAM):  # one load: `at` is unsigned
                    gram |= np.uint64(values[at + np.uint64(k)]) << (EIGHT * np.uint64(k))
                h = ((gram * SPREAD) & LOW_32) >> SHIFT
                looked[count] = at
                count += (np.uint64(grams[h >> THREE]) >> (h & SEVEN)) & ONE
                at += np.uint64(STRIDE)
            if size + STRIDE * np.int64(count) > found.shape[1]:
                add_literals(values, offsets, found[:, :size], index, out)
                size = 0
            for k in range(count):
                for place in range(STRIDE):
                    begin = looked[np.uint64(k)] - np.uint64(place)
                    inside = looked[np.uint64(k)] >= start + np.uint64(place) and begin + np.uint64(LEAST) <= end
                    if inside and in_filter(windows, window_at(values, begin)):
                        found[0, size], found[1, size] = i, begin
                        size += 1
    add_literals(values, offsets, found[:, :size], index, out)
    add_needles(values, offsets, index, out)


@kernel
def add_literals(values: Any, offsets: Any, found: Any, index: Literals, out: Any) -> None:
    """Do as `groups_held`, of literals whose windows may stand at places found[1] of texts found[0]; int64[2, n].

    Called of many at once: a call takes longer than most of them do.
    """
    for k in range(found.shape[1]):
        row, begin = found[0, k], found[1, k]
        window = window_at(values, np.uint64(begin))
        left, right = bytes_at(values, begin - 8), bytes_at(values, begin + LEAST)
        near_left, near_right = (LEFT + (left >> S32)) * SPREAD_CONTEXT, (RIGHT + (right & LOW_32)) * SPREAD_CONTEXT
        alone = in_filter(index.contexts, window)
        if not (
            alone or in_filter(index.contexts, window ^ near_left) or in_filter(index.contexts, window ^ near_right)
        ):
            continue
        least, most = begin - offsets[row], offsets[row + 1] - begin - LEAST
        bucket = ((window * SPREAD_WINDOW) >> SHIFT_WINDOW) >> SHIFT_BUCKET
        for known in range(index.bucket[bucket], index.bucket[bucket + ONE]):
            if index.window[known] != window:
                continue
            for one in range(index.one_of[known], index.one_of[known + 1]):
                before, after = index.before[one], index.after[one]
                alike = (left & index.left_mask[one]) == index.left[one]
                alike &= (right & index.right_mask[one]) == index.right[one]
                if alike and before <= least and after <= most:
                    at, start, byte = begin - before, index.start[one], 0
                    while alike and byte < before + LEAST + after:
                        alike = values[at + byte] | np.uint8(32) == index.text[start + byte]
                        byte += 1
                    out[row, index.group[one]] |= alike


@kernel
def add_needles(values: Any, offsets: Any, index: Literals, out: Any) -> None:
    """Do as `groups_held`, of shorter literals."""
    for number in range(index.needles.shape[0]):
        needle, group, i = index.needles[number], index.needle_group[number], 0
        for block in range(offsets[0], offsets[-1], NEEDLE_BLOCK):  # texts are short: one by one would take longer
            behind = min(block + NEEDLE_BLOCK + NEEDLE - 1, offsets[-1])
            if has_needle(values[block:behind], needle):
                while offsets[i + 1] <= block:
                    i += 1
                k = i
                while k < offsets.size - 1 and offsets[k] < behind:
                    if not out[k, group]:
                        out[k, group] = has_needle(values[offsets[k] : offsets[k + 1]], needle)
                    k += 1


@kernel
def in_filter(bits: Any, window: Any) -> Any:
    """Return whether the bit of a window's hash is set."""
    h = (window * SPREAD_WINDOW) >> SHIFT_WINDOW
    return (np.uint64(bits[h >> THREE]) >> (h & SEVEN)) & ONE != 0


@kernel
def window_at(values: Any, at: Any) -> Any:
    """The LEAST bytes of values at a uint64, all of which are there, folded."""
    found = LOWER_WINDOW
    for k in range(LEAST):
        found |= np.uint64(values[at + np.uint64(k)]) << (EIGHT * np.uint64(k))
    return found


@kernel
def bytes_at(values: Any, at: int) -> Any:
    """8 bytes of values, folded; a blank for what lies outside."""
    found = LOWER
    if at >= 0 and at + 8 <= values.size:
        for k in range(8):  # one load
            found |= np.uint64(values[np.uint64(at) + np.uint64(k)]) << (EIGHT * np.uint64(k))
        return found
    for k in range(8):
        if 0 <= at + k < values.size:
            found |= np.uint64(values[at + k]) << (EIGHT * np.uint64(k))
    return found


@kernel
def has_needle(text: Any, needle: Any) -> bool:
    """Return whether the text uint8[n], folded, holds the needle's bytes, each within its range."""
    a, b, c, d = needle[0, 0], needle[1, 0], needle[2, 0], needle[3, 0]
    more_a, more_b, more_c, more_d = needle[0, 1], needle[1, 1], needle[2, 1], needle[3, 1]
    found, bit = False, np.uint8(32)
    for k in range(text.size - 3):  # in vector instructions
        here = (np.uint8((text[k] | bit) - a) <= more_a) & (np.uint8((text[k + 1] | bit) - b) <= more_b)
        found |= here & (np.uint8((text[k + 2] | bit) - c) <= more_c) & (np.uint8((text[k + 3] | bit) - d) <= more_d)
    return found
