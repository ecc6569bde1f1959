"""Rows of any JSON and tables of any Arrow type for tests of what is written, and strict comparison of values."""

from __future__ import annotations

import json
import math
from base64 import b64decode
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import strategies as st

_NAMES = st.sampled_from(["a", "A", "b", "a.b", "a+b", "", "new\nline", "é", "text_2", "id2"])
_NUMBERS = st.one_of(
    st.integers(-(2**70), 2**70),
    st.sampled_from([2**53, 2**53 + 1, 2**63 - 1, 2**63, 2**64 - 1, 2**64, -(2**63) - 1, 0, 1]),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from([-0.0, 1e5, 5e-324, 1.7976931348623157e308]),
)
_STRINGS = st.one_of(st.text(max_size=6), st.sampled_from(["2019-01-01", "\ud800", "a\x00b", "\u2028", "1", ""]))
_LEAVES = st.one_of(st.none(), st.booleans(), _NUMBERS, _STRINGS)
JSON_VALUES = st.recursive(
    _LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_NAMES, inner, max_size=3), max_leaves=8
)
_SAME = st.one_of(
    st.integers(-5, 5),
    st.integers(2**62, 2**64 - 1),
    st.sampled_from(["x", "2019-01-01T00:00:00Z", ""]),
    st.fixed_dictionaries({"k": st.integers(0, 3), "v": st.none() | st.text(max_size=2)}),
    st.lists(st.integers(0, 9) | st.none(), max_size=2),
)
JSON_ROWS = st.lists(st.dictionaries(_NAMES, st.one_of(JSON_VALUES, _SAME), max_size=4), min_size=1, max_size=8)

_UNITS = ("s", "ms", "us", "ns")
FLAT_TYPES: tuple[pa.DataType, ...] = (
    *(pa.int8(), pa.int16(), pa.int32(), pa.int64(), pa.uint8(), pa.uint16(), pa.uint32(), pa.uint64()),
    *(pa.float16(), pa.float32(), pa.float64(), pa.bool_(), pa.null()),
    *(pa.string(), pa.large_string(), pa.string_view(), pa.binary(), pa.large_binary(), pa.binary_view()),
    *(pa.binary(16), pa.binary(1), pa.uuid(), pa.bool8(), pa.json_(), pa.opaque(pa.int8(), "a", "b")),
    *(pa.date32(), pa.date64(), pa.time32("s"), pa.time32("ms"), pa.time64("us"), pa.time64("ns")),
    *(pa.timestamp(unit, zone) for unit in _UNITS for zone in (None, "UTC", "Europe/Berlin", "+02:00")),
    *(pa.duration(unit) for unit in _UNITS),
    *(pa.decimal32(7, 2), pa.decimal64(15, 0), pa.decimal128(30, 7), pa.decimal256(60, 30)),
    *(
        pa.dictionary(index, value)
        for index in (pa.int8(), pa.int32())
        for value in (pa.string(), pa.int64(), pa.string_view())
    ),
    *(pa.run_end_encoded(pa.int32(), pa.string()), pa.fixed_shape_tensor(pa.int8(), [2])),
)
NESTED: tuple[Callable[[pa.DataType], pa.DataType], ...] = (
    pa.list_,
    pa.large_list,
    pa.list_view,
    lambda inner: pa.list_(inner, 2),
    lambda inner: pa.struct([("x", inner), ("Y y", pa.string())]),
    lambda inner: pa.map_(pa.string(), inner),
    lambda inner: pa.list_(pa.struct([pa.field("z", inner), pa.field("empty", pa.struct([]))])),
)


def arrays(type: pa.DataType, size: int) -> st.SearchStrategy[pa.Array]:
    """Arrays of a type, with nulls."""
    return st.randoms(use_true_random=False).map(lambda draw: made_array(type, size, draw))


