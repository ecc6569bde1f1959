"""Hash of a row's values, 128 bits, independent of file and type: compares written rows with their inputs.

Nothing of the code that writes is used for tables, so that its faults show.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from hashlib import blake2b
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from curate.corpus.arrays import plain_layout
from curate.corpus.arrow_types import is_string
from curate.corpus.json_columns import json_value_of
from curate.corpus.json_numbers import Number
from curate.corpus.json_text import Unkept, json_values
from curate.corpus.python_values import python_values

Row = dict[str, Any]
Prints = NDArray[np.uint64]


def json_prints(lines: Sequence[bytes], *, nulls: bool) -> Prints:
    """uint64[n, 2] of lines of JSON; with or without the keys that are null."""
    return _prints(
        b"".join(
            _framed(_utf8(name)) + _framed(_canonical(value))
            for name, value in sorted(row.items())
            if nulls or value is not None
        )
        for row in json_rows(lines)
    )


def table_prints(batch: pa.RecordBatch, *, as_lines: bool, nulls: bool) -> Prints:
    """uint64[n, 2] of the rows of a table, column by column; `as_lines`: as they are written in lines of JSON."""
    columns = dict(zip(batch.schema.names, batch.columns, strict=True))  # of two with one name the last, as in rows
    frames = [_column_frames(name, columns[name], as_lines=as_lines, nulls=nulls) for name in sorted(columns)]
    if not frames:
        return _prints(b"" for _ in range(batch.num_rows))
    empty = pa.scalar(b"", pa.large_binary())
    joined = pc.binary_join_element_wise(*frames, empty)
    return _prints(joined.to_pylist())


def _prints(rows: Iterable[bytes]) -> Prints:
    digests = b"".join(blake2b(row, digest_size=16).digest() for row in rows)
    return np.frombuffer(digests, np.uint64).reshape(-1, 2)


def _framed(value: bytes) -> bytes:
    """With its length before it, lest the end of one value be the beginning of the next."""
    return b"%d:%s" % (len(value), value)


def _column_frames(name: str, column: pa.Array, *, as_lines: bool, nulls: bool) -> pa.Array:
    """The framed name and values of a column, large_binary[n]; empty for a null that is left out."""
    values = _canonical_column(column, as_lines=as_lines)
    lengths = pc.binary_length(values).cast(pa.large_string()).cast(pa.large_binary())
    head, colon, none = (pa.scalar(text, pa.large_binary()) for text in (_framed(_utf8(name)), b":", b""))
    frames = pc.binary_join_element_wise(head, lengths, colon, values, none)
    return frames if nulls else pc.if_else(pc.equal(values, b"n"), none, frames)


def _canonical_column(column: pa.Array, *, as_lines: bool) -> pa.Array:
    """`_canonical` of every value, large_binary[n]; of plain types without a step in Python."""
    found = _quickly(column)
    if found is None:
        values = _said_in_json(column) if as_lines else python_values(column)
        return pa.array(map(_canonical, values), pa.large_binary())
    return pc.fill_null(found, b"n")


def _quickly(column: pa.Array) -> pa.Array | None:
    """The same by Arrow for text that is UTF-8, whole numbers and truths; None for the others."""
    if pa.types.is_dictionary(column.type) and is_string(column.type.value_type):
        column = plain_layout(column)
    if is_string(column.type):
        column, tag = column.cast(pa.large_binary()), b"s"
        try:
            column.cast(pa.large_string())  # which looks whether it is UTF-8
        except pa.ArrowInvalid:
            return None
    elif pa.types.is_boolean(column.type):
        column, tag = column.cast(pa.int8()).cast(pa.large_string()).cast(pa.large_binary()), b"b"
    elif pa.types.is_integer(column.type):
        column, tag = column.cast(pa.large_string()).cast(pa.large_binary()), b"i"
    else:
        return None
    head, none = (pa.scalar(text, pa.large_binary()) for text in (tag, b""))
    return pc.binary_join_element_wise(head, column, none)


def _utf8(name: str) -> bytes:
    return name.encode(errors="surrogatepass")


def raw_prints(lines: Sequence[bytes]) -> Prints:
    """uint64[n, 2] of lines as they stand."""
    return _prints(lines)


def unlike_columns(one: Row, other: Row) -> list[str]:
    """Names of the columns in which two rows say something else; a null is as good as none."""
    names = dict.fromkeys([*one, *other])
    return [name for name in names if _canonical(one.get(name)) != _canonical(other.get(name))]


def json_rows(lines: Sequence[bytes]) -> Iterator[Row]:
    """Parsed lines; one that is no JSON says so."""
    for line in lines:
        value = json_value_of(line)
        yield value if isinstance(value, dict) else {"": str(value)}


def table_rows(batch: pa.RecordBatch, *, as_lines: bool = False) -> Iterator[Row]:
    """Rows of a table; `as_lines`: as they are written in lines of JSON."""
    columns = [_said_in_json(column) if as_lines else python_values(column) for column in batch.columns]
    for row in zip(*columns, strict=True):
        yield dict(zip(batch.schema.names, row, strict=True))


def _said_in_json(column: pa.Array) -> list[Any]:
    try:
        return json_values(column)
    except Unkept as error:
        return [f"{error}"] * len(column)


def _canonical(value: Any) -> bytes:
    """Canonical bytes of a value: equal numbers look alike, but true is not 1 and -0.0 is not 0."""
    if isinstance(value, str):
        return b"s" + value.encode(errors="surrogatepass")
    if isinstance(value, bool):
        return b"b1" if value else b"b0"
    if isinstance(value, int):
        return b"i%d" % value
    if isinstance(value, Number):
        return b"f" + value.text.encode()
    if isinstance(value, float):
        whole = value.is_integer() and (value != 0 or math.copysign(1, value) > 0)
        return b"i%d" % int(value) if whole else b"f" + repr(value).encode()
    return b"n" if value is None else b"r" + repr(_plain(value)).encode(errors="surrogatepass")


def _plain(value: Any) -> Any:
    """The same of what lies inside; keys are in order."""
    if isinstance(value, dict):
        return {"": sorted((name, _plain(inner)) for name, inner in value.items())}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, Number):
        return ("number", value.text)
    if isinstance(value, float):
        return int(value) if value.is_integer() and repr(value) != "-0.0" else repr(value)
    return ("decimal", str(value.normalize())) if isinstance(value, Decimal) else value
