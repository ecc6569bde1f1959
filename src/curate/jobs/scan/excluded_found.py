"""Documents of a corpus that hold runs of words of excluded texts, and which texts these are."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from math import ceil

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from curate.amounts import counted
from curate.jobs.scan.excluded_texts import OPTION, ExcludedFile, ExcludedTexts, documents_of
from curate.mixing.overlap import RUN, Shared, shared_of, texts_of_runs
from curate.schema import Quarantined

COMMON_SHARE, COMMON_LEAST = 1000, 10  # a run is common in one document in a thousand, and in ten at least
SHOWN = 5  # excluded texts found in most documents
TEXTS_AT_A_TIME = 512
_QUOTED = 60  # characters of the words that documents share
Numbers = NDArray[np.int64]


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


def commonest_text(found: Excluded) -> str:
    """The text that most documents hold, and by what words; "" where none is held."""
    if not found.found:
        return ""
    first = found.found[0]
    where = f"row {first.row} of {first.file}"
    return f"{counted(first.documents, 'document')} share words with {where}, such as {first.run[:_QUOTED]!r}"


def what_is_found(texts: ExcludedTexts, runs: pa.ChunkedArray, documents: pa.Table, unit: Numbers) -> Excluded:
    """Collect the excluded texts found, from column excluded_runs.

    unit int64[n]: the representative of each document's near-duplicates.
    """
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
        for batch in documents_of(file.shards, columns, rows) if len(rows) else ():
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
