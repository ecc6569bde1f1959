"""A file that is no JSON lines is called what it is, with the command that helps; good rows are never lost to that."""

from __future__ import annotations

import gzip
import io
import json
import shutil
import subprocess
import tarfile
from pathlib import Path

import pyarrow as pa
import pytest

from curate.corpus.files import find_files
from making import json_lines, read_path, write_rows

ROWS = [{"text": f"row {number}, said twice: é", "n": None} for number in range(40)]
LINES = json_lines(ROWS)
ONE = json.dumps(ROWS[0], ensure_ascii=False)


def tarred() -> bytes:
    sink = io.BytesIO()
    with tarfile.open(fileobj=sink, mode="w:gz") as archive:
        member = tarfile.TarInfo("a.jsonl")
        member.size = len(LINES)
        archive.addfile(member, io.BytesIO(LINES))
    return sink.getvalue()


def long_rows(size: int) -> list[dict[str, str]]:
    return [{"text": f"{number} " + "word " * size} for number in range(20)]


CASES: dict[str, tuple[str, bytes, str]] = {
    "pretty": ("a.jsonl", json.dumps(ROWS[0], indent=2).encode(), "pretty-printed JSON"),
    "many pretty": ("a.jsonl", "\n".join(json.dumps(row, indent=2) for row in ROWS).encode(), "jq -c ."),
    "a large pretty one": ("a.jsonl", json.dumps({"rows": long_rows(5000)}, indent=1).encode(), "pretty-printed JSON"),
    "an array, one a line": (
        "a.jsonl", ("[\n" + ",\n".join(map(json.dumps, ROWS)) + "\n]\n").encode(), "begins with a JSON array",
    ),
    "an array, packed": ("a.jsonl", ("[" + ",\n".join(map(json.dumps, ROWS)) + "]").encode(), "a JSON array"),
    "pretty in gzip": ("a.json.gz", gzip.compress(json.dumps(ROWS[0], indent=2).encode()), "pretty-printed JSON"),
    "array": ("a.jsonl", json.dumps(ROWS).encode(), "JSON array"),
    "pretty array": ("a.jsonl", json.dumps(ROWS, indent=2).encode(), "jq -c .[]"),
    "array lines": ("a.jsonl", b'["a", 1]\n["b", 2]\n', "JSON arrays, one a line"),
    "strings": ("a.jsonl", b'"a"\n"b"\n', "JSON strings, one a line"),
    "trailing commas": ("a.jsonl", LINES.replace(b"}\n", b",}\n"), "trailing commas (line 1)"),
    "commas between": ("a.jsonl", LINES.replace(b"}\n", b"},\n"), "commas between them"),
    "concatenated": ("a.jsonl", LINES.replace(b"\n", b""), "several JSON objects on a line"),
    "two a line": ("a.jsonl", LINES.replace(b"}\n", b"}{}\n"), "several JSON objects on a line"),
    "python": ("a.jsonl", "".join(f"{row}\n" for row in ROWS).encode(), "json.dumps"),
    "bare keys": ("a.jsonl", b'{text: "a b", n: 1}\n' * 5, "keys without quotes"),
    "single quotes": ("a.jsonl", b"{'text': 'a', 'n': null}\n" * 5, "single quotes"),
    "CR": ("a.jsonl", LINES.replace(b"\n", b"\r"), "lines end with CR alone"),
    "UTF-16": ("a.jsonl", LINES.decode().encode("utf-16"), "iconv -f UTF-16 "),
    "UTF-16 without a mark": ("a.jsonl", LINES.decode().encode("utf-16-le"), "iconv -f UTF-16LE "),
    "UTF-16 of the other order": ("a.jsonl", LINES.decode().encode("utf-16-be"), "iconv -f UTF-16BE "),
    "an array with a comma too many": (
        "a.jsonl", ("[\n" + ",\n".join(map(json.dumps, ROWS)) + ",\n]\n").encode(), "take away commas",
    ),
    "UTF-32": ("a.jsonl", LINES.decode().encode("utf-32"), "iconv -f UTF-32"),
    "Latin-1": ("a.jsonl", LINES.decode().encode("latin-1"), "iconv -f LATIN1"),
    "sequence": ("a.jsonl", LINES.replace(b"{", b"\x1e{"), "a JSON text sequence"),
    "CSV": ("a.jsonl", b"id,text\n1,a b\n2,c d\n", "a table of separated values"),
    "HTML": ("a.jsonl", b"<!doctype html>\n<html><p>a</p></html>\n", "HTML or XML"),
    "an error page": ("a.jsonl.gz", gzip.compress(b"<html>404 Not Found</html>"), "HTML or XML"),
    "NUL": ("a.jsonl", bytes(5000), "nothing but NUL bytes"),
    "gzip": ("a.jsonl", gzip.compress(LINES), "name it .jsonl.gz"),
    "no gzip": ("a.jsonl.gz", LINES, "is not gzip: it begins like JSON lines"),
    "twice": ("a.jsonl.gz", gzip.compress(gzip.compress(LINES)), "compressed twice"),
    "tar": ("a.jsonl.gz", tarred(), "a tar archive"),
    "lz4": ("a.jsonl.gz", pa.compress(LINES, codec="lz4", asbytes=True), "is not gzip: it begins like lz4"),
    "nothing": ("a.jsonl.gz", gzip.compress(b""), "is empty"),
    "one torn line": ("a.jsonl", b'{"text": "a b', "no line is a JSON object that can be read"),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_a_file_is_called_what_it_is(tmp_path: Path, case: str) -> None:
    name, content, said = CASES[case]
    (tmp_path / name).write_bytes(content)
    write_rows(tmp_path / "zz.jsonl", ROWS[:1])
    files, (bad,) = find_files([str(tmp_path)])
    assert [file.name for file in files] == ["zz.jsonl"]
    assert (bad.path, bad.row) == (name, None)
    assert said in bad.reason
    assert len(bad.reason) < 250


@pytest.mark.parametrize(
    ("first", "said"),
    [
        (b"// made by hand", "a comment"),
        (b"{'text': 'a'}", "single quotes at character 1"),
        (b'{"text": "a",}', "a comma before a closing bracket"),
        (b'{"text": "a"}{"text": "b"}', "more than one value on the line"),
        (b"<html>", "expecting value"),
        (b"id,text", "expecting value"),
        (b"[1, 2]", "no JSON object"),
    ],
)
@pytest.mark.parametrize("times", [1, 60])
def test_rows_after_lines_that_are_none_are_kept(tmp_path: Path, first: bytes, said: str, times: int) -> None:
    (tmp_path / "a.jsonl").write_bytes((first + b"\n") * times + LINES)
    documents, bad = read_path(tmp_path)
    assert [row["text"] for row in documents] == [row["text"] for row in ROWS]
    assert [row["row"] for row in documents] == list(range(times, times + len(ROWS)))
    assert [item.row for item in bad] == list(range(times))
    assert all(said in item.reason for item in bad)


@pytest.mark.skipif(shutil.which("zstd") is None, reason="the program zstd is not installed")
def test_a_window_too_large_is_no_torn_archive(tmp_path: Path) -> None:
    command = ["zstd", "-q", "--long=31", "-c"]
    packed = subprocess.run(command, input=LINES, capture_output=True, check=True).stdout
    (tmp_path / "a.jsonl.zst").write_bytes(packed)
    write_rows(tmp_path / "zz.jsonl", ROWS[:1])
    _, (bad,) = find_files([str(tmp_path)])
    assert "torn" not in bad.reason
    assert "a window of 2,048 MiB" in bad.reason
    assert "zstd -dc --long=31" in bad.reason
