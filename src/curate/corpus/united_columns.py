"""Columns of several files in one type each: that of tables, the shape of JSON, or JSON text where they are unlike."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from shlex import quote
from typing import Any

import pyarrow as pa

from curate.corpus.column_paths import holds_json, is_json, top_names
from curate.corpus.files import DataFile
from curate.corpus.json_blocks import BadLine, block_schema, parse_block, parse_line
from curate.corpus.json_shapes import JSON, Shape, Unsure
from curate.corpus.json_values import NotText, json_text
from curate.corpus.line_blocks import Block, Torn, line_blocks
from curate.corpus.tables import table_schema
from curate.corpus.written_types import Conflict, holds_union, joined, parquet_type, united
from curate.errors import DataError
from curate.schema import Columns

_ANY_TEXT = Columns()
NO_UNION = "leave the column out, for no mix holds a union: --drop-column "
_JSON_TEXT = "values of several types or keys"
_ROLES = ("text", "id", "source", "label", "date", "judged")


@dataclass(slots=True)
class _Column:
    """One column over all files: the type of tables, the shape of JSON, who has it."""

    type: pa.DataType = field(default_factory=pa.null)
    shape: Shape = field(default_factory=Shape)
    fields: list[pa.Field] = field(default_factory=list)  # of each table that has it
    tables: list[str] = field(default_factory=list)  # their files
    lines: str = ""  # the first file of JSON lines that has it
    is_used: bool = False  # read by a scan, so that its type must stay one that is read alike


def united_columns(
    files: Sequence[DataFile], columns: Mapping[str, Columns], dropped: Collection[str]
) -> tuple[pa.Schema, list[str]]:
    """The columns in order of first appearance, and a sentence for each whose form a reader finds changed.

    A column that a scan reads must have types that unite; any other is written as JSON text where they do not.
    """
    found: dict[str, _Column] = {}
    for file in files:
        if file.is_table:
            _add_table(found, file, columns.get(file.name, _ANY_TEXT), dropped)
        else:
            _add_lines(found, file, columns.get(file.name, _ANY_TEXT))
    kept = {name: column for name, column in found.items() if name not in dropped}
    schema = pa.schema([_field(name, column, len(files)) for name, column in kept.items()])
    types = {field.name: field.type for field in schema}
    return schema, [sentence for name, column in kept.items() for sentence in _changes(name, column, types[name])]


def used_columns(columns: Columns, names: Collection[str]) -> list[str]:
    """Return those of the named columns that a scan reads."""
    return top_names([*(getattr(columns, role) for role in _ROLES), *columns.extra], names)


def _add_table(found: dict[str, _Column], file: DataFile, columns: Columns, dropped: Collection[str]) -> None:
    schema = table_schema(file.path, file.format)
    used = used_columns(columns, schema.names)
    for new in schema:
        if new.name in dropped:
            continue
        column = found.setdefault(new.name, _Column())
        column.is_used = column.is_used or new.name in used
        column.fields.append(new)
        column.tables.append(file.name)
        try:
            column.type = united(column.type, new.type)
        except Conflict as error:
            if column.is_used or holds_union(column.type) or holds_union(new.type):
                raise _unlike(new.name, column, new.type, file.name) from error
            column.type = JSON


def _add_lines(found: dict[str, _Column], file: DataFile, columns: Columns) -> None:
    for shard in file.shards:
        with suppress(Torn):  # reading has put it in quarantine
            for block in line_blocks(shard, longest=columns.longest):
                _add_block(found, block, columns, file.name)
    for name in used_columns(columns, found):
        found[name].is_used = True


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
        type = parquet_type(_joined(column))
        pa.schema([(name, type)]).serialize()
    except Conflict as error:
        if column.fields and not column.shape.empty:
            raise _unlike(name, column, column.shape.type(), column.lines) from error
        hint = _no_type(name, column)
        raise DataError(f"column {name!r} holds {error}", where=column.tables[0], hint=hint) from error
    except UnicodeEncodeError as error:
        raise DataError(
            f"column {name!r} has no name in Unicode", where=column.lines, hint=_no_type(name, column)
        ) from error
    first = column.fields[0] if column.fields else None
    everywhere = len(column.fields) == files and all(one.equals(first, check_metadata=True) for one in column.fields)
    return first.with_type(type) if first is not None and everywhere else pa.field(name, type)


def _joined(column: _Column) -> pa.DataType:
    """The type for rows of tables and of lines. Raises Conflict."""
    try:
        return joined(column.shape, column.type)
    except Conflict:
        if column.is_used or holds_union(column.type):
            raise
        return JSON


def _unlike(name: str, column: _Column, type: pa.DataType, file: str) -> DataError:
    """Of the tables seen before the first that alone does not fit, else the first."""
    pairs = list(zip(column.fields, column.tables, strict=True))
    other, origin = next((pair for pair in pairs if not _fits(pair[0].type, type)), pairs[0])
    union = holds_union(other.type) or holds_union(type)
    apart = "mix with --format jsonl, mix the files apart, or give the column one type in all files"
    return DataError(
        f"column {name!r} holds {other.type} in {origin} and {_JSON_TEXT if holds_json(type) else type} in {file}",
        where=file,
        hint=f"{NO_UNION}{quote(name)}" if union else apart,
    )


def _no_type(name: str, column: _Column) -> str:
    """Hint for a column that Parquet has no type for."""
    if holds_union(column.type):
        return f"{NO_UNION}{quote(name)}"
    return f"mix with --format jsonl, or leave the column out: --drop-column {quote(name)}"


def _fits(left: pa.DataType, right: pa.DataType) -> bool:
    try:
        united(left, right)
    except Conflict:
        return False
    return True


def _changes(name: str, column: _Column, type: pa.DataType) -> Iterator[str]:
    """Changes of the column that its reader notices; JSON lines have no types to keep."""
    olds = [old for old in dict.fromkeys(one.type for one in column.fields) if not pa.types.is_null(old)]
    told = [f"{old}" for old in olds if not old.equals(type)]
    if is_json(type) and len(told) > 1:
        here = [*told, *(["rows of JSON"] if column.lines else [])]
        yield f"column {name!r}: {', '.join(here[:-1])} and {here[-1]} are written as JSON text ({type})"
        return
    yield from (f"column {name!r}: {old} is written as {type}" for old in told)
    if not column.fields and holds_json(type):
        yield f"column {name!r}: values of several types or keys are written as JSON text ({type})"
