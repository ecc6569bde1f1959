"""How the rows of several files are written: the columns, their types, and what that changes for a reader."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

import pyarrow as pa

from curate.corpus.column_paths import holds_json
from curate.corpus.file_schema import file_schema
from curate.corpus.files import DataFile
from curate.corpus.forms import features_lost, json_form, kept_features
from curate.corpus.json_blocks import BadLine, block_schema, parse_block, parse_line
from curate.corpus.json_shapes import Shape, Unsure
from curate.corpus.json_values import NotText, json_text
from curate.corpus.line_blocks import Block, Torn, line_blocks
from curate.corpus.tables import table_schema
from curate.corpus.written_types import Conflict, holds_union, joined, parquet_type, spooled, united
from curate.errors import DataError
from curate.schema import Columns

LINES = pa.schema([pa.field("line", pa.large_binary(), nullable=False)])  # rows as JSON: their values need no types
_ANY_TEXT = Columns()
_AS_LINES = "mix with --format jsonl, or leave the column out of the data"
NO_UNION = "write the data again with the column as one type, or without it: no mix holds a union"
_JSON_TEXT = "values of several types or keys"


@dataclass(frozen=True, slots=True)
class Layout:
    """Schema and form of the rows that are written."""

    columns: pa.Schema  # what a reader finds
    rows: pa.Schema  # as they are read and put in order
    parts: pa.Schema  # as they are written in the end
    changes: tuple[str, ...]  # what a reader finds otherwise than in the input, a sentence each


@dataclass(slots=True)
class _Column:
    """One column over all files: the type of tables, the shape of JSON, who has it."""

    type: pa.DataType = field(default_factory=pa.null)
    shape: Shape = field(default_factory=Shape)
    fields: list[pa.Field] = field(default_factory=list)  # of each table that has it
    tables: list[str] = field(default_factory=list)  # their files
    lines: str = ""  # the first file of JSON lines that has it


def written_layout(
    files: Sequence[DataFile], columns: Mapping[str, Columns] | None = None, form: str = "parquet"
) -> Layout:
    """Every column of every file, in order of first appearance, in a type that holds all its values exactly.

    `columns` are the settled ones by file name: with them a JSON row whose text is not a string, which no
    mix can hold, does not count. Raises DataError for a column that no type of Parquet holds; lines of JSON have none.
    """
    return _parquet_layout(files, columns or {}) if form == "parquet" else _lines_layout(files)


def _lines_layout(files: Sequence[DataFile]) -> Layout:
    schemas = [file_schema(file) for file in files]
    types: dict[str, list[pa.DataType]] = {}
    for one in chain.from_iterable(schemas):
        types.setdefault(one.name, []).append(one.type)
    plain = pa.schema([(name, found[0]) for name, found in types.items() if all(map(found[0].equals, found))])
    tables = [file for file in files if file.is_table]
    forms = {field: json_form(field.type) for file in tables for field in table_schema(file.path, file.format)}
    changes = [f"column {field.name!r}: {field.type} is written as {form}" for field, form in forms.items() if form]
    return Layout(plain, LINES, LINES, (*dict.fromkeys(changes), *features_lost(tables)))


def _parquet_layout(files: Sequence[DataFile], columns: Mapping[str, Columns]) -> Layout:
    found: dict[str, _Column] = {}
    for file in files:
        if file.is_table:
            _add_table(found, file)
        else:
            _add_lines(found, file, columns.get(file.name, _ANY_TEXT))
    schema = pa.schema([_field(name, column, len(files)) for name, column in found.items()])
    rows = pa.schema([field.with_type(spooled(field.type)) for field in schema])
    features = kept_features(files)
    lost = () if features else features_lost(files)
    changes = [
        sentence for name, column in found.items() for sentence in _changes(name, column, schema.field(name).type)
    ]
    return Layout(schema, rows, schema.with_metadata(features), (*changes, *lost))


def _add_table(found: dict[str, _Column], file: DataFile) -> None:
    for new in table_schema(file.path, file.format):
        column = found.setdefault(new.name, _Column())
        try:
            column.type = united(column.type, new.type)
        except Conflict as error:
            raise _unlike(new.name, column, new.type, file.name) from error
        column.fields.append(new)
        column.tables.append(file.name)


def _add_lines(found: dict[str, _Column], file: DataFile, columns: Columns) -> None:
    for shard in file.shards:
        with suppress(Torn):  # reading has put it in quarantine
            for block in line_blocks(shard, longest=columns.longest):
                _add_block(found, block, columns, file.name)


def _add_block(found: dict[str, _Column], block: Block, columns: Columns, name: str) -> None:
    schema = block_schema(block, texts=[columns.text] if columns.text else [], values=[])
    table = None if schema is None else parse_block(block, schema, infer=True)
    try:
        for column, values in _sound_columns(table, block):
            _shape(found, column, name).add_array(values)
    except Unsure:
        for index in range(len(block.rows)):
            for column, value in (_good_row(block.line(index), columns) or {}).items():
                _shape(found, column, name).add(value)


def _sound_columns(table: pa.Table | None, block: Block) -> Iterator[tuple[str, pa.Array]]:
    """Columns that Arrow made of a block, in order. Raises Unsure where it loses nulls of guessed lists (26.0)."""
    try:
        if table is None:
            raise Unsure
        table.validate()
    except pa.ArrowInvalid as error:
        raise Unsure from error
    for name in _as_in_the_data(table.schema.names, block):
        yield name, table.column(name).combine_chunks()


def _shape(found: dict[str, _Column], name: str, file: str) -> Shape:
    column = found.setdefault(name, _Column())
    column.lines = column.lines or file
    return column.shape


def _as_in_the_data(names: list[str], block: Block) -> list[str]:
    """In the order of the first line: Arrow puts those first that it was told of, such as the text."""
    first = [name for name in parse_line(block.line(0)) if name in names]
    return [*first, *(name for name in names if name not in first)]


def _good_row(line: bytes, columns: Columns) -> dict[str, Any] | None:
    try:
        row = parse_line(line)
        if columns.text:
            json_text(row, columns.text)
    except (BadLine, NotText):
        return None
    return row


def _field(name: str, column: _Column, files: int) -> pa.Field:
    """As all tables have it, where no other file is; else one that may be null."""
    try:
        type = parquet_type(joined(column.shape, column.type))
        pa.schema([(name, type)]).serialize()
    except Conflict as error:
        if column.fields and not column.shape.empty:
            raise _unlike(name, column, column.shape.type(), column.lines) from error
        hint = NO_UNION if holds_union(column.type) else _AS_LINES
        raise DataError(f"column {name!r} holds {error}", where=column.tables[0], hint=hint) from error
    except UnicodeEncodeError as error:
        raise DataError(f"column {name!r} has no name in Unicode", where=column.lines, hint=_AS_LINES) from error
    first = column.fields[0] if column.fields else None
    everywhere = len(column.fields) == files and all(one.equals(first, check_metadata=True) for one in column.fields)
    return first.with_type(type) if first is not None and everywhere else pa.field(name, type)


def _unlike(name: str, column: _Column, type: pa.DataType, file: str) -> DataError:
    """Of the tables seen before the first that alone does not fit, else the first."""
    pairs = list(zip(column.fields, column.tables, strict=True))
    other, origin = next((pair for pair in pairs if not _fits(pair[0].type, type)), pairs[0])
    union = holds_union(other.type) or holds_union(type)
    apart = "mix with --format jsonl, mix the files apart, or give the column one type in all files"
    return DataError(
        f"column {name!r} holds {other.type} in {origin} and {_JSON_TEXT if holds_json(type) else type} in {file}",
        where=file,
        hint=NO_UNION if union else apart,
    )


def _fits(left: pa.DataType, right: pa.DataType) -> bool:
    try:
        united(left, right)
    except Conflict:
        return False
    return True


def _changes(name: str, column: _Column, type: pa.DataType) -> Iterator[str]:
    """Changes of the column that its reader notices; JSON lines have no types to keep."""
    for old in dict.fromkeys(one.type for one in column.fields):
        if not old.equals(type) and not pa.types.is_null(old):
            yield f"column {name!r}: {old} is written as {type}"
    if not column.fields and holds_json(type):
        yield f"column {name!r}: values of several types or keys are written as JSON text ({type})"
