"""Families of damaged files, the command that reads each, and its failures."""

from __future__ import annotations

import bz2
import contextlib
import csv
import gzip
import io
import json
import lzma
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa
import pyarrow.parquet as pq

from corpora import corpus_rows, write_jsonl
from curate.cli.app import run
from curate.corpus.owned import MARKER, is_owned, make_owned
from mutant_readers import LOST, deep, rows_stated, runs, views
from mutants import Ended
from small_detector import save_detector

ROWS = 40
Judge = Callable[[Path, Path, bytes, Ended, Ended], str]


@dataclass(frozen=True)
class Family:
    """Files to damage and the command that reads them; judge: why what it did is wrong, "" where it is right."""

    targets: list[Path]
    command: list[str]
    judge: Judge
    before: Callable[[], None] = lambda: None

    def mend(self, folder: Path) -> None:
        """Mark folders that were made anew as curate's, as those before them were."""
        for marker in folder.rglob(MARKER):
            if not is_owned(marker.parent):
                marker.unlink()
                make_owned(marker.parent)


def made(folder: Path, *command: object) -> None:
    """Run a command on the way to what is damaged, in this process: what it loads and compiles stays loaded."""
    with contextlib.chdir(folder), contextlib.redirect_stdout(io.StringIO()):
        code = run([str(one) for one in command])
    if code not in (0, 1):
        raise RuntimeError(f"{command} ended with {code}")


def fine(folder: Path, path: Path, content: bytes, ended: Ended, truth: Ended) -> str:
    """Any clear end is right."""
    del folder, path, content, ended, truth
    return ""


def same(folder: Path, path: Path, content: bytes, ended: Ended, truth: Ended, *, fatal: bool = False) -> str:
    """The figures of a damaged cache are those without it; where `fatal`, an error will do."""
    del folder, path, content
    if fatal and ended.code in (1, 2, 3):
        return ""
    if ended.code != truth.code:
        return f"ends with {ended.code}: {ended.err.strip()[:150]}"
    return "" if ended.out == truth.out else "other figures"


def counted(folder: Path, path: Path, content: bytes, ended: Ended, truth: Ended) -> str:
    """Every row is a document, in quarantine or said to be lost."""
    del content, truth
    if ended.code not in (0, 1):
        return ""
    rows: list[int] = []
    for file in (folder / "run" / "annotations").glob("[0-9]*.parquet"):
        rows += pq.read_table(file, columns=["row"])["row"].to_pylist()
    if len(rows) != json.loads(ended.out)["documents"]:
        return "documents are not counted right"
    seen, to_the_end = set(rows), False
    if len(seen) != len(rows):
        return "a row is read twice"
    for line in (folder / "run" / "quarantine.jsonl").read_text().splitlines():
        told = json.loads(line)
        if told["row"] is None:
            return ""
        if found := LOST.search(told["reason"]):
            to_the_end |= not found[1]
            seen |= set(range(told["row"], int(found[1] or told["row"]) + 1))
        elif "torn" in told["reason"] or "archive" in told["reason"]:
            to_the_end = True
        seen.add(told["row"])
    expected = _rows_declared(path)
    if expected is not None and not to_the_end and len(seen) != expected:
        return "a row is not counted"
    if to_the_end and expected is None and sorted(seen) != list(range(len(seen))):
        return "a row between is not counted"
    return ""


def _rows_declared(path: Path) -> int | None:
    """As the file itself says, read another way; None where that cannot be."""
    return int(pq.read_metadata(path).num_rows) if path.suffix == ".parquet" else rows_stated(path)


def _stock() -> pa.Table:
    rows = corpus_rows(ROWS)
    return pa.Table.from_pylist([{**row, "text": row["text"][:300]} for row in rows])


def _layouts() -> pa.Table:
    """The text as a dictionary; views, run ends and lists beside it."""
    plain = _stock()
    # Of short ids alone a view has no buffer, and old releases of pyarrow crash where they compress none.
    ids = [*plain["id"].to_pylist()[:-1], "longer than what a view holds in itself"]
    table = pa.table(
        {
            "id": pa.array(ids, pa.string_view()),
            "text": plain["text"].combine_chunks().dictionary_encode(),
            "site": pa.RunEndEncodedArray.from_arrays(pa.array([10, 25, ROWS], pa.int32()), ["a", "b", "c"]),
            "parts": pa.array([[t[:20], t[20:40]] for t in plain["text"].to_pylist()], pa.list_view(pa.string())),
        }
    )
    return table


