"""Every format of text says what the same rows say as JSON lines: in scan, mix, check, compare, audit and verify."""

from __future__ import annotations

import bz2
import csv
import gzip
import io
import json
import lzma
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from corpora import Outcome, corpus_rows, write_jsonl
from repositories import new_repo

Curate = Callable[..., Outcome]
LEAK = "As an AI language model, I cannot say more about any of the many things that you asked."
PACKED: dict[str, Callable[[bytes], bytes]] = {
    "": lambda data: data,
    ".gz": gzip.compress,
    ".bz2": bz2.compress,
    ".xz": lzma.compress,
    ".zst": lambda data: pa.compress(data, codec="zstd", asbytes=True),
}


def rows(count: int = 40) -> list[dict[str, str]]:
    """With all that CSV and JSON write in their own ways."""
    odd = ['"', "\n", ",", "\r\n", "\\", "\t", "é中", "%s", "'", ";"]
    return [
        {"id": f"d{n}", "text": f"{row['text']} {odd[n % 10]} and {odd[n // 3 % 10]}\nthe end", "who": "human"}
        for n, row in enumerate(corpus_rows(count))
    ]


def csv_of(found: list[dict[str, str]], delimiter: str, **how: Any) -> bytes:
    sink = io.StringIO(newline="")
    writer = csv.DictWriter(sink, list(found[0]), delimiter=delimiter, **how)
    writer.writeheader()
    writer.writerows(found)
    return sink.getvalue().encode()


FORMATS: dict[str, Callable[[list[dict[str, str]]], bytes]] = {
    "pretty.json": lambda found: json.dumps(found, indent=2).encode(),
    "array.json": lambda found: json.dumps(found, ensure_ascii=False, separators=(",", ":")).encode(),
    "lines.json": lambda found: b"".join(json.dumps(row).encode() + b"\n" for row in found),
    "crlf.json": lambda found: json.dumps(found, indent=1).replace("\n", "\r\n").encode(),
    "marked.json": lambda found: b"\xef\xbb\xbf" + json.dumps(found).encode(),
    "a.csv": lambda found: csv_of(found, ","),
    "all.csv": lambda found: csv_of(found, ",", quoting=csv.QUOTE_ALL, lineterminator="\n"),
    "excel.csv": lambda found: b"\xef\xbb\xbf" + csv_of(found, ";"),
    "a.tsv": lambda found: csv_of(found, "\t"),
}


def told(outcome: Outcome) -> dict[str, Any]:
    assert outcome.code == 0, outcome.err
    found = outcome.json
    return {name: value for name, value in found.items() if name not in ("files", "bytes", "columns", "run", "paths")}


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_gives_the_figures_and_the_mix_of_json_lines(curate: Curate, name: str) -> None:
    write_jsonl(Path("lines/part.jsonl"), rows())
    Path("other").mkdir()
    Path("other", f"part.{name.partition('.')[2]}").write_bytes(FORMATS[name](rows()))
    scans = [told(curate("scan", folder, "--json", "-o", f"run-{folder}")) for folder in ("lines", "other")]
    assert scans[0] == scans[1]
    assert scans[0]["documents"] == 40
    mixes = []
    for folder in ("lines", "other"):
        mixed = curate("mix", folder, "--human-ratio", "0.5", "--label-column", "who", "-o", f"mix-{folder}", "-q")
        assert mixed.code == 0, mixed.err
        assert curate("verify", f"mix-{folder}", "--inputs", folder, "-q").code == 0
        mixes.append(pq.read_table(Path(f"mix-{folder}", "data")).to_pylist())
    assert mixes[0] == mixes[1]
    given = {row["id"]: row for row in rows()}
    assert len(mixes[1]) > 30
    assert all(row == given[row["id"]] for row in mixes[1])


@pytest.mark.parametrize("packed", PACKED)
@pytest.mark.parametrize("name", ["a.jsonl", "pretty.json", "a.csv", "a.tsv", "a.txt", "a.md"])
def test_every_archive_is_read(curate: Curate, name: str, packed: str) -> None:
    plain = LEAK.encode() if name in ("a.txt", "a.md") else FORMATS[name.replace("a.jsonl", "lines.json")](rows(5))
    Path("in").mkdir()
    Path("in", name + packed).write_bytes(PACKED[packed](plain))
    documents = told(curate("scan", "in", "--json"))["documents"]
    assert documents == (1 if name in ("a.txt", "a.md") else 5)


