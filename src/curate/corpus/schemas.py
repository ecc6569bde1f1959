"""The types that columns are found by: of parsed JSON, united as far as that goes. Nothing is written in them."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

_INT64 = range(-(2**63), 2**63)


class Conflict(Exception):
    """Two types that no column can hold."""


def is_unicode(name: str) -> bool:
    """False where half a surrogate pair stands in it: JSON has such names, Arrow has not."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def json_type(value: Any) -> pa.DataType:
    """The type of a parsed JSON value, as pyarrow.json has it, but for timestamps. Raises Conflict for mixed lists."""
    if isinstance(value, dict):
        fields = [(name, json_type(inner)) for name, inner in value.items() if is_unicode(name)]
        return pa.struct(fields) if fields else pa.null()
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
