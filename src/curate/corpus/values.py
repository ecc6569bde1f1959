"""What a row says, as 128 bits, whatever file and type it stands in: to compare written rows with their inputs.

Nothing of the code that writes is used for tables, so that its faults show.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from curate.corpus.arrays import fields_of, items_of, plain_layout
from curate.corpus.column_paths import is_json, is_list
from curate.corpus.json_columns import json_bytes, json_value_of
from curate.corpus.json_text import Unkept, json_values
from curate.corpus.written_types import is_string

Row = dict[str, Any]
_NANOSECONDS = {"s": 10**9, "ms": 10**6, "us": 10**3, "ns": 1}


def json_rows(lines: Sequence[bytes]) -> Iterator[Row]:
    """Parsed lines; one that is no JSON says so."""
    for line in lines:
        value = json_value_of(line)
        yield value if isinstance(value, dict) else {"": str(value)}


def table_rows(batch: pa.RecordBatch, *, as_lines: bool = False) -> Iterator[Row]:
    """Rows of a table; `as_lines`: as they are written in lines of JSON."""
    columns = [_said_in_json(column) if as_lines else _values(column) for column in batch.columns]
    for row in zip(*columns, strict=True):
        yield dict(zip(batch.schema.names, row, strict=True))


def _said_in_json(column: pa.Array) -> list[Any]:
    try:
        return json_values(column)
    except Unkept as error:
        return [f"{error}"] * len(column)


def prints(rows: Iterator[Row], *, nulls: bool) -> NDArray[np.uint64]:
    """uint64[n, 2]; with or without the columns that are null."""
    kept = ({name: value for name, value in row.items() if nulls or value is not None} for row in rows)
    digests = b"".join(hashlib.blake2b(_said(row), digest_size=16).digest() for row in kept)
    return np.frombuffer(digests, np.uint64).reshape(-1, 2)


def _said(value: Any) -> bytes:
    return repr(_plain(value)).encode(errors="surrogatepass")


def _plain(value: Any) -> Any:
    """Numbers that are equal look alike, but true is not 1 and -0.0 is not 0; keys are in order."""
    if isinstance(value, dict):
        return {"": sorted((name, _plain(inner)) for name, inner in value.items())}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, float):
        return int(value) if value.is_integer() and repr(value) != "-0.0" else repr(value)
    return ("decimal", str(value.normalize())) if isinstance(value, Decimal) else value


def _values(column: pa.Array) -> list[Any]:
    """Python values in which nothing is lost: times are counts of nanoseconds with their zone."""
    type = column.type
    if is_json(type):
        return [json_value_of(text) for text in json_bytes(column).to_pylist()]
    plain = plain_layout(column)
    if not plain.type.equals(type):
        return _values(plain)
    if is_list(type) or pa.types.is_map(type):
        return _lists(column)
    if pa.types.is_struct(type):
        fields = [_values(field) for field in fields_of(column)]
        rows = zip(*fields, strict=True) if fields else iter([()] * len(column))
        pairs = [dict(zip([field.name for field in type], row, strict=True)) for row in rows]
        return [pair if there else None for pair, there in zip(pairs, column.is_valid().to_pylist(), strict=True)]
    return _times(column) if pa.types.is_temporal(type) else _scalars(column)


def _lists(column: pa.Array) -> list[Any]:
    type = column.type
    if pa.types.is_map(type):
        column = column.cast(pa.list_(type.field(0).type))
    inner, found = _values(items_of(column)), []
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
