"""Files that are whole or not there, and tables written in a given order with bounded memory."""

from __future__ import annotations

import errno
import os
import secrets
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from curate.corpus.json_rows import json_lines
from curate.errors import CurateError, MachineError

_ROW_GROUP_BYTES = 16 << 20  # about one shard of a later scan
_RANK = pa.field("", pa.int64())  # always the last column, and found by that: a user's may have any name
_HINTS = {
    errno.ENOSPC: "free some space or write elsewhere with -o",
    errno.EDQUOT: "free some space or write elsewhere with -o",
    errno.EACCES: "write elsewhere with -o, or change the folder's permissions",
    errno.EPERM: "write elsewhere with -o, or change the folder's permissions",
    errno.EROFS: "this disk is read-only; write elsewhere with -o",
    errno.ENOTDIR: "a part of this path is a file; write elsewhere with -o",
    errno.EEXIST: "a file stands where a folder is needed; write elsewhere with -o",
}


@contextmanager
def machine_errors(path: Path | str) -> Iterator[None]:
    """What the machine refuses inside becomes a MachineError that names the path and what to do."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        hint = _HINTS.get(error.errno or 0, "write elsewhere with -o")
        raise MachineError(f"cannot be written: {reason.lower()}", where=str(path), hint=hint) from error


@contextmanager
def atomic_path(path: Path) -> Iterator[Path]:
    """A temporary path beside `path` that takes its name when the block ends well, and vanishes when it does not.

    Folders are made. Raises MachineError.
    """
    with machine_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
        temporary.touch(exist_ok=False)
        try:
            yield temporary
            _publish(temporary, path)
        finally:
            temporary.unlink(missing_ok=True)


def write_atomic(path: Path, content: bytes) -> None:
    """Writes a whole file or nothing. Raises MachineError."""
    with atomic_path(path) as temporary:
        temporary.write_bytes(content)


def write_table(path: Path, table: pa.Table) -> None:
    """A Parquet file, whole or not there; the same table gives the same bytes."""
    with atomic_path(path) as temporary:
        rows = max(1, _ROW_GROUP_BYTES * table.num_rows // max(table.nbytes, 1))
        pq.write_table(table, temporary, compression="zstd", compression_level=3, row_group_size=rows)


def write_lines(path: Path, table: pa.Table) -> None:
    """JSON lines, compressed where the name ends in .zst; whole or not there, the same table gives the same bytes."""
    with atomic_path(path) as temporary:
        packed = "zstd" if path.suffix == ".zst" else None
        with pa.output_stream(str(temporary), compression=packed) as sink:
            for lines in json_lines(table):
                sink.write(lines)


def write_parts(
    folder: Path,
    tables: Iterable[tuple[pa.Table, NDArray[np.int64]]],
    part_ends: Sequence[int],
    schema: pa.Schema,
    form: str = "parquet",
    each: Callable[[Callable[[int], Path], Iterable[int]], Iterable[Path]] = map,
) -> list[Path]:
    """Rows in the order of their ranks, as folder/part-00000.FORM and so on; part i ends before rank part_ends[i].

    The arrays are each row's rank, 0 to n - 1, each once, in any order. As many parts lie in memory as `each` makes
    at a time: rows wait on disk, beside the output, in one spool file a part. Raises MachineError.
    """
    with machine_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".spool-", dir=folder) as spool:
            spools = [Path(spool) / f"{index:05d}.arrow" for index in range(len(part_ends))]
            _spool(spools, tables, np.asarray(part_ends, np.int64), schema)
            sizes = np.diff([0, *part_ends])

            def written(index: int) -> Path:
                return _write_part(folder / f"part-{index:05d}.{form}", spools[index], schema, int(sizes[index]))

            return list(each(written, range(len(spools))))


def _spool(
    spools: Sequence[Path],
    tables: Iterable[tuple[pa.Table, NDArray[np.int64]]],
    ends: NDArray[np.int64],
    schema: pa.Schema,
) -> None:
    """Each piece is appended as a stream of its own, so that a thousand parts do not need a thousand open files."""
    ranked = schema.append(_RANK)
    for spool in spools:
        spool.touch()
    for table, ranks in tables:
        part = np.searchsorted(ends, ranks, side="right")
        whole = table.cast(schema).append_column(_RANK, pa.array(ranks, pa.int64()))
        for index in np.unique(part):
            rows = np.flatnonzero(part == index)
            with spools[index].open("ab") as sink, pa.ipc.new_stream(sink, ranked) as writer:
                writer.write_table(whole if len(rows) == len(part) else whole.take(pa.array(rows)))


def _write_part(path: Path, spool: Path, schema: pa.Schema, rows: int) -> Path:
    pieces = [schema.append(_RANK).empty_table()]
    with pa.OSFile(str(spool)) as source:
        while source.tell() < source.size():
            pieces.append(pa.ipc.open_stream(source).read_all())
    table = pa.concat_tables(pieces)
    if table.num_rows != rows:
        raise CurateError("rows were lost on the way", where=str(path), hint="please report this")
    order = np.argsort(table.column(len(schema)).to_numpy(), kind="stable")
    ordered = table.select(range(len(schema))).take(pa.array(order)).combine_chunks()
    if path.suffix == ".parquet":
        write_table(path, ordered)
    else:
        write_lines(path, ordered)
    spool.unlink()
    return path


def _publish(temporary: Path, path: Path) -> None:
    """Without the fsync a crash could leave an empty file under the final name."""
    with temporary.open("rb") as stream:
        os.fsync(stream.fileno())
    temporary.replace(path)
