"""Sums over the two sides of a comparison, for many ways of dividing its documents at once."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from curate.kernels.compile import kernel

# Rows of what `side_sums` fills.
ONCE, SQUARES, REPEATED = range(3)


@kernel
def entries(keys: Any, bits: Any, starts: Any, documents: Any, counts: Any) -> Any:
    """Types and the documents that each stands in; returns how many types and how many (type, document) entries.

    keys uint64[m] ascending: a type in the upper bits, a document in the lower `bits`. Type t has the entries
    starts[t]:starts[t + 1] of documents int32 and counts int32; starts int64[m + 1], the others [m], filled in front.
    """
    mask = (np.uint64(1) << bits) - np.uint64(1)
    types, count = 0, 0
    for k in range(keys.size):
        if k == 0 or keys[k] >> bits != keys[k - 1] >> bits:
            starts[types] = count
            types += 1
        elif keys[k] == keys[k - 1]:
            counts[count - 1] += 1
            continue
        documents[count], counts[count] = keys[k] & mask, 1
        count += 1
    starts[types] = count
    return types, count


@kernel
def side_sums(starts: Any, documents: Any, counts: Any, member: Any, whole: Any, logs: Any) -> None:
    """Add up the types of each side for every way p of dividing the documents: member uint8[documents, ways] is 0 or 1.

    whole int64[2, 3, ways]: types that stand once, the sum of x^2 over types of x tokens, and tokens of types that
    stand in two documents of the side or more; logs float64[2, ways]: the sum of x ln x. All are added to.
    """
    ways = member.shape[1]
    tokens, holders = np.empty(ways, np.int32), np.empty(ways, np.int32)
    table = np.zeros(1024)  # of x ln x
    for n in range(2, table.size):
        table[n] = n * math.log(n)
    alone, alone_logs = np.zeros((member.shape[0], 2), np.int64), np.zeros(member.shape[0])
    for t in range(starts.size - 1):
        first, last = starts[t], starts[t + 1]
        if last - first == 1:  # of one document: whatever side that is on, added with it below
            only = np.int64(counts[first])
            alone[documents[first], ONCE] += only == 1
            alone[documents[first], SQUARES] += only * only
            alone_logs[documents[first]] += only * math.log(only)
            continue
        tokens[:], holders[:], total = 0, 0, 0
        for k in range(first, last):
            count, document = counts[k], documents[k]
            total += count
            for p in range(ways):
                tokens[p] += count * member[document, p]
                holders[p] += member[document, p]
        for p in range(ways):
            for side in range(2):
                x = np.int64(tokens[p]) if side else np.int64(total - tokens[p])
                spread = holders[p] if side else (last - first) - holders[p]
                whole[side, ONCE, p] += x == 1
                whole[side, SQUARES, p] += x * x
                whole[side, REPEATED, p] += x if spread > 1 else 0
                logs[side, p] += table[x] if x < table.size else x * math.log(x)
    for document in range(member.shape[0]):
        for p in range(ways):
            own: Any = member[document, p]
            whole[own, ONCE, p] += alone[document, ONCE]
            whole[own, SQUARES, p] += alone[document, SQUARES]
            logs[own, p] += alone_logs[document]


@kernel
def present_mass(starts: Any, documents: Any, weights: Any, member: Any, out: Any) -> None:
    """Add weights[t] float64 to out float64[2, ways] for every type t on a side; member as in `side_sums`."""
    ways = member.shape[1]
    holders = np.empty(ways, np.int32)
    for t in range(starts.size - 1):
        holders[:] = 0
        for k in range(starts[t], starts[t + 1]):
            for p in range(ways):
                holders[p] += member[documents[k], p]
        for p in range(ways):
            out[1, p] += weights[t] * (holders[p] > 0)
            out[0, p] += weights[t] * (holders[p] < starts[t + 1] - starts[t])


@kernel
def document_sums(starts: Any, documents: Any, counts: Any, values: Any, out: Any) -> None:
    """Add count times values[t] to out[d], both float64, over the entries (t, d)."""
    for t in range(starts.size - 1):
        for k in range(starts[t], starts[t + 1]):
            out[documents[k]] += counts[k] * values[t]


@kernel
def own_sums(starts: Any, documents: Any, counts: Any, on_side: Any, tokens: Any, holders: Any) -> None:
    """Fill tokens[t] and holders[t] int64: of type t, tokens and documents where on_side bool[documents]."""
    for t in range(starts.size - 1):
        for k in range(starts[t], starts[t + 1]):
            if on_side[documents[k]]:
                tokens[t] += counts[k]
                holders[t] += 1
