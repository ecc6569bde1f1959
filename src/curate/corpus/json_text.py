"""JSON text of parsed values, and parsed values of Arrow arrays: exact, or refused with the place and the reason."""

from __future__ import annotations

import base64
import json
from collections import Counter
from typing import Any
from uuid import UUID

import pyarrow as pa
import pyarrow.compute as pc

from curate.corpus.arrays import fields_of, items_of, list_lengths, plain_layout
from curate.corpus.column_paths import is_json, is_list
from curate.corpus.json_blocks import BadLine
from curate.corpus.json_columns import json_bytes
from curate.corpus.json_numbers import Number, exact_value

_SECOND = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}


class Unkept(Exception):
    """A value that cannot be written as it is: `index` is its row in the array, the text says why."""

    def __init__(self, index: int, reason: str) -> None:
        super().__init__(reason)
        self.index = index


def json_text(value: Any) -> str:
    """Compact JSON that says the same; raises ValueError for a NaN or infinity that no JSON text said."""
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    except ValueError:
        text = _slow_text(value)
    try:
        text.encode()
    except UnicodeEncodeError:  # half a surrogate pair can only be written as an escape
        return "".join(one if ord(one) < 0xD800 or ord(one) > 0xDFFF else f"\\u{ord(one):04x}" for one in text)
    return text


def _slow_text(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ",".join(f"{json.dumps(name)}:{_slow_text(inner)}" for name, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(_slow_text, value)) + "]"
    if isinstance(value, Number):
        return value.text
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def json_values(column: pa.Array) -> list[Any]:
    """A value for each row that `json_text` takes; JSON text inside becomes what it says.

    Times are ISO 8601 (those with a zone in UTC), durations ISO 8601 in seconds, bytes base64, decimals and UUIDs text,
    maps lists of pairs. Raises Unkept for NaN and infinities, for unions, and for what text cannot say.
    """
    type = column.type
    if is_json(type):
        return [_inside(index, text) for index, text in enumerate(json_bytes(column).to_pylist())]
    if isinstance(type, pa.BaseExtensionType) and type.extension_name == "arrow.uuid":
        return [None if value is None else str(UUID(bytes=value)) for value in column.storage.to_pylist()]
    if isinstance(type, pa.BaseExtensionType) and type.extension_name == "arrow.bool8":
        return [None if value is None else value != 0 for value in column.storage.to_pylist()]
    column = plain_layout(column)
    if column.type != type:
        return json_values(column)
    if is_list(type) or pa.types.is_map(type):
        return _lists(column)
    return _objects(column) if pa.types.is_struct(type) else _scalars(column)


def _inside(index: int, text: bytes | None) -> Any:
    try:
        return None if text is None else exact_value(text.decode())
    except (ValueError, RecursionError, BadLine) as error:
        raise Unkept(index, "JSON text that is no JSON") from error


def _lists(column: pa.Array) -> list[Any]:
    is_map = pa.types.is_map(column.type)
    column = column.cast(pa.list_(column.type.field(0).type)) if is_map else column
    lengths = list_lengths(column).tolist()
    try:
        inner = iter((_pairs if is_map else json_values)(items_of(column)))
    except Unkept as error:
        raise Unkept(_row_of(lengths, error.index), str(error)) from error
    lists = [[next(inner) for _ in range(length)] for length in lengths]
    return [value if valid else None for value, valid in zip(lists, column.is_valid().to_pylist(), strict=True)]


def _pairs(entries: pa.Array) -> list[Any]:
    keys, items = map(json_values, fields_of(entries))
    return [[key, item] for key, item in zip(keys, items, strict=True)]


def _row_of(lengths: list[int], item: int) -> int:
    for row, length in enumerate(lengths):
        item -= length
        if item < 0:
            return row
    raise IndexError(item)


def _objects(column: pa.Array) -> list[Any]:
    names = [field.name for field in column.type]
    if twice := [name for name, count in Counter(names).items() if count > 1]:
        raise Unkept(0, f"two fields called {twice[0]!r}")
    fields = [json_values(field) for field in fields_of(column)]
    rows = zip(*fields, strict=True) if fields else [()] * len(column)
    valid = column.is_valid().to_pylist()
    return [dict(zip(names, row, strict=True)) if there else None for row, there in zip(rows, valid, strict=True)]


def _scalars(column: pa.Array) -> list[Any]:
    type = column.type
    if pa.types.is_floating(type):
        finite = pc.fill_null(pc.is_finite(column.cast(pa.float64())), fill_value=True)
        if not pc.all(finite, min_count=0).as_py():
            index = pc.index(finite, value=False).as_py()
            raise Unkept(index, f"{column[index].as_py()}, which JSON has no word for")
        return [None if value is None else float(value) for value in column.to_pylist()]
    if pa.types.is_null(type) or pa.types.is_boolean(type) or pa.types.is_integer(type):
        return list(column.to_pylist())
    if pa.types.is_string(type) or pa.types.is_large_string(type) or pa.types.is_string_view(type):
        return _strings(column)
    if pa.types.is_temporal(type):
        return _times(column)
    if pa.types.is_decimal(type):
        return list(column.cast(pa.string()).to_pylist())
    if any(test(type) for test in _BYTES):
        return [None if value is None else base64.b64encode(value).decode() for value in column.to_pylist()]
    raise Unkept(0, f"values of the type {type}, which JSON has no form for")


_BYTES = (pa.types.is_binary, pa.types.is_large_binary, pa.types.is_binary_view, pa.types.is_fixed_size_binary)


def _strings(column: pa.Array) -> list[Any]:
    try:
        return list(column.to_pylist())
    except UnicodeDecodeError as error:
        values = column.cast(pa.large_binary()).to_pylist()
        index = next(i for i, value in enumerate(values) if value is not None and not _is_utf8(value))
        raise Unkept(index, "a string that is not UTF-8") from error


def _is_utf8(value: bytes) -> bool:
    try:
        value.decode()
    except UnicodeDecodeError:
        return False
    return True


def _times(column: pa.Array) -> list[Any]:
    type = column.type
    if pa.types.is_interval(type):
        return [None if value is None else _period(value) for value in column.to_pylist()]
    if pa.types.is_duration(type):
        counts = column.cast(pa.int64()).to_pylist()
        return [None if count is None else f"PT{_seconds(count, _SECOND[type.unit])}S" for count in counts]
    zone = pa.types.is_timestamp(type) and type.tz is not None
    plain = column.cast(pa.timestamp(type.unit)) if zone else column
    texts = plain.cast(pa.string()).to_pylist()
    for index, text in enumerate(texts):
        if text is not None and text.startswith("<"):
            raise Unkept(index, "a date that text has no form for")
    return [None if text is None else _iso(text) + "+00:00" * zone for text in texts]


def _iso(text: str) -> str:
    head, dot, fraction = text.replace(" ", "T").partition(".")
    return head + dot + fraction if fraction.strip("0") else head


def _seconds(count: int, per_second: int) -> str:
    whole, rest = divmod(abs(count), per_second)
    digits = f".{rest:0{len(str(per_second)) - 1}d}" if rest else ""
    return "-" * (count < 0) + f"{whole}{digits}"


def _period(value: Any) -> str:
    months, days, nanoseconds = value
    return f"P{months}M{days}DT{_seconds(nanoseconds, 10**9)}S"
