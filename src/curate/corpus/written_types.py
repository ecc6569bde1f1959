"""The type a column of tables is written in: the same where Parquet has it, a wider one where files differ.

Nothing here changes a value. Where no type holds all values exactly, JSON text does, of what JSON can say.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from functools import cache

import pyarrow as pa
import pyarrow.parquet as pq

from curate.corpus.column_paths import is_json, is_list
from curate.corpus.json_shapes import JSON, Shape

_UNITS = ("s", "ms", "us", "ns")


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
    """Is there a union in it, which neither Parquet nor JSON has a form for?"""
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
        return _list_of(joined(shape.item, plain.value_type), plain)
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


def value_type(type: pa.DataType) -> pa.DataType:
    """Value type of a dictionary or run-end encoding."""
    encoded = pa.types.is_dictionary(type) or pa.types.is_run_end_encoded(type)
    return value_type(type.value_type) if encoded else type


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
    return _list_of(united(a.value_type, b.value_type), a, b) if is_list(a) and is_list(b) else None


def _list_of(item: pa.DataType, *lists: pa.DataType) -> pa.DataType:
    large = any(pa.types.is_large_list(type) or pa.types.is_large_list_view(type) for type in lists)
    return pa.large_list(item) if large else pa.list_(item)


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


def parquet_type(type: pa.DataType) -> pa.DataType:
    """The type that Parquet holds these values in, the same where it can. Raises Conflict."""
    found = _parquet_type(type)
    errors = [_unkept(one) for one in (found, _plainer(found))]
    if all(errors):
        raise Conflict(f"{type}, which Parquet has no form for") from errors[0]
    return _plainer(found) if errors[0] else found


def _plainer(type: pa.DataType) -> pa.DataType:
    """Without the views and short decimals that Arrow 20 does not write."""
    if pa.types.is_decimal(type) and type.bit_width < 128:
        return pa.decimal128(type.precision, type.scale)
    return inside(spooled(type), _plainer)


def _unkept(type: pa.DataType) -> Exception | None:
    """Why Arrow cannot write values of the type, put them in order, or read them as what they were."""
    held = io.BytesIO()
    try:
        pq.ParquetWriter(held, pa.schema([("a", type)])).close()
        pa.nulls(1, spooled(type)).take(pa.array([0]))
    except (pa.ArrowException, OSError) as error:
        return error
    found = pq.ParquetFile(held).schema_arrow.field("a").type
    return None if found.equals(type) else Conflict(f"read back as {found}")  # in maps, before Arrow 24


def _parquet_type(type: pa.DataType) -> pa.DataType:
    if pa.types.is_run_end_encoded(type) or (pa.types.is_dictionary(type) and not _is_bytes(type.value_type)):
        return _parquet_type(type.value_type)
    if pa.types.is_dictionary(type):
        value = pa.string() if is_string(type.value_type) else pa.binary()  # Arrow reads no other (26.0)
        return pa.dictionary(type.index_type, value, type.ordered)
    if pa.types.is_union(type) or pa.types.is_interval(type):
        raise Conflict(f"{type}, which Parquet has no form for")
    if pa.types.is_timestamp(type) and type.unit == "s":
        return pa.timestamp("ms", type.tz)
    if type.equals(pa.time32("s")) or type.equals(pa.date64()):
        return pa.time32("ms") if pa.types.is_time(type) else pa.date32()
    if type.equals(pa.binary(0)):
        return pa.binary()
    if is_list(type) and pa.types.is_struct(type.value_type):
        type = inside(type, spooled)  # Arrow cannot write views in structs of lists (26.0)
    if pa.types.is_fixed_size_list(type) and not _keeps_missing_lists():
        return _list_of(_parquet_type(type.value_type), type)
    return JSON if is_json(type) or (pa.types.is_struct(type) and not len(type)) else inside(type, _parquet_type)


@cache
def _keeps_missing_lists() -> bool:
    """Does this Arrow read back a missing list of one size? Those before 26 do not, or refuse to write it."""
    held = io.BytesIO()
    try:
        pq.write_table(pa.table({"a": pa.array([[1, 2], None], pa.list_(pa.int8(), 2))}), held)
        return bool(pq.read_table(held)["a"].null_count == 1)
    except pa.ArrowException:
        return False


def _is_bytes(type: pa.DataType) -> bool:
    return is_string(type) or (is_binary(type) and not pa.types.is_fixed_size_binary(type))


def spooled(type: pa.DataType) -> pa.DataType:
    """The type in which rows are put in order: Arrow 26 cannot take from the views."""
    if pa.types.is_string_view(type) or pa.types.is_binary_view(type):
        return pa.large_string() if pa.types.is_string_view(type) else pa.large_binary()
    if pa.types.is_list_view(type) or pa.types.is_large_list_view(type):
        return _list_of(spooled(type.value_type), type)
    return inside(type, spooled)


def takeable(type: pa.DataType) -> pa.DataType:
    """The type of values that some rows can be taken of; unions are, as long as they hold nothing encoded."""
    if pa.types.is_run_end_encoded(type):
        return takeable(type.value_type)
    return inside(spooled(type), takeable)


def read_type(type: pa.DataType) -> pa.DataType | None:
    """The type in which Arrow reads from JSON what becomes this one; None where no value of JSON does."""
    if is_string(type):
        return pa.string()
    if is_list(type):
        item = read_type(type.value_type)
        return None if item is None else pa.list_(item)
    if pa.types.is_struct(type):
        fields = [(field.name, read_type(field.type)) for field in type]
        return None if any(inner is None for _, inner in fields) else pa.struct(fields)
    plain = pa.types.is_integer(type) or pa.types.is_floating(type) or pa.types.is_boolean(type)
    if pa.types.is_null(type):
        return pa.bool_()  # Arrow loses the nulls of lists of nothing else (26.0)
    return type if plain and not pa.types.is_float16(type) else None


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
        return _list_of(item, type)
    if pa.types.is_struct(type):
        fields = [field.with_type(change(field.type)) for field in type]
        return type if all(one.equals(field) for one, field in zip(fields, type, strict=True)) else pa.struct(fields)
    return type