def test_a_text_file_is_one_document_as_it_stands(curate: Curate) -> None:
    text = 'A "text"\r\nof\tits own, \\ and all.\n'
    Path("in").mkdir()
    Path("in/a.txt").write_bytes(b"\xef\xbb\xbf" + text.encode())
    Path("in/b.md").write_text(head := "# Head\n\nMore of it, and of other things that people say.\n")
    Path("in/README.md").write_text(LEAK)
    Path("in/empty.txt").touch()
    assert curate("mix", "in", "--human-ratio", "0", "-o", "mix", "-q").code == 0
    found = [row["text"] for row in pq.read_table("mix/data").to_pylist()]
    assert sorted(found) == sorted([text, head])


@pytest.mark.parametrize("name", ["b.csv", "b.tsv", "b.json", "b.txt", "b.md", "b.csv.xz", "b.json.bz2", "B.CSV"])
def test_a_check_judges_a_new_file_of_every_format(
    curate: Curate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    repo = new_repo(tmp_path / "repo")
    write_jsonl(repo.root / "data/a.jsonl", corpus_rows(40))
    repo.commit()
    monkeypatch.chdir(repo.root)
    leaking = [{"id": str(n), "text": f"{LEAK} {n}"} for n in range(3)]
    packed = name[name.index(".", 2) :] if name.count(".") > 1 else ""
    plain = name.lower().removesuffix(packed)
    content = {
        "b.csv": csv_of(leaking, ","), "b.tsv": csv_of(leaking, "\t"), "b.json": json.dumps(leaking, indent=1).encode(),
    }.get(plain, LEAK.encode())  # fmt: skip
    repo.write({f"data/{name}": PACKED[packed](content)})
    found = curate("check", ".", "--baseline", "main", "-q", "--json")
    assert found.code == 1
    count = 1 if plain in ("b.txt", "b.md") else 3
    assert {one["path"]: one["rows"] for one in found.json["files"]} == {f"data/{name}": count}
    assert "unread-data" not in {one["gate"] for one in found.json["places"]}
    assert {one["path"] for one in found.json["places"]} == {f"data/{name}"}


def test_rows_that_did_not_change_are_not_new_whatever_the_format(
    curate: Curate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo = new_repo(tmp_path / "repo")
    repo.write({"a.json": json.dumps(rows(20), indent=2), "a.csv": csv_of(rows(20), ",")})
    repo.commit()
    monkeypatch.chdir(repo.root)
    more = [*rows(20), {"id": "new", "text": "A row that was not there before, and says so.", "who": "human"}]
    repo.write({"a.json": json.dumps(more), "a.csv": csv_of(more, ",", lineterminator="\n")})
    found = curate("check", ".", "--baseline", "main", "-q", "--json").json
    assert {one["path"]: (one["rows"], one["removed"]) for one in found["files"]} == {"a.json": (1, 0), "a.csv": (1, 0)}


def test_settings_among_the_data_are_no_data(curate: Curate) -> None:
    write_jsonl(Path("in/a.jsonl"), corpus_rows(20))
    for name, content in {
        "config.json": '{"size": 512}', "labels.json": '["a", "b"]', "vocab.json": json.dumps({"a": 1}, indent=1),
    }.items():  # fmt: skip
        Path("in", name).write_text(content)
    found = curate("scan", "in", "--json").json
    assert (found["files"], found["quarantined"]) == (1, 0)


BAD: dict[str, tuple[str, bytes]] = {
    "twice.csv": ("has two columns called 'text'", b"text,text\na,b\n"),
    "head.csv": ("holds no rows, only the names of its columns", b"id,text\n"),
    "html.csv": ("is not CSV: it begins like HTML or XML", b"<html><body>\n<p>a</p>"),
    "latin.csv": ("is not UTF-8 (it has the byte E9); convert it", "id,text\n1,caf\xe9 au lait\n".encode("latin-1")),
    "wide.csv": ("begins like UTF-16 text; convert it: iconv", "id,text\n1,a\n".encode("utf-16")),
    "cr.csv": ("text whose lines end with CR alone", b"id,text\r1,abc\r2,def\r"),
    "zip.csv": ("begins like a zip archive", b"PK\x03\x04" + bytes(100)),
    "strings.json": ("is a JSON array whose elements are no objects", b'["a", "b"]'),
    "empty.json": ("is an empty JSON array", b"[\n]\n"),
    "pretty.json": ("pretty-printed JSON, one object over many lines", b'{\n  "text": "a",\n  "n": [\n1]}\n'),
    "zeros.txt": ("is not text: binary data", b"abc\0def"),
    "blank.txt": ("holds nothing but blanks", b" \n\n"),
    "gzip.csv": ("name it .csv.gz", gzip.compress(b"id,text\n1,a\n")),
    "twice.csv.gz": ("is compressed twice: it holds bzip2", gzip.compress(bz2.compress(b"id,text\n1,a\n"))),
    "torn.json.xz": ("the archive is torn before its first row", lzma.compress(b"[]")[:14]),
    "large.json.xz": (
        "wants more than", lzma.compress(b"[]", filters=[{"id": lzma.FILTER_LZMA2, "dict_size": 1 << 28}]),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_a_file_that_is_not_what_its_suffix_says_is_named_with_the_reason(curate: Curate, name: str) -> None:
    reason, content = BAD[name]
    Path(name).write_bytes(content)
    outcome = curate("scan", name)
    assert outcome.code == 3
    assert reason in " ".join(outcome.err.split())


def reasons() -> list[tuple[int, str]]:
    (path,) = Path(".curate").glob("*/quarantine.jsonl")
    return [(row["row"], row["reason"]) for row in map(json.loads, path.read_text().splitlines())]


def test_bad_records_of_csv_are_lost_one_by_one_and_named(curate: Curate) -> None:
    good = [f"{row['id']},{row['text'].replace(',', ' ')}" for row in corpus_rows(20)]
    lines = [*good[:3], "a,b,c", *good[3:6], "alone", *good[6:9], "x,a\rb", *good[9:]]
    body = "\n".join(["id,text", *lines]).encode() + b'\nlatin,caf\xe9\n\nlast,"never closed\n'
    Path("a.csv").write_bytes(body)
    found = curate("scan", "a.csv", "--json").json
    assert (found["documents"], found["quarantined"]) == (20, 5)
    said = dict(reasons())
    assert said[3] == "has 3 cells where the head names 2"
    assert said[7] == "has 1 cell where the head names 2"
    assert "no CSV" in said[11]
    assert said[23] == "invalid UTF-8 at byte 9 of the record"
    assert said[24] == "a quoted cell has no end, and takes the rest of the file"


@pytest.mark.parametrize("cut", [b"", b',\n{"id": "x", "te', b"] trailing"])
def test_an_array_that_breaks_off_keeps_its_rows_and_says_so(curate: Curate, cut: bytes) -> None:
    Path("a.json").write_bytes(json.dumps(rows(20), indent=2).encode().rstrip()[:-1].rstrip() + cut)
    found = curate("scan", "a.json", "--json").json
    assert (found["documents"], found["quarantined"]) == (20, 1)
    ((row, reason),) = reasons()
    assert row == 20
    assert ("bytes follow the end of the array" if cut.startswith(b"]") else "the array has no end") in reason


def test_bad_elements_of_an_array_are_lost_one_by_one(curate: Curate) -> None:
    good = [json.dumps(row) for row in rows(20)]
    bad = ['{"id": "x", "text": "a\nb"}', '"text"', "12", '{"id" 5}']
    Path("a.json").write_text("[" + ",\n".join([*good[:5], *bad, *good[5:]]) + "]")
    found = curate("scan", "a.json", "--json").json
    assert (found["documents"], found["quarantined"]) == (20, 4)
    assert [row for row, _ in reasons()] == [5, 6, 7, 8]


@pytest.mark.parametrize("name", ["a.json", "a.csv.gz"])
def test_what_is_too_long_is_passed_over_and_the_rest_is_read(curate: Curate, name: str) -> None:
    body = {"text": "word " * (7 << 19)}
    found = [*rows(5), {"id": "long", **body, "who": "x"}, *rows(10)[5:]]
    plain = json.dumps(found).encode() if "json" in name else csv_of(found, ",")
    Path(name).write_bytes(PACKED[name[name.index(".", 2) :] if name.count(".") > 1 else ""](plain))
    outcome = curate("scan", name, "--json", "--max-document-size", "1MB").json
    assert (outcome["documents"], outcome["quarantined"]) == (10, 1)
    ((row, reason),) = reasons()
    assert row == 5
    assert "more than --max-document-size" in reason


def test_a_text_that_is_too_long_is_named_as_such(curate: Curate) -> None:
    write_jsonl(Path("in/a.jsonl"), corpus_rows(20))
    Path("in/b.txt").write_text("words of it " * 100_000)
    Path("in/c.txt.gz").write_bytes(gzip.compress(b"words of it " * 2_000_000))
    found = curate("scan", "in", "--json", "--max-document-size", "1MB").json
    assert (found["documents"], found["quarantined"]) == (20, 2)
    said = [reason for _, reason in reasons()]
    assert all("more than --max-document-size" in reason for reason in said), said


def test_a_text_that_is_not_utf8_is_named_with_the_byte(curate: Curate) -> None:
    write_jsonl(Path("in/a.jsonl"), corpus_rows(20))
    Path("in/b.txt").write_bytes("caf\xe9 and more".encode("latin-1"))
    assert curate("scan", "in", "--json").json["quarantined"] == 1
    ((row, reason),) = reasons()
    assert (row, reason.partition(";")[0]) == (0, "invalid UTF-8 at byte 3")


def test_compare_audit_and_labels_take_every_format(curate: Curate) -> None:
    Path("before.csv").write_bytes(csv_of(rows(), ","))
    Path("after.json").write_text(json.dumps(rows(), indent=2))
    for name in ("before.jsonl", "after.jsonl"):
        write_jsonl(Path(name), rows())
    other = curate("compare", "before.csv", "after.json", "--json")
    lines = curate("compare", "before.jsonl", "after.jsonl", "--json")
    assert (other.code, lines.code) == (0, 0)
    assert {**other.json, "columns": 0} == {**lines.json, "columns": 0}
    drawn = curate("audit", "draw", "after.json", "-n", "5", "-o", "labels.jsonl", "-q")
    assert drawn.code == 0, drawn.err
    texts = {row["id"]: row["text"] for row in rows()}
    labels = [json.loads(line) for line in Path("labels.jsonl").read_text().splitlines()]
    assert [row["text"] for row in labels] == [texts[row["id"]] for row in labels]


@pytest.mark.parametrize("name", ["pretty.json", "a.csv"])
def test_a_scan_is_not_done_again_until_the_bytes_change(curate: Curate, name: str) -> None:
    Path(name).write_bytes(FORMATS[name](rows()))
    curate("scan", name, "--json", "-o", "run")
    seen = {path: path.stat().st_mtime_ns for path in Path("run/annotations").iterdir()}
    curate("scan", name, "--json", "-o", "run")
    assert {path: path.stat().st_mtime_ns for path in Path("run/annotations").iterdir()} == seen
    Path(name).write_bytes(FORMATS[name](rows(41)))
    assert curate("scan", name, "--json", "-o", "run").json["documents"] == 41


@pytest.mark.parametrize("delimiter", ["\t", ","])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_records_that_a_quote_without_end_swallows_are_named(
    curate: Curate, tmp_path: Path, delimiter: str, end: str
) -> None:
    """Two cells that begin with a quote make one cell of all between them; a quote that a letter follows does not."""
    lines = [f"{n}{delimiter}line {n} of a text without a mark" for n in range(40)]
    for n in (5, 25):
        lines[n] = f'{n}{delimiter}"line {n} of a text without a mark'
    lines[30] = f'30{delimiter}"quoted" and then not'
    lines[33] = f'33{delimiter}"of two lines{end}and a ""quote"""'
    name = "a.tsv" if delimiter == "\t" else "a.csv"
    (tmp_path / name).write_bytes(end.join([f"id{delimiter}text", *lines, ""]).encode())
    found = curate("scan", tmp_path / name, "-o", tmp_path / "run", "--json")
    assert (found.json["documents"], found.json["quarantined"]) == (19, 1)
    (lost,) = map(json.loads, next((tmp_path / "run").rglob("quarantine.jsonl")).read_text().splitlines())
    assert (lost["row"], lost["reason"].split(",")[0]) == (5, "the record takes 21 lines")


PROSE = [row["text"] for row in corpus_rows(30)]


@pytest.mark.parametrize("name", ["a.csv", "a.tsv"])
@pytest.mark.parametrize(
    "cells",
    [
        lambda n: [str(n), PROSE[n]],
        lambda n: [f"d{n}", PROSE[n]],
        lambda n: [PROSE[n]],
        lambda n: [PROSE[n], ["human", "machine"][n % 2]],
        lambda n: [f"https://a.example/{n}", PROSE[n], f"2021-03-{n % 28 + 1:02}", ""],
    ],
)
def test_a_file_without_a_head_is_refused_and_read_with_one(
    curate: Curate, tmp_path: Path, name: str, cells: Callable[[int], list[str]]
) -> None:
    """Its first record was taken for the names of its columns, and lost."""
    sink = io.StringIO(newline="")
    csv.writer(sink, delimiter="," if name == "a.csv" else "\t").writerows(map(cells, range(30)))
    (tmp_path / name).write_text(sink.getvalue(), newline="")
    refused = curate("scan", tmp_path / name)
    assert refused.code == 3
    assert "names no columns: its first record reads like the others" in " ".join((refused.out + refused.err).split())
    head = ["id", "text", "date", "note"] if len(cells(0)) > 1 and cells(0)[0] != PROSE[0] else ["text", "label"]
    mark = "," if name == "a.csv" else "\t"
    (tmp_path / name).write_text(f"{mark.join(head[: len(cells(0))])}\r\n{sink.getvalue()}", newline="")
    assert curate("scan", tmp_path / name, "--json").json["documents"] == 30


@pytest.mark.parametrize(
    "head",
    [
        ["0", "1"],
        ["", "text"],
        ["Timestamp", "What do you think is the most important problem that this country has to face today?"],
        ["id", "The answer in full, as it was given, with all names left out of it by hand"],
        ["文章", "编号"],
    ],
)
def test_odd_names_are_names(curate: Curate, tmp_path: Path, head: list[str]) -> None:
    sink = io.StringIO(newline="")
    csv.writer(sink).writerows([head, *([f"d{n}", PROSE[n]] for n in range(30))])
    (tmp_path / "a.csv").write_text(sink.getvalue(), newline="")
    assert curate("scan", tmp_path / "a.csv", "--text-column", head[1], "--json").json["documents"] == 30


@pytest.mark.parametrize(
    ("between", "end", "lost"),
    [(",", "]", []), (", ,\n", "]", [1, 3, 5]), (",", ",]", [4]), (",,,", "]\n", [1, 2, 4, 5, 7, 8])],
)
def test_a_comma_too_many_in_an_array_is_named(
    curate: Curate, tmp_path: Path, between: str, end: str, lost: list[int]
) -> None:
    (tmp_path / "a.json").write_text("[" + between.join(json.dumps(row) for row in rows(4)) + end)
    found = curate("scan", tmp_path / "a.json", "-o", tmp_path / "run", "--json").json
    assert (found["documents"], found["quarantined"]) == (4, len(lost))
    told = "".join(path.read_text() for path in (tmp_path / "run").rglob("quarantine.jsonl")).splitlines()
    assert [json.loads(line)["row"] for line in told] == lost


@pytest.mark.parametrize("name", ["b.json", "b.csv", "b.tsv", "b.csv.gz", "b.json.xz", "b.jsonl.bz2"])
def test_excluded_texts_and_references_are_read_in_every_format(curate: Curate, name: str) -> None:
    write_jsonl(Path("in/a.jsonl"), corpus_rows(40))
    given = [{"question": row["text"], "n": str(n)} for n, row in enumerate(corpus_rows(5))]
    kind, _, packed = name.removeprefix("b.").partition(".")
    data = {"json": json.dumps(given, indent=1).encode(), "jsonl": FORMATS["lines.json"](given)}
    data |= {"csv": csv_of(given, ","), "tsv": csv_of(given, "\t")}
    Path(name).write_bytes(PACKED[f".{packed}" if packed else ""](data[kind]))
    mixed = curate("mix", "in", "--human-ratio", "0", "--exclude", f"{name}:question", "-o", "mix", "--json")
    assert mixed.code == 0, mixed.err
    assert mixed.json["removed"]["excluded-text"] >= 5
    assert curate("verify", "mix", "--inputs", "in", "--exclude", f"{name}:question", "-q").code == 0
    write_jsonl(Path("in/a.jsonl"), [{"question": row["text"]} for row in corpus_rows(40)])
    assert curate("scan", "in", "--human-reference", name, "--json").code == 0


@pytest.mark.parametrize("name", ["l.json", "lines.json", "l.ndjson", "l.csv", "l.tsv", "l.parquet"])
def test_labels_are_read_in_every_format(curate: Curate, name: str) -> None:
    write_jsonl(Path("in/a.jsonl"), corpus_rows(40))
    assert curate("audit", "draw", "in", "-n", "20", "-o", "drawn.jsonl", "-q").code == 0
    drawn = [json.loads(line) for line in Path("drawn.jsonl").read_text().splitlines()]
    given = [{**row, "row": str(row["row"]), "label": ("human", "machine")[n % 2]} for n, row in enumerate(drawn)]
    if name == "l.parquet":
        pq.write_table(pa.Table.from_pylist(given), name)
    else:
        ways = {
            "l.json": json.dumps(given, indent=1).encode(),
            "l.csv": csv_of(given, ","),
            "l.tsv": csv_of(given, "\t"),
        }
        Path(name).write_bytes(ways.get(name) or FORMATS["lines.json"](given))
    Path("plain.jsonl").write_bytes(FORMATS["lines.json"](given))
    found, plain = (curate("scan", "in", "--labels", labels, "--json") for labels in (name, "plain.jsonl"))
    assert found.code == 0, found.err
    assert found.json["machine_share"] == plain.json["machine_share"]
    assert found.json["machine_share"] != curate("scan", "in", "--json").json["machine_share"]


@pytest.mark.parametrize(
    ("text", "told"), [("[1]", "is no JSON object"), ("[{}", "is not JSON"), ("[]", "holds no label")]
)
def test_an_array_that_holds_no_labels_says_so(curate: Curate, text: str, told: str) -> None:
    write_jsonl(Path("in/a.jsonl"), corpus_rows(5))
    Path("l.json").write_text(text)
    outcome = curate("scan", "in", "--labels", "l.json")
    assert (outcome.code, told in outcome.err) == (3, True)


PLAIN = (
    "\ufeffThe first line of all  \n  and the second of them.\r\n\r\n \t\n"
    "A paragraph of one line\n\n\n\nThe last, without an end"
)
UNITS = {
    "file": [(0, PLAIN.removeprefix("\ufeff"))],
    "lines": [
        (0, "The first line of all  "), (1, "  and the second of them."), (4, "A paragraph of one line"),
        (8, "The last, without an end"),
    ],
    "paragraphs": [
        (0, "The first line of all  \n  and the second of them."), (1, "A paragraph of one line"),
        (2, "The last, without an end"),
    ],
}  # fmt: skip


@pytest.mark.parametrize("packed", ["", ".gz"])
@pytest.mark.parametrize("unit", UNITS)
def test_plain_text_is_read_by_file_line_or_paragraph(curate: Curate, unit: str, packed: str) -> None:
    Path("in").mkdir()
    Path(f"in/a.txt{packed}").write_bytes(PACKED[packed](PLAIN.encode()))
    Path("in/b.jsonl").write_text('{"text": "a line of JSON\\n\\nwith a gap"}\n')
    outcome = curate("mix", "in", "--human-ratio", "0", "--txt", unit, "-o", "mix", "--format", "jsonl", "--json")
    assert outcome.code == 0, outcome.err
    lines = Path("mix/data/part-00000.jsonl").read_text().splitlines()
    given = [text for _, text in UNITS[unit]]
    assert sorted(json.loads(line)["text"] for line in lines) == sorted([*given, "a line of JSON\n\nwith a gap"])
    assert curate("verify", "mix", "--inputs", "in").code == 0
    scanned = curate("scan", "in", "--txt", unit, "-o", "run")
    assert scanned.code == 0, scanned.err
    ids = pq.read_table("run/annotations").column("id").to_pylist()
    assert [one for one in ids if one.startswith("a.txt")] == [f"a.txt{packed}#{row}" for row, _ in UNITS[unit]]


def test_kept_parts_are_of_the_unit_that_was_asked_for(curate: Curate) -> None:
    Path("in").mkdir()
    Path("in/a.txt").write_text(PLAIN)
    counts = [curate("scan", "in", "--json", *more).json["documents"] for more in ([], ["--txt", "lines"], [])]
    assert counts == [1, 4, 1]
    Path("curate.toml").write_text('txt = "paragraphs"\n')
    assert curate("scan", "in", "--json").json["documents"] == 3
    refused = curate("scan", "in", "--txt", "words")
    assert (refused.code, "file, lines, paragraphs" in refused.err) == (2, True)


@pytest.mark.parametrize("unit", ["lines", "paragraphs"])
def test_a_unit_that_cannot_be_read_costs_no_other(curate: Curate, unit: str) -> None:
    units = [b"one good unit of text", b"\xff bad", b"x" * 5000, b"another good unit"]
    Path("in").mkdir()
    Path("in/a.txt").write_bytes((b"\n" if unit == "lines" else b"\n\n").join(units))
    outcome = curate("scan", "in", "--json", "--txt", unit, "--max-document-size", "1KB", "-o", "run")
    assert outcome.json["documents"] == 2
    lost = [json.loads(line) for line in Path("run/quarantine.jsonl").read_text().splitlines()]
    assert [one["row"] for one in lost] == [1, 2]
    assert f"invalid UTF-8 at byte 0 of the {unit.removesuffix('s')}" in lost[0]["reason"]


def test_a_change_is_judged_line_by_line(curate: Curate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    repo = new_repo(tmp_path / "repo")
    kept = [row["text"].replace("\n", " ") for row in corpus_rows(30)]
    Path(repo.root, "data").mkdir()
    Path(repo.root, "data/a.txt").write_text("\n".join(kept))
    repo.commit()
    monkeypatch.chdir(repo.root)
    Path("data/a.txt").write_text("\n".join([*kept, LEAK]))
    outcome = curate("check", "data", "--baseline", "main", "--txt", "lines", "--json")
    assert outcome.code == 1
    assert outcome.json["change"]["documents"] == 1


def test_the_script_of_the_documentation_makes_documents_of_answers(curate: Curate) -> None:
    texts = [row["text"] for row in rows(60)]
    pairs = [
        {"question": "Why?", "human_answers": texts[n : n + 2], "chatgpt_answers": texts[n + 2 : n + 3], "index": n}
        for n in range(0, 60, 3)
    ]
    write_jsonl(Path("hc3.jsonl"), pairs)
    refused = curate("scan", "hc3.jsonl")
    assert refused.code == 3
    assert "human_answers (human), chatgpt_answers (machine)" in " ".join(refused.err.split())
    page = (Path(__file__).parents[2] / "docs" / "formats.md").read_text()
    exec(page.partition("```python\n")[2].partition("```")[0], {})
    found = curate("scan", "answers.jsonl", "--label-column", "label", "--json", "-q")
    said = json.loads(found.out)
    assert (found.code, said["documents"]) == (0, 60)
    assert (said["labels"]["human"], said["labels"]["machine"]) == (40, 20)
