"""Tables of a run folder, each with a digest of the stamp of what it was made from."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import blake2b
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from curate.corpus.write import atomic_path
from curate.schema import Shard

STAMP = b"curate"
READER = 2  # raised whenever other rows, or other texts of them, are read out of the same bytes


def shard_stamp(shard: Shard, measured: str) -> bytes:
    """Stamp of a shard's annotations: content, place in it, name, the measures, and how rows are read."""
    place = [shard.fingerprint, shard.name, shard.format, shard.start, shard.stop, shard.first_row, measured, READER]
    return json.dumps(place, ensure_ascii=False).encode()


@contextmanager
def table_writer(path: Path, schema: pa.Schema, stamp: bytes, *, synced: bool = True) -> Iterator[pq.ParquetWriter]:
    """Parquet, one row group a batch, atomically, marked with its stamp; the same bytes for the same batches.

    synced: as of `corpus.write.atomic_path`.
    Hashes neither compress nor repeat, and trying costs more than measuring them did: only strings are encoded.
    """
    marked = _marked(schema, stamp)
    strings = [f.name for f in schema if pa.types.is_string(f.type)]
    with (
        atomic_path(path, sweep=False, synced=synced) as temporary,
        pa.OSFile(os.fsencode(temporary), "wb") as sink,  # Arrow takes a path such as a:/b for an address
        pq.ParquetWriter(
            sink,
            marked,
            compression=dict.fromkeys(strings, "zstd"),
            use_dictionary=strings,
            write_statistics=False,
        ) as writer,
    ):
        yield writer


def write_table(path: Path, batches: list[pa.RecordBatch], schema: pa.Schema, stamp: bytes) -> None:
    """A whole table by `table_writer`."""
    with table_writer(path, schema, stamp) as writer:
        for batch in batches:
            writer.write_batch(batch)


def write_arrow(path: Path, table: pa.Table, stamp: bytes, *, synced: bool = True) -> None:
    """Arrow's file format, as `table_writer`: of what is read later in part, and where it lies."""
    schema = _marked(table.schema, stamp)
    with (
        atomic_path(path, sweep=False, synced=synced) as temporary,
        pa.ipc.new_file(str(temporary), schema) as writer,
    ):
        writer.write_table(table)


def _marked(schema: pa.Schema, stamp: bytes) -> pa.Schema:
    """Digest of the stamp, not its text: that has all patterns of the rules, and each format writes it twice."""
    return schema.with_metadata({STAMP: blake2b(stamp, digest_size=16).hexdigest()})
