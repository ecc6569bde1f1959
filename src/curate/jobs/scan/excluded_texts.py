"""Texts that must not be trained on, as files name them: what to look for, and what of it a corpus holds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from math import ceil
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from curate.corpus.columns import NOTHING_SETTLED, settle_files
from curate.corpus.files import DataFile, NothingRead, find_files
from curate.corpus.read import read_documents
from curate.errors import DataError, UsageError
from curate.jobs.run.prefetch import BATCH_BYTES
from curate.jobs.run.progress import Job, Progress
from curate.measuring.batch import Batch
from curate.mixing.overlap import RUN, Overlap, Shared, counted_tokens, runs_of, shared_of, texts_of_runs
from curate.schema import Columns, Quarantined, Shard

OPTION = "--exclude"
_COLUMN = "name the column of its text: FILE:COLUMN, or FILE:question+answer"
COMMON_SHARE, COMMON_LEAST = 1000, 10  # a run is common in one document in a thousand, and in ten at least
SHOWN = 5  # excluded texts found in most documents
TEXTS_AT_A_TIME = 512
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


@dataclass(frozen=True, slots=True)
class FoundText:
    """An excluded text that documents hold: run, the shared run that most of them have, as it stands in the text."""

    file: str
    row: int
    documents: int
    only_common: int
    run: str
    run_documents: int


@dataclass(frozen=True, slots=True, eq=False)
class Excluded:
    """Excluded texts found in a corpus.

    table: excluded.parquet, a row a document and text. names: of each document of the corpus the file and row of the
    first text found in it, null for none. only_common: documents that share nothing but runs which `common` documents
    of the corpus have or more, near-duplicates counted once. texts_at_least: some that have the same words are left out
    of `texts`. found: the SHOWN texts that most documents hold.
    """

    files: tuple[ExcludedFile, ...]
    table: pa.Table
    names: pa.Array
    texts: int
    texts_at_least: bool
    documents: int
    only_common: int
    common: int
    found: tuple[FoundText, ...]

    def to_json(self) -> dict[str, object]:
        """The figures."""
        return {
            "files": [asdict(file) for file in self.files], "texts": self.texts,
            "texts_at_least": self.texts_at_least, "documents": self.documents, "only_common": self.only_common,
            "common": self.common, "found": [asdict(one) for one in self.found],
        }  # fmt: skip


def excluding_nothing(found: Excluded | None) -> tuple[str, ...]:
    """Files of which no text is long enough, a sentence each."""
    files = found.files if found else ()
    nothing = f"no text in it has {RUN} words in a row"
    return tuple(f"{OPTION} {file.name}: {nothing}" for file in files if file.short == file.rows)


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
    place, colon, column = path.rpartition(":")
    if not colon or Path(path).exists() or "/" in column:
        return path, Columns()
    return place, Columns(text=column)


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
    count = short = 0
    bad: list[Quarantined] = []
    for batch in _documents(file.shards, columns):
        if isinstance(batch, Quarantined):
            bad += [] if batch.kept else [batch]
            continue
        whole = Batch(batch)
        runs = runs_of(whole)
        count += len(whole)
        short += int((counted_tokens(whole) < RUN).sum())
        keys.append(runs.key.copy())
        rows.append(np.asarray(batch.column("row"))[runs.document])
        places.append(runs.place)
    reason = f"row {bad[0].row}: {bad[0].reason}" if bad else ""
    if len(bad) > count:
        lost = f"{len(bad):,} of {len(bad) + count:,} rows cannot be read: {reason}"
        raise DataError(lost, where=f"{OPTION} {file.name}", hint=_COLUMN)
    told = ExcludedFile(file.name, columns.text, count, short, len(bad), reason)
    return told, (np.concatenate(keys), np.concatenate(rows), np.concatenate(places))


def _documents(
    shards: tuple[Shard, ...], columns: Columns, rows: Numbers | None = None
) -> Iterator[pa.RecordBatch | Quarantined]:
    for shard in shards:
        yield from read_documents(shard, columns, rows=rows, block_bytes=BATCH_BYTES)


def what_is_found(texts: ExcludedTexts, runs: pa.ChunkedArray, documents: pa.Table, unit: Numbers) -> Excluded:
    """From column excluded_runs; unit int64[n]: the representative of each document's near-duplicates."""
    lists = runs.combine_chunks()
    document, known = np.asarray(lists.value_parent_indices()), np.asarray(lists.flatten()).astype(np.int64)
    is_cut = bool(texts.cut[known].any())
    document, run = _of_each_text(texts.start, document, known)
    rows, text_of = np.unique(np.stack([texts.file, texts.row], axis=1), axis=0, return_inverse=True)
    text_of = text_of.reshape(-1)
    common = max(COMMON_LEAST, ceil(documents.num_rows / COMMON_SHARE))
    shared = shared_of(document, run, text_of, unit)
    only_common = shared.least >= common
    table = _table(texts, rows, shared, only_common, documents)
    rare = np.unique(shared.document[~only_common])
    held = np.unique(shared.document)
    return Excluded(
        files=texts.files,
        table=table,
        names=_first(texts, document, run, documents.num_rows),
        texts=len(np.unique(shared.text)),
        texts_at_least=is_cut,
        documents=len(held),
        only_common=len(held) - len(rare),
        common=common,
        found=_found(table),
    )


