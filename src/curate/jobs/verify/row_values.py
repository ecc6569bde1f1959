"""The written rows of a mix beside the rows of its inputs that they were: value for value, in every column."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from curate.corpus.conversions import in_json_forms
from curate.corpus.files import find_files
from curate.corpus.layouts import Layout
from curate.corpus.line_blocks import line_blocks
from curate.corpus.originals import line_rows, table_rows
from curate.corpus.values import Prints, Row, json_prints, json_rows, raw_prints, table_prints, unlike_columns
from curate.corpus.values import table_rows as values_of
from curate.jobs.run.annotate import ShardTask
from curate.jobs.run.columns import numbers
from curate.jobs.scan.corpus import Corpus
from curate.jobs.verify.row_columns import layout_of
from curate.kernels.sorting import order_by
from curate.mixing.certificate import Certificate
from curate.mixing.recheck import Finding
from curate.schema import Columns

_BATCH_ROWS = 1000
Rows = NDArray[np.int64]
Piece: TypeAlias = "pa.RecordBatch | list[bytes]"  # rows of a table, or lines


@dataclass(frozen=True, slots=True)
class _Reading:
    """How rows are told: `raw` lines as they stand (rows of tables then tell nothing), or what they say.

    `is_lines`: the mix is lines of JSON, in which a null and a missing key are two things.
    """

    is_lines: bool
    raw: bool = False

    def prints(self, piece: Piece, *, given: bool) -> Prints:
        """uint64[n, 2] of what the rows say. `given`: they are of the inputs."""
        if isinstance(piece, list):
            return raw_prints(piece) if self.raw else json_prints(piece, nulls=self.is_lines)
        if self.raw:
            return np.zeros((len(piece), 2), np.uint64)
        return table_prints(piece, as_lines=given and self.is_lines, nulls=self.is_lines)

    def rows(self, piece: Piece, *, given: bool) -> Iterator[Row]:
        """The same as values."""
        return json_rows(piece) if isinstance(piece, list) else values_of(piece, as_lines=given and self.is_lines)


def values_again(certificate: Certificate, folder: Path, found: Corpus, order: Rows) -> list[Finding]:
    """A finding where written rows say something else than their inputs, with the first of them and its columns.

    order: int64[n], the documents in the order in which they were written.
    """
    is_lines = not all(output.name.endswith(".parquet") for output in certificate.outputs)
    if sum(output.documents for output in certificate.outputs) != len(order):
        return []  # another number of documents is a finding already
    files = [folder / output.name for output in certificate.outputs]
    layout = layout_of(certificate, found, "jsonl" if is_lines else "parquet")
    longest = _longest(found)
    unlike = np.arange(len(order))
    for reading in (*([_Reading(is_lines, raw=True)] if is_lines else []), _Reading(is_lines)):
        written = _written(files, unlike, reading, longest)
        if len(written) != len(unlike):
            return [Finding("values", len(unlike), f"{len(written)} rows that can be read")]
        unlike = unlike[(written != _given(found, order[unlike], reading, layout)).any(axis=1)]
    if not len(unlike):
        return []
    first, document, reading = int(unlike[0]), int(order[unlike[0]]), _Reading(is_lines)
    columns = _columns(files, found, first, document, reading, layout)
    where = f"first {_place(certificate, first)}, from {_origin(found, document)}{columns}"
    return [Finding("values", f"{len(order):,} rows as they were read", f"{len(unlike):,} that are not; {where}")]


def _written(files: list[Path], chosen: Rows, reading: _Reading, longest: int) -> Prints:
    """Hashes of the chosen rows of the mix, by their rank in it, ascending."""
    found = [np.zeros((0, 2), np.uint64)]
    start = 0
    for piece in (piece for file in files for piece in _pieces_of(file, longest)):
        first, last = np.searchsorted(chosen, (start, start + len(piece)))
        if first < last:
            found.append(reading.prints(_take(piece, chosen[first:last] - start), given=False))
        start += len(piece)
    return np.concatenate(found)


def _take(piece: Piece, rows: Rows) -> Piece:
    if len(rows) == len(piece):
        return piece
    return [piece[row] for row in rows.tolist()] if isinstance(piece, list) else piece.take(pa.array(rows))


def _pieces_of(file: Path, longest: int) -> Iterator[Piece]:
    if file.suffix == ".parquet":
        with pq.ParquetFile(file) as table:
            yield from table.iter_batches(_BATCH_ROWS)
        return
    for shard in find_files([str(file)])[0][0].shards:
        for block in line_blocks(shard, longest=longest):
            yield [block.line(index) for index in range(len(block.rows))]


def _given(found: Corpus, order: Rows, reading: _Reading, layout: Layout) -> Prints:
    """Hashes of these documents of the inputs, uint64[n, 2], in this order."""
    given = np.zeros((len(order), 2), np.uint64)
    ranks = order_by(order, np.arange(len(order)))
    chosen = order[ranks]  # ascending, a row as often as it is written
    rows = numbers(found.documents, "row").astype(np.int64)
    start = 0
    for task in found.tasks:
        end = start + task.documents()
        first, last = np.searchsorted(chosen, (start, end))
        wanted, places = rows[chosen[first:last]], ranks[first:last]
        if len(wanted):
            for piece, here in _pieces_at(task, np.unique(wanted), layout):
                said = reading.prints(piece, given=True)
                low, high = np.searchsorted(wanted, [here[0], here[-1] + 1])
                given[places[low:high]] = said[np.searchsorted(here, wanted[low:high])]
        start = end
    return given


def _pieces_at(task: ShardTask, rows: Rows, layout: Layout) -> Iterator[tuple[Piece, Rows]]:
    """Of the columns that are written; those that are written as JSON text in the form that they have there."""
    shard = task.shard
    if not shard.is_table:
        yield from line_rows(shard, rows, task.columns.longest, layout.dropped)
        return
    for batch, here in table_rows(shard, rows, layout.dropped):
        yield in_json_forms(batch, layout.columns), here


def _columns(files: list[Path], found: Corpus, rank: int, document: int, reading: _Reading, layout: Layout) -> str:
    """In which columns a written row and its input differ; "" where that is not known."""
    longest = _longest(found)
    start = 0
    for piece in (piece for file in files for piece in _pieces_of(file, longest)):
        if rank < start + len(piece):
            written = next(iter(reading.rows(_take(piece, np.array([rank - start])), given=False)))
            break
        start += len(piece)
    task, row = _place_of(found, document)
    for piece, _ in _pieces_at(task, np.array([row]), layout):
        names = unlike_columns(written, next(iter(reading.rows(piece, given=True))))
        return f", column {', '.join(map(repr, names[:3]))}" if names else ""
    return ""


def _longest(found: Corpus) -> int:
    return max((task.columns.longest for task in found.tasks), default=Columns().longest)


def _place(certificate: Certificate, rank: int) -> str:
    for output in certificate.outputs:
        if rank < output.documents:
            return f"{output.name} row {rank}"
        rank -= output.documents
    return f"row {rank}"


def _origin(found: Corpus, document: int) -> str:
    task, row = _place_of(found, document)
    return f"{task.shard.name} row {row}"


def _place_of(found: Corpus, document: int) -> tuple[ShardTask, int]:
    """The file and row of a document."""
    row = int(numbers(found.documents, "row")[document])
    for task in found.tasks:
        if document < task.documents():
            return task, row
        document -= task.documents()
    raise AssertionError("a document of no file")
