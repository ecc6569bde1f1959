"""Runs of tokens and how often each stands: what singletons, effective numbers and repetition are computed from."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from curate.kernels.compile import kernel
from curate.kernels.hashing import mix64, pair_hash

# Columns of what `tally` fills: whole numbers, and one sum of logarithms.
TOKENS, TYPES, ONCE, TWICE = range(4)

# x ln x of the counts that nearly all types have.
_SMALL = np.array([0.0] + [x * math.log(x) for x in range(1, 256)])


@kernel
def grams(tokens: Any, offsets: Any, lengths: Any, values: Any, documents: Any) -> int:
    """Fill values uint64 and documents int64 with every run of lengths[i] tokens of document i; returns how many.

    Runs of one and two tokens are exact, longer ones hashes. tokens uint32[m], offsets int64[n + 1], lengths int64[n].
    """
    count = 0
    for i in range(lengths.size):
        length = lengths[i]
        for k in range(offsets[i], offsets[i + 1] - length + 1):
            value = np.uint64(tokens[k])
            if length == 2:
                value = (value << np.uint64(32)) | np.uint64(tokens[k + 1])
            else:
                for j in range(1, length):
                    value = pair_hash(value, np.uint64(tokens[k + j]))
            values[count], documents[count] = value, i
            count += 1
    return count


@kernel
def least_runs(tokens: Any, offsets: Any, length: int, out: Any) -> None:
    """out[i] = the smallest hash of `length` tokens in a row (or of all, if fewer): near-copies mostly share it."""
    for i in range(out.size):
        begin, end = offsets[i], offsets[i + 1]
        least = np.uint64(0xFFFFFFFFFFFFFFFF)
        for k in range(begin, max(end - length + 1, begin + 1)):
            value = np.uint64(0)
            for j in range(k, min(k + length, end)):
                value = pair_hash(value, np.uint64(tokens[j]))
            least = min(least, value)
        out[i] = mix64(least)


@kernel
def tally(keys: Any, bits: Any, groups: Any, totals: Any, logs: Any) -> None:
    """Sums over types, of the whole and of what is left without each group of documents.

    keys uint64[m] ascending: a type in the upper bits, one of its documents in the lower `bits`; groups
    int64[documents] ascending; totals int64[g + 1, 4] and logs float64[g + 1] zeroed, the last row the whole: tokens,
    types, types that stand once and twice; logs: the sum of x ln x over types of x tokens. With g = 0, of the whole
    alone.
    """
    last = logs.size - 1
    mask = (np.uint64(1) << bits) - np.uint64(1)
    begin = 0
    while begin < keys.size:
        end = begin + 1
        while end < keys.size and keys[end] >> bits == keys[begin] >> bits:
            end += 1
        whole = end - begin
        log = times_log(whole)
        totals[last, TOKENS] += whole
        totals[last, TYPES] += 1
        totals[last, ONCE] += whole == 1
        totals[last, TWICE] += whole == 2
        logs[last] += log
        at = begin if last else end
        while at < end:
            group, where = groups[keys[at] & mask], at
            at += 1
            while at < end and groups[keys[at] & mask] == group:
                at += 1
            # What this type gives to the whole without the group, less what it gives to the whole.
            left = whole - (at - where)
            totals[group, TOKENS] += left - whole
            totals[group, TYPES] -= left == 0
            totals[group, ONCE] += (left == 1) - (whole == 1)
            totals[group, TWICE] += (left == 2) - (whole == 2)
            logs[group] -= log
            logs[group] += times_log(left)
        begin = end
    for group in range(last):
        for k in range(totals.shape[1]):
            totals[group, k] += totals[last, k]
        logs[group] += logs[last]


@kernel
def times_log(count: int) -> float:
    """Return x ln x, and 0 for 0."""
    return float(_SMALL[count]) if count < _SMALL.size else count * math.log(count)
