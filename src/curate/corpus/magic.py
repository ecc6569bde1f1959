"""File types by their first bytes."""

from __future__ import annotations

import codecs

LFS = b"version https://git-lfs.github.com/spec/v1"
_ZSTD_SKIPPABLE = tuple(bytes([number]) + b"\x2a\x4d\x18" for number in range(0x50, 0x60))
_DATA: tuple[tuple[bytes, str], ...] = (
    (b"PAR1", "Parquet"),
    (b"PARE", "encrypted Parquet"),
    (b"ARROW1", "an Arrow file"),
    (b"FEA1", "a Feather file of version 1"),
    (b"\xff\xff\xff\xff", "an Arrow stream"),
    (b"ORC", "ORC"),
    (b"Obj\x01", "Avro"),
    (b"\x1f\x8b", "gzip"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    *((magic, "zstd") for magic in _ZSTD_SKIPPABLE),
    (b"\x04\x22\x4d\x18", "lz4"),
    (b"\xff\x06\x00\x00sNaPpY", "snappy"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ", "xz"),
    (b"]\x00\x00", "lzma"),
    (b"PK\x03\x04", "a zip archive"),
    (b"PK\x05\x06", "an empty zip archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"Rar!\x1a", "a rar archive"),
    (b"%PDF", "a PDF"),
    (b"\xd0\xcf\x11\xe0", "an old Office document"),
    (b"SQLite format 3", "an SQLite data base"),
    (b"\x89HDF", "HDF5"),
    (b"\x93NUMPY", "a numpy array"),
    (b"\x80\x02", "a Python pickle"),
    (b"\x80\x03", "a Python pickle"),
    (b"\x80\x04", "a Python pickle"),
    (b"\x80\x05", "a Python pickle"),
    (codecs.BOM_UTF32_LE, "UTF-32 text"),
    (codecs.BOM_UTF32_BE, "UTF-32 text"),
    (codecs.BOM_UTF16_LE, "UTF-16 text"),
    (codecs.BOM_UTF16_BE, "UTF-16 text"),
)
_MEDIA = (
    b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\x00", b"MM\x00*", b"\x00\x00\x01\x00", b"ID3", b"\xff\xfb",
    b"OggS", b"fLaC", b"\x1aE\xdf\xa3", b"wOFF", b"wOF2", b"OTTO", b"\x00\x01\x00\x00\x00", b"RIFF",
)  # fmt: skip


def magic_kind(head: bytes) -> str:
    """The kind that the first bytes name, such as "Parquet" or "gzip"; "" if they name none."""
    if found := next((kind for magic, kind in _DATA if head.startswith(magic)), ""):
        return found
    if head[8:12] == b"DUCK" and b"\0" in head[12:20]:  # a JSON line may have these letters there
        return "a DuckDB data base"
    return "a tar archive" if head[257:265] in (b"ustar\x0000", b"ustar  \x00") else ""


def is_media(head: bytes) -> bool:
    """Return whether the bytes begin an image, a sound, a film or a font, which hold no text."""
    return b"\0" in head and (head[4:8] == b"ftyp" or head.startswith(_MEDIA))
