"""Is a file what its suffix says? Only its first bytes are looked at."""

from __future__ import annotations

import codecs
from contextlib import suppress
from functools import partial
from pathlib import Path

from curate.amounts import size
from curate.corpus.magic import LFS, magic_kind
from curate.corpus.not_lines import begins_array, fault_of, is_object, what_instead
from curate.corpus.opened import XZ_BYTES, open_bytes, rest_of_archive
from curate.corpus.other_text import is_array, why_no_array, why_no_csv, why_no_text
from curate.corpus.remote.fetched import on_disk
from curate.corpus.wrapped_rows import why_one_line, why_wrapped
from curate.schema import TABLES

HEAD_BYTES = 1 << 16
_LEAST = 256  # bytes of an archive that are unpacked at a time: a read that fails loses what it had
_AROUND = b" \t\r\n\0"  # bytes at both ends of a line that are no part of its row
_TOO_LARGE = "requires too much memory"  # what zstd says of a window beyond 128 MiB
_XZ_LIMIT = "Memory usage limit"
_PACKED = {"gz": "gzip", "zst": "zstd", "bz2": "bzip2", "xz": "xz"}  # as `magic_kind` calls them
_NAMES = {"jsonl": "JSON lines", "json": "JSON", "csv": "CSV", "tsv": "CSV", "text": "text"}
_ENDS = {"text": "txt"}
_ARROW_KINDS = ("an Arrow file", "an Arrow stream")


def packed_as(head: bytes) -> str:
    """How a file that begins so is compressed, as in SUFFIXES; "" for one that is not."""
    kind = magic_kind(head)
    return next((packed for packed, name in _PACKED.items() if name == kind), "")


class Unreadable(Exception):
    """A whole file that goes to quarantine; its text is the reason."""


def check_contents(path: str, name: str, *, format: str, compression: str, head: bytes) -> str:
    """The format, of ".json" that of its contents. Raises Unreadable when a file does not begin as its format does."""
    if not head:
        raise Unreadable("is empty")
    if head.startswith(LFS):
        raise Unreadable(f"is a Git LFS pointer; run: git lfs pull --include={name!r}")
    kind = magic_kind(head)
    if format == "parquet" and kind != "Parquet":
        raise Unreadable(f"is not Parquet: {_begins(kind, head)}")
    if format == "arrow" and kind not in _ARROW_KINDS:
        raise Unreadable(f"is not an Arrow file: {_begins(kind, head)}")
    return format if format in TABLES else _check_text(path, format, kind=kind, compression=compression, head=head)


def _check_text(path: str, format: str, *, kind: str, compression: str, head: bytes) -> str:
    wanted = _PACKED.get(compression, "")
    if kind != wanted:
        raise Unreadable(f"is not {wanted or _NAMES[format]}: {_begins(kind, head, format)}")
    if compression:
        head = _decompressed_head(path, compression)
        if inner := magic_kind(head):
            raise Unreadable(_packed_twice(inner, _NAMES[format]))
    is_whole = len(head) < HEAD_BYTES
    if format in ("json", "jsonl"):
        why_rows = why_wrapped if format == "json" else why_one_line
        format = "json" if format == "json" and is_array(head) else "jsonl"
        if reason := why_rows(head, partial(_is_one_line, path, compression)):
            raise Unreadable(reason)
    if format == "jsonl":
        _check_lines(head, is_whole=is_whole)
        return format
    why = {"json": why_no_array, "text": why_no_text}.get(format, partial(why_no_csv, format=format, is_whole=is_whole))
    if reason := why(head):
        raise Unreadable(reason)
    return format


def _is_one_line(path: str, compression: str) -> bool:
    """Return whether nothing but blanks stands behind the first line; reading tells of a torn archive."""
    ended = False
    with suppress(OSError), open_bytes(path, compression) as stream:
        while piece := stream.read(HEAD_BYTES):
            line, _, rest = (b"", b"", piece) if ended else piece.partition(b"\n")
            ended = ended or len(line) < len(piece)
            if rest.strip(_AROUND):
                return False
    return True


