"""Elements of arrays and records of CSV against the parsers of Python, in pieces of every size."""

from __future__ import annotations

import csv
import io
import json
import random
from collections.abc import Iterator
from typing import Any

import pytest

from curate.corpus.array_lines import array_lines
from curate.corpus.csv_lines import csv_lines
from curate.corpus.line_limits import LineLimit
from curate.corpus.mended import Mended

LETTERS = 'ab"\\\n\r\t,[]{} :é中%;'


def letters(rng: random.Random, most: int) -> str:
    return "".join(rng.choice(LETTERS) for _ in range(rng.randrange(most)))


def value(rng: random.Random, depth: int = 0) -> Any:
    kind = rng.randrange(7)
    if kind < 3 or depth > 3:
        return letters(rng, 12)
    if kind == 3:
        return rng.randrange(-5, 1000)
    if kind == 4:
        return None
    if kind == 5:
        return [value(rng, depth + 1) for _ in range(rng.randrange(4))]
    return {letters(rng, 9): value(rng, depth + 1) for _ in range(rng.randrange(4))}


def pieces(rng: random.Random, data: bytes) -> Iterator[bytes]:
    size = rng.choice([1, 2, 3, 7, 50, 10_000])
    return (data[start : start + size] for start in range(0, len(data), size))


@pytest.mark.parametrize("seed", range(3))
def test_every_element_is_a_line_that_says_the_same(seed: int) -> None:
    rng = random.Random(seed)
    for _ in range(100):
        rows = [{letters(rng, 9): value(rng) for _ in range(rng.randrange(4))} for _ in range(rng.randrange(6))]
        apart: Any = rng.choice([None, (",", ":"), (" , ", " : ")])
        indent = rng.choice([None, 0, 2, "\t"])
        text = json.dumps(rows, indent=indent, ensure_ascii=rng.random() < 0.5, separators=apart)
        data = rng.choice([b"", b"\xef\xbb\xbf", b"\n \n"]) + text.encode() + rng.choice([b"", b"\n", b" \r\n"])
        lines = b"".join(array_lines(pieces(rng, data))).split(b"\n")
        found = [line for line in lines if line]
        assert [json.loads(line) for line in found] == rows
        assert all(line.startswith(b"{") and line.endswith(b"}") for line in found)


@pytest.mark.parametrize("seed", range(3))
def test_a_torn_array_never_passes_for_a_whole_one(seed: int) -> None:
    rng = random.Random(seed)
    for _ in range(100):
        rows = [{letters(rng, 9): value(rng)} for _ in range(4)]
        data = json.dumps(rows, indent=rng.choice([None, 1])).encode()
        got: list[bytes] = []
        with pytest.raises(OSError, match="the array has no end"):
            got.extend(array_lines(pieces(rng, data[: rng.randrange(len(data))])))
        lines = [line for line in b"".join(got).split(b"\n")[:-1] if line]
        assert [json.loads(line) for line in lines] == rows[: len(lines)]


def records_of(text: str) -> list[tuple[list[str], bool]]:
    """By the csv module: the cells, and whether a quoted cell of several lines ends in the middle of a cell."""
    lines = text.splitlines(keepends=True)
    reader, found, begin = csv.reader(io.StringIO(text, newline="")), [], 0
    for row in reader:
        own, begin = lines[begin : reader.line_num], reader.line_num
        try:
            list(csv.reader(own, strict=True))
        except csv.Error:
            found.append((row, len(own) > 1))
        else:
            found.append((row, False))
    return found


@pytest.mark.parametrize("size", [1, 7, 100])
@pytest.mark.parametrize(("text", "rows"), [("[ ", 0), ('[{"a": 1}', 1), ('[{"a": 1} ,', 1), ('[{"a": 1},\n', 1)])
def test_a_comma_at_the_end_of_a_torn_array_makes_no_element(text: str, rows: int, size: int) -> None:
    """Its missing element was told of beside the end that is missing."""
    data = text.encode()
    got: list[bytes] = []
    with pytest.raises(OSError, match="the array has no end"):
        got.extend(array_lines(data[at : at + size] for at in range(0, len(data), size)))
    assert b"".join(got) == b'{"a": 1}\n' * rows


@pytest.mark.parametrize("seed", range(3))
def test_records_are_those_of_the_csv_module(seed: int) -> None:
    rng = random.Random(seed)
    for _ in range(100):
        text = "a,b\n" + "".join(rng.choice('x,"\né%') for _ in range(rng.randrange(25)))
        remarks: list[Mended] = []
        data = b"".join(csv_lines(pieces(rng, text.encode()), ",", LineLimit("record", 1 << 20, "a"), remarks))
        found = [json.loads(line) if line else None for line in data.split(b"\n")[:-1]]
        wanted = [
            {"a": row[0] or None, "b": row[1] or None} if len(row) == 2 and not swallows else None
            for row, swallows in records_of(text)[1:]
            if row
        ]
        if remarks and "no end" in remarks[-1].reason:
            wanted[-1] = None
        assert found == wanted
        assert [one.row for one in remarks] == [row for row, one in enumerate(wanted) if one is None]
