"""How far a broken archive is whole: a torn end, or bytes behind the end that are no part of it."""

from __future__ import annotations

import bz2
import lzma
import zlib
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import BinaryIO, cast

from curate.corpus.contents import asks_too_much
from curate.corpus.opened import XZ_BYTES, unpacked
from curate.corpus.remote.fetched import on_disk

_READ_BYTES = 1 << 20
_NO_FRAME = "Unknown frame descriptor"  # what zstd says of bytes where a frame would begin


def why_broken(path: str, compression: str, error: str) -> tuple[str, bool]:
    """Why an archive cannot be read to its end, "" where it is just torn; and whether nothing is lost by that."""
    tail = tail_of(path, compression)
    if tail is None:
        if compression == "zst" and _NO_FRAME in error:
            return "has bytes behind its last whole frame that are no zstd", False
        return asks_too_much(path, error), False
    size, rest = tail
    if not rest.strip(b"\0") and size == len(rest):
        return f"has {size:,} NUL bytes behind its end", True
    name, begin = _NAMES[compression], _MEMBERS[compression][0]
    more = f"; another {name} member among them was not read" if begin in rest else ""
    return f"has {size:,} bytes behind its last whole member that are no {name}{more}", False


def is_whole(path: str, compression: str, error: str) -> bool:
    """Return whether an archive that cannot be read to its end is whole, with bytes of something else behind."""
    return tail_of(path, compression) is not None or (compression == "zst" and _NO_FRAME in error)


def may_lose_most(path: str, compression: str) -> bool:
    """Tell whether most of a broken archive may be lost: it ends too early, or breaks in its first half."""
    path = on_disk(path)
    size = Path(path).stat().st_size
    if tail := tail_of(path, compression):
        return 2 * tail[0] > size
    with Path(path).open("rb") as file:
        counted = _Counted(file, max(1, size // 1000))
        with suppress(OSError), unpacked(cast("BinaryIO", counted), compression) as stream:
            while stream.read(_READ_BYTES):
                pass
    return counted.ended or 2 * counted.bytes < size


class _Counted:
    """A file that is read a little at a time; bytes: how many, ended: whether more were asked for than there are."""

    closed = False

    def __init__(self, file: BinaryIO, most: int) -> None:
        self._file, self._most, self.bytes, self.ended = file, most, 0, False

    def read(self, nbytes: int, /) -> bytes:
        """At most so many bytes."""
        found = self._file.read(min(nbytes, self._most))
        self.bytes += len(found)
        self.ended = self.ended or not found
        return found

    def close(self) -> None:
        """Leave the file to whoever opened it."""


def tail_of(path: str, compression: str) -> tuple[int, bytes] | None:
    """Bytes behind the last whole member of an archive, and the first MiB of them.

    None where a member is torn or damaged, where nothing is behind, and for zstd, which tells of it itself.
    """
    if compression not in _MEMBERS:
        return None
    begin, behind = _MEMBERS[compression]
    path = on_disk(path)
    size = Path(path).stat().st_size
    with Path(path).open("rb") as stream:
        held = stream.read(_READ_BYTES)
        while held.startswith(begin):
            try:
                rest = behind(held, stream)
            except (zlib.error, lzma.LZMAError, OSError):
                return None
            if rest is None:
                return None
            held = rest or stream.read(_READ_BYTES)
            held += stream.read(_READ_BYTES) if len(held) < len(begin) else b""
        return (size - stream.tell() + len(held), held) if held else None


def _behind_gzip(held: bytes, stream: BinaryIO) -> bytes | None:
    """Return what was read behind a member that begins with `held`; None where it is torn. Raises zlib.error."""
    member = zlib.decompressobj(wbits=31)
    while not member.eof:
        member.decompress(held, _READ_BYTES)
        held = member.unconsumed_tail or (b"" if member.eof else stream.read(_READ_BYTES))
        if not held and not member.eof:
            return None
    return member.unused_data


def _behind(
    new: Callable[[], bz2.BZ2Decompressor | lzma.LZMADecompressor], held: bytes, stream: BinaryIO
) -> bytes | None:
    """The same of bzip2 and xz. Raises OSError, LZMAError."""
    member = new()
    while not member.eof:
        if member.needs_input and not held and not (held := stream.read(_READ_BYTES)):
            return None
        member.decompress(held, _READ_BYTES)
        held = b""
    return member.unused_data


_MEMBERS: dict[str, tuple[bytes, Callable[[bytes, BinaryIO], bytes | None]]] = {
    "gz": (b"\x1f\x8b\x08", _behind_gzip),
    "bz2": (b"BZh", partial(_behind, bz2.BZ2Decompressor)),
    "xz": (b"\xfd7zXZ\0", partial(_behind, partial(lzma.LZMADecompressor, lzma.FORMAT_XZ, XZ_BYTES))),
}
_NAMES = {"gz": "gzip", "bz2": "bzip2", "xz": "xz"}
