"""Small data files of every format, written by the libraries themselves, and plain ways to read a whole file back."""

from __future__ import annotations

import gzip
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from curate.corpus.columns import settle_files
from curate.corpus.files import find_files
from curate.corpus.read import document_schema, read_documents
from curate.schema import Columns, Quarantined

FORMATS = ("parquet", "jsonl", "jsonl.gz", "jsonl.zst", "arrow", "stream.arrow")
NOT_NAMED = Columns()


def json_lines(rows: Sequence[dict[str, Any]]) -> bytes:
    return b"".join(json.dumps(row, ensure_ascii=False).encode() + b"\n" for row in rows)


def compress(data: bytes, suffix: str) -> bytes:
    if suffix == "gz":
        return gzip.compress(data, mtime=0)
    return pa.compress(data, codec="zstd", asbytes=True) if suffix == "zst" else data


def write_rows(path: Path, rows: Sequence[dict[str, Any]], *, group: int = 3) -> Path:
    """`group` rows a row group or record batch; the suffix names the format."""
    suffix = path.name.split(".", 1)[1]
    if "json" in suffix:
        path.write_bytes(compress(json_lines(rows), suffix.rpartition(".")[2]))
        return path
    table = pa.Table.from_pylist(list(rows))
    if suffix == "parquet":
        pq.write_table(table, path, row_group_size=group)
        return path
    new = pa.ipc.new_stream if suffix == "stream.arrow" else pa.ipc.new_file
    with new(str(path), table.schema) as writer:
        writer.write_table(table, max_chunksize=group)
    return path


def read_path(
    path: Path | str, wanted: Columns = NOT_NAMED, *, shard_bytes: int = 1 << 24, block_bytes: int = 1 << 20
) -> tuple[list[dict[str, Any]], list[Quarantined]]:
    """Every document and every quarantined row of everything below a path; batches are checked against the schema."""
    files, bad = find_files([str(path)], shard_bytes=shard_bytes)
    documents: list[dict[str, Any]] = []
    for file in files:
        columns = settle_files([file], wanted).settled[0][1]
        for shard in file.shards:
            for item in read_documents(shard, columns, block_bytes=block_bytes):
                if isinstance(item, Quarantined):
                    bad.append(item)
                    continue
                item.validate(full=True)
                assert item.schema.equals(document_schema(columns))
                documents += item.to_pylist()
    return documents, bad


def texts(path: Path | str, wanted: Columns = NOT_NAMED) -> list[str]:
    """Texts of a path in which every row is readable."""
    documents, bad = read_path(path, wanted)
    assert bad == []
    return [document["text"] for document in documents]
