"""Rows of a shard before defaults are filled in: texts, declared values, bad rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from curate.corpus.archives import may_lose_most, why_broken
from curate.corpus.arrow_values import judged_of, texts_of, values_of
from curate.corpus.column_paths import column_paths, top_names
from curate.corpus.conversions import taken
from curate.corpus.damage import DAMAGE
from curate.corpus.doubled_keys import doubled_key, noting, remark
from curate.corpus.json_blocks import BadLine, block_schema, parse_block, parse_line
from curate.corpus.json_values import NotText, json_judged, json_text, json_value
from curate.corpus.line_blocks import BLOCK_BYTES, Block, line_blocks
from curate.corpus.line_bytes import Torn
from curate.corpus.mended import Mended
from curate.corpus.slices import Lost
from curate.corpus.sound_rows import Stretch, readable_rows, without_long_values
from curate.corpus.tables import table_schema, table_slices, unpacked_bytes, within
from curate.errors import DataError
from curate.schema import JUDGED, MOST, Columns, Quarantined, Shard

_LINES = 1 << 15  # that are parsed at a time, however short
_SHORT_LINE = 64  # bytes


def read_stretches(
    shard: Shard,
    columns: Columns,
    *,
    rows: NDArray[np.int64] | None = None,
    block_bytes: int = BLOCK_BYTES,
) -> Iterator[Stretch | Quarantined]:
    """The shard's rows in order, or only those numbered in `rows` (ascending); Quarantined where a file breaks off.

    Raises DataError for a file that has vanished since it was found.
    """
    try:
        found = _from_tables(shard, columns, rows) if shard.is_table else _from_lines(shard, columns, rows, block_bytes)
        for one in found:
            yield one if isinstance(one, Quarantined) else without_long_values(shard, columns, one)
    except OSError as error:
        reason = error.strerror or str(error)
        raise DataError(f"cannot be read any more: {reason}", where=shard.path, hint="start again") from error


def _settings(columns: Columns) -> list[str]:
    declared = (columns.id, columns.source, columns.label, columns.date)
    return [setting for setting in (*declared, *columns.extra) if setting]


def _from_tables(shard: Shard, columns: Columns, rows: NDArray[np.int64] | None) -> Iterator[Stretch | Quarantined]:
    settings = _settings(columns)
    needed = top_names([columns.text, *settings], table_schema(shard.path, shard.format).names)
    for piece in table_slices(shard, needed, rows=rows):
        if isinstance(piece, Lost):
            yield Quarantined(shard.name, piece.first_row, _lost_rows(piece), rows=_count(piece))
            continue
        here = np.arange(piece.first_row, piece.first_row + piece.batch.num_rows)
        chosen = here if rows is None else within(rows, piece.first_row, piece.first_row + piece.batch.num_rows)
        batch = piece.batch if rows is None else taken(piece.batch, pa.array(chosen - piece.first_row))
        if len(chosen):
            yield _arrow_stretch(shard, columns, chosen, batch)


def reading_bytes(shard: Shard, columns: Columns) -> int:
    """Memory that the largest page of a Parquet shard or batch of an Arrow shard takes; 0 for other formats."""
    if not shard.is_table:
        return 0
    try:
        names = table_schema(shard.path, shard.format).names
        return unpacked_bytes(shard, top_names([columns.text, *_settings(columns)], names))
    except DAMAGE:  # reading says so
        return 0


def _count(lost: Lost) -> int:
    """Rows, 0 where they are all to the end."""
    return 0 if lost.stop < 0 else lost.stop - lost.first_row


def _lost_rows(lost: Lost) -> str:
    last = "the last row" if lost.stop < 0 else f"row {lost.stop - 1}"
    return f"the file is torn or damaged, rows from here to {last} are lost: {lost.reason.splitlines()[0]}"


def _arrow_stretch(shard: Shard, columns: Columns, rows: NDArray[np.int64], batch: pa.RecordBatch) -> Stretch:
    values = {setting: values_of(batch, setting) for setting in _settings(columns)}
    if columns.judged:
        values[JUDGED.name] = judged_of(batch, columns.text, columns.judged)
    text, reasons = texts_of(batch, columns.text)
    why = {int(rows[index]): reason for index, reason in reasons.items()}
    return readable_rows(shard, columns, Stretch(rows, text, values, []), why)


def _from_lines(
    shard: Shard, columns: Columns, rows: NDArray[np.int64] | None, block_bytes: int
) -> Iterator[Stretch | Quarantined]:
    row = shard.first_row
    found: list[Mended] = []
    try:
        for block in line_blocks(shard, block_bytes=block_bytes, remarks=found, longest=columns.longest):
            yield from _mended(shard, found, rows)
            chosen = block if rows is None else block.only(rows)
            for part in chosen.parts(_LINES):
                if len(part.rows):
                    yield _block_stretch(shard, columns, part)
            row = int(block.rows[-1]) + 1 if len(block.rows) else row
            if rows is not None and (not len(rows) or row > rows[-1]):
                return
        yield from _mended(shard, found, rows)
    except Torn as error:
        yield from _mended(shard, found, rows)
        where = f"after row {row - 1}" if row else "before its first row"
        what = "archive" if shard.compression else "file"
        reason, kept = why_broken(shard.path, shard.compression, str(error)) if shard.compression else ("", False)
        said = f"{where}: the archive {reason}" if reason else f"the {what} is torn {where}: {error}"
        most = bool(shard.compression) and not kept and may_lose_most(shard.path, shard.compression)
        yield Quarantined(shard.name, row, said, kept, rows=0, kind=MOST if most else "")


def _mended(shard: Shard, found: list[Mended], rows: NDArray[np.int64] | None) -> Iterator[Quarantined]:
    """Remarks on rows that are kept, and lines that were not read, of `rows` only; empties the list."""
    for one in found:
        if rows is None or not one.has_row or len(within(rows, one.row, one.row + 1)):
            yield Quarantined(shard.name, one.row, one.reason, kept=not one.lost)
    found.clear()


def _block_stretch(shard: Shard, columns: Columns, block: Block) -> Stretch:
    texts = [columns.text, columns.judged] if columns.judged else [columns.text]
    schema = block_schema(block, texts=texts, values=_settings(columns))
    table = None if schema is None else parse_block(block, schema)
    if table is None:
        return _line_stretch(shard, columns, block)
    return _arrow_stretch(shard, columns, block.rows, table.combine_chunks().to_batches()[0])


def _line_stretch(shard: Shard, columns: Columns, block: Block) -> Stretch:
    """The slow way, for a block that Arrow refuses: only its bad lines are lost.

    Arrow refuses every block with a doubled key among those that are read, so all of them are told of here.
    """
    settings = _settings(columns)
    kept: list[int] = []
    texts: list[str] = []
    values: dict[str, list[str | None]] = {setting: [] for setting in settings}
    judged: list[str] = []
    bad: list[Quarantined] = []
    known: dict[bytes, str] = {}  # why a line is bad, of short ones: a block may hold one of them a million times
    texts_read = [columns.text, columns.judged] if columns.judged else [columns.text]
    for index, row in enumerate(block.rows):
        data = block.line(index)
        if known and data in known:
            bad.append(Quarantined(shard.name, int(row), known[data]))
            continue
        try:
            line = parse_line(data, noting)
            texts.append(json_text(line, columns.text))
            bad += _doubled(shard, int(row), line, (*texts_read, *settings))
        except (BadLine, NotText) as error:
            bad.append(Quarantined(shard.name, int(row), str(error)))
            if len(data) <= _SHORT_LINE:
                known[data] = str(error)
            continue
        kept.append(index)
        judged.append(json_judged(line, columns.text, columns.judged) if columns.judged else "")
        for setting in settings:
            values[setting].append(json_value(line, setting))
    arrays = {setting: pa.array(column, pa.string()) for setting, column in values.items()}
    if columns.judged:
        arrays[JUDGED.name] = pa.array(judged, pa.large_string())
    return Stretch(block.rows[kept], pa.array(texts, pa.large_string()), arrays, bad)


def _doubled(shard: Shard, row: int, line: dict[str, Any], settings: Iterable[str]) -> Iterator[Quarantined]:
    """A remark where a key that is read stands twice."""
    key = doubled_key(line, (path for setting in settings for path in column_paths(setting, line)))
    if key:
        yield remark(shard.name, row, key)
