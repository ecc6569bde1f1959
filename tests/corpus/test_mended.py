"""Bytes around rows that are no part of them: every row is kept as a plain reader has it, and the rest is said."""

from __future__ import annotations

import bz2
import codecs
import gzip
import json
import lzma
import re
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from curate.corpus.mended import mended
from curate.schema import Quarantined
from making import compress, json_lines, read_path

ROWS = [{"text": f"row {number}: é", "id": str(number)} for number in range(9)]
LINES = json_lines(ROWS)
BOM = codecs.BOM_UTF8
HALVES = json_lines(ROWS[:4]), json_lines(ROWS[4:])


Read = tuple[list[dict[str, Any]], list[Quarantined]]


def read(tmp_path: Path, content: bytes, name: str = "a.jsonl", shard_bytes: int = 1 << 24) -> Read:
    (tmp_path / name).write_bytes(content)
    return read_path(tmp_path / name, shard_bytes=shard_bytes)


def texts(documents: list[dict[str, Any]]) -> list[str]:
    return [row["text"] for row in documents]


@pytest.mark.parametrize("suffix", ["jsonl", "jsonl.gz", "jsonl.zst"])
@pytest.mark.parametrize("shard_bytes", [40, 1 << 24])
def test_marks_of_joined_files_are_left_out_and_named(tmp_path: Path, suffix: str, shard_bytes: int) -> None:
    content = BOM + HALVES[0] + BOM + HALVES[1]
    packed = compress(content, suffix.rpartition(".")[2])
    documents, bad = read(tmp_path, packed, f"a.{suffix}", shard_bytes)
    assert texts(documents) == texts(ROWS)
    assert [row["row"] for row in documents] == list(range(9))
    assert bad == [Quarantined(f"a.{suffix}", 4, "the row is kept without a byte order mark", kept=True)]


@pytest.mark.parametrize(
    ("content", "remarks"),
    [
        (LINES + bytes(5000), [(9, "a line without a row holds 5,000 NUL bytes")]),
        (LINES[:-1] + bytes(5000), [(8, "the row is kept without 5,000 NUL bytes")]),
        (LINES[:-1] + bytes(1) + b"\n", [(8, "the row is kept without 1 NUL byte")]),
        (HALVES[0] + bytes(70) + b"\n" + HALVES[1], [(4, "a line without a row holds 70 NUL bytes")]),
        (HALVES[0] + bytes(70) + HALVES[1], [(4, "the row is kept without 70 NUL bytes")]),
        (bytes(70) + LINES, [(0, "the row is kept without 70 NUL bytes")]),
        (HALVES[0] + bytes(7) + BOM + HALVES[1], [(4, "the row is kept without 7 NUL bytes and a byte order mark")]),
        (HALVES[0] + BOM + BOM + HALVES[1], [(4, "the row is kept without a byte order mark")]),
        (LINES.replace(b"\n", b"\r\n")[:-2] + bytes(3), [(8, "the row is kept without 3 NUL bytes")]),
        (LINES[:-1], []),
        (LINES + b"\n \n\n", []),
    ],
)
def test_zeros_around_rows_are_left_out_and_named(
    tmp_path: Path, content: bytes, remarks: list[tuple[int, str]]
) -> None:
    documents, bad = read(tmp_path, content)
    assert texts(documents) == texts(ROWS)
    assert bad == [Quarantined("a.jsonl", row, reason, kept=True) for row, reason in remarks]


