"""The columns of a file and their types, read off its head."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from itertools import islice
from typing import Any

import pyarrow as pa

from curate.corpus.column_paths import holds_json, is_json, is_list, plain_layout, plain_type
from curate.corpus.files import DataFile
from curate.corpus.json_blocks import BadLine, parse_line
from curate.corpus.json_columns import json_bytes, json_value_of
from curate.corpus.line_blocks import BLOCK_BYTES, Torn, line_blocks
from curate.corpus.schemas import Conflict, json_type, united
from curate.corpus.tables import Slice, table_schema, table_slices

_LINES_SEEN = 100
_BLOCKS_SEEN = 16


def file_schema(file: DataFile) -> pa.Schema:
    """Columns and types; for JSONL, and for JSON inside a table's columns, as the first rows have them."""
    if file.format == "jsonl":
        return _schema_of_rows(_first_rows(file))
    schema = table_schema(file.path, file.format)
    names = [field.name for field in schema if holds_json(field.type)]
    heads = _json_heads(file, names) if names else {}
    return pa.schema([(field.name, _plain(field.type, heads.get(field.name))) for field in schema])


def _json_heads(file: DataFile, names: list[str]) -> dict[str, pa.Array]:
    """The first rows of the columns that hold JSON; none where they cannot be read, which reading says."""
    for piece in table_slices(file.shards[0], names):
        batch = piece.batch.slice(0, _LINES_SEEN) if isinstance(piece, Slice) else None
        return {} if batch is None else {name: batch.column(name) for name in names}
    return {}


def _plain(type: pa.DataType, head: pa.Array | None) -> pa.DataType:
    """The type inside: of JSON as the head's values have it."""
    type = plain_type(type)
    head = None if head is None else plain_layout(head)
    if is_json(type):
        return pa.null() if head is None else _type_inside(head)
    if is_list(type):
        return pa.list_(_plain(type.value_type, None if head is None else head.flatten()))
    if pa.types.is_struct(type):
        inner = [None] * type.num_fields if head is None else head.flatten()
        return pa.struct([(field.name, _plain(field.type, some)) for field, some in zip(type, inner, strict=True)])
    return type


def _type_inside(head: pa.Array) -> pa.DataType:
    return _first_type([json_value_of(text) for text in json_bytes(head).to_pylist()]).value_type


def _first_rows(file: DataFile) -> list[dict[str, Any]]:
    """Some hundred rows, or the first 16 MB if rows are long."""
    start = replace(file.shards[0], start=0, stop=file.text_bytes, first_row=0)
    rows: list[dict[str, Any]] = []
    with suppress(Torn):
        for block in islice(line_blocks(start), _BLOCKS_SEEN):
            for index in range(min(len(block.rows), _LINES_SEEN)):
                line = block.line(index)
                if rows and len(line) > BLOCK_BYTES:
                    continue
                with suppress(BadLine):
                    rows.append(parse_line(line))
            if len(rows) >= _LINES_SEEN:
                break
    return rows


def _schema_of_rows(rows: Iterable[dict[str, Any]]) -> pa.Schema:
    types: dict[str, pa.DataType] = {}
    for row in rows:
        for name, value in row.items():
            with suppress(Conflict):
                types[name] = united(types.get(name, pa.null()), _first_type(value))
    return pa.schema(list(types.items()))


def _first_type(value: Any) -> pa.DataType:
    """As `json_type`; where parts of a list are unlike, the first rules: chats mix texts with lists of parts."""
    if isinstance(value, dict):
        return pa.struct([(name, _first_type(inner)) for name, inner in value.items()])
    if not isinstance(value, list):
        return json_type(value)
    common = pa.null()
    for item in value:
        with suppress(Conflict):
            common = united(common, _first_type(item))
    return pa.list_(common)
