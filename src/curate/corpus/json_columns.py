"""JSON text in Arrow columns (the extension type `arrow.json`): what a column setting reaches inside of it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from curate.corpus.arrays import items_of, list_lengths, plain_layout
from curate.corpus.column_paths import Path, is_json, is_list, is_text
from curate.corpus.json_blocks import BadLine, parse_block, parse_value, type_at
from curate.corpus.json_values import NotText
from curate.corpus.line_blocks import Block
from curate.corpus.turns import is_turns, turns_of

_VALUES_SEEN = 100  # for the type that all are read as


class Refused(Exception):
    """Signal that Arrow cannot read values as one type; the caller reads them one by one."""


def json_bytes(column: pa.Array) -> pa.Array:
    """large_binary[n]: the JSON text of each value, not yet known to be UTF-8."""
    return column.storage.cast(pa.large_binary())


def parsed(column: pa.Array, path: Path, *, is_text: bool, in_list: bool = False) -> pa.Array:
    """The JSON values of a column as one Arrow array that holds what the path needs. Raises Refused."""
    texts = json_bytes(column)
    type = _type_inside(texts.drop_null().slice(0, _VALUES_SEEN), path, is_text=is_text, in_list=in_list)
    if type is None:
        return pa.nulls(len(column), pa.string())
    table = parse_block(_block(texts), pa.schema([("", type)]))
    if table is None:
        raise Refused
    found: pa.Array = table.column(0).combine_chunks()
    return found


def _type_inside(texts: pa.Array, path: Path, *, is_text: bool, in_list: bool) -> pa.DataType | None:
    """As the first value has it that says so; None where all are null."""
    values = [value for value in map(json_value_of, texts.to_pylist()) if value is not None]
    for value in values:
        inner = path or (("text",) if in_list and isinstance(value, dict) else ())
        type = type_at(value, inner, is_text=is_text)
        if type is not None:
            return type
    if values:
        raise Refused
    return None


def _block(texts: pa.Array) -> Block:
    """A line of JSON for each value; a line break in JSON text can only stand where a space may."""
    values = pc.replace_substring(texts.fill_null(b"null"), b"\n", b" ")
    opening, closing, nothing = (pa.scalar(part, pa.large_binary()) for part in (b'{"":', b"}\n", b""))
    lines = pc.binary_join_element_wise(opening, values, closing, nothing)
    ends = np.cumsum(pc.binary_length(lines).to_numpy(zero_copy_only=False))
    return Block(b"".join(lines.to_pylist()), np.arange(len(lines)), np.r_[0, ends[:-1]], ends - 1, len(lines))


def path_values(column: pa.Array, path: Path, *, in_list: bool = False) -> list[Any]:
    """A parsed JSON value for each row, cut down to what the path needs; a NotText where its JSON is broken."""
    column = plain_layout(column)
    type = column.type
    if is_json(type):
        return [json_value_of(text) for text in json_bytes(column).to_pylist()]
    if is_list(type):
        lengths = list_lengths(column).tolist()
        inner = iter(path_values(items_of(column), path, in_list=True))
        return _where_valid(column, [[next(inner) for _ in range(length)] for length in lengths])
    if pa.types.is_struct(type):
        if path and is_turns(path[0]):
            return _turns(column, path)
        name, *rest = path or ("text",)
        if not (path or in_list) or type.get_field_index(name) < 0:
            return _where_valid(column, [{}] * len(column))
        values = path_values(pc.struct_field(column, name), tuple(rest))
        return _where_valid(column, [{name: value} for value in values])
    if is_text(type):
        return [_decoded(value) for value in column.cast(pa.large_binary()).to_pylist()]
    plain = pa.types.is_boolean(type) or pa.types.is_integer(type) or pa.types.is_floating(type)
    return column.to_pylist() if plain else [None] * len(column)


def _turns(column: pa.Array, path: Path) -> list[Any]:
    """Messages with who speaks beside what the rest of the path needs."""
    key = turns_of(path[0])[0]
    if column.type.get_field_index(key) < 0:
        return _where_valid(column, [{}] * len(column))
    names = path_values(pc.struct_field(column, key), ())
    rest = path_values(column, path[1:], in_list=True)
    return [inner and {**inner, key: name} for name, inner in zip(names, rest, strict=True)]


def json_value_of(text: bytes | None) -> Any:
    """The value that a JSON text says; a NotText with the reason where it says none."""
    try:
        return None if text is None else parse_value(text)
    except BadLine as error:
        return NotText(str(error))


def _where_valid(column: pa.Array, values: list[Any]) -> list[Any]:
    return [value if valid else None for value, valid in zip(values, column.is_valid().to_pylist(), strict=True)]


def _decoded(value: bytes | None) -> str | NotText | None:
    try:
        return None if value is None else value.decode()
    except UnicodeDecodeError:
        return NotText("the text is invalid UTF-8")
