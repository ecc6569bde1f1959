"""A mix as JSON lines, plain or compressed, in small files; described as Croissant that its own library accepts."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from corpora import Outcome, corpus_rows, write_jsonl, write_parquet

Curate = Callable[..., Outcome]
ROWS = corpus_rows(90)
DECLARED = ("--label-column", "origin", "--trust", "declared")
ARGUMENTS = ("mix", "in", "--human-ratio", "0.7", *DECLARED, "-o")


def lines(folder: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for path in sorted(Path(folder, "data").iterdir()):
        with pa.input_stream(str(path), compression="zstd" if path.suffix == ".zst" else None) as stream:
            found += [json.loads(line) for line in stream.read().decode().split("\n") if line]
    return found


@pytest.mark.parametrize("form", ["jsonl", "jsonl.zst"])
def test_json_lines_hold_the_same_rows_in_the_same_order(curate: Curate, form: str) -> None:
    odd = {"text": "Line\nbreak \u2028 and \U0001f600 " * 9, "origin": "human", "meta": {"n": 0, "tags": []}}
    write_parquet(Path("in/a.parquet"), [*ROWS, {"id": "odd", "site": "s1", **odd}])
    assert curate(*ARGUMENTS, "out", "--format", form).code == 0
    assert curate(*ARGUMENTS, "table").code == 0
    written = lines("out")
    datasets = pq.read_table("table/data").to_pylist()
    assert written == datasets
    assert {path.name for path in Path("out/data").iterdir()} == {f"part-00000.{form}"}
    verified = curate("verify", "out")
    assert verified.code == 0, verified.out
    (path,) = Path("out/data").iterdir()
    path.write_bytes(path.read_bytes()[:-1])
    assert curate("verify", "out").code == 1


def test_files_are_as_small_as_asked(curate: Curate) -> None:
    write_jsonl(Path("in/a.jsonl"), ROWS)
    assert curate(*ARGUMENTS, "out", "--shard-size", "8KB", "--format", "jsonl").code == 0
    parts = sorted(Path("out/data").iterdir())
    assert len(parts) > 3
    assert all(sum(len(json.loads(line)["text"]) for line in p.read_text().splitlines()) <= 9000 for p in parts)
    assert curate(*ARGUMENTS, "whole", "--format", "jsonl").code == 0
    assert lines("out") == lines("whole")
    assert curate("verify", "out").code == 0


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_croissant_is_valid_and_reads_the_rows(curate: Curate) -> None:
    mlcroissant = pytest.importorskip("mlcroissant")
    write_jsonl(Path("in/a.jsonl"), ROWS)
    outcome = curate(*ARGUMENTS, "out", "--json")
    assert outcome.code == 0
    found = json.loads(Path("out/croissant.json").read_text())
    assert found["conformsTo"] == "http://mlcommons.org/croissant/1.1"
    assert found["prov:wasDerivedFrom"][0]["sc:identifier"] == outcome.json["inputs"][0]["fingerprint"]
    dataset = mlcroissant.Dataset(jsonld="out/croissant.json")
    assert not dataset.metadata.issues.errors
    rows = [row["documents/text"].decode() for row in dataset.records("documents")]
    assert sorted(rows) == sorted(row["text"] for row in pq.read_table("out/data").to_pylist())


def test_a_format_that_there_is_not(curate: Curate) -> None:
    write_jsonl(Path("in/a.jsonl"), ROWS[:20])
    outcome = curate(*ARGUMENTS, "out", "--format", "csv")
    assert outcome.code == 2
    assert "parquet, jsonl, jsonl.zst" in outcome.err
    assert curate(*ARGUMENTS, "out", "--shard-size", "1KB").code == 2
