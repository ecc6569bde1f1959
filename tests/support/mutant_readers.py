"""Mutants that are only read, hundreds to a forked process: what the reader makes of each."""

from __future__ import annotations

import bz2
import csv
import gzip
import io
import json
import lzma
import os
import re
import warnings
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa

from curate.corpus.file_schema import file_schema
from curate.corpus.files import look_into
from curate.corpus.paths import Found
from curate.corpus.read import read_documents
from curate.schema import Columns, Quarantined

TEXTS = ("text", "messages[].content")
_UNPACK: dict[str, Callable[[bytes], bytes]] = {
    ".gz": gzip.decompress, ".bz2": bz2.decompress, ".xz": lzma.decompress,
}  # fmt: skip
LOST = re.compile(r"rows from here to (?:row (\d+)|the last row)")


def rows_of(path: Path) -> str:
    """Read a file as a scan does; why that is wrong, or ""."""
    files, _ = look_into([Found(str(path), str(path), path.name)])
    for file in files:
        names = file_schema(file).names
        text = next((text for text in TEXTS if text.partition("[")[0] in names), None)
        if text is None:
            continue
        columns = Columns(text=text, extra=tuple(name for name in names if name not in ("text", "messages")))
        seen: list[int] = []
        for shard in file.shards:
            for item in read_documents(shard, columns):
                seen += _rows(item)
        if len(set(seen)) != len(seen):
            return "a row is told of twice"
        if file.format != "jsonl" and sorted(seen) != list(range(len(seen))):  # of lines, blank ones are no rows
            return "a row is not counted"
        stated = rows_stated(path)
        if stated is not None and len(seen) != stated:
            return "a row is not counted: another reader finds more or fewer"
    return ""


def rows_stated(path: Path) -> int | None:
    """Rows of a file of text as Python's own modules find them; None where they refuse it or take it otherwise."""
    content, suffix = path.read_bytes(), path.suffix
    if suffix in _UNPACK:
        try:
            content, suffix = _UNPACK[suffix](content), path.with_suffix("").suffix
        except (OSError, EOFError, ValueError, zlib.error, lzma.LZMAError):
            return None
    content = content.removeprefix(b"\xef\xbb\xbf")
    if suffix == ".jsonl":
        return sum(bool(line.strip(b" \t\r\0\x0b\x0c")) for line in content.split(b"\n"))
    try:
        return _records(content.decode(), suffix)
    except (ValueError, RecursionError, csv.Error):
        return None


def _records(text: str, suffix: str) -> int | None:
    if suffix == ".json":
        whole = json.loads(text)
        return len(whole) if isinstance(whole, list) else None
    if suffix not in (".csv", ".tsv") or "\0" in text or "\r" in text.replace("\r\n", ""):  # for csv a CR ends a record
        return None
    rows = csv.reader(io.StringIO(text, newline=""), delimiter="," if suffix == ".csv" else "\t", strict=True)
    return sum(any(cell.strip() for cell in row) for row in rows) - 1


def _rows(item: pa.RecordBatch | Quarantined) -> list[int]:
    """The rows that a piece of what was read stands for; its buffers hold what it says they hold."""
    if not isinstance(item, Quarantined):
        for column in item.columns:
            column.validate(full=True)
        return item.column("row").to_pylist()
    if item.row is None or item.kept:
        return []
    found = LOST.search(item.reason)
    return list(range(item.row, int(found[1] or item.row) + 1)) if found else [item.row]


def faults(mutants: list[bytes], path: Path, read: Callable[[Path], str] = rows_of) -> Iterator[tuple[bytes, str]]:
    """Mutants that are not read well and why: a signal, an exception, or a complaint of `read`."""
    done = 0
    while done < len(mutants):
        told, code = _forked(mutants[done:], path, read)
        for place, why in enumerate(told):
            if why:
                yield mutants[done + place], why
        done += len(told)
        if code:
            yield mutants[done], f"signal {code}"
            done += 1


def _forked(mutants: list[bytes], path: Path, read: Callable[[Path], str]) -> tuple[list[str], int]:
    """Complaints until one mutant killed the process, and its exit status."""
    source, sink = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # threads that have ended do not mind
        child = os.fork()
    if not child:
        try:
            os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
            for content in mutants:
                path.write_bytes(content)
                os.write(sink, _told(path, read).replace("\n", " ").encode(errors="replace") + b"\n")
        finally:
            os._exit(0)
    os.close(sink)
    with os.fdopen(source, "rb") as stream:
        lines = stream.read().decode().split("\n")[:-1]
    return lines, os.waitpid(child, 0)[1]


def _told(path: Path, read: Callable[[Path], str]) -> str:
    try:
        return read(path)
    except Exception as error:
        place = error.__traceback__
        while place is not None and place.tb_next is not None:
            place = place.tb_next
        return f"{type(error).__name__}: {error} (line {place.tb_lineno if place else 0})"


def deep() -> pa.Table:
    """Columns of many types beside a text."""
    count = 6
    numbers = np.arange(count)
    return pa.table(
        {
            "text": pa.array([f"some words, number {i} of them" for i in range(count)]),
            "map": pa.array([[("k", i)] for i in range(count)], pa.map_(pa.string(), pa.int64())),
            "pair": pa.array([[1, 2]] * count, pa.list_(pa.int64(), 2)),
            "views": pa.array([["a", "b"]] * count, pa.large_list_view(pa.string())),
            "view": pa.array([b"x" * 20] * count, pa.binary_view()),
            "word": pa.array(["x", "y", "x"] * 2).dictionary_encode(),
            "flag": pa.array([True, None] * 3),
            "struct": pa.array([{"a": "q", "b": [1]}] * count),
            "fixed": pa.array([b"abcd"] * count, pa.binary(4)),
            "union": pa.UnionArray.from_sparse(pa.array([0] * count, pa.int8()), [pa.array(numbers)]),
        }
    )


def runs() -> pa.Table:
    """A text in run ends."""
    return pa.table({"text": pa.RunEndEncodedArray.from_arrays(pa.array([2, 5, 8], pa.int32()), ["a b", "c d", "e f"])})


def views() -> pa.Table:
    """A text and an id in views."""
    texts = [f"text of row {i} is longer than a view holds" for i in range(8)]
    return pa.table({"id": pa.array(map(str, range(8)), pa.string_view()), "text": pa.array(texts, pa.string_view())})
