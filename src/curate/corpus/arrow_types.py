"""Kinds of Arrow types, and types with what they hold changed."""

from __future__ import annotations

from collections.abc import Callable

import pyarrow as pa

from curate.corpus.column_paths import is_json, is_list


class Conflict(Exception):
    """No column can hold this; the text says what."""


def is_string(type: pa.DataType) -> bool:
    """Strings of any layout."""
    return any(test(type) for test in (pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view))


def is_binary(type: pa.DataType) -> bool:
    """Bytes of any layout, of one size too."""
    tests = (pa.types.is_binary, pa.types.is_large_binary, pa.types.is_binary_view, pa.types.is_fixed_size_binary)
    return any(test(type) for test in tests)


def holds_union(type: pa.DataType) -> bool:
    """Return whether the type has a union anywhere; neither Parquet nor JSON can store one."""
    type = value_type(type)
    return pa.types.is_union(type) or (
        pa.types.is_nested(type) and any(holds_union(type.field(at).type) for at in range(type.num_fields))
    )


def is_jsonable(type: pa.DataType) -> bool:
    """Can JSON say every value of the type, as what it is?"""
    type = value_type(type)
    if is_list(type):
        return is_jsonable(type.value_type)
    if pa.types.is_struct(type):
        return len({field.name for field in type}) == len(type) and all(is_jsonable(field.type) for field in type)
    numbers = pa.types.is_integer(type) or pa.types.is_floating(type)
    return numbers or pa.types.is_null(type) or pa.types.is_boolean(type) or is_string(type) or is_json(type)


def value_type(type: pa.DataType) -> pa.DataType:
    """Value type of a dictionary or run-end encoding."""
    encoded = pa.types.is_dictionary(type) or pa.types.is_run_end_encoded(type)
    return value_type(type.value_type) if encoded else type


def list_of(item: pa.DataType, *lists: pa.DataType) -> pa.DataType:
    large = any(pa.types.is_large_list(type) or pa.types.is_large_list_view(type) for type in lists)
    return pa.large_list(item) if large else pa.list_(item)


def inside(type: pa.DataType, change: Callable[[pa.DataType], pa.DataType]) -> pa.DataType:
    """The type with what it holds changed; itself where nothing does."""
    if pa.types.is_map(type):
        key, item = change(type.key_type), change(type.item_type)
        same = key.equals(type.key_type) and item.equals(type.item_type)
        return type if same else pa.map_(key, item)
    if is_list(type):
        item = change(type.value_type)
        is_none = pa.types.is_fixed_size_list(type) and type.list_size == 0
        if item.equals(type.value_type) and not is_none:
            return type
        if pa.types.is_fixed_size_list(type) and not is_none:
            return pa.list_(item, type.list_size)
        if pa.types.is_list_view(type) or pa.types.is_large_list_view(type):
            return pa.list_view(item) if pa.types.is_list_view(type) else pa.large_list_view(item)
        return list_of(item, type)
    if pa.types.is_struct(type):
        fields = [field.with_type(change(field.type)) for field in type]
        return type if all(one.equals(field) for one, field in zip(fields, type, strict=True)) else pa.struct(fields)
    return type