def _chats() -> pa.Table:
    """Text inside lists of structs."""
    rows = [
        {"id": str(i), "messages": [{"role": "user", "content": t[:90]}, {"role": "assistant", "content": t[90:300]}]}
        for i, t in enumerate(_stock()["text"].to_pylist())
    ]
    return pa.Table.from_pylist(rows)


def _ipc(path: Path, table: pa.Table, *, stream: bool, compression: str | None) -> None:
    options = pa.ipc.IpcWriteOptions(compression=compression)
    opened = pa.ipc.new_stream if stream else pa.ipc.new_file
    with opened(str(path), table.schema, options=options) as writer:
        writer.write_table(table, max_chunksize=15)


def _input(write: Callable[[Path], None], name: str, folder: Path, *options: str) -> Family:
    (folder / "in").mkdir()
    path = folder / "in" / name
    write(path)
    command = ["scan", "in", "--json", "-q", "-o", "run", "-j", "1", *options]
    made(folder, *command)
    made(folder, *command)
    for file in sorted((folder / "run").rglob("*"), reverse=True):
        file.unlink() if file.is_file() else file.rmdir()
    (folder / "run").rmdir()
    return Family([path], command, counted)


def _lines(path: Path, level: str = "") -> None:
    write_jsonl(path.parent / "plain", _stock().to_pylist())
    plain = (path.parent / "plain").read_bytes()
    (path.parent / "plain").unlink()
    if level == "gz":
        plain = gzip.compress(plain, mtime=0)
    elif level == "zst":
        plain = pa.compress(plain, "zstd", asbytes=True)
    elif level in ("bz2", "xz"):
        plain = {"bz2": bz2.compress, "xz": lzma.compress}[level](plain)
    path.write_bytes(plain)


def _array(path: Path, indent: int | None = None) -> None:
    path.write_text(json.dumps(_stock().to_pylist(), indent=indent))


def _cells(path: Path, quoting: Literal[0, 1] = csv.QUOTE_MINIMAL) -> None:
    """Records with cells that hold commas, quotes, tabs and line breaks."""
    rows = _stock().to_pylist()
    with path.open("w", newline="") as stream:
        writer = csv.writer(stream, delimiter="," if ".csv" in path.name else "\t", quoting=quoting)
        writer.writerow(["id", "text", "note"])
        writer.writerows([row["id"], row["text"].replace(". ", ".\n", 2), f'a, "{n}"\tb'] for n, row in enumerate(rows))


def _parquet(path: Path, table: Callable[[], pa.Table], **options: Any) -> None:
    pq.write_table(table(), path, row_group_size=15, **options)


def _arrow(path: Path, table: Callable[[], pa.Table], *, stream: bool = False, compression: str | None = None) -> None:
    _ipc(path, table(), stream=stream, compression=compression)


