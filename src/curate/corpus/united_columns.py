"""Columns of several files in one type each: that of tables, the shape of JSON, or JSON text where they are unlike."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

import pyarrow as pa

from curate.corpus.arrow_types import Conflict, holds_union
from curate.corpus.column_paths import top_names
from curate.corpus.files import DataFile
from curate.corpus.json_blocks import BadLine, block_schema, parse_block, parse_line
from curate.corpus.json_shapes import JSON, Shape, Unsure
from curate.corpus.json_values import NotText, json_text
from curate.corpus.line_blocks import Block, line_blocks
from curate.corpus.line_bytes import Torn
from curate.corpus.tables import table_schema
from curate.corpus.united_type import Column, type_changes, united_field, unlike_types
from curate.corpus.written_types import united
from curate.schema import Columns

_ANY_TEXT = Columns()
_ROLES = ("text", "id", "source", "label", "date", "judged")


def united_columns(
    files: Sequence[DataFile], columns: Mapping[str, Columns], dropped: Collection[str]
) -> tuple[pa.Schema, list[str]]:
    """The columns in order of first appearance, and a sentence for each whose form a reader finds changed.

    A column that a scan reads must have types that unite; any other is written as JSON text where they do not.
    """
    found: dict[str, Column] = {}
    for file in files:
        if file.is_table:
            _add_table(found, file, columns.get(file.name, _ANY_TEXT), dropped)
        else:
            _add_lines(found, file, columns.get(file.name, _ANY_TEXT))
    kept = {name: column for name, column in found.items() if name not in dropped}
    schema = pa.schema([united_field(name, column, len(files)) for name, column in kept.items()])
    types = {field.name: field.type for field in schema}
    return schema, [sentence for name, column in kept.items() for sentence in type_changes(name, column, types[name])]


def used_columns(columns: Columns, names: Collection[str]) -> list[str]:
    """Return those of the named columns that a scan reads."""
    return top_names([*(getattr(columns, role) for role in _ROLES), *columns.extra], names)


def _add_table(found: dict[str, Column], file: DataFile, columns: Columns, dropped: Collection[str]) -> None:
    schema = table_schema(file.path, file.format)
    used = used_columns(columns, schema.names)
    for new in schema:
        if new.name in dropped:
            continue
        column = found.setdefault(new.name, Column())
        column.is_used = column.is_used or new.name in used
        column.fields.append(new)
        column.tables.append(file.name)
        try:
            column.type = united(column.type, new.type)
        except Conflict as error:
            if column.is_used or holds_union(column.type) or holds_union(new.type):
                raise unlike_types(new.name, column, new.type, file.name) from error
            column.type = JSON


def _add_lines(found: dict[str, Column], file: DataFile, columns: Columns) -> None:
    for shard in file.shards:
        with suppress(Torn):  # reading has put it in quarantine
            for block in line_blocks(shard, longest=columns.longest):
                _add_block(found, block, columns, file.name)
    for name in used_columns(columns, found):
        found[name].is_used = True


def _add_block(found: dict[str, Column], block: Block, columns: Columns, name: str) -> None:
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


def _shape(found: dict[str, Column], name: str, file: str) -> Shape:
    column = found.setdefault(name, Column())
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
