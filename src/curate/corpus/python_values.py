"""Values of an Arrow column as Python objects, without the code that writes them."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from curate.corpus.arrays import fields_of, items_of, plain_layout
from curate.corpus.arrow_types import is_string
from curate.corpus.column_paths import is_json, is_list
from curate.corpus.json_columns import json_bytes, json_value_of

_NANOSECONDS = {"s": 10**9, "ms": 10**6, "us": 10**3, "ns": 1}


def python_values(column: pa.Array) -> list[Any]:
    """Python values in which nothing is lost: times are counts of nanoseconds with their zone."""
    type = column.type
    if is_json(type):
        return [json_value_of(text) for text in json_bytes(column).to_pylist()]
    plain = plain_layout(column)
    if not plain.type.equals(type):
        return python_values(plain)
    if is_list(type) or pa.types.is_map(type):
        return _lists(column)
    if pa.types.is_struct(type):
        fields = [python_values(field) for field in fields_of(column)]
        rows = zip(*fields, strict=True) if fields else iter([()] * len(column))
        pairs = [dict(zip([field.name for field in type], row, strict=True)) for row in rows]
        return [pair if there else None for pair, there in zip(pairs, column.is_valid().to_pylist(), strict=True)]
    return _times(column) if pa.types.is_temporal(type) else _scalars(column)


def _lists(column: pa.Array) -> list[Any]:
    type = column.type
    if pa.types.is_map(type):
        column = column.cast(pa.list_(type.field(0).type))
    inner, found = python_values(items_of(column)), []
    start = 0
    for length in pc.list_value_length(column).to_pylist():
        found.append(None if length is None else inner[start : start + length])
        start += length or 0
    return found


def _times(column: pa.Array) -> list[Any]:
    type = column.type
    if pa.types.is_interval(type):
        return [None if value is None else tuple(value) for value in column.to_pylist()]
    if pa.types.is_date(type):
        per_day = 1 if pa.types.is_date32(type) else 86_400_000
        counts = column.view(pa.int32() if per_day == 1 else pa.int64()).to_pylist()
        return [None if count is None else ("date", count / per_day) for count in counts]
    width = pa.int32() if pa.types.is_time32(type) else pa.int64()
    kind, factor = (type.id, getattr(type, "tz", None)), _NANOSECONDS[type.unit]
    kind = ("time", None) if pa.types.is_time(type) else kind
    return [None if count is None else (*kind, count * factor) for count in column.view(width).to_pylist()]


def _scalars(column: pa.Array) -> list[Any]:
    type = column.type
    if is_string(type):  # in the file they may be no UTF-8
        texts = column.cast(pa.large_binary()).to_pylist()
        return [None if text is None else text.decode(errors="surrogateescape") for text in texts]
    values: list[Any] = [str(value) for value in column] if pa.types.is_union(type) else column.to_pylist()
    return [value if value is None else float(value) for value in values] if pa.types.is_float16(type) else values
