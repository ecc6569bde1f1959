"""Fetched parts of a remote file: a sparse file of its size on this disk, and which blocks of it are there."""

from __future__ import annotations

import fcntl
import os
import shutil
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from functools import cache
from hashlib import blake2b
from pathlib import Path
from secrets import token_hex
from threading import Lock
from zlib import crc32

import numpy as np

from curate.amounts import size
from curate.corpus.remote import arrived
from curate.corpus.remote.store import Entry
from curate.corpus.write import machine_errors
from curate.errors import DataError, MachineError
from curate.kernels.user_cache import cache_folder

BLOCK = 1 << 16
_PIECE = 8 << 20  # bytes that one request asks for
_AT_ONCE = 8  # requests
_UNUSED = 7 * 24 * 3600  # seconds, after which what was kept is thrown away
Range = tuple[int, int]


class Kept:
    """Blocks of one file; each has a checksum, so that what a crash left half-written is fetched again.

    read: as of `Store`. A file of which the store does not say whether it is another by now is fetched at once as a
    whole, and kept for this process only.
    """

    def __init__(self, entry: Entry, read: Callable[[Entry, int, int], Iterator[bytes]]) -> None:
        self._entry, self._read = entry, read
        self._blocks = -(-entry.size // BLOCK)
        self._sound = np.zeros(self._blocks, bool)  # there, as this process has seen
        self._lock = Lock()
        self._coming: list[tuple[int, int, Future[None]]] = []  # first and last block
        self._folder = _folder(entry)
        self.path = self._folder / "data"
        with machine_errors(self._folder):
            self._folder.mkdir(parents=True, exist_ok=True)
            self._make()

    def _make(self) -> None:
        index = self._folder / "blocks"
        for path, length in ((self.path, self._entry.size), (index, 4 * self._blocks)):
            with path.open("ab") as file:
                if file.tell() != length:
                    file.truncate(0)
                    file.truncate(length)
        os.utime(self._folder)  # in use
        self._sums = np.memmap(index, np.uint32, "r+", shape=self._blocks) if self._blocks else np.zeros(0, np.uint32)

    def need(self, ranges: Iterable[Range] | None = None) -> None:
        """Have these bytes on this disk, None for all. Raises DataError as the store does, and MachineError."""
        with machine_errors(self._folder):
            for coming in self.begin(ranges):
                coming.result()

    def begin(self, ranges: Iterable[Range] | None = None) -> list[Future[None]]:
        """Begin to fetch what of these bytes is neither here nor coming; return all that is still coming of them."""
        whole = ranges is None or not self._in_parts()
        wanted = np.zeros(self._blocks, bool)
        for start, stop in [(0, self._entry.size)] if whole else ranges or ():
            wanted[max(0, start) // BLOCK : -(-min(stop, self._entry.size) // BLOCK)] = True
        if not (wanted & ~self._sound).any():
            return []
        with self._lock:
            self._coming = [one for one in self._coming if not one[2].done()]
            missing = wanted & ~self._sound
            waited = [one for one in self._coming if missing[one[0] : one[1] + 1].any()]
            for first, last, _ in waited:
                missing[first : last + 1] = False
            lacking = [block for block in np.flatnonzero(missing).tolist() if not self._is_sound(block)]
            self._check_room(len(lacking) * BLOCK)
            for first, last in _runs(lacking, _PIECE // BLOCK if self._in_parts() else self._blocks):
                waited.append((first, last, _pool().submit(self._fetch, first, last)))
            self._coming = [*self._coming, *(one for one in waited if one not in self._coming)]
            return [one[2] for one in waited]

    def _in_parts(self) -> bool:
        """Return whether one request for a part and one for the next are sure to be of one state."""
        return bool(self._entry.ranges and self._entry.tag)

    def _check_room(self, needed: int) -> None:
        """Raises MachineError before a disk is filled to the last byte."""
        free = shutil.disk_usage(self._folder).free
        if needed > free:
            raise MachineError(
                f"needs {size(needed)} on this disk, and {size(free)} are free", where=self._entry.path,
                hint="free some space, or name another disk: XDG_CACHE_HOME=FOLDER",
            )  # fmt: skip

    def _is_sound(self, block: int) -> bool:
        """Of a block that an earlier process may have fetched."""
        if self._sums[block]:
            with self.path.open("rb", buffering=0) as file:
                file.seek(block * BLOCK)
                self._sound[block] = _sum(file.read(self._length(block))) == self._sums[block]
        return bool(self._sound[block])

    def _length(self, block: int) -> int:
        return min(BLOCK, self._entry.size - block * BLOCK)

    def _fetch(self, first: int, last: int) -> None:
        """Blocks first to last, each there as soon as it has come."""
        block, held = first, bytearray()
        with self.path.open("r+b", buffering=0) as sink:
            sink.seek(first * BLOCK)
            for piece in self._read(self._entry, first * BLOCK, min((last + 1) * BLOCK, self._entry.size)):
                held += piece
                arrived.add(len(piece))
                while block <= last and len(held) >= self._length(block):
                    whole = bytes(held[: self._length(block)])
                    del held[: len(whole)]
                    sink.write(whole)
                    self._sums[block] = _sum(whole)
                    self._sound[block] = True
                    block += 1
        if block <= last or held:
            raise DataError("the store sent another number of bytes than it said", where=self._entry.path)


def _sum(data: bytes) -> int:
    """Never 0, which says that a block is not there."""
    return crc32(data) or 1


def _runs(blocks: list[int], longest: int) -> list[Range]:
    """First and last of neighbours, at most so many together."""
    runs: list[Range] = []
    for block in blocks:
        if runs and runs[-1][1] == block - 1 and block - runs[-1][0] < longest:
            runs[-1] = (runs[-1][0], block)
        else:
            runs.append((block, block))
    return runs


def _folder(entry: Entry) -> Path:
    if not entry.tag:
        return _session() / token_hex(8)
    about = "\n".join((entry.content or entry.path, entry.tag, str(entry.size)))
    return _home() / blake2b(about.encode(errors="surrogatepass"), digest_size=16).hexdigest()


@cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="curate-fetch")


def _home() -> Path:
    """Where all of it lies, in the folder of this user alone."""
    home = cache_folder() / "fetched"
    _sweep_once(home)
    return home


@cache
def _session() -> Path:
    """A folder of this process: whoever holds no lock on one any more has ended."""
    folder = _home() / f"once-{token_hex(8)}"
    with machine_errors(folder):
        folder.mkdir(parents=True)
        held = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        with suppress(OSError):
            fcntl.flock(held, fcntl.LOCK_EX)
    return folder


@cache
def _sweep_once(home: Path) -> None:
    """Throw away what ended processes kept for themselves, and what nobody has used for a week."""
    for folder in home.iterdir() if home.is_dir() else ():
        with suppress(OSError):
            over = folder.name.startswith("once-") and _is_over(folder / "lock")
            if over or time.time() - folder.stat().st_mtime > _UNUSED:
                shutil.rmtree(folder, ignore_errors=True)


def _is_over(lock: Path) -> bool:
    handle = os.open(lock, os.O_RDWR | os.O_NOFOLLOW)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(handle)
    return True
