"""Arrow arrays taken apart: what encodings, extension types and lists hold."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from curate.corpus.column_paths import is_json


def plain_layout(column: pa.Array) -> pa.Array:
    """The same values in their `plain_type`; what they hold inside keeps its layout."""
    type = column.type
    if pa.types.is_dictionary(type):
        return plain_layout(takeable_values(column.dictionary).take(column.indices))
    if pa.types.is_run_end_encoded(type):
        return plain_layout(runs_decoded(column))
    if isinstance(type, pa.BaseExtensionType) and not is_json(type):
        return plain_layout(column.storage)
    return column


def runs_decoded(column: pa.Array) -> pa.Array:
    """A value for each row of a run-end encoding; Arrow's own `run_end_decode` knows neither dictionaries nor lists."""
    rows = np.arange(column.offset, column.offset + len(column))
    places = np.searchsorted(column.run_ends.to_numpy(), rows, side="right")
    return takeable_values(column.values).take(pa.array(places, pa.int64()))


def takeable_values(values: pa.Array) -> pa.Array:
    """Views as plain strings and bytes, and runs decoded, of which Arrow 26 can take."""
    if pa.types.is_run_end_encoded(values.type):
        return runs_decoded(values)
    if pa.types.is_string_view(values.type):
        return values.cast(pa.large_string())
    return values.cast(pa.large_binary()) if pa.types.is_binary_view(values.type) else values


def items_of(column: pa.Array) -> pa.Array:
    """The items of all lists, one list after the other; those that a null list hides are left out."""
    try:
        found: pa.Array = column.flatten()
    except pa.ArrowNotImplementedError:  # where lists of an extension type are null (26.0)
        lengths = list_lengths(column)
        starts = _starts(column)
        before = np.cumsum(lengths) - lengths
        places = np.repeat(starts - before, lengths) + np.arange(lengths.sum())
        found = column.values.take(pa.array(places))
    return found


def fields_of(column: pa.Array) -> list[pa.Array]:
    """The fields of a struct, null where it is; of nulls alone Parquet's reader gives too few in nested maps (26.0)."""
    return [pa.nulls(len(column)) if pa.types.is_null(field.type) else field for field in column.flatten()]


def _starts(column: pa.Array) -> NDArray[np.int64]:
    if pa.types.is_fixed_size_list(column.type):
        size = int(column.type.list_size)
        return np.arange(column.offset, column.offset + len(column), dtype=np.int64) * size
    offsets: NDArray[np.int64] = column.offsets.to_numpy(zero_copy_only=False).astype(np.int64)
    return offsets[: len(column)]


def list_lengths(column: pa.Array) -> NDArray[np.int64]:
    """int64[n]; 0 where a list is null."""
    lengths = pc.fill_null(pc.list_value_length(column), 0)
    whole: NDArray[np.int64] = lengths.to_numpy(zero_copy_only=False).astype(np.int64)
    return whole
