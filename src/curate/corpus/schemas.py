"""One schema for rows of several files: types as they are written, found from JSON, united."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from curate.corpus.column_paths import is_list

_INT64 = range(-(2**63), 2**63)


class Conflict(Exception):
    """Two types that no column can hold."""


def written_type(type: pa.DataType, *, is_json: bool = False) -> pa.DataType:
    """The type a column is written in: layouts of strings and lists are made one; JSON has no timestamps, only strings.

    A struct without fields becomes null, for Parquet cannot hold it.
    """
    if pa.types.is_dictionary(type):
        return written_type(type.value_type, is_json=is_json)
    if pa.types.is_large_string(type) or pa.types.is_string_view(type):
        return pa.string()
    if pa.types.is_large_binary(type) or pa.types.is_binary_view(type):
        return pa.binary()
    if is_json and pa.types.is_temporal(type):
        return pa.string()
    if is_list(type):
        return pa.list_(written_type(type.value_type, is_json=is_json))
    if pa.types.is_struct(type):
        fields = [pa.field(field.name, written_type(field.type, is_json=is_json)) for field in type]
        return pa.struct(fields) if fields else pa.null()
    return type


def written_schema(schema: pa.Schema, *, is_json: bool = False) -> pa.Schema:
    """Every column in the type it is written in, nullable, without metadata."""
    return pa.schema([(field.name, written_type(field.type, is_json=is_json)) for field in schema])


def json_type(value: Any) -> pa.DataType:
    """The type of a parsed JSON value, as pyarrow.json has it, but for timestamps. Raises Conflict for mixed lists."""
    if isinstance(value, dict):
        return pa.struct([(name, json_type(inner)) for name, inner in value.items()]) if value else pa.null()
    if isinstance(value, list):
        type = pa.null()
        for item in value:
            type = united(type, json_type(item))
        return pa.list_(type)
    if isinstance(value, bool):
        return pa.bool_()
    if isinstance(value, int):
        return pa.int64() if value in _INT64 else pa.float64()
    if isinstance(value, float):
        return pa.float64()
    return pa.string() if isinstance(value, str) else pa.null()


def united(left: pa.DataType, right: pa.DataType) -> pa.DataType:
    """The type that holds both: null gives way, numbers widen, structs are the union of fields. Raises Conflict."""
    if left.equals(right):
        return left
    try:
        both = pa.unify_schemas([pa.schema([("", left)]), pa.schema([("", right)])], promote_options="permissive")
    except (pa.ArrowTypeError, pa.ArrowInvalid) as error:
        raise Conflict(f"{left} and {right}") from error
    return both.field(0).type


def fitted(value: Any, type: pa.DataType) -> Any:
    """A parsed JSON value as `pa.array(..., type)` takes it; halves of surrogate pairs become question marks."""
    if value is None or pa.types.is_null(type):
        return None
    if pa.types.is_struct(type):
        return {field.name: fitted(value.get(field.name), field.type) for field in type}
    if is_list(type):
        return [fitted(item, type.value_type) for item in value]
    if isinstance(value, str):
        return value.encode(errors="replace").decode()
    return float(value) if pa.types.is_floating(type) else value
