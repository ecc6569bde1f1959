"""Texts and declared values out of Arrow columns, whatever their layout; no Python runs per document."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from curate.corpus.arrays import items_of, list_lengths, plain_layout
from curate.corpus.arrow_strings import large_strings, strings
from curate.corpus.column_paths import (
    Path,
    alternatives,
    column_paths,
    is_json,
    is_list,
    is_text,
    joined_paths,
    leads_to_value,
)
from curate.corpus.json_columns import Refused, parsed, path_values
from curate.corpus.json_values import NotText, json_judged, json_text, json_value
from curate.corpus.turns import is_name, is_turns, turns_of

_NEWLINE = pa.scalar("\n", pa.large_string())


def texts_of(batch: pa.RecordBatch, setting: str) -> tuple[pa.Array, dict[int, str]]:
    """`text_array`, and why the rows that JSON inside a column loses have no text, by place in the batch."""
    try:
        return text_array(batch, setting), {}
    except Refused:
        pass
    texts: list[str | None] = []
    reasons: dict[int, str] = {}
    for index, row in enumerate(_rows(batch, setting)):
        try:
            texts.append(json_text(row, setting))
        except NotText as error:
            texts.append(None)
            reasons[index] = str(error)
    return pa.array(texts, pa.large_string()), reasons


def judged_of(batch: pa.RecordBatch, text: str, judged: str) -> pa.Array:
    """large_string[n] without nulls: of the alternative that each row's text is, the part that is judged."""
    pairs = list(zip(*(alternatives(one, batch.schema.names) for one in (text, judged)), strict=True))
    nothing, empty = pa.scalar(None, pa.large_string()), pa.scalar("", pa.large_string())
    try:
        found = pa.nulls(batch.num_rows, pa.large_string())
        for whole, part in pairs:
            has_text = pc.fill_null(pc.invert(_is_empty(_one_text(batch, whole))), False)
            found = pc.coalesce(found, pc.if_else(has_text, pc.coalesce(_one_text(batch, part), empty), nothing))
        return found.fill_null("")
    except Refused:
        return pa.array([json_judged(row, text, judged) for row in _rows(batch, judged)], pa.large_string())


def values_of(batch: pa.RecordBatch, setting: str) -> pa.Array:
    """`value_array`, of values inside JSON that are of several types too."""
    try:
        return value_array(batch, setting)
    except Refused:
        return pa.array([json_value(row, setting) for row in _rows(batch, setting)], pa.string())


def _rows(batch: pa.RecordBatch, setting: str) -> list[dict[str, Any]]:
    """Values of each row that the setting names, as parsed JSON: the slow way, for JSON of several types."""
    paths = [path for path in column_paths(setting, batch.schema.names) if path[0] in batch.schema.names]
    columns = [path_values(batch.column(path[0]), path[1:]) for path in paths]
    names = [path[0] for path in paths]
    return [dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True)]


def text_array(batch: pa.RecordBatch, setting: str) -> pa.Array:
    """large_string[n], null where there is no text; the bytes are not yet known to be UTF-8.

    Of alternatives each row has the first that is not empty, else the first that is not null. Raises Refused where JSON
    inside a column holds values of several types.
    """
    first, *others = alternatives(setting, batch.schema.names)
    found = [_one_text(batch, first)]
    for one in others:
        if not _any_empty(found[-1]):
            break
        found.append(_one_text(batch, one))
    if len(found) == 1:
        return found[0]
    filled = [pc.if_else(_is_empty(each), pa.scalar(None, pa.large_string()), each) for each in found]
    return pc.coalesce(*filled, *found)


def _one_text(batch: pa.RecordBatch, setting: str) -> pa.Array:
    names = batch.schema.names
    parts = [
        _texts(batch.column(path[0]), path[1:]) if path[0] in names else pa.nulls(batch.num_rows, pa.large_string())
        for path in joined_paths(setting, names)
    ]
    return _joined(parts) if len(parts) > 1 else parts[0]


