"""Types that Parquet keeps, types that JSON is read as, and types that rows can be taken of."""

from __future__ import annotations

import io
from functools import cache

import pyarrow as pa
import pyarrow.parquet as pq

from curate.corpus.arrow_types import Conflict, inside, is_binary, is_string, list_of
from curate.corpus.column_paths import is_json, is_list
from curate.corpus.json_shapes import JSON


def parquet_type(type: pa.DataType) -> pa.DataType:
    """The type that Parquet holds these values in, the same where it can. Raises Conflict."""
    found = _parquet_type(type)
    errors = [_unkept(one) for one in (found, _plainer(found))]
    if all(errors):
        raise Conflict(f"{type}, which Parquet has no form for") from errors[0]
    return _plainer(found) if errors[0] else found


def _plainer(type: pa.DataType) -> pa.DataType:
    """Without the views and short decimals that Arrow 20 does not write, and codes, which it forgets in maps."""
    if pa.types.is_dictionary(type):
        return _plainer(type.value_type)
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
        return list_of(_parquet_type(type.value_type), type)
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
        return list_of(spooled(type.value_type), type)
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