def made_array(type: pa.DataType, size: int, draw: Any, *, nulls: bool = True) -> pa.Array:
    """An array of a type by a source of random numbers."""
    if pa.types.is_run_end_encoded(type):
        values = made_array(type.value_type, size, draw)
        return pa.RunEndEncodedArray.from_arrays(pa.array(range(1, size + 1), type.run_end_type), values)
    if isinstance(type, pa.BaseExtensionType):
        if type.extension_name == "arrow.json":
            texts = ['{"b": 1, "a": [1.5, null]}', "null", "7", '"x"', "[ ]", "1180591620717411303424"]
            storage = pa.array([draw.choice([None, *texts]) for _ in range(size)], type.storage_type)
        else:
            storage = made_array(type.storage_type, size, draw)
        return pa.ExtensionArray.from_storage(type, storage)
    missing = [nulls and draw.random() < 0.2 for _ in range(size)]
    if pa.types.is_dictionary(type):
        values = made_array(type.value_type, 3, draw, nulls=False)
        indices = pa.array([None if gone else draw.randrange(3) for gone in missing], type.index_type)
        return pa.DictionaryArray.from_arrays(indices, values)
    if pa.types.is_struct(type):
        fields = [made_array(field.type, size, draw, nulls=field.nullable) for field in type]
        if not fields:
            return pa.array([None if gone else {} for gone in missing], type)
        return pa.StructArray.from_arrays(fields, fields=list(type), mask=pa.array(missing, pa.bool_()))
    if pa.types.is_fixed_size_list(type):
        items = made_array(type.value_type, size * type.list_size, draw)
        return pa.FixedSizeListArray.from_arrays(items, type=type, mask=pa.array(missing, pa.bool_()))
    if hasattr(type, "value_type") or pa.types.is_map(type):
        return _made_lists(type, missing, draw)
    return pa.array([None if gone else made_value(type, draw) for gone in missing], type)


def _made_lists(type: pa.DataType, missing: list[bool], draw: Any) -> pa.Array:
    lengths = [0 if gone else draw.randrange(3) for gone in missing]
    offsets = [sum(lengths[:i]) for i in range(len(lengths) + 1)]
    mask = pa.array(missing, pa.bool_())
    if pa.types.is_map(type):
        keys = pa.array([f"k{i}" for i in range(offsets[-1])], type.key_type)
        items = made_array(type.item_type, offsets[-1], draw)
        return pa.MapArray.from_arrays(pa.array(offsets, pa.int32()), keys, items, type=type, mask=mask)
    items = made_array(type.value_type, offsets[-1], draw)
    if pa.types.is_list_view(type):
        starts, sizes = (pa.array(part, pa.int32()) for part in (offsets[:-1], lengths))
        return pa.ListViewArray.from_arrays(starts, sizes, items, type=type, mask=mask)
    large = pa.types.is_large_list(type)
    kind, width = (pa.LargeListArray, pa.int64()) if large else (pa.ListArray, pa.int32())
    return kind.from_arrays(pa.array(offsets, width), items, type=type, mask=mask)


def made_value(type: pa.DataType, draw: Any) -> Any:
    """One value that `pa.array` takes."""
    if pa.types.is_integer(type):
        low, high = (-(2 ** (type.bit_width - 1)), 2 ** (type.bit_width - 1) - 1)
        shift = -low if pa.types.is_unsigned_integer(type) else 0
        return draw.choice([low, high, draw.randint(low, high), 0 - shift]) + shift
    if pa.types.is_floating(type):
        return draw.choice([0.5, -0.0, 1.0, 2.0**-10, draw.randrange(-1000, 1000) / 8])
    if pa.types.is_boolean(type):
        return draw.random() < 0.5
    if pa.types.is_decimal(type):
        return Decimal(draw.randrange(-(10**type.precision) + 1, 10**type.precision)).scaleb(-type.scale)
    if pa.types.is_fixed_size_binary(type):
        return draw.randbytes(type.byte_width)
    if pa.types.is_binary(type) or pa.types.is_large_binary(type) or pa.types.is_binary_view(type):
        return draw.randbytes(draw.randrange(4))
    if pa.types.is_string(type) or pa.types.is_large_string(type) or pa.types.is_string_view(type):
        return draw.choice(["", "a", "é\n", "2019-01-01", "\u2028x", "longer than twelve bytes"])
    if pa.types.is_date64(type):
        return draw.randrange(-(10**4), 10**5) * 86_400_000
    if pa.types.is_time(type):
        return draw.randrange(86_400 * {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}[type.unit])
    if pa.types.is_temporal(type):
        return draw.randrange(-(10**5), 10**7)
    return None


def same(left: Any, right: Any) -> bool:
    """Equal as values: 1 is 1.0 but not true, NaN is NaN, -0.0 is not 0.0, and the keys of objects are the same."""
    if isinstance(left, bool) or isinstance(right, bool) or left is None or right is None:
        return left is right
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(same(value, right[name]) for name, value in left.items())
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(same, left, right))
    if isinstance(left, float) and isinstance(right, float):
        signs = math.copysign(1, left) == math.copysign(1, right)
        return (left == right and signs) or (math.isnan(left) and math.isnan(right))
    return bool(left == right)