def test_reserved_room_of_many_chunks_is_not_held(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(LINES)
    with (tmp_path / "a.jsonl").open("r+b") as file:
        file.truncate(3 << 24)
    documents, bad = read_path(tmp_path)
    assert texts(documents) == texts(ROWS)
    assert [(item.row, item.kept) for item in bad] == [(9, True)]
    assert "NUL byte" in bad[0].reason


def test_a_nul_or_a_mark_inside_a_row_is_the_rows_own(tmp_path: Path) -> None:
    documents, bad = read(tmp_path, json_lines([{"text": "a\ufeffb"}]) + b'{"text": "a\0b"}\n' + LINES)
    assert texts(documents) == ["a\ufeffb", *texts(ROWS)]
    assert [(item.row, item.kept) for item in bad] == [(1, False)]


WHOLE = gzip.compress(LINES)


@pytest.mark.parametrize(
    ("tail", "said", "kept"),
    [
        (bytes(512), "has 512 NUL bytes behind its end", True),
        (b"garbage", "has 7 bytes behind its last whole member that are no gzip", False),
        (b"xx" + WHOLE, "another gzip member among them was not read", False),
        (b"\x1f", "1 bytes behind its last whole member", False),
        (WHOLE[:20], "torn", False),
    ],
)
@pytest.mark.parametrize("members", [1, 3])
def test_rows_before_the_tail_of_an_archive_are_kept(
    tmp_path: Path, tail: bytes, said: str, *, kept: bool, members: int
) -> None:
    documents, bad = read(tmp_path, WHOLE * members + tail, "a.jsonl.gz")
    expected = texts([json.loads(line) for line in gzip.decompress(WHOLE * members).splitlines()])
    assert texts(documents)[: len(expected)] == expected
    (item,) = bad
    assert said in item.reason
    assert item.kept is kept
    if "torn" not in said:
        assert f"after row {len(expected) - 1}" in item.reason


PACKED: dict[str, Callable[[bytes], bytes]] = {
    "gz": gzip.compress,
    "zst": lambda data: bytes(pa.compress(data, codec="zstd", asbytes=True)),
    "bz2": bz2.compress,
    "xz": lzma.compress,
}
LONG = [{"text": f"{number} {'a row of some words ' * 20}end"} for number in range(9)]


@pytest.mark.parametrize("packed", PACKED)
@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.jsonl", json_lines(LONG).rstrip(b"\n")),
        ("a.json", json.dumps(LONG).encode()),
        ("a.csv", "\n".join(["text", *texts(LONG)]).encode()),
        ("a.txt", "\n".join(texts(LONG)).encode()),
    ],
)
def test_the_last_row_before_a_tail_needs_no_end(tmp_path: Path, packed: str, name: str, content: bytes) -> None:
    documents, (bad,) = read(tmp_path, PACKED[packed](content) + b"garbage!", f"{name}.{packed}")
    assert texts(documents) == (["\n".join(texts(LONG))] if name == "a.txt" else texts(LONG))
    assert "behind its last whole" in bad.reason


@pytest.mark.parametrize("packed", PACKED)
@pytest.mark.parametrize("rows", [1, 2, 9])
def test_small_archives_with_a_tail_are_read(tmp_path: Path, packed: str, rows: int) -> None:
    """Bytes behind an archive lose nothing of what the first read unpacks."""
    content = json_lines(ROWS[:rows])
    documents, (bad,) = read(tmp_path, PACKED[packed](content) + b"garbage!", f"a.jsonl.{packed}")
    assert texts(documents) == texts(ROWS[:rows])
    assert f"after row {rows - 1}: the archive has " in bad.reason
    assert bad.kind == "", "a few bytes behind it are no loss of most of it"


def test_a_tail_behind_zstd_is_no_torn_archive(tmp_path: Path) -> None:
    whole = pa.compress(LINES, codec="zstd", asbytes=True)
    documents, (bad,) = read(tmp_path, whole + b"garbage!", "a.jsonl.zst")
    assert texts(documents) == texts(ROWS)
    assert "after row 8: the archive has bytes behind its last whole frame" in bad.reason


AROUND = re.compile(rb"^(?:\x00|\xef\xbb\xbf)+|\x00+$")


@given(st.lists(st.sampled_from([b'{"text": "a"}', BOM, b"\0", b"\0\0", b"\n", b"\r\n", b'{"text": "b\xef\xbb\xbf"}'])))
def test_what_is_left_is_every_line_without_what_is_around_it(pieces: list[bytes]) -> None:
    lines = b"".join(pieces).split(b"\n")
    clean, found = mended(b"".join(pieces), 5)
    assert clean.split(b"\n") == [AROUND.sub(b"", line) for line in lines]
    assert [one.row - 5 + more for one in found for more in range(one.lines)] == [
        index for index, line in enumerate(lines) if AROUND.search(line)
    ]
    touched = [AROUND.sub(b"", line) for line in lines if AROUND.search(line)]
    assert [one.has_row for one in found for _ in range(one.lines)] == [bool(line.strip()) for line in touched]


PIECES = st.sampled_from([b"\0\n", b"\0\0\n", b"\0", b"\n", b"{}\n", b"\0{}\n", BOM, b" \n", b"\0\r\n", b"x"])


@given(st.lists(PIECES, max_size=14).map(b"".join))
def test_many_lines_of_nuls_are_told_of_as_one_by_one(data: bytes) -> None:
    lines = data.split(b"\n")
    alone = [mended(line, row) for row, line in enumerate(lines)]
    clean, found = mended(data, 0)
    assert clean == b"\n".join(line for line, _ in alone)
    told = {one.row: one for _, some in alone for one in some}
    covered = [row for one in found for row in range(one.row, one.row + one.lines)]
    assert covered == sorted(told)
    for one in found:
        reasons = {told[row].reason for row in range(one.row, one.row + one.lines)}
        assert len(reasons) == 1
        assert one.lines > 1 or one == told[one.row]
        assert not (one.lines > 1 and one.has_row)
    for before, after in pairwise(found):  # neighbours that are alike are one
        apart = before.row + before.lines < after.row or before.has_row or after.has_row
        assert apart or told[before.row].reason != told[after.row].reason
