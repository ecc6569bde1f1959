"""The type a column of tables is written in: the same where Parquet has it, a wider one where files differ.

Nothing here changes a value. Where no type holds all values exactly, JSON text does, of what JSON can say.
"""

from __future__ import annotations

from collections.abc import Callable

import pyarrow as pa

from curate.corpus.arrow_types import Conflict, is_binary, is_jsonable, is_string, list_of, value_type
from curate.corpus.column_paths import is_list
from curate.corpus.json_shapes import JSON, Shape

_UNITS = ("s", "ms", "us", "ns")


def united(left: pa.DataType, right: pa.DataType) -> pa.DataType:
    """The type that holds the values of both exactly, but for single ones that its cast refuses. Raises Conflict."""
    if left.equals(right):
        return left
    if pa.types.is_null(left) or pa.types.is_null(right):
        return right if pa.types.is_null(left) else left
    a, b = value_type(left), value_type(right)
    found = a if a.equals(b) else next((type for way in _WAYS if (type := way(a, b)) is not None), None)
    if found is not None:
        return found
    if is_jsonable(a) and is_jsonable(b):
        return JSON
    raise Conflict(f"{left} and {right}")


def joined(shape: Shape, type: pa.DataType) -> pa.DataType:
    """The type for the values of a JSON column and of a column of tables. Raises Conflict."""
    if shape.empty or pa.types.is_null(type):
        return type if shape.empty else shape.type()
    plain = value_type(type)
    if (shape.is_string and is_string(plain)) or (shape.is_bool and pa.types.is_boolean(plain)):
        return plain
    if shape.is_double and pa.types.is_floating(plain):
        return pa.float64()
    if shape.is_whole and pa.types.is_integer(plain):
        return _whole(shape, plain)
    if shape.is_double and pa.types.is_integer(plain):
        return pa.float64()
    if shape.is_list and shape.item is not None and is_list(plain):
        return list_of(joined(shape.item, plain.value_type), plain)
    if shape.is_object and pa.types.is_struct(plain) and shape.names == tuple(field.name for field in plain):
        pairs = zip(plain, shape.fields, strict=True)
        return pa.struct([(field.name, joined(inner, field.type)) for field, inner in pairs])
    if is_jsonable(plain):
        return JSON
    raise Conflict(f"{shape.type()} and {type}")


def _whole(shape: Shape, type: pa.DataType) -> pa.DataType:
    if pa.types.is_unsigned_integer(type) and shape.low >= 0:
        return united(pa.uint64() if shape.high < 2**64 else JSON, type)
    return united(shape.type(), type) if shape.high < 2**63 else JSON


def _numbers(a: pa.DataType, b: pa.DataType) -> pa.DataType | None:
    """Of whole numbers beside fractions, and of those that no 64 bits hold, the cast refuses what it would change."""
    whole = [pa.types.is_integer(type) for type in (a, b)]
    if not all(is_whole or pa.types.is_floating(type) for is_whole, type in zip(whole, (a, b), strict=True)):
        return None
    if not all(whole):
        return pa.float64() if any(whole) else max(a, b, key=lambda type: type.bit_width)
    signed = [pa.types.is_signed_integer(type) for type in (a, b)]
    if all(signed) or not any(signed):
        return max(a, b, key=lambda type: type.bit_width)
    bits = max(type.bit_width * (1 if one else 2) for type, one in zip((a, b), signed, strict=True))
    return pa.type_for_alias(f"int{min(bits, 64)}")


def _texts(a: pa.DataType, b: pa.DataType) -> pa.DataType | None:
    if is_string(a) and is_string(b):
        return pa.large_string()
    return pa.large_binary() if is_binary(a) and is_binary(b) else None


def _times(a: pa.DataType, b: pa.DataType) -> pa.DataType | None:
    unit = max(getattr(a, "unit", "s"), getattr(b, "unit", "s"), key=_UNITS.index) if not _is_odd(a, b) else ""
    if pa.types.is_timestamp(a) and pa.types.is_timestamp(b) and a.tz == b.tz:
        return pa.timestamp(unit, a.tz)
    if pa.types.is_duration(a) and pa.types.is_duration(b):
        return pa.duration(unit)
    if pa.types.is_time(a) and pa.types.is_time(b):
        return pa.time64(unit) if unit in ("us", "ns") else pa.time32(unit)
    return pa.date32() if pa.types.is_date(a) and pa.types.is_date(b) else None


def _is_odd(a: pa.DataType, b: pa.DataType) -> bool:
    """Types whose unit is none of time."""
    return any(getattr(type, "unit", "s") not in _UNITS for type in (a, b))


def _decimals(a: pa.DataType, b: pa.DataType) -> pa.DataType | None:
    if not (pa.types.is_decimal(a) and pa.types.is_decimal(b)):
        return None
    scale = max(a.scale, b.scale)
    digits = max(a.precision - a.scale, b.precision - b.scale) + scale
    if digits > 76:
        return None
    return pa.decimal128(digits, scale) if digits <= 38 else pa.decimal256(digits, scale)


def _lists(a: pa.DataType, b: pa.DataType) -> pa.DataType | None:
    if pa.types.is_map(a) and pa.types.is_map(b):
        return pa.map_(united(a.key_type, b.key_type), united(a.item_type, b.item_type))
    return list_of(united(a.value_type, b.value_type), a, b) if is_list(a) and is_list(b) else None


def _structs(a: pa.DataType, b: pa.DataType) -> pa.DataType | None:
    if not (pa.types.is_struct(a) and pa.types.is_struct(b)):
        return None
    if [field.name for field in a] != [field.name for field in b]:
        return None
    return pa.struct([(one.name, united(one.type, other.type)) for one, other in zip(a, b, strict=True)])


_WAYS: tuple[Callable[[pa.DataType, pa.DataType], pa.DataType | None], ...] = (
    _numbers,
    _texts,
    _times,
    _decimals,
    _lists,
    _structs,
)
