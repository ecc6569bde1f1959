"""One column of several files, and the type in which a mix writes it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from shlex import quote

import pyarrow as pa

from curate.corpus.arrow_types import Conflict, holds_union
from curate.corpus.column_paths import holds_json, is_json
from curate.corpus.json_shapes import JSON, Shape
from curate.corpus.parquet_types import parquet_type
from curate.corpus.written_types import joined, united
from curate.errors import DataError

NO_UNION = "leave the column out, for no mix holds a union: --drop-column "
_JSON_TEXT = "values of several types or keys"


@dataclass(slots=True)
class Column:
    """One column over all files: the type of tables, the shape of JSON, who has it."""

    type: pa.DataType = field(default_factory=pa.null)
    shape: Shape = field(default_factory=Shape)
    fields: list[pa.Field] = field(default_factory=list)  # of each table that has it
    tables: list[str] = field(default_factory=list)  # their files
    lines: str = ""  # the first file of JSON lines that has it
    is_used: bool = False  # read by a scan, so that its type must stay one that is read alike


def united_field(name: str, column: Column, files: int) -> pa.Field:
    """As all tables have it, where no other file is; else one that may be null."""
    try:
        type = parquet_type(_joined(column))
        pa.schema([(name, type)]).serialize()
    except Conflict as error:
        if column.fields and not column.shape.empty:
            raise unlike_types(name, column, column.shape.type(), column.lines) from error
        hint = _no_type(name, column)
        raise DataError(f"column {name!r} holds {error}", where=column.tables[0], hint=hint) from error
    except UnicodeEncodeError as error:
        raise DataError(
            f"column {name!r} has no name in Unicode", where=column.lines, hint=_no_type(name, column)
        ) from error
    first = column.fields[0] if column.fields else None
    everywhere = len(column.fields) == files and all(one.equals(first, check_metadata=True) for one in column.fields)
    return first.with_type(type) if first is not None and everywhere else pa.field(name, type)


def _joined(column: Column) -> pa.DataType:
    """The type for rows of tables and of lines. Raises Conflict."""
    try:
        return joined(column.shape, column.type)
    except Conflict:
        if column.is_used or holds_union(column.type):
            raise
        return JSON


def unlike_types(name: str, column: Column, type: pa.DataType, file: str) -> DataError:
    """Of the tables seen before the first that alone does not fit, else the first."""
    pairs = list(zip(column.fields, column.tables, strict=True))
    other, origin = next((pair for pair in pairs if not _fits(pair[0].type, type)), pairs[0])
    union = holds_union(other.type) or holds_union(type)
    apart = "mix with --format jsonl, mix the files apart, or give the column one type in all files"
    return DataError(
        f"column {name!r} holds {other.type} in {origin} and {_JSON_TEXT if holds_json(type) else type} in {file}",
        where=file,
        hint=f"{NO_UNION}{quote(name)}" if union else apart,
    )


def _no_type(name: str, column: Column) -> str:
    """Hint for a column that Parquet has no type for."""
    if holds_union(column.type):
        return f"{NO_UNION}{quote(name)}"
    return f"mix with --format jsonl, or leave the column out: --drop-column {quote(name)}"


def _fits(left: pa.DataType, right: pa.DataType) -> bool:
    try:
        united(left, right)
    except Conflict:
        return False
    return True


def type_changes(name: str, column: Column, type: pa.DataType) -> Iterator[str]:
    """Changes of the column that its reader notices; JSON lines have no types to keep."""
    olds = [old for old in dict.fromkeys(one.type for one in column.fields) if not pa.types.is_null(old)]
    told = [f"{old}" for old in olds if not old.equals(type)]
    if is_json(type) and len(told) > 1:
        here = [*told, *(["rows of JSON"] if column.lines else [])]
        yield f"column {name!r}: {', '.join(here[:-1])} and {here[-1]} are written as JSON text ({type})"
        return
    yield from (f"column {name!r}: {old} is written as {type}" for old in told)
    if not column.fields and holds_json(type):
        yield f"column {name!r}: values of several types or keys are written as JSON text ({type})"
