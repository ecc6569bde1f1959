"""Some lines of a JSONL file from several places, parsed: enough to say what its columns hold, at a bounded cost."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from itertools import islice, pairwise
from typing import Any

import numpy as np

from curate.corpus.files import DataFile
from curate.corpus.json_blocks import BadLine, parse_line
from curate.corpus.line_blocks import BLOCK_BYTES, line_blocks
from curate.corpus.line_bytes import Torn
from curate.schema import Shard

PLACES = 8
ROWS = 160  # of all places
_BYTES = 64 << 10  # read at a time
_BLOCKS = 16  # read at a place until a row is found


def sampled_rows(file: DataFile) -> tuple[dict[str, Any], ...]:
    """Rows that are JSON objects, in order, none twice."""
    whole = replace(file.shards[0], start=0, stop=file.text_bytes, first_row=0)
    if file.shards[0].stop < 0 or file.text_bytes <= BLOCK_BYTES:
        return tuple(_spaced_rows(whole))
    return tuple(row for place in _places(file, whole) for row in _first_rows(place))


def _spaced_rows(whole: Shard) -> Iterator[dict[str, Any]]:
    """Of the first block, which is all of a small file; an archive has only a beginning."""
    with suppress(Torn):
        for block in islice(line_blocks(whole), 1):
            for index in np.unique(np.linspace(0, len(block.rows) - 1, ROWS).astype(np.int64)).tolist():
                with suppress(BadLine):
                    yield parse_line(block.line(index))


def _places(file: DataFile, whole: Shard) -> list[Shard]:
    """Ranges that follow each other: a line belongs to one of them."""
    marks = sorted({file.text_bytes * place // PLACES for place in range(PLACES + 1)})
    return [replace(whole, start=start, stop=stop) for start, stop in pairwise(marks)]


def _first_rows(place: Shard) -> list[dict[str, Any]]:
    return list(islice(parsed_rows(place, _BLOCKS, _BYTES), ROWS // PLACES))


def parsed_rows(place: Shard, blocks: int, block_bytes: int) -> Iterator[dict[str, Any]]:
    """Rows that are JSON objects; of long lines only the first."""
    long = False
    with suppress(Torn):
        for block in islice(line_blocks(place, block_bytes=block_bytes), blocks):
            for index in range(len(block.rows)):
                line = block.line(index)
                if len(line) > BLOCK_BYTES and long:
                    continue
                long = long or len(line) > BLOCK_BYTES
                with suppress(BadLine):
                    yield parse_line(line)
