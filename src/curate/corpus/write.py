"""Files that are whole or not there; rows in a given order are the business of parts."""

from __future__ import annotations

import errno
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from curate.errors import MachineError

ROW_GROUP_BYTES = 16 << 20  # about one shard of a later scan
RUNS = ".curate"  # where run folders lie if nobody names one
_HINTS = {
    errno.ENOSPC: "free some space, or {elsewhere}",
    errno.EDQUOT: "free some space, or {elsewhere}",
    errno.EACCES: "{elsewhere}, or change the folder's permissions",
    errno.EPERM: "{elsewhere}, or change the folder's permissions",
    errno.EFBIG: "raise the limit on the size of files: ulimit -f unlimited",
    errno.EMFILE: "raise the limit on open files: ulimit -n 1024",
    errno.EROFS: "this disk is read-only; {elsewhere}",
    errno.ENOTDIR: "a part of this path is a file; {elsewhere}",
    errno.EEXIST: "a file stands where a folder is needed; {elsewhere}",
}
_ELSEWHERE = {
    False: "write elsewhere with -o",
    True: f"call curate from another folder: {RUNS} lies where it is called from, whatever -o of a mix says",
}


@contextmanager
def machine_errors(path: Path | str) -> Iterator[None]:
    """Turn refusals of the machine into a MachineError that names the path and what to do."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        hint = _HINTS.get(error.errno or 0, "{elsewhere}").format(elsewhere=_ELSEWHERE[RUNS in Path(path).parts])
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
        rows = max(1, ROW_GROUP_BYTES * table.num_rows // max(table.nbytes, 1))
        pq.write_table(table, temporary, compression="zstd", compression_level=3, row_group_size=rows)


def _publish(temporary: Path, path: Path) -> None:
    """Without the fsync a crash could leave an empty file under the final name."""
    with temporary.open("rb") as stream:
        os.fsync(stream.fileno())
    temporary.replace(path)
