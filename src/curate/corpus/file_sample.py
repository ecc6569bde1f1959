"""Some rows from several places of a file: enough to say what its columns hold, at a cost that has a bound."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any, Protocol

import pyarrow as pa
import pyarrow.compute as pc

from curate.corpus.arrow_values import texts_of, values_of
from curate.corpus.column_paths import is_text, top_names
from curate.corpus.file_schema import file_schema, schema_of_rows, spaced, table_places
from curate.corpus.files import DataFile
from curate.corpus.json_values import NotText, json_text, json_value
from curate.corpus.line_blocks import BLOCK_BYTES
from curate.corpus.line_rows import PLACES, ROWS, parsed_rows, sampled_rows
from curate.corpus.slices import Lost
from curate.corpus.table_heads import TableHeads
from curate.corpus.tables import table_slices
from curate.corpus.text_lines import COLUMN
from curate.schema import TEXT_UNITS, Shard

TEXT_SCHEMA = pa.schema([(COLUMN, pa.string())])
_HEAD = 128  # rows of a table read at a place, of which some are looked at
_EMPTY_SLICES = 16  # of a table, read at a place where those hold nothing
_SEARCHED = 64 << 20  # bytes of a file in which nothing was found


class Sample(Protocol):
    """Columns and types of a file, and values of some rows; settings of one call are of the same rows."""

    @property
    def schema(self) -> pa.Schema: ...

    def texts(self, *settings: str) -> list[list[str | None]]:
        """Texts by setting."""

    def values(self, setting: str) -> list[str | None]:
        """Declared values."""

    def forget(self) -> None:
        """Keep no rows of a table: whoever asks again reads them again."""

    def searched(self) -> Sample | None:
        """The sample with rows from further on, where columns have values that had none; None: there are none."""


def sample_of(file: DataFile) -> Sample:
    """Of tables only the schema is read until values are asked for."""
    if file.is_table:
        return TableSample(file, file_schema(file))
    rows = sampled_rows(file)
    # The column of text is known, also where its only row is too long to be read.
    is_text = file.shards[0].format in TEXT_UNITS.values()
    return LineSample(file, rows, TEXT_SCHEMA if is_text else schema_of_rows(rows))


@dataclass(frozen=True, slots=True)
class LineSample:
    """Parsed lines of a JSONL file."""

    file: DataFile
    rows: tuple[dict[str, Any], ...]
    schema: pa.Schema

    def texts(self, *settings: str) -> list[list[str | None]]:
        """Texts by setting."""
        return [[_json_text(row, setting) for row in self.rows] for setting in settings]

    def values(self, setting: str) -> list[str | None]:
        """Declared values."""
        return [json_value(row, setting) for row in self.rows]

    def forget(self) -> None:
        """Its rows are few."""

    def searched(self) -> LineSample | None:
        """Rows from the first that says more than the sample does, of the file's first 64 MB."""
        whole = replace(self.file.shards[0], start=0, stop=self.file.text_bytes, first_row=0)
        found: list[dict[str, Any]] = []
        for row in parsed_rows(whole, _SEARCHED // BLOCK_BYTES, BLOCK_BYTES):
            if found or any(_is_news(self.schema, name, value) for name, value in row.items()):
                found.append(row)
                if len(found) == ROWS:
                    break
        rows = (*self.rows, *found)
        return LineSample(self.file, rows, schema_of_rows(rows)) if found else None


@dataclass(frozen=True, slots=True)
class TableSample:
    """Parquet or Arrow: row groups or batches from several places."""

    file: DataFile
    schema: pa.Schema
    heads: TableHeads = field(default_factory=TableHeads, compare=False)

    def texts(self, *settings: str) -> list[list[str | None]]:
        """Texts by setting; where there is one, of rows further on too if the first have none."""
        found: list[list[str | None]] = [[] for _ in settings]
        for place in table_places(self.file):
            for values, column in zip(found, self._texts_at(place, settings), strict=True):
                values += column
        return found

    def _texts_at(self, place: Shard, settings: Sequence[str]) -> list[list[str | None]]:
        head = self._head(place, settings)
        found = [_decoded(texts_of(head, setting)[0]) for setting in settings]
        if len(settings) > 1 or any(found[0]):
            return found
        for piece in islice(table_slices(place, top_names(settings, self.schema.names)), _EMPTY_SLICES):
            if isinstance(piece, Lost):  # reading will put it in quarantine
                break
            text = texts_of(piece.batch, settings[0])[0]
            filled = text.filter(pc.greater(pc.binary_length(text), 0))
            if len(filled):
                return [[*found[0], *_decoded(filled.slice(0, ROWS // PLACES))]]
        return found

    def values(self, setting: str) -> list[str | None]:
        """Declared values."""
        heads = (self._head(place, [setting]) for place in table_places(self.file))
        return [value for head in heads for value in _decoded(values_of(head, setting))]

    def forget(self) -> None:
        """Keep no rows."""
        self.heads.forget()

    def searched(self) -> None:
        """A table declares its types."""

    def _head(self, place: Shard, settings: Sequence[str]) -> pa.RecordBatch:
        batch = self.heads.batch(place, top_names(settings, self.schema.names), _HEAD)
        return pa.RecordBatch.from_pylist([], self.schema) if batch is None else spaced(batch)


def _is_news(schema: pa.Schema, name: str, value: Any) -> bool:
    """A value of a column that had none, or only numbers where this may hold text."""
    index = schema.get_field_index(name)
    if value is None or index < 0 or pa.types.is_null(schema.field(index).type):
        return value is not None
    known = schema.field(index).type
    return isinstance(value, (str, list, dict)) and not (pa.types.is_nested(known) or is_text(known))


def _json_text(row: dict[str, Any], setting: str) -> str | None:
    try:
        return json_text(row, setting)
    except NotText:
        return None


def _decoded(values: pa.Array) -> list[str | None]:
    return [
        None if value is None else value.decode(errors="replace")
        for value in values.cast(pa.large_binary()).to_pylist()
    ]
