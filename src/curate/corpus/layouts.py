"""How the rows of several files are written: the columns, their types, and what that changes for a reader."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

import pyarrow as pa

from curate.corpus.file_schema import file_schema
from curate.corpus.files import DataFile
from curate.corpus.forms import features_lost, json_form, kept_features
from curate.corpus.parquet_types import spooled
from curate.corpus.tables import table_schema
from curate.corpus.united_columns import united_columns
from curate.schema import Columns

LINES = pa.schema([pa.field("line", pa.large_binary(), nullable=False)])  # rows as JSON: their values need no types


@dataclass(frozen=True, slots=True)
class Layout:
    """Schema and form of the rows that are written."""

    columns: pa.Schema  # what a reader finds
    rows: pa.Schema  # as they are read and put in order
    parts: pa.Schema  # as they are written in the end
    changes: tuple[str, ...]  # what a reader finds otherwise than in the input, a sentence each
    dropped: frozenset[str] = frozenset()  # columns of the input that are left out


def written_layout(
    files: Sequence[DataFile],
    columns: Mapping[str, Columns] | None = None,
    form: str = "parquet",
    dropped: Collection[str] = (),
) -> Layout:
    """Every column of every file, in order of first appearance, in a type that holds all its values exactly.

    `columns` are the settled ones by file name: with them a JSON row whose text is not a string, which no
    mix can hold, does not count. dropped: names of columns to leave out. Raises DataError for a column that no type of
    Parquet holds; lines of JSON have none.
    """
    left_out = frozenset(dropped)
    return _parquet_layout(files, columns or {}, left_out) if form == "parquet" else _lines_layout(files, left_out)


def _lines_layout(files: Sequence[DataFile], dropped: frozenset[str]) -> Layout:
    types: dict[str, list[pa.DataType]] = {}
    for one in chain.from_iterable(map(file_schema, files)):
        if one.name not in dropped:
            types.setdefault(one.name, []).append(one.type)
    plain = pa.schema([(name, found[0]) for name, found in types.items() if all(map(found[0].equals, found))])
    tables = [file for file in files if file.is_table]
    there = [field for file in tables for field in table_schema(file.path, file.format) if field.name not in dropped]
    forms = {field: json_form(field.type) for field in there}
    changes = [f"column {field.name!r}: {field.type} is written as {form}" for field, form in forms.items() if form]
    told = (*dict.fromkeys(changes), *_left_out(dropped), *features_lost(tables))
    return Layout(plain, LINES, LINES, told, dropped)


def _parquet_layout(files: Sequence[DataFile], columns: Mapping[str, Columns], dropped: frozenset[str]) -> Layout:
    schema, changes = united_columns(files, columns, dropped)
    rows = pa.schema([field.with_type(spooled(field.type)) for field in schema])
    features = kept_features(files, dropped)
    lost = () if features else features_lost(files)
    told = (*changes, *_left_out(dropped), *lost)
    return Layout(schema, rows, schema.with_metadata(features), told, dropped)


def _left_out(dropped: frozenset[str]) -> tuple[str, ...]:
    return tuple(f"column {name!r}: left out, as asked for" for name in sorted(dropped))
