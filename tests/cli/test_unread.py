"""Data that nobody reads is never fine: a check fails on it, a scan lists it, whatever its format and its name."""

from __future__ import annotations

import gzip
import io
import json
import lzma
import os
import pickle
import sqlite3
import tarfile
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.feather as feather
import pyarrow.orc as orc
import pytest

from corpora import Outcome, corpus_rows, write_jsonl
from repositories import Repo, new_repo

Curate = Callable[..., Outcome]
LEAK = "As an AI language model, I cannot say more about any of the many things that you asked."
ROWS = [{"id": str(number), "text": LEAK} for number in range(3)]
LINES = b"".join(json.dumps(row).encode() + b"\n" for row in ROWS)
TABLE = pa.Table.from_pylist(ROWS)


def packed(write: Callable[[Any], object]) -> bytes:
    sink = io.BytesIO()
    write(sink)
    return sink.getvalue()


def zipped(name: str) -> bytes:
    return packed(lambda sink: zipfile.ZipFile(sink, "w").writestr(name, LINES))


def tarred(mode: str) -> bytes:
    def write(sink: io.BytesIO) -> None:
        with tarfile.open(fileobj=sink, mode=mode) as archive:  # type: ignore[call-overload]
            member = tarfile.TarInfo("a.jsonl")
            member.size = len(LINES)
            archive.addfile(member, io.BytesIO(LINES))

    return packed(write)


def sqlite() -> bytes:
    with closing(sqlite3.connect(":memory:")) as base:
        base.execute("create table t (text text)")
        base.execute("insert into t values (?)", (LEAK,))
        base.commit()
        return base.serialize()


FILES: dict[str, bytes] = {
    "b.psv": b"id,text\n" + b"".join(f'{n},"{LEAK}"\n'.encode() for n in range(3)),
    "b.tab": f"id\ttext\n1\t{LEAK}\n".encode(),
    "b.text": LEAK.encode(),
    "b.rst": LEAK.encode(),
    "pretty.json": json.dumps({"data": ROWS}, indent=2).encode(),
    "b.jsonl.lzma": lzma.compress(LINES, lzma.FORMAT_ALONE),
    "b.jsonl.lz4": pa.compress(LINES, codec="lz4", asbytes=True),
    "b.jsonl.br": pa.compress(LINES, codec="brotli", asbytes=True),
    "b.xlsx": zipped("xl/worksheets/sheet1.xml"),
    "b.html": f"<html><body><p>{LEAK}</p></body></html>".encode(),
    "b.pdf": b"%PDF-1.4\n" + LEAK.encode(),
    "b.xml": f"<docs><doc>{LEAK}</doc></docs>".encode(),
    "b.yaml": f"- text: {LEAK}\n".encode(),
    "b.pkl": pickle.dumps(ROWS),
    "b.npz": packed(lambda sink: np.savez(sink, text=np.array([LEAK]))),
    "b.sqlite": sqlite(),
    "b.tar": tarred("w"),
    "b.tar.gz": tarred("w:gz"),
    "b.zip": zipped("a.jsonl"),
    "b.feather": packed(lambda sink: feather.write_feather(TABLE, sink)),
    "b.orc": packed(lambda sink: orc.write_table(TABLE, sink)),
    "b.avro": b"Obj\x01" + LINES,
    "text": LEAK.encode(),
    "lines": LINES,
    "b.dat": LINES,
    "b.bak": gzip.compress(LINES),
    "b.log": LINES,
    "b.jsonl~": LINES,
    "B.PSV": f"text\n{LEAK}\n".encode(),
    "wide.dat": LINES.decode().encode("utf-16"),
    ".hidden.jsonl": LINES,
    ".secret/b.jsonl": LINES,
    "README": LINES,
    "settings.py": LINES,
    "pointer.dat": b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 12\n",
    "image.png.jsonl.gz.old": gzip.compress(LINES),
}


@pytest.fixture
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repo:
    made = new_repo(tmp_path / "repo")
    write_jsonl(made.root / "data/a.jsonl", corpus_rows(40))
    made.commit()
    monkeypatch.chdir(made.root)
    return made


def fails_as_unread(curate: Curate, path: str) -> None:
    outcome = curate("check", ".", "--baseline", "main", "-q")
    assert outcome.code == 1
    first = outcome.out.splitlines()[1]
    assert first.startswith(" FAIL")
    assert "not read" in first
    assert path in outcome.out
    for form in ("json", "sarif", "junit", "markdown", "github"):
        told = curate("check", ".", "--baseline", "main", "-q", "--format", form)
        assert told.code == 1
        assert "unread-data" in told.out
        assert path in told.out.replace("\\", ""), form


