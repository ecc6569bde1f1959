"""Texts that must not be trained on, as files name them: the runs of words to look for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from curate.corpus.columns import NOTHING_SETTLED, settle_files
from curate.corpus.files import DataFile, NothingRead, find_files
from curate.corpus.read import read_documents
from curate.corpus.remote.hidden import hide, revealed
from curate.errors import DataError, UsageError
from curate.jobs.run.prefetch import BATCH_BYTES
from curate.jobs.run.progress import Job, Progress
from curate.measuring.batch import Batch
from curate.mixing.overlap import RUN, Overlap, counted_tokens, runs_of
from curate.schema import Columns, Quarantined, Shard

OPTION = "--exclude"
_NO_COLUMN = re.compile("[/&=]")  # but a part of an address
_COLUMN = "name the column of its text: FILE:COLUMN, or FILE:question+answer"
TEXTS_OF_A_RUN = 50  # that are named for it: a question that a thousand rows share would take a thousand times as much

Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class ExcludedFile:
    """A file of texts to exclude: its text column, rows read, those too short to be found, and rows unreadable."""

    name: str
    column: str
    rows: int
    short: int
    unreadable: int
    first_unreadable: str = ""  # row and reason


@dataclass(frozen=True, slots=True, eq=False)
class ExcludedTexts:
    """Runs of words to look for. Texts of each of r runs: from start int64[r + 1] on file, row and place.

    cut: of each run, whether more than TEXTS_OF_A_RUN texts have it, of which the others are left out.
    """

    overlap: Overlap
    files: tuple[ExcludedFile, ...]
    data: tuple[tuple[DataFile, Columns], ...]
    start: Numbers
    file: Numbers
    row: Numbers
    place: Numbers
    cut: NDArray[np.bool_]

    @property
    def fingerprints(self) -> tuple[str, ...]:
        """Name and content of each file."""
        return tuple(f"{file.name} {file.fingerprint}" for file, _ in self.data)


def read_excluded(paths: tuple[str, ...]) -> Job[ExcludedTexts | None]:
    """Read the texts to exclude, None without paths; a path may end in :COLUMN or :COLUMN+COLUMN.

    Raises DataError for a file that cannot be read: text thought to be excluded would pass.
    """
    if not paths:
        return None
    yield Progress("reading what is excluded")
    data = tuple(one for path in paths for one in _settled(*_split(path)))
    read = [_read(file, columns) for file, columns in data]
    keys, rows, places = (np.concatenate([part[n] for _, part in read]) for n in range(3))
    if not len(keys):
        raise UsageError(f"no text of {RUN} tokens or more stands in these files", where=OPTION, hint=" ".join(paths))
    files = np.repeat(np.arange(len(read)), [len(part[0]) for _, part in read])
    order, cut = _by_run(keys, files, rows)
    single, start = np.unique(keys[order], return_index=True)
    start = np.append(start, len(order))
    told = tuple(file for file, _ in read)
    return ExcludedTexts(Overlap.of_keys(single), told, data, start, files[order], rows[order], places[order], cut)


def _by_run(keys: NDArray[np.uint64], files: Numbers, rows: Numbers) -> tuple[Numbers, NDArray[np.bool_]]:
    """The places of runs int64[k], sorted by run, each text once a run, and at most TEXTS_OF_A_RUN texts of one.

    And of each run whether it has more.
    """
    order = np.argsort(keys, kind="stable")
    before = np.roll(order, 1)
    again = (keys[order] == keys[before]) & (files[order] == files[before]) & (rows[order] == rows[before])
    again[0] = False
    order = order[~again]
    _, start, size = np.unique(keys[order], return_index=True, return_counts=True)
    some: Numbers = order[np.arange(len(order)) - np.repeat(start, size) < TEXTS_OF_A_RUN]
    return some, size > TEXTS_OF_A_RUN


def _split(path: str) -> tuple[str, Columns]:
    place, colon, column = revealed(path).rpartition(":")  # the column may stand behind a signature
    if not colon or Path(path).exists() or _NO_COLUMN.search(column):
        return path, Columns()
    return hide(place), Columns(text=column)


def _settled(path: str, columns: Columns) -> list[tuple[DataFile, Columns]]:
    try:
        files, bad = find_files([path])
        found = settle_files(files, columns)
    except NothingRead as error:
        found, bad = NOTHING_SETTLED, list(error.quarantined)
    for one in (*bad, *found.without):
        reason = one.reason.replace("; name one: --text-column NAME", "")
        raise DataError(reason, where=f"{OPTION} {one.path}", hint=_COLUMN)
    return list(found.settled)


def _read(file: DataFile, columns: Columns) -> tuple[ExcludedFile, tuple[NDArray[np.uint64], Numbers, Numbers]]:
    """Figures of the file; key, row and place of its runs."""
    none = np.zeros(0, np.int64)
    keys, rows, places = [np.zeros(0, np.uint64)], [none], [none]
    count = short = bad = 0
    reason = ""
    for batch in documents_of(file.shards, columns):
        if isinstance(batch, Quarantined):
            bad += not batch.kept
            reason = reason or ("" if batch.kept else f"row {batch.row}: {batch.reason}")
            continue
        whole = Batch(batch)
        runs = runs_of(whole)
        count += len(whole)
        short += int((counted_tokens(whole) < RUN).sum())
        keys.append(runs.key.copy())
        rows.append(np.asarray(batch.column("row"))[runs.document])
        places.append(runs.place)
    if bad > count:
        lost = f"{bad:,} of {bad + count:,} rows cannot be read: {reason}"
        raise DataError(lost, where=f"{OPTION} {file.name}", hint=_COLUMN)
    told = ExcludedFile(file.name, columns.text, count, short, bad, reason)
    return told, (np.concatenate(keys), np.concatenate(rows), np.concatenate(places))


def documents_of(
    shards: tuple[Shard, ...], columns: Columns, rows: Numbers | None = None
) -> Iterator[pa.RecordBatch | Quarantined]:
    for shard in shards:
        yield from read_documents(shard, columns, rows=rows, block_bytes=BATCH_BYTES)