def _of_each_text(start: Numbers, document: Numbers, run: Numbers) -> tuple[Numbers, Numbers]:
    """Runs in documents once for each text that has them; a run is then its place in that text."""
    size = np.diff(start)[run]
    first = np.repeat(np.cumsum(size) - size, size)
    return np.repeat(document, size), np.repeat(start[run], size) + np.arange(size.sum()) - first


def _table(
    texts: ExcludedTexts, rows: Numbers, shared: Shared, only_common: NDArray[np.bool_], documents: pa.Table
) -> pa.Table:
    """excluded.parquet; rows int64[t, 2]: file and row of each text."""
    places = documents.select(["id", "path", "row"]).take(pa.array(shared.document))
    columns = {
        "excluded_file": pa.array([file.name for file, _ in texts.data]).take(pa.array(rows[shared.text, 0])),
        "excluded_row": rows[shared.text, 1],
        "shared_runs": shared.shared,
        "run": _words(texts, shared.commonest),
        "run_documents": shared.most,
        "only_common": only_common,
    }
    table = pa.table({**{name: places.column(name) for name in places.column_names}, **columns})
    return table.sort_by([(name, "ascending") for name in ("path", "row", "excluded_file", "excluded_row")])


def _first(texts: ExcludedTexts, document: Numbers, run: Numbers, count: int) -> pa.Array:
    held, at = np.unique(document, return_index=True)
    first = np.full(count, -1, np.int64)
    first[held] = run[at]
    none = first < 0
    names = pa.array([file.name for file, _ in texts.data]).take(pa.array(texts.file[first], mask=none))
    rows = pa.array(texts.row[first], mask=none).cast(pa.string())
    return pa.compute.binary_join_element_wise(names, rows, "#")


def _words(texts: ExcludedTexts, runs: Numbers) -> pa.Array:
    """The runs as they stand in the excluded texts, which are read once more for it."""
    wanted, of = np.unique(runs, return_inverse=True)
    words: list[str] = [""] * len(wanted)
    for number, (file, columns) in enumerate(texts.data):
        here = np.flatnonzero(texts.file[wanted] == number)
        rows = np.unique(texts.row[wanted[here]])
        said: dict[int, str] = {}
        for batch in _documents(file.shards, columns, rows) if len(rows) else ():
            if not isinstance(batch, Quarantined):
                said |= zip(batch.column("row").to_pylist(), batch.column("text").to_pylist(), strict=True)
        for begin in range(0, len(here), TEXTS_AT_A_TIME):
            some = here[begin : begin + TEXTS_AT_A_TIME]
            their = [said.get(int(row), "") for row in texts.row[wanted[some]]]
            for at, one in zip(some, texts_of_runs(their, texts.place[wanted[some]]), strict=True):
                words[at] = one
    return pa.array(words, pa.string()).take(pa.array(of.reshape(-1)))


def _found(table: pa.Table) -> tuple[FoundText, ...]:
    """The texts that most documents hold, ties by file and row."""
    text = ["excluded_file", "excluded_row"]
    order = [("run_documents", "descending"), ("run", "ascending"), *((name, "ascending") for name in text)]
    sums = [([], "count_all"), ("only_common", "sum"), ("run", "first"), ("run_documents", "first")]
    grouped = table.sort_by(order).group_by(text, use_threads=False).aggregate(sums)
    best = grouped.sort_by([("count_all", "descending"), *((name, "ascending") for name in text)]).slice(0, SHOWN)
    return tuple(
        FoundText(
            row["excluded_file"], row["excluded_row"], row["count_all"], row["only_common_sum"] or 0, row["run_first"],
            row["run_documents_first"],
        )
        for row in best.to_pylist()
    )  # fmt: skip