def _is_empty(text: pa.Array) -> pa.Array:
    return pc.equal(pc.binary_length(text), 0)


def _any_empty(text: pa.Array) -> bool:
    return bool(text.null_count) or bool(pc.any(_is_empty(text)).as_py())


def value_array(batch: pa.RecordBatch, setting: str) -> pa.Array:
    """string[n] of one declared value a row, valid UTF-8, null where it is missing or has no single value."""
    names = batch.schema.names
    path = column_paths(setting, names)[0]
    if path[0] not in names:
        return pa.nulls(batch.num_rows, pa.string())
    return _value(batch.column(path[0]), path[1:])


def _value(column: pa.Array, path: Path) -> pa.Array:
    if is_json(column.type):
        column = parsed(column, path, is_text=False)
    if not leads_to_value(column.type, path):
        return pa.nulls(len(column), pa.string())
    return _value(pc.struct_field(plain_layout(column), path[0]), path[1:]) if path else strings(column)


def _texts(column: pa.Array, path: Path, *, in_list: bool = False) -> pa.Array:
    column = plain_layout(column)
    if is_json(column.type):
        column = parsed(column, path, is_text=True, in_list=in_list)
    type = column.type
    if is_list(type):
        return _joined_lists(column, path)
    if pa.types.is_struct(type):
        path = path or (("text",) if in_list else ())
        if path and type.get_field_index(path[0]) >= 0:
            return _texts(pc.struct_field(column, path[0]), path[1:])
    elif not path and is_text(type):
        return large_strings(column)
    return pa.nulls(len(column), pa.large_string())


def _joined_lists(column: pa.Array, path: Path) -> pa.Array:
    """The string parts of each list, null ones empty, joined by newlines; null where the list is.

    Of a chat whose path names turns those alone: empty where it has none of them.
    """
    items, ends = plain_layout(items_of(column)), np.concatenate([[0], np.cumsum(list_lengths(column))])
    turns, path = (path[0], path[1:]) if path and is_turns(path[0]) else ("", path)
    parts = _texts(items, path, in_list=True).cast(pa.large_binary()).fill_null(b"")
    if turns:
        chosen = _speaking(items, turns)
        parts, ends = parts.filter(chosen), np.concatenate([[0], np.cumsum(np.asarray(chosen))])[ends]
    offsets = ends.astype(np.int32)
    mask = column.is_null() if column.null_count else None
    lists = pa.ListArray.from_arrays(pa.array(offsets), parts.cast(pa.binary()), mask=mask)
    return large_strings(pc.binary_join(lists, b"\n"))


def _speaking(messages: pa.Array, step: str) -> pa.Array:
    """bool[n], without nulls: which messages are those turns; who is not named in text has an empty name."""
    key = turns_of(step)[0]
    if is_json(messages.type):
        messages = parsed(messages, (key,), is_text=False)
    is_there = pa.types.is_struct(messages.type) and messages.type.get_field_index(key) >= 0
    who = plain_layout(pc.struct_field(messages, key)) if is_there else None
    unnamed = is_name("", step)
    if who is None or not is_text(who.type):
        return pa.array(np.full(len(messages), unnamed))
    names = who.cast(pa.large_binary()).dictionary_encode()
    chosen = [is_name(name.decode(errors="replace"), step) for name in names.dictionary.to_pylist()]
    return pc.fill_null(pa.array(chosen, pa.bool_()).take(names.indices), unnamed)


def _joined(parts: Sequence[pa.Array]) -> pa.Array:
    """Row by row, by newlines, passing over null parts; null where every part is.

    Arrow's own null_handling="skip" drops the rows in which all are null (26.0).
    """
    joined = parts[0]
    for part in parts[1:]:
        joined = pc.coalesce(pc.binary_join_element_wise(joined, part, _NEWLINE), joined, part)
    return joined
