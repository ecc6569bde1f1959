"""The original rows of documents, all columns, for a second pass that writes them; nothing is decided here."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import suppress
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from curate.corpus.column_paths import holds_json
from curate.corpus.conversions import conformed, parsed_array, taken
from curate.corpus.dropped_columns import kept_names, without_columns
from curate.corpus.json_blocks import BadLine, parse_block, parse_line
from curate.corpus.json_numbers import exact_value
from curate.corpus.json_rows import json_lines, lines_hold, named, other_format
from curate.corpus.json_text import Unkept
from curate.corpus.layouts import LINES
from curate.corpus.line_blocks import Block, line_blocks
from curate.corpus.line_bytes import Torn
from curate.corpus.parquet_types import read_type
from curate.corpus.slices import Slice
from curate.corpus.stretches import read_stretches
from curate.corpus.tables import table_slices, within
from curate.errors import DataError
from curate.schema import JUDGED, LONGEST, Columns, Quarantined, Shard

Rows = tuple[pa.Table, NDArray[np.int64]]


def stream_rows(
    shard: Shard,
    rows: NDArray[np.int64],
    schema: pa.Schema,
    longest: int = LONGEST,
    dropped: Collection[str] = (),
) -> Iterator[Rows]:
    """Pieces of bounded memory: the original rows and their row numbers, in order.

    With the schema `LINES` they are lines of JSON: those of JSON lines as they stand. Raises DataError for a value
    that cannot be written as it is, with its column and row. longest: bytes of a document, as they were read.
    dropped: names of columns that are left out.
    """
    if not shard.is_table:
        is_lines = schema is LINES
        yield from _lines(shard, rows, longest, dropped) if is_lines else _json_rows(shard, rows, schema, longest)
        return
    for batch, here in table_rows(shard, rows, dropped):
        yield (json_lines(shard, here, batch) if schema is LINES else _conform(shard, here, batch, schema)), here


def table_rows(
    shard: Shard, rows: NDArray[np.int64], dropped: Collection[str] = ()
) -> Iterator[tuple[pa.RecordBatch, NDArray[np.int64]]]:
    """Of a table those rows, in the types they have there. Raises DataError for one whose columns are damaged."""
    for piece in table_slices(shard, kept_names(shard, dropped), rows=rows):
        if isinstance(piece, Slice):
            here = within(rows, piece.first_row, piece.first_row + piece.batch.num_rows)
            if len(here):
                whole = len(here) == len(piece.batch)
                batch = piece.batch if whole else taken(piece.batch, pa.array(here - piece.first_row))
                yield batch, here
        elif len(lost := rows[np.searchsorted(rows, piece.first_row) :]) and (piece.stop < 0 or lost[0] < piece.stop):
            raise DataError(
                f"a column other than the text cannot be read: {piece.reason.splitlines()[0]}",
                where=f"{shard.name} row {lost[0]}",
                hint="leave the column out (--drop-column NAME), or the file",
            )


def read_texts(shard: Shard, columns: Columns, rows: NDArray[np.int64]) -> dict[int, str]:
    """The texts of a few rows, by row number; rows in quarantine are left out."""
    return _texts(shard, Columns(text=columns.text, longest=columns.longest), rows)


def read_judged(shard: Shard, columns: Columns, rows: NDArray[np.int64]) -> dict[int, str]:
    """The same, of chats the turns alone that the machine share judges."""
    return _texts(shard, Columns(text=columns.text, longest=columns.longest, judged=columns.judged), rows)


def _texts(shard: Shard, columns: Columns, rows: NDArray[np.int64]) -> dict[int, str]:
    texts: dict[int, str] = {}
    for stretch in read_stretches(shard, columns, rows=np.sort(rows)):
        if not isinstance(stretch, Quarantined):
            chosen = stretch.values[JUDGED.name] if columns.judged else stretch.text
            texts.update(zip(stretch.rows.tolist(), chosen.to_pylist(), strict=True))
    return texts


def _blocks(shard: Shard, rows: NDArray[np.int64], longest: int) -> Iterator[Block]:
    """Of the lines those that are asked for."""
    with suppress(Torn):  # reading has put it in quarantine
        for block in line_blocks(shard, longest=longest):
            if not len(rows) or block.rows[0] > rows[-1]:
                return
            chosen = block.only(rows)
            if len(chosen.rows):
                yield chosen


def line_rows(
    shard: Shard, rows: NDArray[np.int64], longest: int = LONGEST, dropped: Collection[str] = ()
) -> Iterator[tuple[list[bytes], NDArray[np.int64]]]:
    """Of lines those rows, as they stand."""
    for block in _blocks(shard, rows, longest):
        yield without_columns([block.line(index) for index in range(len(block.rows))], dropped), block.rows


def _lines(shard: Shard, rows: NDArray[np.int64], longest: int, dropped: Collection[str]) -> Iterator[Rows]:
    for lines, here in line_rows(shard, rows, longest, dropped):
        yield pa.table([pa.array(lines, pa.large_binary())], schema=LINES), here


def _json_rows(shard: Shard, rows: NDArray[np.int64], schema: pa.Schema, longest: int) -> Iterator[Rows]:
    plain = not any(holds_json(type) for type in schema.types)
    types = [(field.name, read_type(field.type)) for field in schema]
    known = pa.schema([(name, type) for name, type in types if type is not None])
    for block in _blocks(shard, rows, longest):
        table = parse_block(block, known) if plain else None
        if table is None:
            yield _parsed_lines(shard, block, schema)
        else:
            yield _conform(shard, block.rows, table.combine_chunks().to_batches()[0], schema), block.rows


def _parsed_lines(shard: Shard, block: Block, schema: pa.Schema) -> Rows:
    """The slow way, for what Arrow does not read."""
    parsed = [_row(block.line(index)) for index in range(len(block.rows))]
    lines = [block.line(index) for index, row in enumerate(parsed) if row is not None]
    good = [row for row in parsed if row is not None]
    rows = block.rows[np.array([row is not None for row in parsed], bool)]
    try:
        columns = [parsed_array([row.get(field.name) for row in good], field.type) for field in schema]
    except Unkept:  # perhaps for a number beyond a double, which its text still says
        good = [exact_value(line.decode()) for line in lines]
        columns = []
        for field in schema:
            with named(shard, rows, field.name, partial(other_format, "jsonl", field.name)):
                columns.append(parsed_array([row.get(field.name) for row in good], field.type))
    return pa.table(columns, schema=schema), rows


def _row(line: bytes) -> dict[str, Any] | None:
    try:
        return parse_line(line)
    except BadLine:
        return None


def _conform(shard: Shard, rows: NDArray[np.int64], batch: pa.RecordBatch, schema: pa.Schema) -> pa.Table:
    names, columns = set(batch.schema.names), []
    for field in schema:
        with named(shard, rows, field.name, partial(lines_hold, batch, field.name)):
            there = field.name in names
            columns.append(
                conformed(batch.column(field.name), field.type) if there else pa.nulls(len(batch), field.type)
            )
    return pa.table(columns, schema=schema)
