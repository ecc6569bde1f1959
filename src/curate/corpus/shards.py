"""Where a file is cut, and its fingerprint: both depend on the file alone, never on workers or memory."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import pyarrow as pa

from curate.corpus.arrow_slices import ArrowFile
from curate.corpus.contents import Unreadable
from curate.corpus.damage import DAMAGE, arrow_fault
from curate.corpus.parquet_files import open_parquet
from curate.corpus.remote.fetched import on_disk

SHARD_BYTES = 16 << 20
_HASHED_BYTES = 4 << 20  # at a time: each waits for the interpreter's lock once


@dataclass(frozen=True, slots=True)
class Cut:
    """start, stop as in `curate.schema.Shard`."""

    start: int
    stop: int
    first_row: int


def file_chunks(path: str, chunk_bytes: int) -> Iterator[bytes]:
    """The bytes of a file; every chunk but the last is exactly `chunk_bytes` long."""
    with Path(on_disk(path)).open("rb") as stream:
        while chunk := stream.read(chunk_bytes):
            yield chunk


def fingerprint(path: str) -> str:
    """BLAKE2b-128 of the content, hex."""
    path = on_disk(path)
    digest = hashlib.blake2b(digest_size=16)
    room = memoryview(bytearray(_HASHED_BYTES))
    with Path(path).open("rb", buffering=0) as stream:
        while size := stream.readinto(room):
            digest.update(room[:size])
    return digest.hexdigest()


def cut_lines(path: str, shard_bytes: int) -> tuple[str, list[Cut]]:
    """Fingerprint and byte ranges of a plain JSONL file, in one pass; ranges in which no line begins are left out."""
    digest = hashlib.blake2b(digest_size=16)
    marks: list[tuple[int, int]] = []  # byte, number of the first line that begins there or later
    position, newlines, inside_line = 0, 0, False
    for chunk in file_chunks(path, shard_bytes):
        digest.update(chunk)
        marks.append((position, newlines + inside_line))
        position += len(chunk)
        newlines += int(np.count_nonzero(np.frombuffer(chunk, np.uint8) == ord("\n")))
        inside_line = chunk[-1] != ord("\n")
    marks.append((position, newlines + inside_line))
    cuts = [Cut(a, b, row) for (a, row), (b, later) in pairwise(marks) if later > row]
    return digest.hexdigest(), cuts


def cut_parquet(path: str, shard_bytes: int) -> list[Cut]:
    """Consecutive row groups up to `shard_bytes`, as decompressed; raises Unreadable for a torn file."""
    try:
        with open_parquet(path, Path(path).name) as file:
            groups = [file.metadata.row_group(i) for i in range(file.num_row_groups)]
            sizes = [(group.num_rows, group.total_byte_size) for group in groups]
            _check_names(file.schema_arrow)
            if file.metadata.num_rows != sum(rows for rows, _ in sizes):
                raise Unreadable("is damaged: its row groups do not hold as many rows as it says")
    except DAMAGE as error:
        raise Unreadable(f"is a torn Parquet file: {_first_line(error)}") from error
    return _packed(sizes, shard_bytes)


def cut_arrow(path: str, shard_bytes: int) -> list[Cut]:
    """Consecutive record batches of the file format; a stream is one shard. Raises Unreadable for a torn file."""
    try:
        file = ArrowFile(path)
        _check_names(file.schema)
        if not file.is_file:
            return [Cut(0, -1, 0)]
        _, batches, _ = file.parts()
        return _packed([(batch.rows, batch.bytes) for batch in batches], shard_bytes)
    except DAMAGE as error:
        raise Unreadable(f"is a torn Arrow file: {arrow_fault(error)}") from error


def _check_names(schema: pa.Schema) -> None:
    """Damage shows in names that are not UTF-8; of two columns of one name nobody knows which is meant."""
    try:
        names = Counter(schema.names)
        for field in schema:
            _check_names_inside(field.type)
    except UnicodeDecodeError as error:
        raise Unreadable(f"is damaged: a column's name is not UTF-8 ({error.reason})") from error
    if twice := [name for name, count in names.items() if count > 1]:
        raise Unreadable(f"has two columns called {twice[0]!r}")


def _check_names_inside(type: pa.DataType) -> None:
    """Raises UnicodeDecodeError."""
    if pa.types.is_dictionary(type) or pa.types.is_run_end_encoded(type):
        _check_names_inside(type.value_type)
    elif isinstance(type, pa.BaseExtensionType):
        _check_names_inside(type.storage_type)
    elif pa.types.is_nested(type):
        for field in map(type.field, range(type.num_fields)):
            len(field.name)
            _check_names_inside(field.type)


def _packed(sizes: list[tuple[int, int]], shard_bytes: int) -> list[Cut]:
    """Neighbours together as long as they stay within `shard_bytes`."""
    cuts: list[Cut] = []
    start, first_row, row, held = 0, 0, 0, 0
    for index, (rows, size) in enumerate(sizes):
        if held and held + size > shard_bytes:
            cuts.append(Cut(start, index, first_row))
            start, first_row, held = index, row, 0
        row += rows
        held += size
    if row > first_row:
        cuts.append(Cut(start, len(sizes), first_row))
    return cuts


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0] if str(error) else type(error).__name__
