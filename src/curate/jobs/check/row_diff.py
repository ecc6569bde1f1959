"""Which rows of changed files are new: rows are told apart by what they say, never by where they stand."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from curate.corpus.files import DataFile
from curate.corpus.sound_rows import Stretch
from curate.corpus.stretches import read_stretches
from curate.engines.local import local_engine
from curate.kernels.buffers import text_buffers
from curate.kernels.hashing import fingerprints, mix_each
from curate.measuring.matching import Prints, gone_and_new
from curate.schema import Columns, Quarantined, Shard


@dataclass(frozen=True, slots=True, eq=False)
class FileRows:
    """rows int64[n], ascending; prints uint64[n, 2] of what each says; bad bool[n]: it cannot be read."""

    rows: NDArray[np.int64]
    prints: Prints
    bad: NDArray[np.bool_]

    def only(self, which: NDArray[np.bool_]) -> FileRows:
        """The rows for which bool[n] holds."""
        return FileRows(self.rows[which], self.prints[which], self.bad[which])


NO_ROWS = FileRows(np.zeros(0, np.int64), np.zeros((0, 2), np.uint64), np.zeros(0, np.bool_))


def rows_of(files: Sequence[tuple[DataFile, Columns]], workers: int) -> list[FileRows]:
    """Every row of the files; 25 bytes a row are kept, and no text.

    A row says its text and what it declares of itself (label, date, source where a column is, what rules of evidence
    read). Its id is no part of that, nor are line ends, a byte order mark, the order of keys and the file's format.
    """
    shards = [(number, shard, columns) for number, (file, columns) in enumerate(files) for shard in file.shards]
    found: list[list[FileRows]] = [[] for _ in files]
    for (number, _, _), part in zip(shards, local_engine(workers).map(_shard_rows, shards), strict=True):
        found[number].append(part)
    return [_joined(parts) for parts in found]


def without_moved(
    before: Mapping[str, FileRows], after: Mapping[str, FileRows]
) -> tuple[dict[str, FileRows], dict[str, FileRows]]:
    """Rows of several files without those that stand in another file on the other side."""
    sides = [before, after]
    prints = [np.concatenate([NO_ROWS.prints, *(side[name].prints for name in sorted(side))]) for side in sides]
    left: list[dict[str, FileRows]] = []
    for side, alone in zip(sides, gone_and_new(*prints), strict=True):
        ends = np.cumsum([len(side[name].rows) for name in sorted(side)])[:-1]
        left.append(
            {name: side[name].only(own) for name, own in zip(sorted(side), np.split(alone, ends), strict=bool(side))}
        )
    return left[0], left[1]


def _shard_rows(item: tuple[int, Shard, Columns]) -> FileRows:
    _, shard, columns = item
    parts = [NO_ROWS]
    for piece in read_stretches(shard, columns):
        bad = [piece] if isinstance(piece, Quarantined) else piece.bad
        bad = [one for one in bad if not one.kept]
        parts.append(_unreadable(bad))
        if isinstance(piece, Stretch) and len(piece.rows):
            parts.append(FileRows(piece.rows, _said(piece, columns), np.zeros(len(piece.rows), np.bool_)))
    return _joined(parts)


def _unreadable(bad: Sequence[Quarantined]) -> FileRows:
    """Return unreadable rows, each with the hash of its reason in place of the hash of its values."""
    digests = b"".join(hashlib.blake2b(item.reason.encode(), digest_size=16).digest() for item in bad)
    prints = np.frombuffer(digests, np.uint64).reshape(-1, 2)
    return FileRows(np.array([item.row or 0 for item in bad], np.int64), prints, np.ones(len(bad), np.bool_))


def _said(stretch: Stretch, columns: Columns) -> Prints:
    """Of the text, and of each value in its place: a label is not taken for a date."""
    prints = _prints(stretch.text)
    roles = (columns.label, columns.date, columns.source, *columns.extra)
    for place, setting in enumerate(roles, start=1):
        if setting and stretch.values[setting].null_count < len(stretch.rows):
            value = _prints(pc.fill_null(stretch.values[setting], "").cast(pa.large_string()))
            prints = mix_each(prints + np.uint64(2 * place + 1) * mix_each(value))
    return prints


def _prints(text: pa.LargeStringArray) -> Prints:
    out = np.empty((len(text), 2), np.uint64)
    fingerprints(*text_buffers(text), out)
    return out


def _joined(parts: Sequence[FileRows]) -> FileRows:
    rows = np.concatenate([part.rows for part in parts])
    order = np.argsort(rows, kind="stable")
    prints, bad = (np.concatenate([getattr(part, name) for part in parts])[order] for name in ("prints", "bad"))
    return FileRows(rows[order], prints, bad)
