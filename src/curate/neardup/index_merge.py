"""Segments of an index joined into one, so that a look-up asks few; a slice of the keys is in memory at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from curate.neardup.index_segment import OpenSegment, Segment, write_documents, written

SLICE = 1 << 22  # keys sorted at a time, 32 MB
PIECE = 1 << 20  # numbers copied at a time
MOST = 1 << 31  # texts of a segment that still takes others in: rows have 32 bits


def to_merge(segments: Sequence[Segment]) -> int:
    """How many segments at the end to join: each left has over twice the texts of all that follow it, so few are."""
    together = joined = 0
    for segment in reversed(segments):
        if joined and (segment.texts > 2 * together or segment.texts + together > MOST):
            break
        together += segment.texts
        joined += 1
    return joined if joined > 1 else 0


def merge(folder: Path, parts: Sequence[OpenSegment]) -> Segment:
    """One segment with the rows of all, in order."""
    row_starts = _starts([part.segment.texts for part in parts])
    value_starts = _starts([part.segment.values for part in parts])
    for name in ("prints", "counts", "values"):
        _joined(folder / f"{name}.bin", [getattr(part.arrays, name) for part in parts], np.zeros(len(parts), np.int64))
    _joined(folder / "starts.bin", [part.arrays.starts for part in parts], value_starts)
    with written(folder / "equal.bin") as file:
        for piece in _merged([part.arrays.equal for part in parts], row_starts):
            file.write(piece.data)
    with written(folder / "bands.bin") as file:
        for band in range(len(parts[0].arrays.bands)):
            for piece in _merged([part.arrays.bands[band] for part in parts], row_starts):
                file.write(piece.data)
    write_documents(folder, [part.documents for part in parts])
    whole = [part.segment for part in parts]
    corpora: dict[int, int] = {}
    for number, texts in (one for segment in whole for one in segment.corpora):
        corpora[number] = corpora.get(number, 0) + texts
    texts, signed, values = (sum(getattr(segment, name) for segment in whole) for name in ("texts", "signed", "values"))
    return Segment(folder.name, texts, signed, values, tuple(corpora.items()))


def _starts(sizes: list[int]) -> NDArray[np.int64]:
    return np.cumsum([0, *sizes[:-1]], dtype=np.int64)


def _joined(path: Path, arrays: Sequence[NDArray[np.generic]], added: NDArray[np.int64]) -> None:
    """The arrays one after the other; to each of the i-th, added[i] is added."""
    with written(path) as file:
        for array, plus in zip(arrays, added, strict=True):
            for begin in range(0, len(array), PIECE):
                piece = array[begin : begin + PIECE]
                file.write(np.ascontiguousarray(piece + plus if plus else piece).data)


def _merged(keys: list[NDArray[np.uint64]], row_starts: NDArray[np.int64]) -> Iterator[NDArray[np.uint64]]:
    """Sorted pieces of all keys, ascending."""
    pieces = max(1, -(-sum(map(len, keys)) // SLICE))
    bounds = np.array([(i << 64) // pieces for i in range(1, pieces)], np.uint64)
    cuts = [np.concatenate([[0], np.searchsorted(array, bounds), [len(array)]]).astype(np.int64) for array in keys]
    for i in range(pieces):
        ends = zip(keys, cuts, row_starts, strict=True)
        piece = np.concatenate([array[cut[i] : cut[i + 1]] + np.uint64(start) for array, cut, start in ends])
        piece.sort()
        yield piece
