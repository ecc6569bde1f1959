"""One segment of an index: texts of one corpus or of several, as files that are written once and mapped into memory."""

from __future__ import annotations

import mmap
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from curate.corpus.seals import SEAL, damaged_file, seal
from curate.corpus.write import machine_errors
from curate.errors import DataError
from curate.kernels.segments import SegmentArrays

DOCUMENTS = pa.schema([pa.field("id", pa.large_string()), pa.field("source", pa.large_string())])
DOCUMENT_FILE = "documents.feather"  # no name that a scan would take for data
BATCH = 1 << 16  # documents in one Arrow batch
READ_AHEAD = 1 << 30  # bytes: a cold look-up of 1,000 texts among a million takes 5 times longer page by page


@dataclass(frozen=True, slots=True)
class Segment:
    """Segment as the index's manifest describes it: n texts, m of them with shingles (`values` of them in all).

    `corpora`: (number, texts) of the corpora whose texts these are; rows stand in the order of the numbers.
    """

    name: str
    texts: int
    signed: int
    values: int
    corpora: tuple[tuple[int, int], ...]

    def before(self, corpus: int) -> int:
        """Return the number of rows of corpora with smaller numbers; these rows come first."""
        return sum(texts for number, texts in self.corpora if number < corpus)


@dataclass(frozen=True, slots=True)
class OpenSegment:
    """A segment whose files are mapped."""

    segment: Segment
    arrays: SegmentArrays
    documents: pa.Table  # id and source of each row


def sizes(segment: Segment, bands: int) -> dict[str, tuple[type, tuple[int, ...]]]:
    """Files of numbers, in the order of SegmentArrays, with dtype and shape."""
    return {
        "prints": (np.uint64, (segment.texts, 2)),
        "equal": (np.uint64, (segment.texts,)),
        "bands": (np.uint64, (bands, segment.signed)),
        "counts": (np.int32, (segment.texts,)),
        "starts": (np.int64, (segment.texts,)),
        "values": (np.uint32, (segment.values,)),
    }


def segment_files(folder: Path) -> list[Path]:
    """All that a segment is read from."""
    return [*(folder / f"{name}.bin" for name in SegmentArrays._fields), folder / DOCUMENT_FILE]


def seal_segment(folder: Path) -> None:
    """Say what the files of a finished segment hold."""
    seal(folder / SEAL, segment_files(folder))


def check_segment(folder: Path) -> None:
    """Raises DataError where a file is not as it was written; an earlier version has left segments without a seal."""
    if found := damaged_file(folder / SEAL, segment_files(folder)):
        raise _damaged(found, "it is not as it was written")


def open_segment(folder: Path, segment: Segment, bands: int) -> OpenSegment:
    """Map its files; raises DataError where one is missing or of another size than the manifest says."""
    arrays = [_mapped(folder / f"{name}.bin", *what) for name, what in sizes(segment, bands).items()]
    path = folder / DOCUMENT_FILE
    try:
        documents = pa.ipc.open_file(pa.memory_map(str(path))).read_all()
    except (OSError, pa.ArrowException) as error:
        raise _damaged(path, str(error)) from error
    if documents.num_rows != segment.texts or not documents.schema.equals(DOCUMENTS):
        raise _damaged(path, f"it has {documents.num_rows} rows, not {segment.texts}")
    return OpenSegment(segment, SegmentArrays(*arrays), documents)


def _mapped(path: Path, kind: type, shape: tuple[int, ...]) -> NDArray[Any]:
    """Read-only; of a large file single pages are read, of a smaller one their neighbours too, most of it anyhow."""
    expected = int(np.prod(shape)) * np.dtype(kind).itemsize
    try:
        found = path.stat().st_size
        if found != expected:
            raise _damaged(path, f"it has {found} bytes, not {expected}")
        if not expected:
            return _read_only(np.zeros(shape, kind))
        with path.open("rb") as file:
            mapped = mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ)
    except OSError as error:
        raise _damaged(path, (error.strerror or str(error)).lower()) from error
    if expected > READ_AHEAD:
        mapped.madvise(mmap.MADV_RANDOM)
    return np.frombuffer(mapped, kind).reshape(shape)


def _read_only(array: NDArray[Any]) -> NDArray[Any]:
    array.flags.writeable = False
    return array


def _damaged(path: Path, why: str) -> DataError:
    return DataError(
        f"the index is damaged: {why}", where=str(path), hint="remove the folder and scan its corpora anew"
    )


@contextmanager
def written(path: Path) -> Iterator[IO[bytes]]:
    """A file to append to, on disk when the block ends. Raises MachineError."""
    with machine_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())


def write_array(path: Path, array: NDArray[Any]) -> None:
    """All of its bytes."""
    with written(path) as file:
        file.write(np.ascontiguousarray(array).data)


def write_documents(folder: Path, tables: Sequence[pa.Table]) -> None:
    """Id and source of every row, table after table."""
    with written(folder / DOCUMENT_FILE) as file, pa.ipc.new_file(file, DOCUMENTS) as writer:
        for table in tables:
            writer.write_table(table.cast(DOCUMENTS), max_chunksize=BATCH)


def sorted_keys(hashes: NDArray[np.uint32], rows: NDArray[np.int64]) -> NDArray[np.uint64]:
    """Keys uint64, ascending: 32 bits of hash over 32 bits of row."""
    keys: NDArray[np.uint64] = (hashes.astype(np.uint64) << np.uint64(32)) | rows.astype(np.uint64)
    keys.sort()
    return keys


def print_hashes(prints: NDArray[np.uint64]) -> NDArray[np.uint32]:
    """Sort key of `equal`: the upper half of the first 64 bits of the fingerprints uint64[n, 2]."""
    return (prints[:, 0] >> np.uint64(32)).astype(np.uint32)
