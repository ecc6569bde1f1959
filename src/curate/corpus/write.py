"""Files that are whole or not there; rows in a given order are the business of parts."""

from __future__ import annotations

import errno
import fcntl
import os
import re
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from curate.corpus.held_bytes import held_bytes
from curate.errors import MachineError, UsageError

ROW_GROUP_BYTES = 16 << 20  # about one shard of a later scan
LARGE = 1 << 20  # bytes: of a larger file a seal does not compare all bytes each time
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
def machine_errors(path: Path | str, elsewhere: str = "") -> Iterator[None]:
    """Turn refusals of the machine into a MachineError that names the path and what to do.

    elsewhere: how the user names another place, where that is not -o.
    """
    try:
        yield
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else error.strerror or str(error)  # Arrow says more than that
        hint = _HINTS.get(error.errno or 0, "{elsewhere}").format(
            elsewhere=elsewhere or _ELSEWHERE[RUNS in Path(path).parts]
        )
        raise MachineError(f"cannot be written: {reason.lower()}", where=str(path), hint=hint) from error


@contextmanager
def atomic_path(path: Path, *, sweep: bool = True, synced: bool = True) -> Iterator[Path]:
    """A temporary path beside `path` that takes its name when the block ends well, and vanishes when it does not.

    Folders are made. sweep: what killed processes left of the same file is removed first; not for one of many files
    in a folder that is swept as a whole. synced: also if the power fails, the name stands for the whole file or for
    none; not for small files under a seal, which shows that one is torn. Raises MachineError, UsageError where a device
    or a pipe stands.
    """
    _refuse_device(path)
    with machine_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        if sweep:
            _sweep(path)
        temporary, held = _locked_half(path)
        try:
            yield temporary
            _publish(temporary, path, synced=synced)
        finally:
            temporary.unlink(missing_ok=True)
            os.close(held)


def _refuse_device(path: Path) -> None:
    """A file that takes the name of /dev/null or /dev/stdout would break the machine for all others."""
    with suppress(OSError):
        kind = path.stat().st_mode
        if not (stat.S_ISREG(kind) or stat.S_ISDIR(kind)):
            raise UsageError("is a device, a pipe or a socket, and would be replaced by a file", where=str(path))


def _locked_half(path: Path) -> tuple[Path, int]:
    """A new file beside `path`, and its locked descriptor; made anew where a sweep took it before it was locked."""
    while True:
        half = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
        held = os.open(half, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o666)
        with suppress(OSError):  # a disk that knows no locks knows no sweep
            fcntl.flock(held, fcntl.LOCK_EX)
        if os.fstat(held).st_nlink:
            return half, held
        os.close(held)


def _sweep(path: Path) -> None:
    """Remove half-written forms of the file that no process holds locked."""
    half = re.compile(rf"\.{re.escape(path.name)}\.[0-9a-f]{{8}}\.tmp")
    with os.scandir(path.parent) as entries:
        halves = [Path(one.path) for one in entries if half.fullmatch(one.name) and one.is_file(follow_symlinks=False)]
    for one in halves:
        with suppress(OSError):
            file = os.open(one, os.O_RDWR | os.O_NOFOLLOW)
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                one.unlink()
            finally:
                os.close(file)


def write_atomic(path: Path, content: bytes, *, sweep: bool = True, synced: bool = True) -> None:
    """Writes a whole file or nothing; sweep and synced as of `atomic_path`. Raises MachineError."""
    with atomic_path(path, sweep=sweep, synced=synced) as temporary:
        temporary.write_bytes(content)


def write_table(path: Path, table: pa.Table) -> None:
    """A Parquet file, whole or not there; the same table gives the same bytes."""
    with atomic_path(path) as temporary:
        rows = max(1, ROW_GROUP_BYTES * table.num_rows // max(held_bytes(table), 1))
        with pa.OSFile(os.fsencode(temporary), "wb") as sink:  # Arrow takes a path such as a:/b for an address
            pq.write_table(table, sink, compression="zstd", compression_level=3, row_group_size=rows)


def _publish(temporary: Path, path: Path, *, synced: bool) -> None:
    """Without the fsync a crash could leave an empty file under the final name."""
    if synced or temporary.stat().st_size >= LARGE:
        with temporary.open("rb") as stream:
            os.fsync(stream.fileno())
    temporary.replace(path)
