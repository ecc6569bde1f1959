"""Values into the type they are written in: exact, or refused with the row."""

from __future__ import annotations

from itertools import chain
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from curate.corpus.arrays import fields_of, items_of, list_lengths, plain_layout, runs_decoded
from curate.corpus.arrow_types import is_jsonable
from curate.corpus.column_paths import holds_json, is_json, is_list
from curate.corpus.json_shapes import JSON
from curate.corpus.json_text import Unkept, json_text, json_values
from curate.corpus.parquet_types import takeable


def conformed(column: pa.Array, type: pa.DataType) -> pa.Array:
    """The same values in another type. Raises Unkept for the first that it does not hold exactly."""
    if column.type.equals(type) and not _holds_dictionary(type):
        return column
    if pa.types.is_null(type):
        return pa.nulls(len(column))
    if is_json(type):
        return column.storage.cast(pa.string()).cast(JSON) if is_json(column.type) else json_array(json_values(column))
    if is_list(type) and is_list(column.type):
        return _list(column, type)
    if pa.types.is_map(type) and pa.types.is_map(column.type):
        return _map(column, type)
    if pa.types.is_struct(type) and pa.types.is_struct(column.type):
        fields = [conformed(field, inner.type) for field, inner in zip(fields_of(column), type, strict=True)]
        return pa.StructArray.from_arrays(fields, fields=list(type), mask=column.is_null())
    if pa.types.is_run_end_encoded(column.type):
        return conformed(runs_decoded(column), type)
    if pa.types.is_dictionary(column.type):
        return _dictionary(column, type)
    return _cast(column, type)


def taken(batch: pa.RecordBatch, places: pa.Array) -> pa.RecordBatch:
    """The rows at these places; in other layouts where Arrow cannot take from those they are in."""
    columns = [conformed(column, takeable(column.type)).take(places) for column in batch.columns]
    return pa.RecordBatch.from_arrays(columns, names=batch.schema.names)


def in_json_forms(batch: pa.RecordBatch, schema: pa.Schema) -> pa.RecordBatch:
    """The batch with those columns as JSON text that the schema has so and whose values JSON says in another form."""
    types = {field.name: field.type for field in schema}
    columns = [
        conformed(column, JSON) if is_json(types.get(name, column.type)) and not is_jsonable(column.type) else column
        for name, column in zip(batch.schema.names, batch.columns, strict=True)
    ]
    return pa.RecordBatch.from_arrays(columns, names=batch.schema.names)


def _dictionary(column: pa.DictionaryArray, type: pa.DataType) -> pa.Array:
    if not pa.types.is_dictionary(type):
        return conformed(plain_layout(column), type)
    values, indices = conformed(column.dictionary, type.value_type), column.indices.cast(type.index_type)
    if values.null_count:  # Parquet's writer refuses nulls in a dictionary; in its indices they say the same
        valid = values.is_valid().to_numpy(zero_copy_only=False)
        indices = pa.array(np.cumsum(valid) - 1, type.index_type, mask=~valid).take(indices)
        values = values.drop_null()
    return pa.DictionaryArray.from_arrays(indices, values, ordered=type.ordered)


def _holds_dictionary(type: pa.DataType) -> bool:
    if pa.types.is_dictionary(type):
        return True
    nested = is_list(type) or pa.types.is_struct(type) or pa.types.is_map(type)
    return nested and any(_holds_dictionary(type.field(at).type) for at in range(type.num_fields))


def _list(column: pa.Array, type: pa.DataType) -> pa.Array:
    lengths = list_lengths(column)
    ends = np.cumsum(lengths)
    if pa.types.is_fixed_size_list(type):
        return _list_of_size(column, type)
    try:
        items = conformed(items_of(column), type.value_type)
    except Unkept as error:
        raise Unkept(int(np.searchsorted(ends, error.index, side="right")), str(error)) from error
    return list_array(lengths, items, type, column.is_null())


