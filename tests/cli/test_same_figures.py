"""The same corpus gives the same figures and the same mix, however it is stored, split and worked on."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from corpora import Outcome, corpus_rows, write_jsonl, write_parquet

Curate = Callable[..., Outcome]
ROWS = corpus_rows(300)
MIX = ("--human-ratio", "0.6", "--label-column", "origin", "--source-column", "site", "--budget", "9K")


def stored(form: str) -> str:
    """Writes ROWS in one form; returns the path to give."""
    lines = "".join(json.dumps(row) + "\n" for row in ROWS).encode()
    if form == "jsonl":
        write_jsonl(Path("one/a.jsonl"), ROWS)
    elif form in ("gz", "zst"):
        Path("one").mkdir()
        with pa.CompressedOutputStream(f"one/a.jsonl.{form}", {"gz": "gzip", "zst": "zstd"}[form]) as out:
            out.write(lines)
    elif form == "parquet":
        write_parquet(Path("one/a.parquet"), ROWS, row_group_size=70)
    elif form == "arrow":
        Path("one").mkdir()
        table = pa.Table.from_pylist(ROWS)
        with pa.ipc.new_file("one/a.arrow", table.schema) as out:
            out.write_table(table, max_chunksize=90)
    else:  # ten files, in another order
        for part in range(10):
            write_jsonl(Path(f"one/{9 - part}.jsonl"), ROWS[part::10])
    return "one"


def figures(scan: dict[str, Any]) -> dict[str, Any]:
    """Everything but how many files, and of what size, there are."""
    of_files = ("files", "bytes", "examples")
    columns = [{k: v for k, v in layout.items() if k not in of_files} for layout in scan["columns"]]
    return {**{k: v for k, v in scan.items() if k != "files"}, "columns": columns}


def written(folder: str) -> list[tuple[str, str]]:
    table = pq.read_table(f"{folder}/data")
    return list(zip(table["id"].to_pylist(), table["text"].to_pylist(), strict=True))


@pytest.fixture(scope="session")
def expected(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], list[tuple[str, str]]]:
    """The figures and the mix of the plain JSONL file, by a process of its own."""
    folder = tmp_path_factory.mktemp("expected")
    write_jsonl(folder / "one/a.jsonl", ROWS)
    curate = [sys.executable, "-m", "curate"]
    scan = [*curate, "scan", "one", "--json", "-q", "--source-column", "site", "-j", "1"]
    found = subprocess.run(scan, cwd=folder, check=True, capture_output=True).stdout
    subprocess.run([*curate, "mix", "one", *MIX, "-q", "-o", "mix"], cwd=folder, check=True, capture_output=True)
    table = pq.read_table(folder / "mix/data")
    return figures(json.loads(found)), list(zip(table["id"].to_pylist(), table["text"].to_pylist(), strict=True))


@pytest.mark.parametrize("form", ["jsonl", "gz", "zst", "parquet", "arrow", "ten files"])
def test_the_form_changes_nothing(
    curate: Curate, expected: tuple[dict[str, Any], list[tuple[str, str]]], form: str
) -> None:
    path = stored(form)
    found = curate("scan", path, "--json", "--source-column", "site", "-j", "2")
    assert found.code == 0, found.err
    assert figures(found.json) == expected[0]
    mixed = curate("mix", path, *MIX, "-o", "mix")
    assert mixed.code == 0, mixed.err
    assert written("mix") == expected[1]


def test_annotation_files_are_the_same_for_any_number_of_workers(curate: Curate) -> None:
    write_parquet(Path("one/a.parquet"), ROWS, row_group_size=50)
    write_jsonl(Path("one/b.jsonl"), [dict(row, id=f"b{row['id']}") for row in ROWS])
    hashes = []
    for workers in (1, 2, 3):
        assert curate("scan", "one", "-o", f"run{workers}", "-j", workers).code == 0
        files = sorted(f for f in Path(f"run{workers}").rglob("*") if f.suffix in (".parquet", ".arrow"))
        hashes.append([(f.relative_to(f"run{workers}"), hashlib.sha256(f.read_bytes()).hexdigest()) for f in files])
    assert len(hashes[0]) >= 4
    assert hashes[0] == hashes[1] == hashes[2]


def test_a_second_mix_is_the_same_to_the_byte_and_a_larger_budget_a_superset(curate: Curate) -> None:
    path = stored("jsonl")
    arguments = ("mix", path, "--human-ratio", "0.6", "--label-column", "origin")
    for name, budget in (("first", "6K"), ("second", "6K"), ("larger", "9K")):
        outcome = curate(*arguments, "--budget", budget, "-o", name)
        assert outcome.code == 0, outcome.err
    one, two = (
        {f.relative_to(name): f.read_bytes() for f in sorted(Path(name).rglob("*")) if f.is_file()}
        for name in ("first", "second")
    )
    assert one == two
    small, large = set(written("first")), set(written("larger"))
    assert small < large
    tokens = {row["id"]: len(row["text"].split()) for row in ROWS}
    assert sum(tokens[i] for i, _ in small) <= 6000
    another = curate(*arguments, "--budget", "6K", "--seed", "43", "-o", "another")
    assert another.code == 0
    assert set(written("another")) != small


def test_a_changed_threshold_or_ratio_rescans_nothing(curate: Curate, monkeypatch: pytest.MonkeyPatch) -> None:
    path = stored("parquet")
    first = curate("scan", path, "--json")
    assert first.code == 0
    made = {f: f.stat().st_mtime_ns for f in Path(".curate").rglob("annotations/*.parquet")}
    monkeypatch.setattr("curate.jobs.run.prefetch.read_documents", None)  # whoever reads a text again fails
    second = curate("scan", path, "--threshold", "0.95", "--json")
    assert second.code == 0, second.err
    assert second.json["duplicates"]["documents"] < first.json["duplicates"]["documents"]
    for ratio in ("0.3", "0.6"):
        outcome = curate("mix", path, "--human-ratio", ratio, "--dry-run", "--budget", "1K")
        assert outcome.code in (0, 1), outcome.err
    assert made == {f: f.stat().st_mtime_ns for f in Path(".curate").rglob("annotations/*.parquet")}
