"""Pairs of sketches that agree on a band, and the exact similarity of pairs."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from curate.kernels.compile import kernel
from curate.kernels.hashing import pair_hash

CROWD = 64  # in larger buckets not every pair is compared: no document brings more than 63 / 2 pairs a band, on average
LEADERS = 32
NEIGHBOURS = 4
S32 = np.uint64(32)
BIT_1 = np.uint64(1)
ODD_BITS = np.uint64(0x5555555555555555)
ODD_PAIRS = np.uint64(0x3333333333333333)
ODD_FOURS = np.uint64(0x0F0F0F0F0F0F0F0F)
ALL_BYTES = np.uint64(0x0101010101010101)


class Limits(NamedTuple):
    """Limits that a candidate pair must meet: this ratio of the smaller to the larger count, at most so many bits."""

    ratio: float
    different_bits: int
    leader_bits: int  # no more different than this, and a document does not become a leader of its own


class Cut(NamedTuple):
    """How a signature is cut into bands of `rows` slots, and how many bits of a key hold the document's index."""

    bands: int
    rows: int
    index_bits: int


@kernel
def band_keys(slots: Any, rows: Any, index: Any, cut: Cut, out: Any) -> None:
    """out[band, k] uint64[bands, n] = hash of a band of row rows[k] in the upper bits, index[k] in cut.index_bits.

    Sorting a band's keys brings equal bands together, each group ascending in index. Upper bits that collide by chance
    cost a verification. Bands have different hashes, so that a prefix of the keys is a fair part of each.
    """
    shift = np.uint64(cut.index_bits)
    for k in range(rows.size):
        row = rows[k]
        for band in range(cut.bands):
            h = np.uint64(band)
            for slot in range(band * cut.rows, (band + 1) * cut.rows):
                h = pair_hash(h, np.uint64(slots[row, slot]))
            out[band, k] = ((h >> shift) << shift) | np.uint64(index[k])


@kernel
def lowest_bits(slots: Any, rows: Any, index: Any, out: Any) -> None:
    """out[index[k]] = lowest bits of the slots of row rows[k]; out uint64[m, ceil(slots / 64)], 0 on entry."""
    for k in range(rows.size):
        row = rows[k]
        for word in range(out.shape[1]):
            some, held = slots[row, 64 * word : 64 * word + 64], np.uint64(0)
            for place in range(some.size):  # in vector instructions
                held |= (np.uint64(some[place]) & BIT_1) << np.uint64(place)
            out[index[k], word] = held


@kernel
def different_bits(bits: Any, a: Any, b: Any) -> Any:
    """In how many bits rows a and b of uint64[m, words] differ."""
    total: Any = 0
    for word in range(bits.shape[1]):
        x = bits[a, word] ^ bits[b, word]
        x -= (x >> BIT_1) & ODD_BITS
        x = (x & ODD_PAIRS) + ((x >> np.uint64(2)) & ODD_PAIRS)
        x = (x + (x >> np.uint64(4))) & ODD_FOURS
        total += np.int64((x * ALL_BYTES) >> np.uint64(56))
    return total


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
def bucket_pairs(keys: Any, index_bits: int, bits: Any, count: Any, limits: Limits) -> NDArray[np.uint64]:
    """Pairs a << 32 | b, a < b, that share a key and reach the limits; keys sorted, made by `band_keys`.

    bits uint64[m, words] and count int32[m] by index. A bucket of up to CROWD documents gives all its pairs. In a
    larger one documents come in ascending order; each is compared with the leaders and its NEIGHBOURS predecessors and
    becomes a leader if it is like none, up to LEADERS. So the cost is linear, whoever comes first has all its pairs,
    and whoever is like another is seldom left out.
    """
    shift = np.uint64(index_bits)
    low = (np.uint64(1) << shift) - np.uint64(1)
    pairs = np.empty(1024, np.uint64)
    members = np.empty(keys.size, np.int64)
    leaders = np.empty(LEADERS, np.int64)
    most = limits.different_bits
    most_of_leader = limits.leader_bits
    found = begin = 0
    while begin < keys.size:
        end = begin + 1
        while end < keys.size and (keys[end] >> shift) != (keys[end - 1] >> shift):  # alone, as most are
            end += 1
        begin = end - 1
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
                for k in range(found):
                    larger[k] = pairs[k]
                pairs = larger
            for k in range(others):
                if not crowded:
                    a = members[begin + k]
                else:
                    a = leaders[k] if k < leading else members[at - 1 - (k - leading)]
                few, many = min(count[a], count[b]), max(count[a], count[b])
                if few / many < limits.ratio:
                    continue
                different = different_bits(bits, a, b)
                if different <= most:
                    pairs[found] = np.uint64(a) << S32 | np.uint64(b)
                    found += 1
                follows |= k < leading and different <= most_of_leader
            if crowded and not follows and leading < LEADERS:
                leaders[leading] = b
                leading += 1
        begin = end
    return pairs[:found]


@kernel
def load_ends(left: Any, right: Any, node_bytes: Any, most: int) -> NDArray[np.int64]:
    """Where pairs left[k] - right[k] are cut so that the nodes of each piece have at most `most` bytes: its ends.

    node_bytes int64[n]; a node counts once a piece; a piece holds one pair at least.
    """
    seen = np.full(node_bytes.size, -1, np.int32)
    ends = np.empty(left.size + 1, np.int64)
    piece = 0
    held = np.int64(0)
    for k in range(left.size):
        more = node_bytes[left[k]] * (seen[left[k]] != piece) + node_bytes[right[k]] * (seen[right[k]] != piece)
        if held > 0 and held + more > most:
            ends[piece] = k
            piece += 1
            held = node_bytes[left[k]] + node_bytes[right[k]]
        else:
            held += more
        seen[left[k]] = seen[right[k]] = piece
    ends[piece] = left.size
    return ends[: piece + 1]


@kernel
def gather(values: Any, start: Any, lists: Any, out: Any) -> None:
    """Write lists values[start[i]:start[i + 1]] of each i of `lists` one after the other to `out`."""
    at = 0
    for i in lists:
        for k in range(start[i], start[i + 1]):
            out[at] = values[k]
            at += 1
