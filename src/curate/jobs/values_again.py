"""The written rows of a mix beside the rows of its inputs that they were: value for value, in every column."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
from numpy.typing import NDArray

from curate.corpus.files import find_files
from curate.corpus.line_blocks import line_blocks
from curate.corpus.originals import line_rows, table_rows
from curate.corpus.values import Row, json_rows, prints
from curate.corpus.values import table_rows as values_of
from curate.jobs.grouped import Grouped
from curate.jobs.load import numbers
from curate.kernels.sorting import order_by
from curate.mixing.certificate import Certificate
from curate.mixing.recheck import Finding
from curate.schema import Shard

_BATCH_ROWS = 1000
_NONE = np.zeros((0, 2), np.uint64)


def values_again(certificate: Certificate, folder: Path, found: Grouped, order: NDArray[np.int64]) -> list[Finding]:
    """A finding where written rows say something else than their inputs, with the first of them.

    order: int64[n], the documents in the order in which they were written.
    """
    is_lines = not all(output.name.endswith(".parquet") for output in certificate.outputs)
    files = [folder / output.name for output in certificate.outputs]
    written = np.concatenate([_NONE, *(prints(rows, nulls=is_lines) for file in files for rows in _rows_of(file))])
    if len(written) != len(order):
        return []  # another number of documents is a finding already
    unlike = np.flatnonzero((written != _given(found, order, is_lines=is_lines)).any(axis=1))
    if not len(unlike):
        return []
    where = f"first {_place(certificate, int(unlike[0]))}, from {_origin(found, int(order[unlike[0]]))}"
    return [Finding("values", f"{len(order):,} rows as they were read", f"{len(unlike):,} that are not; {where}")]


def _rows_of(file: Path) -> Iterator[Iterator[Row]]:
    if file.suffix == ".parquet":
        with pq.ParquetFile(file) as table:
            yield from map(values_of, table.iter_batches(_BATCH_ROWS))
        return
    for shard in find_files([str(file)])[0][0].shards:
        for block in line_blocks(shard):
            yield json_rows([block.line(index) for index in range(len(block.rows))])


def _given(found: Grouped, order: NDArray[np.int64], *, is_lines: bool) -> NDArray[np.uint64]:
    """What the chosen rows of the inputs say, uint64[n, 2], in the order of the mix."""
    given = np.zeros((len(order), 2), np.uint64)
    ranks = order_by(order, np.arange(len(order)))
    chosen = order[ranks]  # ascending, a row as often as it is written
    rows = numbers(found.documents, "row").astype(np.int64)
    start = 0
    for task in found.tasks:
        end = start + task.documents()
        first, last = np.searchsorted(chosen, (start, end))
        wanted, places = rows[chosen[first:last]], ranks[first:last]
        for said, here in _prints_of(task.shard, np.unique(wanted), task.columns.longest, is_lines=is_lines):
            low, high = np.searchsorted(wanted, [here[0], here[-1] + 1])
            given[places[low:high]] = said[np.searchsorted(here, wanted[low:high])]
        start = end
    return given


def _prints_of(
    shard: Shard, rows: NDArray[np.int64], longest: int, *, is_lines: bool
) -> Iterator[tuple[NDArray[np.uint64], NDArray[np.int64]]]:
    if shard.format == "jsonl":
        for lines, here in line_rows(shard, rows, longest):
            yield prints(json_rows(lines), nulls=is_lines), here
        return
    for batch, here in table_rows(shard, rows):
        yield prints(values_of(batch, as_lines=is_lines), nulls=is_lines), here


def _place(certificate: Certificate, rank: int) -> str:
    for output in certificate.outputs:
        if rank < output.documents:
            return f"{output.name} row {rank}"
        rank -= output.documents
    return f"row {rank}"


def _origin(found: Grouped, document: int) -> str:
    row = numbers(found.documents, "row")[document]
    for task in found.tasks:
        if document < task.documents():
            return f"{task.shard.name} row {row}"
        document -= task.documents()
    return f"row {row}"