@pytest.mark.parametrize("name", FILES)
def test_a_new_file_that_is_not_read_fails_the_check(curate: Curate, repo: Repo, name: str) -> None:
    repo.write({f"data/{name}": FILES[name]})
    outcome = curate("check", ".", "--baseline", "main", "-q", "--json")
    assert outcome.code == 1
    (gate,) = [one for one in outcome.json["gates"] if one["gate"] == "unread-data"]
    assert (gate["level"], gate["value"]) == ("fail", 1)
    assert [one["path"] for one in outcome.json["files"]] == [f"data/{name}"]
    assert [one["path"] for one in outcome.json["places"]] == [f"data/{name}"]


def test_every_format_of_a_report_names_the_file(curate: Curate, repo: Repo) -> None:
    repo.write({"data/b.psv": FILES["b.psv"]})
    fails_as_unread(curate, "data/b.psv")


def test_links_and_other_repositories_are_named(curate: Curate, repo: Repo, tmp_path: Path) -> None:
    (tmp_path / "outside.jsonl").write_bytes(LINES)
    (repo.root / "data/link.jsonl").symlink_to(tmp_path / "outside.jsonl")
    other = new_repo(tmp_path / "other", {"inner.jsonl": LINES})
    repo.git("submodule", "add", "-q", str(other.root), "data/sub")
    (repo.root / "data/same.jsonl").symlink_to("a.jsonl")
    found = curate("check", ".", "--baseline", "main", "-q", "--json")
    assert found.code == 1
    assert {one["path"] for one in found.json["places"]} == {"data/link.jsonl", "data/sub"}
    assert {"data/same.jsonl", ".gitmodules"} == set(found.json["other_files"])


def test_a_repository_inside_the_repository_is_named(curate: Curate, repo: Repo) -> None:
    new_repo(repo.root / "data/inner", {"b.jsonl": LINES})
    (place,) = curate("check", ".", "--baseline", "main", "-q", "--json").json["places"]
    assert (place["path"], place["gate"]) == ("data/inner/", "unread-data")
    assert "a repository of its own" in place["message"]


def test_a_data_file_that_becomes_a_link_or_another_format_is_named(curate: Curate, repo: Repo, tmp_path: Path) -> None:
    (tmp_path / "outside.jsonl").write_bytes(LINES)
    (repo.root / "data/a.jsonl").unlink()
    (repo.root / "data/a.jsonl").symlink_to(tmp_path / "outside.jsonl")
    fails_as_unread(curate, "data/a.jsonl")
    repo.git("checkout", "-q", "data/a.jsonl")
    repo.git("mv", "data/a.jsonl", "data/a.psv")
    fails_as_unread(curate, "data/a.psv")


def test_marks_of_curate_hide_nothing(curate: Curate, repo: Repo) -> None:
    mark = json.dumps({"inputs": [], "measures": "", "versions": {"corpus-curate": "1"}})
    repo.write({"data/run/manifest.json": mark, "data/run/annotations/b.jsonl": LINES})
    found = curate("check", ".", "--baseline", "main", "-q", "--json").json
    assert {one["path"]: one["rows"] for one in found["files"]} == {"data/run/annotations/b.jsonl": 3}
    (repo.root / "data/run/annotations/b.jsonl").unlink()
    (repo.root / "data/run/annotations").mkdir(exist_ok=True)
    import pyarrow.parquet as pq

    pq.write_table(TABLE, repo.root / "data/run/annotations/00000.parquet")
    fails_as_unread(curate, "data/run/annotations/00000.parquet")


NO_DATA = {
    "README.md": f"# A data set\n\n{LEAK}\n",
    "LICENSE": LEAK,
    ".gitattributes": "*.parquet filter=lfs diff=lfs merge=lfs -text\n",
    "data/dataset_infos.json": json.dumps({"default": {"description": LEAK}}),
    "croissant.json": json.dumps({"description": LEAK}, indent=1),
    "scripts/clean.py": f'"""{LEAK}"""\n',
    ".github/workflows/check.yml": f"# {LEAK}\non: push\n",
    "config.json": '{"max_length": 512, "name": "small"}',
    "requirements.txt": "datasets==4.0\n",
    "docs/guide.md": LEAK,
    "data/empty.txt": "",
    "logo.png": b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR",
}