def parquet_rows(folder: str) -> list[dict[str, Any]]:
    """The rows of a folder of Parquet, in order."""
    return [row for path in sorted(Path(folder).glob("*.parquet")) for row in plain_rows(pq.ParquetFile(path).read())]


def plain_rows(table: pa.Table) -> list[dict[str, Any]]:
    """Rows of values in which nothing is lost, whatever type holds them: JSON parsed, times as nanoseconds."""
    columns = [[plain(value) for value in column] for column in table.columns]
    return [dict(zip(table.schema.names, row, strict=True)) for row in zip(*columns, strict=True)]


def plain(value: pa.Scalar) -> Any:
    """One value; times are counts of nanoseconds with their zone, for Python has neither them nor far years."""
    type = value.type
    if not value.is_valid:
        return None
    if isinstance(type, pa.BaseExtensionType):
        if type.extension_name == "arrow.json":
            return json.loads(value.value.as_py())
        return value.value.as_py() != 0 if type.extension_name == "arrow.bool8" else plain(value.value)
    if pa.types.is_struct(type):
        return {name: plain(inner) for name, inner in value.items()}
    if pa.types.is_map(type):
        return [[plain(pair["key"]), plain(pair["value"])] for pair in value.values]
    if pa.types.is_timestamp(type):
        return (value.value * PER_UNIT[type.unit], type.tz)
    if pa.types.is_time(type) or pa.types.is_duration(type):
        return value.value * PER_UNIT[type.unit]
    if pa.types.is_date(type):
        return value.value if pa.types.is_date32(type) else value.value // 86_400_000
    if pa.types.is_dictionary(type) or pa.types.is_run_end_encoded(type):
        return value.as_py()
    if hasattr(type, "value_type"):
        return [plain(item) for item in value.values]
    return float(value.as_py()) if pa.types.is_floating(type) else value.as_py()


PER_UNIT = {"s": 10**9, "ms": 10**6, "us": 10**3, "ns": 1}


def from_json(value: Any, type: pa.DataType) -> Any:
    """Result of `plain` for the value of a JSON line in its documented form."""
    if value is None:
        return None
    if isinstance(type, pa.BaseExtensionType):
        if type.extension_name in ("arrow.json", "arrow.bool8"):
            return value
        return UUID(value).bytes if type.extension_name == "arrow.uuid" else from_json(value, type.storage_type)
    if pa.types.is_struct(type):
        assert list(value) == [field.name for field in type]
        return {field.name: from_json(value[field.name], field.type) for field in type}
    if pa.types.is_map(type):
        return [[from_json(key, type.key_type), from_json(item, type.item_type)] for key, item in value]
    if pa.types.is_dictionary(type) or pa.types.is_run_end_encoded(type):
        return from_json(value, type.value_type)
    if hasattr(type, "value_type"):
        return [from_json(item, type.value_type) for item in value]
    if pa.types.is_temporal(type):
        return _time(value, type)
    if pa.types.is_decimal(type):
        return Decimal(value)
    texts = (pa.types.is_binary, pa.types.is_large_binary, pa.types.is_binary_view, pa.types.is_fixed_size_binary)
    return b64decode(value, validate=True) if any(test(type) for test in texts) else value


def _time(text: str, type: pa.DataType) -> Any:
    if pa.types.is_duration(type):
        sign, seconds = -1 if text.startswith("PT-") else 1, Decimal(text.removeprefix("PT").removesuffix("S"))
        assert (seconds < 0) == (sign < 0)
        return int(seconds * 10**9)
    if pa.types.is_date(type):
        return int(np.datetime64(text, "D").astype(np.int64))
    whole, _, fraction = text.removesuffix("+00:00").partition(".")
    nanoseconds = int(fraction.ljust(9, "0")) if fraction else 0
    if pa.types.is_time(type):
        hours, minutes, seconds = map(int, whole.split(":"))
        return ((hours * 60 + minutes) * 60 + seconds) * 10**9 + nanoseconds
    assert text.endswith("+00:00") == (type.tz is not None)
    passed = int(np.datetime64(whole, "s").astype(np.int64))
    return (passed * 10**9 + nanoseconds, type.tz)