def _check_lines(head: bytes, *, is_whole: bool) -> None:
    lines = head.removeprefix(codecs.BOM_UTF8).split(b"\n")
    seen = [line.strip(_AROUND) for line in (lines if is_whole else lines[:-1])]
    seen = [line.removeprefix(codecs.BOM_UTF8) for line in seen if line]
    if not seen and is_whole and not head.strip():
        raise Unreadable("is empty" if not head else "holds only blank lines")
    if any(is_object(line) for line in seen) and not begins_array(seen):
        return
    if instead := what_instead(head, is_whole=is_whole):
        raise Unreadable(f"is not JSON lines: {instead}")
    if seen and not any(line.startswith(b"{") for line in seen):
        raise Unreadable("is not JSON lines: no line begins with {")
    if seen and is_whole:
        raise Unreadable(f"no line is a JSON object that can be read; the first: {fault_of(seen[0])}")


def _decompressed_head(path: str, compression: str) -> bytes:
    """May be short where the archive is torn; reading says so, with the row."""
    pieces: list[bytes] = []
    try:
        with open_bytes(path, compression) as stream:
            while sum(len(piece) for piece in pieces) < HEAD_BYTES and (piece := stream.read(_LEAST)):
                pieces.append(piece)
    except OSError as error:
        pieces.append(rest_of_archive(path, compression, sum(map(len, pieces)), _LEAST))
        if not any(pieces):
            torn = f"the archive is torn before its first row: {error}"
            raise Unreadable(asks_too_much(path, str(error)) or torn) from error
    return b"".join(pieces)[:HEAD_BYTES]


def _packed_twice(inner: str, wanted: str) -> str:
    """An archive that holds no text."""
    if inner in _PACKED.values():
        return f"is compressed twice: it holds {inner}; take one layer off"
    return f"is not {wanted}: it holds {inner}; unpack it"


def asks_too_much(path: str, error: str) -> str:
    """Of an archive that is whole and wants more memory than zstd gives it: what to do. "" for all other errors."""
    if _XZ_LIMIT in error:
        return f"wants more than {size(XZ_BYTES)} to be unpacked, too much to read; run: xz -dc FILE | xz -6 > NEW"
    if _TOO_LARGE not in error:
        return ""
    window = zstd_window(path)
    wide = f"a window of {window >> 20:,} MiB" if window else "a large window"
    return f"was compressed with {wide} (zstd --long), too large to read; run: zstd -dc --long=31 FILE | zstd > NEW"


def zstd_window(path: str) -> int:
    """Bytes that the first frame of a zstd archive wants to look back; 0 where its header does not say."""
    with Path(on_disk(path)).open("rb") as stream:
        head = stream.read(6)
    if len(head) < 6 or head[4] & 0x20:
        return 0
    base = 1 << (10 + (head[5] >> 3))
    return base + (base >> 3) * (head[5] & 7)


def _quoted(head: bytes) -> str:
    """The first characters of a text in quotes, or what else they are."""
    text = head.decode("utf-8", "ignore").split("\n")[0].strip()
    return repr(text) if text.isprintable() and text else "bytes that are no text"


def _begins(kind: str, head: bytes, format: str = "jsonl") -> str:
    if not kind:
        return "it begins like JSON lines" if head.lstrip().startswith(b"{") else f"it begins with {_quoted(head[:16])}"
    ways = {"UTF-16 text": "iconv -f UTF-16 -t UTF-8 FILE", "UTF-32 text": "iconv -f UTF-32 -t UTF-8 FILE"}
    named = {kind: f"name it .{_ENDS.get(format, format)}.{packed}" for packed, kind in _PACKED.items()}
    named["Parquet"] = "name it .parquet"
    hint = f"convert it: {ways[kind]}" if kind in ways else named.get(kind, "")
    return f"it begins like {kind}" + (f"; {hint}" if hint else "")
