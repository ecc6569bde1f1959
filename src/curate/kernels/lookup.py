"""Look-up of sketches in a segment of an index: equal texts, and the most similar set among those that share a band."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from curate.kernels.compile import kernel
from curate.kernels.hashing import LANE_1
from curate.kernels.segments import LOW_32, S32, SegmentArrays, first_at_least
from curate.kernels.set_similarity import set_similarity

BUCKET = 256  # rows read of one bucket, the first ones: what stands on a million pages must not be read a million times
VERIFIED = 64  # sets compared with one query at most, those that share most bands


class Queries(NamedTuple):
    """q sets to look up: hashes uint32[b, q] of their bands; the kept of the counts[i] elements begin at starts[i]."""

    hashes: NDArray[np.uint32]
    counts: NDArray[np.int32]
    starts: NDArray[np.int64]
    values: NDArray[np.uint32]


class Nearest(NamedTuple):
    """The most similar text so far of q queries, of equally similar ones the smallest fingerprint.

    segment int32[q], -1 for none; row int64[q]; similarity float64[q]; prints uint64[q, 2].
    """

    segment: NDArray[np.int32]
    row: NDArray[np.int64]
    similarity: NDArray[np.float64]
    prints: NDArray[np.uint64]


class Scratch(NamedTuple):
    """For counting the bands that rows share: a hash table of rows int64[2 ** k], -1 where free, and their counts.

    found: the places in use, in the order in which rows were met, int64.
    """

    rows: NDArray[np.int64]
    shared: NDArray[np.int32]
    found: NDArray[np.int64]


@kernel
def candidates(hashes: Any, query: int, segment: SegmentArrays, limit: int, scratch: Scratch) -> int:
    """scratch.found[:returned] = rows below `limit` that share a band with the query, each once.

    At most VERIFIED, those that share most bands; of others that share as many, those met first.
    """
    rows, shared, found = scratch.rows, scratch.shared, scratch.found
    last = np.uint64(rows.size - 1)
    used = 0
    for band in range(hashes.shape[0]):
        keys = segment.bands[band]
        key = np.uint64(hashes[band, query]) << S32
        at = first_at_least(keys, key)
        end = min(keys.size, at + BUCKET)
        while at < end and keys[at] >> S32 == key >> S32:
            row = np.int64(keys[at] & LOW_32)
            if row >= limit:
                break
            place = np.int64((np.uint64(row) * LANE_1 >> S32) & last)
            while rows[place] >= 0 and rows[place] != row:
                place = np.int64((np.uint64(place) + np.uint64(1)) & last)
            if rows[place] < 0:
                rows[place], shared[place] = row, 0
                found[used] = place
                used += 1
            shared[place] += 1
            at += 1
    least, above = 0, 0
    if used > VERIFIED:
        least, above = _least_shared(shared, found, used, hashes.shape[0])
    room, kept = VERIFIED - above, 0
    for k in range(used):
        place = found[k]
        if shared[place] > least or (shared[place] == least and room > 0):
            room -= shared[place] == least
            found[kept] = rows[place]
            kept += 1
        rows[place] = -1
    return kept


@kernel
def _least_shared(shared: Any, found: Any, used: int, bands: int) -> tuple[int, int]:
    """How many bands a row must share to be among the first VERIFIED, and how many rows share more."""
    having = np.zeros(bands + 1, np.int64)
    for k in range(used):
        having[shared[found[k]]] += 1
    above = 0
    for count in range(bands, 0, -1):
        if above + having[count] > VERIFIED:
            return count, above
        above += having[count]
    return 0, above


@kernel
def _scratch(bands: int) -> Any:
    most = bands * BUCKET
    size = 2
    while size < 2 * most:
        size *= 2
    return Scratch(np.full(size, -1, np.int64), np.zeros(size, np.int32), np.empty(most, np.int64))


@kernel
def _similarity(queries: Queries, query: int, segment: SegmentArrays, row: int, threshold: float) -> float:
    """Of a query and a row of the segment; 0.0 where their sizes alone keep it below the threshold."""
    count, other = queries.counts[query], segment.counts[row]
    begin = segment.starts[row]
    if min(count, other) / max(count, other, 1) < threshold or other <= 0:
        return 0.0
    if begin < 0 or begin >= segment.values.size:
        return 0.0  # a damaged file must not crash the process
    return set_similarity(queries.values, queries.starts[query], count, segment.values, begin, other)


@kernel
def find_alike(
    queries: Queries, asked: Any, segment: SegmentArrays, threshold: float, places: Any, rows: Any, similarities: Any
) -> tuple[int, int]:
    """All rows at least that similar to the queries `asked` int64, until the arrays have no room for another query.

    places int64: position in `asked`; rows int64; similarities float64, all of one length, at least VERIFIED. Returns
    how many of `asked` were looked up, and how many pairs were found.
    """
    scratch = _scratch(queries.hashes.shape[0])
    used = 0
    for place in range(asked.size):
        if used + VERIFIED > rows.size:
            return place, used
        for k in range(candidates(queries.hashes, asked[place], segment, segment.counts.size, scratch)):
            similarity = _similarity(queries, asked[place], segment, scratch.found[k], threshold)
            if similarity >= threshold:
                places[used], rows[used], similarities[used] = place, scratch.found[k], similarity
                used += 1
    return asked.size, used


@kernel
def find_nearest(
    queries: Queries, asked: Any, segment: SegmentArrays, number: int, limit: int, threshold: float, best: Nearest
) -> None:
    """Improve `best` for each query in `asked` int64 by the rows below `limit` of segment `number`.

    Only similarities of at least the threshold count.
    """
    scratch = _scratch(queries.hashes.shape[0])
    for query in asked:
        for k in range(candidates(queries.hashes, query, segment, limit, scratch)):
            row = scratch.found[k]
            similarity = _similarity(queries, query, segment, row, threshold)
            if similarity < threshold or similarity < best.similarity[query]:
                continue
            high, low = segment.prints[row, 0], segment.prints[row, 1]
            before_high, before_low = best.prints[query, 0], best.prints[query, 1]
            earlier = high < before_high or (high == before_high and low < before_low)
            if best.segment[query] < 0 or similarity > best.similarity[query] or earlier:
                best.segment[query], best.row[query], best.similarity[query] = number, row, similarity
                best.prints[query, 0], best.prints[query, 1] = high, low