def test_what_repositories_have_beside_their_data_passes_and_is_counted(curate: Curate, repo: Repo) -> None:
    repo.write(dict(NO_DATA))
    outcome = curate("check", ".", "--baseline", "main", "-q")
    assert outcome.code == 0
    assert "nothing changed" not in outcome.out
    assert outcome.out.splitlines()[1].startswith(f" PASS  no data changed; {len(NO_DATA)} changed files that")
    assert set(curate("check", ".", "--baseline", "main", "-q", "--json").json["other_files"]) == set(NO_DATA)


def test_a_policy_allows_suffixes_and_paths_and_the_first_line_says_so(curate: Curate, repo: Repo) -> None:
    policy = '[unread]\nallow = [".psv", "notes/*"]\n'
    repo.write({"data/b.PSV": FILES["b.psv"], "notes/x.rst": LEAK, "mine.toml": policy})
    command = ("check", ".", "--baseline", "main", "-q", "--policy", "default", "--policy", "mine.toml")
    outcome = curate(*command)
    assert outcome.code == 0
    assert "2 files that look like data were not read" in " ".join(outcome.out.split())
    assert outcome.out.count("the policy allows it") == 2
    repo.write({"data/c.jsonl.lz4": FILES["b.jsonl.lz4"]})
    assert curate(*command).code == 1


def test_a_policy_without_the_gate_passes_but_says_what_was_not_read(curate: Curate, repo: Repo) -> None:
    repo.write({"data/b.psv": FILES["b.psv"]})
    (repo.root / "mine.toml").write_text('[[gate]]\nid = "x"\nmetric = "quarantined"\nat_most = 0\nthen = "fail"\n')
    outcome = curate("check", ".", "--baseline", "main", "-q", "--policy", "mine.toml")
    assert outcome.code == 0
    assert "1 file that looks like data was not read" in " ".join(outcome.out.split())


def test_a_change_that_is_a_folder_is_looked_at_in_the_same_way(curate: Curate) -> None:
    write_jsonl(Path("base/a.jsonl"), corpus_rows(40))
    write_jsonl(Path("new/b.jsonl"), corpus_rows(60)[50:])
    Path("new/c.psv").write_bytes(FILES["b.psv"])
    outcome = curate("check", "new", "--baseline", "base", "-q", "--json")
    assert outcome.code == 1
    assert [one["path"] for one in outcome.json["places"] if one["gate"] == "unread-data"] == ["c.psv"]


def test_a_scan_lists_what_it_does_not_read(curate: Curate) -> None:
    write_jsonl(Path("in/a.jsonl"), corpus_rows(40))
    for name, content in FILES.items():
        Path("in", name).parent.mkdir(exist_ok=True)
        Path("in", name).write_bytes(content)
    os.mkfifo("in/pipe.psv")
    outcome = curate("scan", "in", "--json")
    found = outcome.json["unread"]
    assert found["files"] == len(FILES) + 1
    assert found["bytes"] == sum(map(len, FILES.values()))
    assert found["by_suffix"][".jsonl.lz4"] == 1
    assert sum(found["reasons"].values()) == found["files"]
    assert found["reasons"]["hidden"] == 2
    assert outcome.err.count("\n") == 1
    assert outcome.err.startswith(f"curate: {found['files']} files look like data and were not read")
    assert "Not read" in curate("scan", "in", "-q").out


def test_rows_beside_marks_and_zeros_are_kept_counted_and_named(curate: Curate, repo: Repo) -> None:
    rows = corpus_rows(60)[40:]
    lines = [json.dumps(row).encode() + b"\n" for row in rows]
    content = b"".join(lines[:7]) + b"\xef\xbb\xbf" + b"".join(lines[7:]) + bytes(300)
    repo.write({"data/b.jsonl": content})
    scanned = curate("scan", "data/b.jsonl", "-q", "--json")
    assert scanned.code == 0
    assert [scanned.json[name] for name in ("documents", "quarantined", "mended")] == [20, 0, 2]
    (path,) = Path(".curate").glob("*/quarantine.jsonl")
    said = [json.loads(line) for line in path.read_text().splitlines()]
    assert said == [
        {"path": "b.jsonl", "row": 7, "reason": "the row is kept without a byte order mark", "kept": True},
        {"path": "b.jsonl", "row": 20, "reason": "a line without a row holds 300 NUL bytes", "kept": True},
    ]
    assert "Read with a remark" in curate("scan", "data/b.jsonl", "-q").out
    assert curate("scan", "data/b.jsonl", "-q", "--strict").code == 0
    (file,) = curate("check", "data", "--baseline", "main", "-q", "--json").json["files"]
    assert file["rows"] == 20
    assert file["note"].startswith("bytes that are no part of a row in 2 lines; row 7")
