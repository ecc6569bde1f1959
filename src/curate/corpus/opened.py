"""The bytes of a file of text, decompressed as they are asked for."""

from __future__ import annotations

import lzma
import os
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, Protocol, Self

import pyarrow as pa

from curate.corpus.remote.fetched import on_disk

XZ_BYTES = 160 << 20  # memory of the largest window that is unpacked: zstd allows 128 MiB
_CODECS = {"gz": "gzip", "zst": "zstd", "bz2": "bz2"}  # as Arrow calls them
_READ_BYTES = 1 << 16


class Bytes(Protocol):
    """A file that is read from its beginning."""

    def read(self, nbytes: int, /) -> bytes:
        """At most so many bytes; b"" at the end. Raises OSError for an archive that is torn or damaged."""

    def __enter__(self) -> Self: ...

    def __exit__(self, *error: object) -> None: ...


def open_bytes(path: str, compression: str) -> Bytes:
    """The bytes of a file, decompressed; archives that were joined are read through."""
    path = on_disk(path)
    if compression == "xz":
        return _Xz(Path(path).open("rb"))
    stream: Bytes = pa.OSFile(os.fsencode(path))
    if compression:
        stream = pa.CompressedInputStream(stream, _CODECS[compression])
    return stream


def rest_of_archive(path: str, compression: str, position: int, chunk_bytes: int) -> bytes:
    """Return what a broken archive still gives after byte `position`: a read that fails loses what it had.

    It is read a byte at a time until a read fails; chunk_bytes: how much was asked for when one did.
    """
    rest = bytearray()
    with open_bytes(path, compression) as stream:
        while position:
            position -= len(stream.read(min(position, chunk_bytes)))
        with suppress(OSError):
            while byte := stream.read(1):
                rest += byte
    return bytes(rest)


def unpacked(file: BinaryIO, compression: str) -> Bytes:
    """The decompressed bytes of an open archive."""
    if compression == "xz":
        return _Xz(file)
    unpacking: Bytes = pa.CompressedInputStream(pa.PythonFile(file, mode="r"), _CODECS[compression])
    return unpacking


class _Xz:
    """Streams of xz one after the other, each unpacked a piece at a time within XZ_BYTES of memory.

    `lzma.LZMAFile` has no bound for memory: an archive of a few bytes may ask for 4 GiB.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file, self._packed = file, b""
        self._stream = lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=XZ_BYTES)

    def read(self, nbytes: int, /) -> bytes:
        """At most so many bytes; b"" at the end. Raises OSError."""
        while True:
            if self._stream.eof and not self._next_stream():
                return b""
            if self._stream.needs_input and not self._packed:
                self._packed = self._file.read(_READ_BYTES)
                if not self._packed:
                    raise OSError("the file ends in the middle of the archive")
            try:
                found = self._stream.decompress(self._packed, nbytes)
            except lzma.LZMAError as error:
                raise OSError(str(error)) from error
            self._packed = b""
            if found:
                return found

    def _next_stream(self) -> bool:
        """Begin the archive that follows; NULs between two are allowed by the format."""
        rest = self._stream.unused_data
        while not (rest := rest.lstrip(b"\0")):
            if not (rest := self._file.read(_READ_BYTES)):
                return False
        self._stream = lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=XZ_BYTES)
        self._packed = rest
        return True

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._file.close()
