"""Annotation columns of a whole run, in the order of its shards."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from curate.corpus.held_bytes import held_bytes
from curate.jobs.run.annotate import ShardTask
from curate.jobs.run.document_room import corpus_bytes, grouping_bytes
from curate.memory import check, share

_TOGETHER = 500  # tables of a row or two: apart each takes 16 KB, whatever it holds
_SMALL = 100  # rows


def load_columns(tasks: Sequence[ShardTask], columns: Sequence[str]) -> pa.Table:
    """One row a document; columns that a shard lacks are null. Raises MachineError for more than --memory holds."""
    tables: list[pa.Table] = []
    held, small, total = 0, 0, sum(task.documents() for task in tasks)
    most = grouping_bytes(total)
    check(corpus_bytes(total), f"a corpus of {total:,} documents")
    for task in tasks:
        file = pq.ParquetFile(task.run.annotations(task.number))
        there = set(file.schema_arrow.names)
        present = [name for name in columns if name in there]
        for group in range(file.num_row_groups):
            tables.append(file.read_row_group(group, columns=present))
            held += held_bytes(tables[-1])
            if most + held > share(1):
                need = most + held * total // sum(map(len, tables))
                check(need, f"a corpus of {total:,} documents with such columns")
            small = _join_small(tables, small)
        if not file.num_row_groups:
            tables.append(file.schema_arrow.empty_table().select(present))
            small = _join_small(tables, small)
    return pa.concat_tables(tables, promote_options="default").select(list(columns))


def _join_small(tables: list[pa.Table], small: int) -> int:
    """Make one, in one piece, of the last _TOGETHER tables where all are small.

    small: how many were small and apart before the last one came; returned with it.
    """
    small = small + 1 if len(tables[-1]) <= _SMALL else 0
    if small < _TOGETHER:
        return small
    tables[-small:] = [pa.concat_tables(tables[-small:], promote_options="default").combine_chunks()]
    return 0


def numbers(table: pa.Table, column: str) -> NDArray[Any]:
    """A column without nulls as one array; nulls of a float column are NaN."""
    values: NDArray[Any] = table.column(column).to_numpy()
    return values


def fingerprints(table: pa.Table) -> NDArray[np.uint64]:
    """128 bits of every text, uint64[n, 2]."""
    high, low = (numbers(table, f"fingerprint_{part}") for part in ("high", "low"))
    return np.stack([high, low], axis=1).astype(np.uint64, copy=False)


def first_copies(prints: NDArray[np.uint64], tokens: NDArray[np.int64]) -> NDArray[np.int64]:
    """The place of the first document of the same text, int64[n]; itself where no text before it is equal.

    prints: as of `fingerprints`. Texts are equal where their tokens are too: of one text another part may be judged in
    another layout.
    """
    first = np.arange(tokens.size)
    high, counts = np.unique(prints[:, 0], return_counts=True)
    if high.size == tokens.size:
        return first  # the usual case, without sorting by all that a text is told by
    some = np.flatnonzero(np.isin(prints[:, 0], high[counts > 1]))
    order = some[np.lexsort((some, tokens[some], prints[some, 1], prints[some, 0]))]
    same = (prints[order[1:]] == prints[order[:-1]]).all(axis=1) & (tokens[order[1:]] == tokens[order[:-1]])
    is_new = np.concatenate([[True], ~same])
    first[order] = order[is_new][np.cumsum(is_new) - 1]
    return first


def row_groups(tasks: Sequence[ShardTask]) -> Iterator[tuple[Path, int, int]]:
    """Annotation file, row group, and the number of documents before it: what a worker reads at a time."""
    before = 0
    for task in tasks:
        path = task.run.annotations(task.number)
        metadata = pq.read_metadata(path)
        for group in range(metadata.num_row_groups):
            yield path, group, before
            before += metadata.row_group(group).num_rows
