"""A block of JSON lines into Arrow columns: by Arrow where it can, line by line where it refuses the block."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from contextlib import suppress
from typing import Any

import pyarrow as pa
import pyarrow.json as pj

from curate.corpus.column_paths import Path, column_paths
from curate.corpus.json_numbers import value_of
from curate.corpus.line_blocks import Block
from curate.corpus.not_lines import fault
from curate.corpus.turns import is_turns, turns_of

_SCALARS = {str: pa.string(), bool: pa.bool_(), int: pa.int64(), float: pa.float64(), type(None): pa.string()}
Hook = Callable[[list[tuple[str, Any]]], Any]  # makes an object of its pairs
_DEPTH = 500  # both parsers are safe here; Python's gives up near 1,000, Arrow's crashes somewhere beyond 10,000
_LINES_SEEN = 64  # of a block, where the first has no value of a column
_TOO_DEEP = f"JSON nested deeper than {_DEPTH}"


class BadLine(Exception):
    """A line that is no JSON object; its text is the reason."""


def parse_block(block: Block, schema: pa.Schema | None, *, infer: bool = False) -> pa.Table | None:
    """The listed lines as rows, with the columns of `schema` (`infer`: and all others). None where Arrow refuses."""
    if not block.is_plain() or not _is_utf8(block.data) or _is_deep(block):
        return None
    behaviour = "infer" if infer else "ignore"
    try:
        table = pj.read_json(
            pa.BufferReader(block.data),
            read_options=pj.ReadOptions(use_threads=False, block_size=len(block.data) + 1),
            parse_options=pj.ParseOptions(explicit_schema=schema, unexpected_field_behavior=behaviour),
        )
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        return None
    return table if table.num_rows == len(block.rows) else None


def parse_line(line: bytes, hook: Hook | None = None) -> dict[str, Any]:
    """One line by Python's parser. Raises BadLine."""
    row = parse_value(line, hook)
    if not isinstance(row, dict):
        raise BadLine("the line is no JSON object")
    return row


def parse_value(line: bytes, hook: Hook | None = None) -> Any:
    """One JSON value by Python's parser. Raises BadLine."""
    try:
        value = value_of(line.decode(), hook)
        if line.count(b"[") + line.count(b"{") > _DEPTH and _depth(value) > _DEPTH:
            raise BadLine(_TOO_DEEP)
    except UnicodeDecodeError as error:
        raise BadLine(f"invalid UTF-8 at byte {error.start} of the line") from error
    except json.JSONDecodeError as error:
        raise BadLine(f"torn or invalid JSON: {fault(error.doc, error)}") from error
    except RecursionError as error:
        raise BadLine(_TOO_DEEP) from error
    except ValueError as error:
        raise BadLine(f"JSON that cannot be read: {error}") from error
    return value


def block_schema(block: Block, *, texts: Collection[str], values: Collection[str]) -> pa.Schema | None:
    """Return the types of the wanted columns by the first lines of a block; None where these do not tell them all.

    Arrow must not infer types: it takes strings that look like dates for timestamps.
    """
    try:
        row = parse_line(block.line(0))
    except BadLine:
        return None
    text_paths = [path for setting in texts for path in column_paths(setting, row)]
    lacking = {path[0] for path in text_paths if len(path) > 1 and row.get(path[0]) is None}
    row |= _later_values(block, lacking)
    paths = [(path, True) for path in text_paths]
    paths += [(path, False) for setting in values for path in column_paths(setting, row)[:1]]
    tree = pa.struct([])
    for path, is_text in paths:
        if is_text and len(path) > 1 and row.get(path[0]) is None:
            type: pa.DataType | None = pa.struct([(path[0], pa.null())])  # Arrow refuses the block if that is wrong
        else:
            type = type_at(row, path, is_text=is_text)
        merged = None if type is None else _merged(tree, type)
        if merged is None:
            return None
        tree = merged
    return pa.schema(list(tree))


def _later_values(block: Block, names: Collection[str]) -> dict[str, Any]:
    """Return the first value of each of these columns in the first lines: files may mix rows of two layouts."""
    found: dict[str, Any] = {}
    for index in range(1, min(len(block.rows), _LINES_SEEN)):
        if len(found) == len(names):
            break
        with suppress(BadLine):
            row = parse_line(block.line(index))
            found |= {name: row[name] for name in names if name not in found and row.get(name) is not None}
    return found


def type_at(value: Any, path: Path, *, is_text: bool) -> pa.DataType | None:
    """The Arrow type of what a path needs of a parsed value; None where the value cannot say."""
    if isinstance(value, dict):
        if not path:
            return None
        if is_turns(path[0]):
            key = turns_of(path[0])[0]
            inner, who = type_at(value, path[1:], is_text=is_text), pa.struct([(key, pa.string())])
            return None if inner is None else _merged(who, inner)
        inner = type_at(value.get(path[0]), path[1:], is_text=is_text)
        return None if inner is None else pa.struct([pa.field(path[0], inner)])
    if isinstance(value, list):
        first = next((item for item in value if item is not None), None)
        parts = path or (("text",) if isinstance(first, dict) else ())
        inner = type_at(first, parts, is_text=True) if is_text and first is not None else None
        return None if inner is None else pa.list_(inner)
    if path:
        return None if is_text or value is not None else type_at({}, path, is_text=is_text)
    if is_text:
        return pa.string() if isinstance(value, str) or value is None else None
    return _SCALARS.get(type(value))


def _merged(left: pa.DataType, right: pa.DataType) -> pa.DataType | None:
    """Two trees as one; None where a name is a leaf in one and a branch in the other."""
    if pa.types.is_list(left) and pa.types.is_list(right):
        inner = _merged(left.value_type, right.value_type)
        return None if inner is None else pa.list_(inner)
    if not (pa.types.is_struct(left) and pa.types.is_struct(right)):
        return left if left == right else None
    fields = {field.name: field.type for field in left}
    for field in right:
        merged = _merged(fields[field.name], field.type) if field.name in fields else field.type
        if merged is None:
            return None
        fields[field.name] = merged
    return pa.struct([pa.field(name, type) for name, type in fields.items()])


def _is_deep(block: Block) -> bool:
    for index in block.lines_with_brackets(_DEPTH):
        try:
            parse_line(block.line(index))
        except BadLine:
            return True
    return False


def _depth(value: Any) -> int:
    """How many lists and objects lie within each other."""
    level, depth = [value], 0
    while level := [item for item in level if isinstance(item, (dict, list))]:
        depth += 1
        level = [inner for item in level for inner in (item.values() if isinstance(item, dict) else item)]
    return depth


def _is_utf8(data: bytes) -> bool:
    offsets = pa.array([0, len(data)], pa.int64()).buffers()[1]
    try:
        pa.LargeStringArray.from_buffers(1, offsets, pa.py_buffer(data)).validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True