def _list_of_size(column: pa.Array, type: pa.DataType) -> pa.Array:
    """Null lists of a size have items too, which `flatten` leaves out."""
    items = column.values.slice(column.offset * type.list_size, len(column) * type.list_size)
    return pa.FixedSizeListArray.from_arrays(conformed(items, type.value_type), type=type, mask=column.is_null())


def list_array(lengths: NDArray[np.int64], items: pa.Array, type: pa.DataType, nulls: pa.Array) -> pa.Array:
    """Lists of any layout but of one size: int64[n] of lengths, 0 where a list is null; bool[n] of nulls."""
    large = pa.types.is_large_list(type) or pa.types.is_large_list_view(type)
    offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64 if large else np.int32)
    if pa.types.is_list_view(type) or pa.types.is_large_list_view(type):
        kind = pa.LargeListViewArray if large else pa.ListViewArray
        sizes = pa.array(np.asarray(lengths, offsets.dtype))
        return kind.from_arrays(pa.array(offsets[:-1]), sizes, items, type=type, mask=nulls)
    kind = pa.LargeListArray if large else pa.ListArray
    return kind.from_arrays(pa.array(offsets), items, type=type, mask=nulls)


def _map(column: pa.Array, type: pa.DataType) -> pa.Array:
    pairs = column.cast(pa.list_(column.type.field(0).type))
    keys, items = fields_of(items_of(pairs))
    lengths = list_lengths(pairs)
    offsets = pa.array(np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32))
    keys, items = conformed(keys, type.key_type), conformed(items, type.item_type)
    return pa.MapArray.from_arrays(offsets, keys, items, type=type, mask=column.is_null())


def _cast(column: pa.Array, type: pa.DataType) -> pa.Array:
    try:
        return column.cast(type)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        start, stop = 0, len(column)
        while stop - start > 1:
            middle = (start + stop) // 2
            start, stop = (start, middle) if _is_refused(column.slice(start, middle - start), type) else (middle, stop)
        raise Unkept(start, f"a value that {type} does not hold: {str(error).splitlines()[0]}") from error


def _is_refused(column: pa.Array, type: pa.DataType) -> bool:
    try:
        column.cast(type)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        return True
    return False


def json_array(values: list[Any]) -> pa.Array:
    """JSON text of parsed values; null where there is none. Raises Unkept."""
    texts: list[str | None] = []
    for index, value in enumerate(values):
        try:
            texts.append(None if value is None else json_text(value))
        except (ValueError, RecursionError) as error:
            raise Unkept(index, f"a value that JSON cannot say: {error}") from error
    return pa.array(texts, pa.string()).cast(JSON)


def parsed_array(values: list[Any], type: pa.DataType) -> pa.Array:
    """Parsed JSON values in the type that their shape has. Raises Unkept."""
    if is_json(type):
        return json_array(values)
    if pa.types.is_struct(type):
        fields = [parsed_array([value and value[inner.name] for value in values], inner.type) for inner in type]
        return pa.StructArray.from_arrays(fields, fields=list(type), mask=_nulls(values))
    if is_list(type) and holds_json(type):
        lengths = np.array([len(value or ()) for value in values], np.int64)
        items = parsed_array(list(chain.from_iterable(value or () for value in values)), type.value_type)
        return list_array(lengths, items, type, _nulls(values))
    return pa.array(_fitted(values, type), type)


def _nulls(values: list[Any]) -> pa.Array:
    return pa.array([value is None for value in values], pa.bool_())


def _fitted(value: Any, type: pa.DataType) -> Any:
    """Whole numbers as doubles where those are asked for: Arrow refuses the larger ones, exact or not."""
    if pa.types.is_floating(type):
        return [None if one is None else float(one) for one in value]
    if is_list(type):
        return [None if one is None else _fitted(one, type.value_type) for one in value]
    return value
