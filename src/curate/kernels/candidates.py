"""Pairs of sketches that agree on a band, and the exact similarity of pairs."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from curate.kernels.compile import kernel
from curate.kernels.hashing import pair_hash
from curate.kernels.minhash import KEPT_SHINGLES

CROWD = 256  # in larger buckets not every pair is compared: 256 * 255 / 2 = 32,640 pairs are the most a bucket gives
LEADERS = 32
NEIGHBOURS = 4
S32 = np.uint64(32)


class Limits(NamedTuple):
    """What a candidate pair must reach: ratio of the smaller to the larger count, and equal slots."""

    ratio: float
    equal_slots: int
    leader_slots: int  # so many equal slots and a document does not become a leader of its own


class Band(NamedTuple):
    """Slots first .. first + width of a signature, and how many bits of a key hold the document's index."""

    first: int
    width: int
    index_bits: int


@kernel
def band_keys(slots: Any, count: Any, rows: Any, band: Band, index: Any, out: Any) -> None:
    """out[k] uint64[n] = hash of the band of row rows[k] in the upper bits, index[k] in the lower band.index_bits.

    Sorting them brings equal bands together, each group ascending in index. Upper bits that collide by chance cost a
    verification. A band of width 0 is the whole row and its count. Give rows ascending: 5 times faster than at random.
    """
    first = band.first
    shift = np.uint64(band.index_bits)
    whole = band.width == 0
    end = slots.shape[1] if whole else first + band.width
    for k in range(out.size):
        row = rows[k]
        h = np.uint64(count[row]) if whole else np.uint64(first)
        for slot in range(first, end):
            h = pair_hash(h, np.uint64(slots[row, slot]))
        out[k] = ((h >> shift) << shift) | np.uint64(index[k])


@kernel
def equal_slots(slots: Any, a: int, b: int) -> int:
    """How many slots of rows a and b agree."""
    total = 0
    for k in range(slots.shape[1]):
        total += slots[a, k] == slots[b, k]
    return total


@kernel
def first_of_group(keys: Any, index_bits: int) -> NDArray[np.int64]:
    """out[i] = the smallest index with i's key (i itself where it is alone), for sorted keys made by `band_keys`."""
    shift = np.uint64(index_bits)
    low = (np.uint64(1) << shift) - np.uint64(1)
    out = np.empty(keys.size, np.int64)
    first = np.int64(0)
    for at in range(keys.size):
        index = np.int64(keys[at] & low)
        if at == 0 or (keys[at] >> shift) != (keys[at - 1] >> shift):
            first = index
        out[index] = first
    return out


@kernel
def largest_bucket(keys: Any, index_bits: int) -> int:
    """The most documents that share one key, for sorted keys made by `band_keys`."""
    shift = np.uint64(index_bits)
    largest = begin = 0
    for at in range(keys.size):
        if (keys[at] >> shift) != (keys[begin] >> shift):
            begin = at
        largest = max(largest, at - begin + 1)
    return largest


@kernel
def bucket_pairs(keys: Any, index_bits: int, slots: Any, count: Any, rows: Any, limits: Limits) -> NDArray[np.uint64]:
    """Pairs a << 32 | b, a < b, that share a key and reach the limits; keys sorted, made by `band_keys`.

    A bucket of up to CROWD documents gives all its pairs. In a larger one documents come in ascending order; each is
    compared with the leaders and its NEIGHBOURS predecessors and becomes a leader if it is like none, up to LEADERS.
    So the cost is linear, whoever comes first has all its pairs, and whoever is like another is seldom left out.
    """
    shift = np.uint64(index_bits)
    low = (np.uint64(1) << shift) - np.uint64(1)
    pairs = np.empty(1024, np.uint64)
    members = np.empty(keys.size, np.int64)
    leaders = np.empty(LEADERS, np.int64)
    found = begin = 0
    while begin < keys.size:
        end = begin + 1
        while end < keys.size and (keys[end] >> shift) == (keys[begin] >> shift):
            end += 1
        for at in range(begin, end if end > begin + 1 else begin):
            members[at] = np.int64(keys[at] & low)
        crowded = end - begin > CROWD
        leading = 0
        for at in range(begin + (0 if crowded else 1), end):
            b = members[at]
            others = leading + min(NEIGHBOURS, at - begin) if crowded else at - begin
            follows = False
            while found + others > pairs.size:
                larger = np.empty(2 * pairs.size, np.uint64)
                larger[:found] = pairs[:found]
                pairs = larger
            for k in range(others):
                if not crowded:
                    a = members[begin + k]
                else:
                    a = leaders[k] if k < leading else members[at - 1 - (k - leading)]
                few, many = min(count[rows[a]], count[rows[b]]), max(count[rows[a]], count[rows[b]])
                if few / many < limits.ratio:
                    continue
                equal = equal_slots(slots, rows[a], rows[b])
                if equal >= limits.equal_slots:
                    pairs[found] = np.uint64(a) << S32 | np.uint64(b)
                    found += 1
                follows |= k < leading and equal >= limits.leader_slots
            if crowded and not follows and leading < LEADERS:
                leaders[leading] = b
                leading += 1
        begin = end
    return pairs[:found]


@kernel
def jaccard(values: Any, start: Any, count: Any, left: Any, right: Any, out: Any) -> None:
    """out[k] float64 = Jaccard similarity of the sets left[k] and right[k].

    Set i is values[start[i]:start[i + 1]], ascending, of count[i] elements. Exact where both sets are whole; where one
    is cut to its KEPT_SHINGLES smallest, the similarity below the smaller of the cut sets' last elements, an unbiased
    sample of at least that many elements of the union (Cohen 1997; standard error at most 0.016).
    """
    for k in range(left.size):
        a, b = left[k], right[k]
        i, i_end = start[a], start[a + 1]
        j, j_end = start[b], start[b + 1]
        last = np.uint32(0xFFFFFFFF)
        if count[a] > KEPT_SHINGLES:
            last = values[i_end - 1]
        if count[b] > KEPT_SHINGLES:
            last = min(last, values[j_end - 1])
        common = union = 0
        while i < i_end and j < j_end:
            x, y = values[i], values[j]
            if min(x, y) > last:
                break
            common += x == y
            union += 1
            i += x <= y
            j += y <= x
        while i < i_end and values[i] <= last:
            union += 1
            i += 1
        while j < j_end and values[j] <= last:
            union += 1
            j += 1
        out[k] = common / union if union else 0.0
