"""The columns of a file and their types, read off its head."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from itertools import islice
from typing import Any

import pyarrow as pa

from curate.corpus.files import DataFile
from curate.corpus.json_blocks import BadLine, parse_line
from curate.corpus.line_blocks import BLOCK_BYTES, Torn, line_blocks
from curate.corpus.schemas import Conflict, json_type, united
from curate.corpus.tables import table_schema

_LINES_SEEN = 100
_BLOCKS_SEEN = 16


def file_schema(file: DataFile) -> pa.Schema:
    """Columns and types; for JSONL as the first lines have them."""
    if file.format != "jsonl":
        return table_schema(file.path, file.format).remove_metadata()
    return _schema_of_rows(_first_rows(file))


def _first_rows(file: DataFile) -> list[dict[str, Any]]:
    """Some hundred rows, or the first 16 MB if rows are long."""
    start = replace(file.shards[0], start=0, stop=file.text_bytes, first_row=0)
    rows: list[dict[str, Any]] = []
    with suppress(Torn):
        for block in islice(line_blocks(start), _BLOCKS_SEEN):
            for index in range(min(len(block.rows), _LINES_SEEN)):
                line = block.line(index)
                if rows and len(line) > BLOCK_BYTES:
                    continue
                with suppress(BadLine):
                    rows.append(parse_line(line))
            if len(rows) >= _LINES_SEEN:
                break
    return rows


def _schema_of_rows(rows: Iterable[dict[str, Any]]) -> pa.Schema:
    types: dict[str, pa.DataType] = {}
    for row in rows:
        for name, value in row.items():
            with suppress(Conflict):
                types[name] = united(types.get(name, pa.null()), _first_type(value))
    return pa.schema(list(types.items()))


def _first_type(value: Any) -> pa.DataType:
    """As `json_type`; where parts of a list are unlike, the first rules: chats mix texts with lists of parts."""
    if isinstance(value, dict):
        return pa.struct([(name, _first_type(inner)) for name, inner in value.items()])
    if not isinstance(value, list):
        return json_type(value)
    common = pa.null()
    for item in value:
        with suppress(Conflict):
            common = united(common, _first_type(item))
    return pa.list_(common)
