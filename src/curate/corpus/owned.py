"""Folders that curate made itself, on this machine: only in these does it overwrite, lock or delete.

A marker in the folder proves it. It is signed with a key of this machine and names the folder's inode, so a marker that
a data set carries, or that was copied, proves nothing. Nothing is written through a symbolic link.
"""

from __future__ import annotations

import fcntl
import hmac
import os
import re
import secrets
import shlex
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from curate.corpus.write import machine_errors, write_atomic
from curate.errors import UsageError
from curate.kernels.user_cache import machine_key, machine_keys

MARKER = ".made-by-curate"
LOCK = ".lock"
_NONCE = 16  # bytes
_HALF_MARKER = re.compile(rf"\.{re.escape(MARKER)}\.[0-9a-f]{{8}}\.tmp")


def make_owned(folder: Path) -> None:
    """Make the folder, or take an empty one, and mark it as curate's. Raises MachineError, UsageError for a link."""
    refuse_link(folder)
    with machine_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
        if not is_owned(folder):
            nonce = secrets.token_hex(_NONCE)
            write_atomic(folder / MARKER, f"{nonce} {_proof(folder.lstat().st_ino, nonce, machine_key())}\n".encode())
            for half in folder.iterdir():  # of a process that was killed while it wrote the marker
                if _HALF_MARKER.fullmatch(half.name):
                    half.unlink()


def is_owned(folder: Path) -> bool:
    """Return whether curate made the folder on this machine for this user; a link or a copy is not it."""
    try:
        found = folder.lstat()
        handle = os.open(folder / MARKER, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        with os.fdopen(handle, "rb") as file:
            content = file.read(1024)
        nonce, proof = content.decode("ascii").split()
    except (OSError, ValueError):
        return False
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
        return False
    return any(hmac.compare_digest(proof, _proof(found.st_ino, nonce, key)) for key in machine_keys())


def is_empty(folder: Path, *spared: str) -> bool:
    """Return whether a folder holds nothing but files of these names and what a killed process left of its marker."""
    leftover = (MARKER, f".{MARKER}.", *spared)
    with os.scandir(folder) as entries:
        return all(e.name.startswith(leftover) and e.is_file(follow_symlinks=False) for e in entries)


def refuse_link(path: Path) -> None:
    """Raises UsageError where a symbolic link stands: what it points to is not curate's."""
    if path.is_symlink():
        raise UsageError(
            "is a symbolic link, and curate writes through none here",
            where=str(path),
            hint=f"remove it: rm {shlex.quote(str(path))}",
        )


def refuse_links(folder: Path) -> None:
    """Raises UsageError for a symbolic link or another disk anywhere below a folder that is curate's."""
    for path in _links(folder, folder.lstat().st_dev):
        raise UsageError(
            "stands inside a folder of curate's, which makes no links",
            where=str(path),
            hint=f"rm -r {shlex.quote(str(folder))}",
        )


@contextmanager
def lock_file(path: Path) -> Iterator[IO[bytes]]:
    """The file that a lock is held on, made if it is not there; never emptied, never through a link."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK, 0o666)
    with os.fdopen(handle, "r+b", buffering=0) as file:
        yield file


def try_lock(file: IO[bytes] | int) -> bool:
    """Return whether this process holds the lock now; the system gives it back whatever happens to the process."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextmanager
def create(path: Path) -> Iterator[IO[bytes]]:
    """A new file to write; raises FileExistsError where anything stands, a link included."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o666), "wb") as file:
        yield file


def ignore_in_git(folder: Path) -> None:
    """Keep git from listing what lies in a folder of curate's."""
    with suppress(FileExistsError), create(folder / ".gitignore") as file:
        file.write(b"*\n")


def machine_name() -> str:
    """Eight hex digits that stand for this user on this machine."""
    return hmac.digest(machine_key(), b"machine", "sha256").hex()[:8]


def _links(folder: Path, device: int) -> Iterator[Path]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_symlink():
                yield Path(entry.path)
            elif entry.is_dir(follow_symlinks=False):
                if entry.stat(follow_symlinks=False).st_dev != device:
                    yield Path(entry.path)
                else:
                    yield from _links(Path(entry.path), device)


def _proof(inode: int, nonce: str, key: bytes) -> str:
    return hmac.digest(key, f"{inode}:{nonce}".encode(), "sha256").hex()
