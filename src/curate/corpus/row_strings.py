"""Every string of some rows of a file, by the path that leads to it: what stands beside the text, row by row."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from contextlib import suppress
from functools import lru_cache
from itertools import islice
from typing import Any

from curate.corpus.arrow_values import texts_of
from curate.corpus.column_paths import Path, column_paths, top_names
from curate.corpus.file_schema import file_schema
from curate.corpus.files import DataFile
from curate.corpus.json_values import NotText, json_text
from curate.corpus.line_blocks import line_blocks
from curate.corpus.line_bytes import Torn
from curate.corpus.prose_beside import MOST_COLUMNS, is_judged, string_settings, without_turns
from curate.corpus.prose_inside import joined
from curate.corpus.slices import Slice
from curate.corpus.tables import table_slices
from curate.schema import Columns, Shard

TWICE = " (written before it in the same row)"  # of a key that stands twice, of which the last value is read
Strings = list[tuple[str, str]]


def line_hashes(file: DataFile, columns: Columns) -> set[int]:
    """Of the rows of a file of text, to know those that did not change; none of a table."""
    if file.is_table:
        return set()
    found: set[int] = set()
    for shard in file.shards:
        with suppress(Torn):
            for block in line_blocks(shard, longest=columns.longest):
                found.update(hash(block.line(index)) for index in range(len(block.rows)))
    return found


def row_strings(file: DataFile, columns: Columns, known: Collection[int]) -> Iterator[tuple[int, str, Strings]]:
    """Row, text, and the strings that are read for nothing, each with its path; lines with a known hash are left out.

    Rows that cannot be read are left out: they stand in quarantine.
    """
    others = frozenset(path for name in (columns.source, columns.label) if name for path in column_paths(name, ()))
    if file.is_table:
        yield from _table_strings(file, columns, [".".join(path) for path in others])
        return
    for shard in file.shards:
        yield from _line_strings(shard, columns, known, others)


def _line_strings(
    shard: Shard, columns: Columns, known: Collection[int], others: frozenset[Path]
) -> Iterator[tuple[int, str, Strings]]:
    with suppress(Torn):
        for block in line_blocks(shard, longest=columns.longest):
            for index, row in enumerate(block.rows.tolist()):
                line = block.line(index)
                if known and hash(line) in known:
                    continue
                value = _parsed(line)
                if value is not None:
                    judged = _judged(columns.text, tuple(value), others)
                    yield row, _text(value, columns.text), _leaves(value, judged)


@lru_cache(maxsize=64)
def _judged(text: str, names: tuple[str, ...], others: frozenset[Path]) -> frozenset[Path]:
    """The paths that are read of a row with these keys."""
    return without_turns((*column_paths(text, names), *others))


def _parsed(line: bytes) -> dict[str, Any] | None:
    """A row whose doubled keys stand under None; numbers play no part."""
    try:
        value = json.loads(line.decode(), object_pairs_hook=_object, parse_int=_number, parse_float=_number)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _number(_: str) -> bool:
    return True


def _object(pairs: list[tuple[str, Any]]) -> dict[Any, Any]:
    found: dict[Any, Any] = dict(pairs)
    if len(found) < len(pairs):
        last = {name: place for place, (name, _) in enumerate(pairs)}
        found[None] = [pair for place, pair in enumerate(pairs) if last[pair[0]] != place]
    return found


def _text(row: dict[str, Any], setting: str) -> str:
    try:
        return json_text(row, setting)
    except NotText:
        return ""


def _leaves(row: dict[Any, Any], judged: Collection[Path]) -> Strings:
    """Lists are passed through: their parts have the path of the list, many short ones are one string."""
    found: Strings = []
    stack: list[tuple[Path, Any, str]] = [((), row, "")]
    while stack:
        path, value, note = stack.pop()
        if isinstance(value, str):
            if note or not is_judged(path, judged):
                found.append((".".join(path) + note, value))
        elif isinstance(value, list):
            whole = joined(value)
            stack += [(path, inner, note) for inner in ([whole] if whole else reversed(value))]
        elif isinstance(value, dict):
            doubled = value.pop(None, [])
            stack += [((*path, name), inner, note) for name, inner in reversed(value.items())]
            stack += [((*path, name), inner, TWICE) for name, inner in doubled]
    return found


def _table_strings(file: DataFile, columns: Columns, others: Collection[str]) -> Iterator[tuple[int, str, Strings]]:
    schema = file_schema(file)
    names = schema.names
    judged = without_turns(column_paths(columns.text, names))
    settings = [one for one in islice(string_settings(schema), MOST_COLUMNS) if one not in others]
    settings = [one for one in settings if not is_judged(column_paths(one, names)[0], judged)]
    if not settings:
        return
    wanted = top_names([columns.text, *settings], names)
    for shard in file.shards:
        for piece in table_slices(shard, wanted):
            if not isinstance(piece, Slice):
                continue
            texts, *values = (_decoded(texts_of(piece.batch, one)[0]) for one in (columns.text, *settings))
            for index in range(piece.batch.num_rows):
                strings = [(one, each[index]) for one, each in zip(settings, values, strict=True) if each[index]]
                yield piece.first_row + index, texts[index], strings


def _decoded(values: Any) -> list[str]:
    return [(value or b"").decode(errors="replace") for value in values.cast("large_binary").to_pylist()]