def _corpus(folder: Path, name: str = "in", first: int = 0, count: int = ROWS) -> None:
    rows = [{**row, "text": row["text"][:300]} for row in corpus_rows(120)[first : first + count]]
    write_jsonl(folder / name / "a.jsonl", rows[: count // 2])
    write_jsonl(folder / name / "b.jsonl", rows[count // 2 :])


def _files(folder: Path, *apart: str) -> list[Path]:
    """Files with content; marks of ownership and locks are none."""
    spared = {MARKER, ".gitignore", ".lock", *apart}
    return [p for p in sorted(folder.rglob("*")) if p.is_file() and p.name not in spared and p.stat().st_size]


def _run(folder: Path) -> Family:
    _corpus(folder)
    write_jsonl(folder / "in/c.jsonl", [{"text": None}, {"text": "one two three"}])
    command = ["scan", "in", "--json", "-q", "-o", "run", "-j", "1"]
    made(folder, *command)
    made(folder, *command)
    return Family(_files(folder / "run"), command, same)


def _run_mixed(folder: Path) -> Family:
    """A mix that uses the scan before it again."""
    _corpus(folder)
    made(folder, "scan", "in", "-q", "-j", "1")
    command = ["mix", "in", "--human-ratio", "0.5", "--label-column", "origin", "--json", "-q", "--dry-run", "-j", "1"]
    made(folder, *command)
    return Family(_files(folder / ".curate"), command, same)


def _compared(folder: Path) -> Family:
    for name, first in (("one", 0), ("two", 30)):
        _corpus(folder, name, first)
        made(folder, "scan", name, "-q", "-o", f"run-{name}", "-j", "1")
    command = ["compare", "run-one", "run-two", "--json", "-q"]
    made(folder, *command)
    return Family(_files(folder / "run-one"), command, partial(same, fatal=True))


def _baseline(folder: Path) -> Family:
    _corpus(folder, "before")
    _corpus(folder, "in", 20)
    command = ["check", "in", "--baseline", "before", "--format", "json", "--cache-dir", "cache", "-q"]
    made(folder, *command)
    made(folder, *command)
    return Family(_files(folder / "cache"), command, same)


def _index(folder: Path) -> Family:
    _corpus(folder, "old")
    _corpus(folder, "in", 20)
    made(folder, "scan", "old", "-q", "--index", "idx", "-j", "1", "-o", "run-old")
    command = ["scan", "in", "--json", "-q", "--index", "idx", "-j", "1", "-o", "run"]
    made(folder, *command)
    return Family(_files(folder / "idx"), command, partial(same, fatal=True))


def _verified(folder: Path) -> Family:
    _corpus(folder, count=100)
    ways = ["--human-ratio", "0.5", "--label-column", "origin", "-q", "-j", "1"]
    made(folder, "mix", "in", *ways, "-o", "out")
    command = ["verify", "out", "--json"]
    made(folder, *command)
    return Family(_files(folder / "out"), command, partial(same, fatal=True))


def _audited(folder: Path) -> Family:
    _corpus(folder, count=100)
    made(folder, "mix", "in", "--human-ratio", "0.5", "--label-column", "origin", "-q", "-j", "1", "-o", "out")
    made(folder, "audit", "draw", "out", "-n", "20", "-o", "drawn.jsonl")
    lines = [json.loads(line) for line in (folder / "drawn.jsonl").read_text().splitlines()]
    write_jsonl(folder / "drawn.jsonl", [{**line, "label": "human"} for line in lines])
    command = ["audit", "apply", "out", "drawn.jsonl", "--json"]
    return Family([folder / "drawn.jsonl", *_files(folder / "out")], command, fine)


def _labels(kind: str, folder: Path) -> Family:
    _corpus(folder)
    rows = [{"id": f"d{i}", "label": "human" if i % 2 else "machine"} for i in range(30)]
    path = folder / f"labels.{kind}"
    if kind == "csv":
        path.write_text("id,label\n" + "".join(f"{r['id']},{r['label']}\n" for r in rows))
    elif kind == "parquet":
        pq.write_table(pa.Table.from_pylist(rows), path)
    else:
        write_jsonl(path, rows)
    command = ["scan", "in", "--labels", path.name, "--json", "-q", "-o", "run", "-j", "1"]
    made(folder, *command)
    return Family([path], command, fine)


def _excluded(folder: Path) -> Family:
    """A benchmark that must not be trained on."""
    _corpus(folder, count=100)
    pq.write_table(_stock().slice(0, 20), folder / "bench.parquet")
    write_jsonl(folder / "bench.jsonl", _stock().slice(20, 20).to_pylist())
    command = ["mix", "in", "--human-ratio", "0.5", "--label-column", "origin", "--json", "-q", "--dry-run", "-j", "1"]
    command += ["--exclude", "bench.parquet", "--exclude", "bench.jsonl"]
    made(folder, *command)
    return Family([folder / "bench.parquet", folder / "bench.jsonl"], command, fine)


def _detector(folder: Path) -> Family:
    _corpus(folder)
    path = save_detector(folder / "d.npz")
    command = ["scan", "in", "--detector", "d.npz", "--json", "-q", "-o", "run", "-j", "1"]
    made(folder, *command)
    return Family([path], command, fine)


def _settings(folder: Path) -> Family:
    """Rule books, policies and settings that a person wrote."""
    _corpus(folder, "before")
    _corpus(folder, "in", 20)
    shipped = Path(__file__).parents[2] / "rules"
    rules = next(path for path in sorted(shipped.glob("*.toml")) if "[[rule" in path.read_text())
    (folder / "r.toml").write_text(rules.read_text()[:6000].rpartition("\n[[")[0])
    policy = next(path for path in sorted(shipped.rglob("*.toml")) if "[[gate" in path.read_text())
    (folder / "p.toml").write_text(policy.read_text())
    (folder / "curate.toml").write_text('threshold = 0.8\nseed = 3\ntext-column = "text"\n')
    command = ["check", "in", "--baseline", "before", "--format", "json", "--cache-dir", "cache", "-q"]
    command += ["--rules", "r.toml", "--policy", "p.toml", "-c", "curate.toml"]
    made(folder, *command)
    return Family([folder / name for name in ("r.toml", "p.toml", "curate.toml")], command, fine)


FAMILIES: dict[str, Callable[[Path], Family]] = {
    "parquet": partial(_input, partial(_parquet, table=_stock), "a.parquet"),
    "parquet-zstd": partial(_input, partial(_parquet, table=_chats, compression="zstd"), "a.parquet"),
    "parquet-plain": partial(
        _input, partial(_parquet, table=_stock, compression="none", use_dictionary=False), "a.parquet"
    ),
    "arrow": partial(_input, partial(_arrow, table=_stock), "a.arrow"),
    "arrow-lz4": partial(_input, partial(_arrow, table=_chats, compression="lz4"), "a.arrow"),
    "arrow-zstd": partial(_input, partial(_arrow, table=_stock, compression="zstd"), "a.arrow"),
    "arrow-layouts": partial(_input, partial(_arrow, table=_layouts), "a.arrow"),
    "arrow-stream": partial(_input, partial(_arrow, table=_stock, stream=True), "a.arrow"),
    "arrow-stream-layouts": partial(
        _input, partial(_arrow, table=_layouts, stream=True, compression="zstd"), "a.arrow"
    ),
    "lines": partial(_input, _lines, "a.jsonl"),
    "lines-gz": partial(_input, partial(_lines, level="gz"), "a.jsonl.gz"),
    "lines-zst": partial(_input, partial(_lines, level="zst"), "a.jsonl.zst"),
    "lines-bz2": partial(_input, partial(_lines, level="bz2"), "a.jsonl.bz2"),
    "lines-xz": partial(_input, partial(_lines, level="xz"), "a.jsonl.xz"),
    "array": partial(_input, _array, "a.json"),
    "csv": partial(_input, _cells, "a.csv"),
    "tsv": partial(_input, _cells, "a.tsv"),
    "run": _run,
    "run-mix": _run_mixed,
    "run-compare": _compared,
    "baseline": _baseline,
    "index": _index,
    "verify": _verified,
    "audit": _audited,
    "labels-csv": partial(_labels, "csv"),
    "labels-jsonl": partial(_labels, "jsonl"),
    "labels-parquet": partial(_labels, "parquet"),
    "detector": _detector,
    "excluded": _excluded,
    "settings": _settings,
}


def read_only(folder: Path) -> dict[str, list[tuple[str, bytes]]]:
    """Whole files by format, as (name, content), for mutants that are only read."""
    tables = (_stock, lambda: _stock().slice(0, 3).select(["id", "text"]), _layouts, _chats, deep, runs, views)
    found: dict[str, list[tuple[str, bytes]]] = {
        "arrow": [],
        "parquet": [],
    }
    path = folder / "whole"
    for table in tables:
        for stream in (False, True):
            for compression in (None, "lz4", "zstd"):
                _ipc(path, table(), stream=stream, compression=compression)
                found["arrow"].append(("m.arrow", path.read_bytes()))
    ways: tuple[dict[str, Any], ...] = (
        {}, {"compression": "none"}, {"compression": "zstd"}, {"compression": "lz4"}, {"use_dictionary": False},
        {"data_page_version": "2.0"}, {"use_dictionary": False, "column_encoding": {"text": "DELTA_BYTE_ARRAY"}},
        {"use_dictionary": False, "column_encoding": {"text": "DELTA_LENGTH_BYTE_ARRAY"}},
    )  # fmt: skip
    for table in (tables[0], tables[1], _chats):
        for way in ways:
            if table is not _chats or "column_encoding" not in way:
                _parquet(path, table, **way)
                found["parquet"].append(("m.parquet", path.read_bytes()))
    for kind in ("jsonl", "jsonl.gz", "jsonl.zst", "jsonl.bz2", "jsonl.xz"):
        _lines(path, kind.removeprefix("jsonl").removeprefix("."))
        found[kind] = [(f"m.{kind}", path.read_bytes())]
    for indent in (None, 1):
        _array(path, indent)
        found.setdefault("json", []).append(("m.json", path.read_bytes()))
    for kind in ("csv", "tsv"):
        for quoting in (csv.QUOTE_MINIMAL, csv.QUOTE_ALL):
            _cells(folder / f"m.{kind}", quoting)
            found.setdefault(kind, []).append((f"m.{kind}", (folder / f"m.{kind}").read_bytes()))
    return found
