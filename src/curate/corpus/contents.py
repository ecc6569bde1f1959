"""Is a file what its suffix says? Only its first bytes are looked at."""

from __future__ import annotations

import codecs
import os

import pyarrow as pa

from curate.corpus.magic import LFS, magic_kind

HEAD_BYTES = 1 << 16
_ARROW_KINDS = ("an Arrow file", "an Arrow stream")


class Unreadable(Exception):
    """A whole file that goes to quarantine; its text is the reason."""


def open_lines(path: str, compression: str) -> pa.NativeFile:
    """The bytes of a JSONL file, decompressed; concatenated gzip members and zstd frames are read through."""
    stream = pa.OSFile(os.fsencode(path))
    return pa.CompressedInputStream(stream, {"gz": "gzip", "zst": "zstd"}[compression]) if compression else stream


def check_contents(path: str, name: str, *, format: str, compression: str, head: bytes) -> None:
    """Raises Unreadable when the first bytes of a file are not those of its format."""
    if not head:
        raise Unreadable("is empty")
    if head.startswith(LFS):
        raise Unreadable(f"is a Git LFS pointer; run: git lfs pull --include={name!r}")
    kind = magic_kind(head)
    if format == "parquet" and kind != "Parquet":
        raise Unreadable(f"is not Parquet: {_begins(kind, head)}")
    if format == "arrow" and kind not in _ARROW_KINDS:
        raise Unreadable(f"is not an Arrow file: {_begins(kind, head)}")
    if format == "jsonl":
        _check_lines(path, kind=kind, compression=compression, head=head)


def _check_lines(path: str, *, kind: str, compression: str, head: bytes) -> None:
    wanted = {"gz": "gzip", "zst": "zstd", "": ""}[compression]
    if kind != wanted:
        raise Unreadable(f"is not {wanted or 'JSON lines'}: {_begins(kind, head)}")
    if compression:
        head = _decompressed_head(path, compression)
    lines = head.removeprefix(codecs.BOM_UTF8).split(b"\n")
    seen = [line.lstrip() for line in (lines[:-1] if len(head) == HEAD_BYTES else lines) if line.strip()]
    if not seen and len(head) < HEAD_BYTES:
        raise Unreadable("is empty" if not head else "holds only blank lines")
    if seen and not any(line.startswith(b"{") for line in seen):
        raise Unreadable(f"is not JSON lines: {_no_object(head, seen)}")


def _decompressed_head(path: str, compression: str) -> bytes:
    """May be short where the archive is torn; reading says so, with the row."""
    pieces: list[bytes] = []
    try:
        with open_lines(path, compression) as stream:
            while sum(len(piece) for piece in pieces) < HEAD_BYTES and (piece := stream.read(256)):
                pieces.append(piece)
    except OSError as error:
        if not pieces:
            raise Unreadable(f"the archive is torn before its first row: {error}") from error
    return b"".join(pieces)[:HEAD_BYTES]


def _no_object(head: bytes, seen: list[bytes]) -> str:
    if seen[0].startswith(b"["):
        return "it begins with a JSON array; write one object a line"
    if b"\0" in head:
        return "it holds binary data"
    return "no line begins with {"


def _begins(kind: str, head: bytes) -> str:
    return f"it begins like {kind}" if kind else f"it begins with {head[:8]!r}"
