"""Folders that a process holds while it writes in them: those that killed processes left are known, and go."""

from __future__ import annotations

import fcntl
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from curate.corpus.owned import MARKER, is_empty, is_owned, make_owned, try_lock
from curate.corpus.write import machine_errors


@contextmanager
def scratch_folder(home: Path, prefix: str) -> Iterator[Path]:
    """A folder in `home` while the block runs; what killed processes left of the same prefix is removed first.

    Raises MachineError.
    """
    with ExitStack() as held:
        with machine_errors(home):
            home.mkdir(parents=True, exist_ok=True)
            for path in home.glob(f"{prefix}*"):
                if is_left(path):
                    clear_unheld(path)
            folder = home / f"{prefix}{secrets.token_hex(8)}"
            held.enter_context(held_folder(folder))
            make_owned(folder)
        yield folder


@contextmanager
def held_folder(path: Path) -> Iterator[None]:
    """A new folder of a random name, locked while the block runs and removed after it."""
    held = _made_and_locked(path)
    try:
        yield
    finally:
        with suppress(OSError):
            _clear(path)
        os.close(held)


def _made_and_locked(path: Path) -> int:
    """The descriptor of the folder; made anew where `clear_unheld` took it before it was locked."""
    while True:
        path.mkdir()
        with suppress(FileNotFoundError):
            held = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
            with suppress(OSError):  # a disk that knows no locks knows no clearing
                fcntl.flock(held, fcntl.LOCK_EX)
            with suppress(FileNotFoundError):
                if path.lstat().st_ino == os.fstat(held).st_ino:
                    return held
            os.close(held)


def clear_unheld(path: Path) -> bool:
    """Remove what a killed process left of a `held_folder`; return whether no process is known to hold it."""
    with suppress(OSError):  # it is gone, or the disk knows no locks
        held = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        try:
            if not try_lock(held):
                return False
            _clear(path)
        finally:
            os.close(held)
    return True


def _clear(folder: Path) -> None:
    """Remove the folder, its marker last: without it nobody would know whose the rest is."""
    for path in folder.iterdir():
        if path.name != MARKER:
            shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
    shutil.rmtree(folder)


def is_left(folder: Path) -> bool:
    """Return whether curate may have made it for a `held_folder`; of one that was killed at once nothing is in it."""
    return is_owned(folder) or (folder.is_dir() and not folder.is_symlink() and is_empty(folder))
