"""A shard in, batches of documents out; rows that cannot be read come as Quarantined, never silently."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from curate.corpus.arrow_values import bad_utf8, text_array, value_array
from curate.corpus.batches import cut_batches
from curate.corpus.column_paths import top_names
from curate.corpus.json_blocks import BadLine, block_schema, parse_block, parse_line
from curate.corpus.json_values import NotText, json_text, json_value, no_text
from curate.corpus.line_blocks import BLOCK_BYTES, Block, Torn, line_blocks
from curate.corpus.sources import file_source, normal_labels
from curate.corpus.tables import Lost, Slice, table_schema, table_slices
from curate.schema import DOCUMENTS, Columns, Quarantined, Shard


@dataclass(frozen=True, slots=True)
class _Fields:
    """What a stretch of rows says, before defaults: rows int64[n], text large_string[n], values string[n] each."""

    rows: NDArray[np.int64]
    text: pa.Array
    values: dict[str, pa.Array]
    bad: list[Quarantined]


def document_schema(columns: Columns) -> pa.Schema:
    """DOCUMENTS, then one string field for each extra column."""
    return pa.schema([*DOCUMENTS, *(pa.field(name, pa.string()) for name in columns.extra)])


def read_documents(
    shard: Shard, columns: Columns, *, block_bytes: int = BLOCK_BYTES
) -> Iterator[pa.RecordBatch | Quarantined]:
    """The shard's documents in row order, in batches of at most about 1 MB of text (or one larger document).

    `columns` are settled ones. A row with a null, non-string or non-UTF-8 text, and a line that is no
    JSON object, come as Quarantined, before the batch their neighbours are in.
    """
    return cut_batches(_pieces(shard, columns, block_bytes), block_bytes)


def _pieces(shard: Shard, columns: Columns, block_bytes: int) -> Iterator[pa.RecordBatch | Quarantined]:
    stretches = _from_lines if shard.format == "jsonl" else _from_tables
    for fields in stretches(shard, columns, block_bytes):
        if isinstance(fields, Quarantined):
            yield fields
            continue
        yield from fields.bad
        if len(fields.rows):
            yield _documents(shard, columns, fields)


def _settings(columns: Columns) -> list[str]:
    declared = (columns.id, columns.source, columns.label, columns.date)
    return [setting for setting in (*declared, *columns.extra) if setting]


def _from_tables(shard: Shard, columns: Columns, _: int) -> Iterator[_Fields | Quarantined]:
    settings = _settings(columns)
    needed = top_names([columns.text, *settings], table_schema(shard.path, shard.format).names)
    for piece in table_slices(shard, needed):
        if isinstance(piece, Lost):
            yield Quarantined(shard.name, piece.first_row, _lost_rows(piece))
        else:
            yield _arrow_fields(shard, columns, piece)


def _lost_rows(lost: Lost) -> str:
    last = "the last row" if lost.stop < 0 else f"row {lost.stop - 1}"
    return f"the file is torn or damaged, rows from here to {last} are lost: {lost.reason.splitlines()[0]}"


def _arrow_fields(shard: Shard, columns: Columns, piece: Slice) -> _Fields:
    rows = np.arange(piece.first_row, piece.first_row + piece.batch.num_rows)
    values = {setting: value_array(piece.batch, setting) for setting in _settings(columns)}
    text = text_array(piece.batch, columns.text)
    return _readable(shard, columns, _Fields(rows, text, values, []))


def _readable(shard: Shard, columns: Columns, fields: _Fields) -> _Fields:
    """Rows with null or invalid texts moved to `bad`."""
    null, invalid = fields.text.null_count, bad_utf8(fields.text)
    if not null and not invalid.any():
        return fields
    missing = fields.text.is_null().to_numpy(zero_copy_only=False)
    keep = ~(missing | invalid)
    bad = [
        Quarantined(shard.name, int(row), "the text is invalid UTF-8" if broken else no_text(columns.text))
        for row, broken in zip(fields.rows[~keep], invalid[~keep], strict=True)
    ]
    mask = pa.array(keep)
    values = {setting: array.filter(mask) for setting, array in fields.values.items()}
    return _Fields(fields.rows[keep], fields.text.filter(mask), values, [*fields.bad, *bad])


def _from_lines(shard: Shard, columns: Columns, block_bytes: int) -> Iterator[_Fields | Quarantined]:
    row = shard.first_row
    try:
        for block in line_blocks(shard, block_bytes=block_bytes):
            yield _block_fields(shard, columns, block)
            row = int(block.rows[-1]) + 1
    except Torn as error:
        where = f"after row {row - 1}" if row else "before its first row"
        yield Quarantined(shard.name, row, f"the archive is torn {where}: {error}")


def _block_fields(shard: Shard, columns: Columns, block: Block) -> _Fields:
    settings = _settings(columns)
    schema = block_schema(block, texts=[columns.text], values=settings)
    table = None if schema is None else parse_block(block, schema)
    if table is None:
        return _line_fields(shard, columns, block)
    batch = table.combine_chunks().to_batches()[0]
    values = {setting: value_array(batch, setting) for setting in settings}
    return _readable(shard, columns, _Fields(block.rows, text_array(batch, columns.text), values, []))


def _line_fields(shard: Shard, columns: Columns, block: Block) -> _Fields:
    """The slow way, for a block that Arrow refuses: only its bad lines are lost."""
    settings = _settings(columns)
    kept: list[int] = []
    texts: list[str] = []
    values: dict[str, list[str | None]] = {setting: [] for setting in settings}
    bad: list[Quarantined] = []
    for index, row in enumerate(block.rows):
        try:
            line = parse_line(block.line(index))
            texts.append(json_text(line, columns.text))
        except (BadLine, NotText) as error:
            bad.append(Quarantined(shard.name, int(row), str(error)))
            continue
        kept.append(index)
        for setting in settings:
            values[setting].append(json_value(line, setting))
    arrays = {setting: pa.array(column, pa.string()) for setting, column in values.items()}
    return _Fields(block.rows[kept], pa.array(texts, pa.large_string()), arrays, bad)


def _documents(shard: Shard, columns: Columns, fields: _Fields) -> pa.RecordBatch:
    rows = pa.array(fields.rows)
    missing = pa.nulls(len(rows), pa.string())
    id, source, label, date = (
        fields.values.get(setting, missing) for setting in (columns.id, columns.source, columns.label, columns.date)
    )
    made = pc.binary_join_element_wise(f"{shard.name}#", rows.cast(pa.string()), "")
    arrays = [
        pc.coalesce(id, made),
        rows,
        fields.text,
        source.fill_null(file_source(shard.name)),
        normal_labels(label),
        date,
        *(fields.values.get(name, missing) for name in columns.extra),
    ]
    return pa.RecordBatch.from_arrays(arrays, schema=document_schema(columns))
