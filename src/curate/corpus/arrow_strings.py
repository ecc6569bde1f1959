"""Values of Arrow arrays as strings, and rows whose bytes are not UTF-8."""

from __future__ import annotations

from uuid import UUID

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from curate.corpus.arrays import plain_layout
from curate.corpus.column_paths import is_text


def bad_utf8(text: pa.Array) -> np.ndarray:
    """bool[n]: which texts are not UTF-8. One vectorised check; rows are looked at only where it fails."""
    try:
        text.validate(full=True)
    except pa.ArrowInvalid:
        values = text.cast(pa.large_binary()).to_pylist()
        return np.array([value is not None and not _decodes(value) for value in values], bool)
    return np.zeros(len(text), bool)


def _decodes(value: bytes) -> bool:
    try:
        value.decode()
    except UnicodeDecodeError:
        return False
    return True


def large_strings(column: pa.Array) -> pa.Array:
    """Same bytes, unchecked: a cast from binary to string would refuse the whole array for one bad row."""
    if pa.types.is_large_string(column.type):
        return column
    return column.cast(pa.large_binary()).view(pa.large_string())


def strings(column: pa.Array) -> pa.Array:
    """One value a row as text; bytes that are no text in hexadecimal digits, a UUID as it is usually written."""
    is_uuid = isinstance(column.type, pa.BaseExtensionType) and column.type.extension_name == "arrow.uuid"
    column = plain_layout(column)
    type = column.type
    if pa.types.is_fixed_size_binary(type) and not pa.types.is_decimal(type):
        return pa.array([None if value is None else _digits(value, is_uuid=is_uuid) for value in column.to_pylist()])
    if is_text(type):
        return _valid(large_strings(column))
    if pa.types.is_timestamp(type):
        return _iso(column)
    if pa.types.is_interval(type):
        return pa.array([None if value is None else str(tuple(value)) for value in column.to_pylist()], pa.string())
    return column.cast(pa.string())


def _digits(value: bytes, *, is_uuid: bool) -> str:
    return str(UUID(bytes=value)) if is_uuid else value.hex()


def _iso(column: pa.Array) -> pa.Array:
    """Whole seconds, "2019-01-01T00:00:00"; in UTC with a "Z" where the column has a zone."""
    seconds = column.cast(pa.timestamp("s"), safe=False).cast(pa.string())
    iso = pc.replace_substring(seconds, " ", "T")
    return pc.binary_join_element_wise(iso, "Z", "") if column.type.tz else iso


def _valid(column: pa.Array) -> pa.Array:
    """string[n]; bytes that are not UTF-8 are replaced, as a name must be printable."""
    if not bad_utf8(column).any():
        return column.cast(pa.string())
    values = column.cast(pa.large_binary()).to_pylist()
    return pa.array([None if value is None else value.decode(errors="replace") for value in values], pa.string())
