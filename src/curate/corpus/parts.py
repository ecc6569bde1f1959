"""Rows in a given order as files of a given size, whatever the order they come in, with bounded memory.

Rows wait on disk in one spool file a part, sorted by rank inside every piece, so that a row group of a part is a slice
of each piece: no part lies in memory whole, and what is written does not depend on how the rows were cut into pieces.
"""

from __future__ import annotations

import mmap
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import pairwise
from pathlib import Path
from threading import Lock
from typing import Any, NamedTuple, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from curate.corpus.conversions import conformed
from curate.corpus.held_bytes import content_bytes, held_bytes
from curate.corpus.write import ROW_GROUP_BYTES, atomic_path, machine_errors
from curate.errors import CurateError

PIECE_BYTES = 16 << 20
_RANK = pa.field("", pa.int64())  # always the last column, and found by that: a user's may have any name
Ranked = tuple[pa.Table, NDArray[np.int64]]
Seen = TypeVar("Seen")
Forget = Callable[[], object]
Each = Callable[[Callable[[Any], Any], Iterable[Any]], Iterable[Any]]


def write_parts(
    folder: Path,
    sources: Iterable[Iterable[Ranked]],
    part_ends: Sequence[int],
    schema: pa.Schema,
    form: str = "parquet",
    each: Each = map,
    *,
    look: Callable[[Path], Seen],
) -> Iterator[tuple[Path, Seen]]:
    """Write rows in the order of their ranks to folder/part-00000.FORM and so on; part i ends before part_ends[i].

    The sources have the columns of `schema` as `spool_schema` has them; for lines of JSON both are `LINES`.

    The arrays are each row's rank, 0 to n - 1, each once, in any order. `each` says how many sources are read and how
    many parts written at a time. Parts come in order, each when it is whole and `look` was had at it. Raises
    MachineError.
    """
    with machine_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".spool-", dir=folder) as place:
            spool = _Spool(Path(place), np.asarray(part_ends, np.int64))
            for _ in each(spool.fill, sources):
                pass
            sizes, turn = np.diff([0, *part_ends]), Lock()

            def written(index: int) -> tuple[Path, Seen]:
                path = folder / f"part-{index:05d}.{form}"
                with spool.part(index) as (pieces, forget):
                    _write_part(path, pieces, schema, int(sizes[index]), _Turn(turn, forget))
                return path, look(path)

            yield from each(written, range(len(part_ends)))


class _Spool:
    """One file a part; each piece is a stream of its own: a thousand parts do not need a thousand open files."""

    def __init__(self, folder: Path, ends: NDArray[np.int64]) -> None:
        self.folder, self.ends = folder, ends
        self.locks = [Lock() for _ in ends]

    def _path(self, index: int) -> Path:
        return self.folder / f"{index:05d}.arrow"

    def fill(self, source: Iterable[Ranked]) -> None:
        """All rows of a source, some PIECE_BYTES at a time."""
        held: list[Ranked] = []
        size = 0
        for table, ranks in source:
            held.append((table, ranks))
            size += held_bytes(table)
            if size >= PIECE_BYTES:
                self._add(held)
                held, size = [], 0
        if held:
            self._add(held)

    def _add(self, held: list[Ranked]) -> None:
        ranks = np.concatenate([ranks for _, ranks in held])
        order = np.argsort(ranks)
        table = pa.concat_tables([table for table, _ in held]).take(pa.array(order))
        ranked = table.append_column(_RANK, pa.array(ranks[order], pa.int64()))
        cuts = np.searchsorted(ranks[order], self.ends)
        for index, (start, stop) in enumerate(pairwise([0, *cuts.tolist()])):
            if stop > start:
                self._append(index, ranked.slice(start, stop - start))

    def _append(self, index: int, piece: pa.Table) -> None:
        with self.locks[index], self._path(index).open("ab") as sink, pa.ipc.new_stream(sink, piece.schema) as writer:
            writer.write_table(piece)

    @contextmanager
    def part(self, index: int) -> Iterator[tuple[list[pa.RecordBatch], Forget]]:
        """Its pieces, for as long as they are needed, and how to let go of the pages that were read of them."""
        path, pieces = self._path(index), list[pa.RecordBatch]()
        if path.exists():
            with path.open("rb") as stream:
                mapped = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
            source = pa.BufferReader(pa.py_buffer(mapped))
            while source.tell() < source.size():
                pieces += pa.ipc.open_stream(source).read_all().to_batches()
            yield pieces, partial(mapped.madvise, mmap.MADV_DONTNEED)
            path.unlink()
        else:
            yield pieces, lambda: None


class _Turn(NamedTuple):
    """Row groups are copied out of mapped pieces one at a time, and their pages let go of: they count as memory."""

    lock: Lock
    forget: Forget

    def copied(self, groups: Iterator[pa.Table]) -> Iterator[pa.Table]:
        """The same, each when its pages are gone."""
        while True:
            with self.lock:
                group = next(groups, None)
                self.forget()
            if group is None:
                return
            yield group


def _write_part(path: Path, pieces: list[pa.RecordBatch], schema: pa.Schema, rows: int, turn: _Turn) -> None:
    if sum(piece.num_rows for piece in pieces) != rows:
        raise CurateError("rows were lost on the way", where=str(path), hint="please report this")
    size = sum(content_bytes(column) for piece in pieces for column in piece.columns[:-1])
    groups = turn.copied(_groups(pieces, schema, max(1, ROW_GROUP_BYTES * rows // max(size, 1))))
    with atomic_path(path, sweep=False) as temporary:
        if path.suffix == ".parquet":
            with (
                pa.OSFile(os.fsencode(temporary), "wb") as sink,  # Arrow takes a path such as a:/b for an address
                pq.ParquetWriter(sink, schema, compression="zstd", compression_level=1) as writer,
            ):
                for group in groups:
                    writer.write_table(group)
        else:
            packed = "zstd" if path.suffix == ".zst" else None
            with pa.output_stream(str(temporary), compression=packed) as sink:
                for group in groups:
                    for line in group.column(0).to_pylist():
                        sink.write(line)
                        sink.write(b"\n")


def _groups(pieces: list[pa.RecordBatch], schema: pa.Schema, rows: int) -> Iterator[pa.Table]:
    """So many rows at a time, in order; each piece is in order already."""
    ranks = [piece.column(len(schema)).to_numpy() for piece in pieces]
    first = min((int(one[0]) for one in ranks), default=0)
    total = sum(len(one) for one in ranks)
    edges = np.append(np.arange(first, first + total, rows), first + total)
    cuts = [np.searchsorted(one, edges) for one in ranks]
    for group in range(len(edges) - 1):
        spans = [(piece, cut[group], cut[group + 1]) for piece, cut in zip(pieces, cuts, strict=True)]
        some = [piece.slice(start, stop - start) for piece, start, stop in spans if stop > start]
        whole = pa.Table.from_batches(some)
        order = np.argsort(whole.column(len(schema)).to_numpy())
        yield _in_types(whole.select(range(len(schema))).take(pa.array(order)), schema)


def _in_types(rows: pa.Table, schema: pa.Schema) -> pa.Table:
    """In those that they are written in."""
    pairs = zip(rows.columns, schema.types, strict=True)
    columns = [
        column if column.type.equals(type) else pa.chunked_array([conformed(one, type) for one in column.chunks], type)
        for column, type in pairs
    ]
    return pa.table(columns, schema=schema)
