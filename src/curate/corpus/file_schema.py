"""The columns of a file and their types: of JSON, in lines or inside columns, as some of its rows have them."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa

from curate.corpus.arrays import items_of, plain_layout
from curate.corpus.column_paths import holds_json, is_json, is_list, is_text, plain_type
from curate.corpus.conversions import taken
from curate.corpus.files import DataFile
from curate.corpus.json_columns import json_bytes, json_value_of
from curate.corpus.line_rows import sampled_rows
from curate.corpus.schemas import Conflict, is_unicode, json_type, united
from curate.corpus.tables import head_batch, table_schema
from curate.schema import Shard

_PLACES = 4
_ROWS_SEEN = 40  # at a place
_HEAD = 128  # rows read at a place, of which some are looked at


def file_schema(file: DataFile) -> pa.Schema:
    """Columns and types; of JSON, in lines or inside columns, as some rows from several places have them."""
    if not file.is_table:
        return schema_of_rows(sampled_rows(file))
    schema = table_schema(file.path, file.format)
    names = [field.name for field in schema if holds_json(field.type)]
    heads = _json_heads(file, names) if names else {}
    return pa.schema([(one.name, _plain(one.type, heads.get(one.name))) for one in schema], metadata=schema.metadata)


def table_places(file: DataFile) -> list[Shard]:
    """Single row groups or batches from all over a table. A stream has only a beginning."""
    first, count = file.shards[0], file.shards[-1].stop
    if count < 0:
        return [first]
    places = np.unique(np.linspace(0, count - 1, _PLACES).astype(int)).tolist()
    return [replace(first, start=place, stop=place + 1, first_row=0) for place in places]


def spaced(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Some rows from all over a batch."""
    rows = np.unique(np.linspace(0, batch.num_rows - 1, _ROWS_SEEN).astype(np.int64))
    return taken(batch, pa.array(rows)) if batch.num_rows else batch


def _json_heads(file: DataFile, names: list[str]) -> dict[str, pa.Array]:
    """Some rows of the columns that hold JSON; none where they cannot be read, which reading says."""
    seen: list[pa.RecordBatch] = []
    for place in table_places(file):
        batch = head_batch(place, names, _HEAD)
        seen += [] if batch is None else [spaced(batch)]
    return {name: pa.concat_arrays([batch.column(name) for batch in seen]) for name in names} if seen else {}


def _plain(type: pa.DataType, head: pa.Array | None) -> pa.DataType:
    """The type inside: of JSON as the head's values have it."""
    type = plain_type(type)
    head = None if head is None else plain_layout(head)
    if is_json(type):
        return pa.null() if head is None else _type_inside(head)
    if is_list(type):
        return pa.list_(_plain(type.value_type, None if head is None else items_of(head)))
    if pa.types.is_struct(type):
        inner = [None] * type.num_fields if head is None else head.flatten()
        return pa.struct([(field.name, _plain(field.type, some)) for field, some in zip(type, inner, strict=True)])
    return type


def _type_inside(head: pa.Array) -> pa.DataType:
    return _first_type([json_value_of(text) for text in json_bytes(head).to_pylist()]).value_type


def schema_of_rows(rows: Iterable[dict[str, Any]]) -> pa.Schema:
    """The type that holds all values of a column; where there is none, text wins, else the first."""
    types: dict[str, pa.DataType] = {}
    for row in rows:
        for name, value in row.items():
            known, type = types.get(name, pa.null()), pa.null()
            with suppress(Conflict):
                type = _first_type(value)
                types[name] = united(known, type)
                continue
            types[name] = type if is_text(type) else known
    return pa.schema([(name, type) for name, type in types.items() if is_unicode(name)])


def _first_type(value: Any) -> pa.DataType:
    """As `json_type`; where parts of a list are unlike, the first rules: chats mix texts with lists of parts."""
    if isinstance(value, dict):
        return pa.struct([(name, _first_type(inner)) for name, inner in value.items() if is_unicode(name)])
    if not isinstance(value, list):
        return json_type(value)
    common = pa.null()
    for item in value:
        with suppress(Conflict):
            common = united(common, _first_type(item))
    return pa.list_(common)
