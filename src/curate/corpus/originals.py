"""The original rows of documents, all columns, for a second pass that writes them; nothing is decided here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from curate.corpus.files import DataFile
from curate.corpus.json_blocks import BadLine, block_schema, parse_block, parse_line
from curate.corpus.json_values import NotText, json_text
from curate.corpus.line_blocks import Block, Torn, line_blocks
from curate.corpus.schemas import Conflict, fitted, json_type, united, written_schema
from curate.corpus.stretches import read_stretches
from curate.corpus.tables import Slice, table_schema, table_slices, within
from curate.errors import DataError
from curate.schema import Columns, Quarantined, Shard

_EMPTY = pa.schema([])
_ANY_TEXT = Columns()


def original_schema(files: Sequence[DataFile], columns: Mapping[str, Columns] | None = None) -> pa.Schema:
    """Every column of every file, in order of first appearance; metadata is dropped, strings are `string`.

    `columns` are the settled ones by file name: with them a JSON row whose text is not a string, which no
    mix can hold, does not count. Raises DataError for a column whose types no column can hold.
    """
    types: dict[str, pa.DataType] = {}
    origin: dict[str, str] = {}
    for file in files:
        settled = (columns or {}).get(file.name, _ANY_TEXT)
        for schema in _file_schemas(file, settled):
            for field in schema:
                _unite(types, origin, field, file.name)
    return pa.schema(list(types.items()))


def _unite(types: dict[str, pa.DataType], origin: dict[str, str], field: pa.Field, file: str) -> None:
    name = field.name
    before = types.get(name, pa.null())
    try:
        types[name] = united(before, field.type)
    except Conflict as error:
        raise DataError(
            f"column {name!r} holds {before} in {origin[name]} and {field.type} in {file}",
            where=file,
            hint="give the column one type in all files, or mix the files apart",
        ) from error
    if name not in origin or pa.types.is_null(before):
        origin[name] = file


def _file_schemas(file: DataFile, columns: Columns) -> Iterator[pa.Schema]:
    if file.format != "jsonl":
        yield written_schema(table_schema(file.path, file.format))
        return
    for shard in file.shards:
        with suppress(Torn):  # reading has put it in quarantine
            for block in line_blocks(shard):
                yield from _block_schemas(block, columns)


def _block_schemas(block: Block, columns: Columns) -> Iterator[pa.Schema]:
    texts = [columns.text] if columns.text else []
    schema = block_schema(block, texts=texts, values=[])
    table = None if schema is None else parse_block(block, schema, infer=True)
    if table is not None:
        yield written_schema(_as_in_the_data(table.schema, block), is_json=True)
        return
    seen: pa.Schema = _EMPTY
    for index in range(len(block.rows)):
        row = _good_row(block.line(index), columns)
        schema = seen if row is None else _row_schema(row, int(block.rows[index]))
        if not schema.equals(seen):
            yield schema
            seen = schema


def _as_in_the_data(schema: pa.Schema, block: Block) -> pa.Schema:
    """Fields in the order of the first line: Arrow puts those first that it was told of, such as the text."""
    names = [name for name in parse_line(block.line(0)) if name in schema.names]
    return pa.schema([schema.field(name) for name in (*names, *(n for n in schema.names if n not in names))])


def _row_schema(row: dict[str, Any], number: int) -> pa.Schema:
    fields = []
    for name, value in row.items():
        try:
            fields.append((name, json_type(value)))
        except Conflict as error:
            raise DataError(f"column {name!r} holds {error} in one list, at row {number}") from error
    return pa.schema(fields)


def _good_row(line: bytes, columns: Columns) -> dict[str, Any] | None:
    try:
        row = parse_line(line)
        if columns.text:
            json_text(row, columns.text)
    except (BadLine, NotText):
        return None
    return row


def read_rows(shard: Shard, rows: NDArray[np.int64], schema: pa.Schema) -> pa.Table:
    """The original rows at these row numbers of the file (ascending, within the shard), cast to `schema`.

    Holds all of them; `stream_rows` gives the same piece by piece. Raises DataError for a row that is not
    there or is in quarantine: a table one row short would shift all that follow.
    """
    pieces = list(stream_rows(shard, rows, schema))
    found = np.concatenate([numbers for _, numbers in pieces]) if pieces else rows[:0]
    if not np.array_equal(found, rows):
        lost = int(np.setdiff1d(rows, found)[0])
        raise DataError("this row cannot be given back", where=f"{shard.path} row {lost}", hint="scan again")
    return pa.concat_tables([table for table, _ in pieces]) if pieces else schema.empty_table()


def stream_rows(
    shard: Shard, rows: NDArray[np.int64], schema: pa.Schema
) -> Iterator[tuple[pa.Table, NDArray[np.int64]]]:
    """Pieces of bounded memory: the original rows and their row numbers, in order."""
    if shard.format == "jsonl":
        yield from _json_rows(shard, rows, schema)
        return
    for piece in table_slices(shard, None, rows=rows):
        if isinstance(piece, Slice):
            here = within(rows, piece.first_row, piece.first_row + piece.batch.num_rows)
            if len(here):
                whole = len(here) == len(piece.batch)
                batch = piece.batch if whole else piece.batch.take(pa.array(here - piece.first_row))
                yield _conform(pa.Table.from_batches([batch]), schema), here


def read_texts(shard: Shard, columns: Columns, rows: NDArray[np.int64]) -> dict[int, str]:
    """The texts of a few rows, by row number; rows in quarantine are left out."""
    only_text = Columns(text=columns.text)
    texts: dict[int, str] = {}
    for stretch in read_stretches(shard, only_text, rows=np.sort(rows)):
        if not isinstance(stretch, Quarantined):
            texts.update(zip(stretch.rows.tolist(), stretch.text.to_pylist(), strict=True))
    return texts


def _json_rows(
    shard: Shard, rows: NDArray[np.int64], schema: pa.Schema
) -> Iterator[tuple[pa.Table, NDArray[np.int64]]]:
    types = pa.schema([field for field in schema if not pa.types.is_null(field.type)])
    with suppress(Torn):  # reading has put it in quarantine
        for block in line_blocks(shard):
            if not len(rows) or block.rows[0] > rows[-1]:
                return
            chosen = block.only(rows)
            if len(chosen.rows):
                table = parse_block(chosen, types)
                yield _parsed_lines(chosen, schema) if table is None else (_conform(table, schema), chosen.rows)


def _parsed_lines(block: Block, schema: pa.Schema) -> tuple[pa.Table, NDArray[np.int64]]:
    """The slow way, for a block that Arrow refuses."""
    parsed = [_good_row(block.line(index), _ANY_TEXT) for index in range(len(block.rows))]
    good = [row for row in parsed if row is not None]
    columns = [
        pa.array([fitted(row.get(name), type) for row in good], type)
        for name, type in zip(schema.names, schema.types, strict=True)
    ]
    return pa.table(columns, schema=schema), block.rows[np.array([row is not None for row in parsed])]


def _conform(table: pa.Table, schema: pa.Schema) -> pa.Table:
    names = set(table.schema.names)
    return pa.table(
        [
            _cast(table.column(field.name), field.type) if field.name in names else pa.nulls(len(table), field.type)
            for field in schema
        ],
        schema=schema,
    )


def _cast(column: pa.ChunkedArray, type: pa.DataType) -> pa.ChunkedArray:
    """A column of whole numbers that other files hold fractions in may lose digits beyond 2**53."""
    return column.cast(type, safe=not pa.types.is_floating(type))
