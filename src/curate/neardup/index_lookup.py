"""Which texts of an index new ones repeat: the same text first, else the most similar; nothing is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from curate.kernels.lookup import Nearest, Queries, find_nearest
from curate.kernels.lookup import find_alike as find_alike_kernel
from curate.kernels.segments import band_hashes, equal_texts
from curate.neardup.bands import Bands
from curate.neardup.index_segment import OpenSegment
from curate.neardup.sketches import shingles_of, slots_of

PAIRS = 1 << 16  # found at a time
COLUMNS = ("minhash_signature", "minhash_shingles", "minhash_count")


def read_queries(annotations: pa.Table, cut: Bands) -> Queries:
    """The columns COLUMNS of annotations, one query a row; those without a signature have a count of 0."""
    signature, shingles, counts = (annotations.column(name).combine_chunks() for name in COLUMNS)
    hashes = np.empty((cut.bands, len(counts)), np.uint32)
    band_hashes(slots_of(signature), cut.rows, hashes)
    values, starts = shingles_of(shingles)
    values.flags.writeable = False  # as those of a segment are: kernels are compiled for one kind only
    return Queries(hashes, counts.to_numpy().astype(np.int32), starts[:-1], values)


def find_equal(
    prints: NDArray[np.uint64], segments: Sequence[OpenSegment], corpus: int
) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """Segment int32[q] (-1: none) and row int64[q] of the same texts, by fingerprint, among corpora before `corpus`."""
    found = np.full(len(prints), -1, np.int32)
    rows = np.full(len(prints), -1, np.int64)
    here = np.empty(len(prints), np.int64)
    for number, one in enumerate(segments):
        equal_texts(prints, one.arrays, one.segment.before(corpus), here)
        new = (here >= 0) & (found < 0)
        found[new], rows[new] = number, here[new]
    return found, rows


def find_similar(
    queries: Queries, asked: NDArray[np.int64], segments: Sequence[OpenSegment], corpus: int, threshold: float
) -> Nearest:
    """The most similar text, at least the threshold, for each query in `asked`, among corpora before `corpus`.

    Exact up to 1,024 n-grams, beyond from a sample of that many. Of buckets larger than 256 texts the first are read,
    and of over 64 candidates those that share most bands: among thousands of near-copies one of the nearest is found.
    """
    best = no_match(len(queries.counts))
    for number, one in enumerate(segments):
        if limit := one.segment.before(corpus):
            find_nearest(queries, asked, one.arrays, number, limit, threshold, best)
    return best


@dataclass(frozen=True, slots=True, eq=False)
class Alike:
    """Pairs of a query and a text of a segment, all int64[m], and their similarity float64[m]."""

    query: NDArray[np.int64]
    row: NDArray[np.int64]
    similarity: NDArray[np.float64]


def find_alike(queries: Queries, asked: NDArray[np.int64], segment: OpenSegment, threshold: float) -> Alike:
    """Every text of the segment at least that similar to a query in `asked`, within the limits of `find_similar`."""
    places, rows, similarity = np.empty(PAIRS, np.int64), np.empty(PAIRS, np.int64), np.empty(PAIRS)
    parts = []
    while len(asked):
        done, used = find_alike_kernel(queries, asked, segment.arrays, threshold, places, rows, similarity)
        parts.append((asked[places[:used]], rows[:used].copy(), similarity[:used].copy()))
        asked = asked[done:]
    query, row, alike = zip(*parts, strict=True) if parts else ((), (), ())
    nothing = np.zeros(0, np.int64)
    return Alike(
        np.concatenate([nothing, *query]), np.concatenate([nothing, *row]), np.concatenate([np.zeros(0), *alike])
    )


def put(whole: Nearest, at: NDArray[np.int64], part: Nearest, rows: NDArray[np.int64]) -> None:
    """Entries `rows` of a part become the entries `at` of the whole."""
    arrays: list[tuple[NDArray[Any], NDArray[Any]]] = list(zip(whole, part, strict=True))
    for into, found in arrays:
        into[at] = found[rows]


def no_match(count: int) -> Nearest:
    """Nothing found yet for so many queries."""
    return Nearest(
        np.full(count, -1, np.int32), np.full(count, -1, np.int64), np.zeros(count), np.zeros((count, 2), np.uint64)
    )
