"""Arrow rows as JSON lines: what JSON cannot say is written as text, what it cannot hold is refused by name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from shlex import quote

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from curate.corpus.arrow_types import Conflict, holds_union
from curate.corpus.conversions import conformed
from curate.corpus.json_text import Unkept, json_text, json_values
from curate.corpus.layouts import LINES
from curate.corpus.parquet_types import parquet_type
from curate.corpus.united_type import NO_UNION
from curate.errors import DataError
from curate.schema import Shard


def json_lines(shard: Shard, rows: NDArray[np.int64], batch: pa.RecordBatch) -> pa.Table:
    """A line of UTF-8 for each row, with every column, as `json_values` has them.

    rows: int64[n], the row numbers, to name the one that holds what JSON cannot say. Raises DataError.
    """
    columns = []
    for name, column in zip(batch.schema.names, batch.columns, strict=True):
        if holds_union(column.type):
            what = f"column {name!r} holds {column.type}, which JSON has no form for"
            raise DataError(what, where=f"{shard.name} row {rows[0]}", hint=f"{NO_UNION}{quote(name)}")
        with named(shard, rows, name, partial(tables_hold, batch, name)):
            columns.append(json_values(column))
    names = batch.schema.names
    lines = [json_text(dict(zip(names, row, strict=True))).encode() for row in zip(*columns, strict=True)]
    return pa.table([pa.array(lines, pa.large_binary())], schema=LINES)


@contextmanager
def named(shard: Shard, rows: NDArray[np.int64], column: str, other: Callable[[], str]) -> Iterator[None]:
    """Unkept becomes a DataError that names the column, of these row numbers the row, and what `other` advises."""
    try:
        yield
    except Unkept as error:
        raise DataError(
            f"column {column!r} holds {error}", where=f"{shard.name} row {rows[error.index]}", hint=other()
        ) from error


def tables_hold(batch: pa.RecordBatch, refused: str) -> str:
    """Hint for rows that JSON lines cannot hold; tables may not either."""
    for name, column in zip(batch.schema.names, batch.columns, strict=True):
        try:
            conformed(column, parquet_type(column.type))
        except (Conflict, Unkept):
            return _neither("Parquet", name, refused)
    return other_format("parquet", refused)


def lines_hold(batch: pa.RecordBatch, refused: str) -> str:
    """Hint for rows that a table cannot hold; JSON lines may not either."""
    for name, column in zip(batch.schema.names, batch.columns, strict=True):
        try:
            json_values(column)
        except Unkept:
            return _neither("JSON", name, refused)
    return other_format("jsonl", refused)


def other_format(name: str, column: str) -> str:
    """Hint for a column that the other format can hold."""
    hint = f"mix with --format {name}, which holds it, or leave it out: --drop-column {quote(column)}"
    return hint


def _neither(form: str, other: str, column: str) -> str:
    leave = f"leave it out: --drop-column {quote(column)}"
    hint = f"{leave}; {form} has no form for column {other!r}, so no format holds both"
    return hint
