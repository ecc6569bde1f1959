"""curate audit agree: labels of several people, and what their disagreement leaves of the answer."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyarrow import csv

from corpora import Outcome, write_jsonl
from curate.jobs.audit.labelling import begin_labelling
from small_detector import texts

Curate = Callable[..., Outcome]


@pytest.fixture
def files(curate: Curate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, detector: Path) -> list[dict[str, Any]]:
    """a.jsonl and b.jsonl of one draw, which differ in every tenth document; b lacks the last five."""
    monkeypatch.chdir(tmp_path)
    human, machine = texts("human", 120, 31, pure=0.9), texts("machine", 60, 32, pure=0.9)
    write_jsonl(Path("in/a.jsonl"), [{"id": f"d{i}", "text": text} for i, text in enumerate(human + machine)])
    Path("curate.toml").write_text(f'detector = "{detector}"\n')
    assert curate("audit", "draw", "in", "-n", "80", "-o", "a.jsonl").code == 0
    drawn = [json.loads(line) for line in Path("a.jsonl").read_text().splitlines()]
    one = [{**row, "label": "human" if int(row["id"][1:]) < len(human) else "machine"} for row in drawn]
    other = [{**row, "label": None if i >= len(one) - 5 else swapped(row["label"], i)} for i, row in enumerate(one)]
    write_jsonl(Path("a.jsonl"), one)
    write_jsonl(Path("b.jsonl"), other)
    return one


def swapped(label: str, place: int) -> str:
    return {"human": "machine", "machine": "human"}[label] if place % 10 == 3 else label


def test_agreement_disputes_and_what_they_leave_open(curate: Curate, files: list[dict[str, Any]]) -> None:
    found = curate("audit", "agree", "a.jsonl", "b.jsonl", "-o", "both.jsonl", "--json")
    assert found.code == 0, found.err
    count = len(files)
    disputed = [row["id"] for i, row in enumerate(files[:-5]) if i % 10 == 3]
    told = found.json
    pair = told["pairs"][0]
    assert (told["documents"], told["one_alone"]) == (count, 5)
    assert (pair["both"], pair["agreed"]) == (count - 5, count - 5 - len(disputed))
    assert [one["id"] for one in told["disputes"]] == disputed
    assert told["disputes"][0]["labels"][0][0] == "a.jsonl row 4"
    assert 0 < pair["kappa"]["low"] < pair["kappa"]["estimate"] < 1
    together = told["together"]
    for file, alone in told["alone"].items():
        scanned = curate("scan", "in", "--labels", file, "--json").json["machine_share"]
        assert (alone["low"], alone["high"]) == (scanned["low"], scanned["high"])
        assert together["high"] - together["low"] > alone["high"] - alone["low"]
    scanned = curate("scan", "in", "--labels", "both.jsonl", "--json").json["machine_share"]
    assert (together["low"], together["high"]) == (scanned["low"], scanned["high"])
    written = [json.loads(line) for line in Path("both.jsonl").read_text().splitlines()]
    assert written == [{**row, "label": None if row["id"] in disputed else row["label"]} for row in files]
    assert begin_labelling(Path("both.jsonl")).interval() is not None
    shown = curate("audit", "agree", "a.jsonl", "b.jsonl")
    assert f"in dispute: {len(disputed)} documents" in shown.out
    assert "Cohen's kappa" in shown.out


@pytest.mark.usefixtures("files")
def test_files_without_a_record_and_three_of_them(curate: Curate) -> None:
    Path("a.jsonl.draw").unlink()
    Path("c.jsonl").write_bytes(Path("b.jsonl").read_bytes())
    shown = curate("audit", "agree", "a.jsonl", "b.jsonl", "c.jsonl")
    assert shown.code == 0
    assert shown.out.count("kappa") == 3
    assert "Cohen's kappa 1.00" in shown.out
    assert "no record of the draw" in shown.out


@pytest.mark.usefixtures("files")
def test_files_that_cannot_be_compared(curate: Curate) -> None:
    assert curate("audit", "agree", "a.jsonl").code == 2
    assert curate("audit", "agree", "a.jsonl", "a.jsonl").code == 2
    assert curate("audit", "agree", "a.jsonl", "b.jsonl", "-o", "b.jsonl").code == 2
    rows = [json.loads(line) for line in Path("b.jsonl").read_text().splitlines()]
    write_jsonl(Path("c.jsonl"), [{**row, "draw": "share-80-000000000000"} for row in rows])
    assert "another draw" in curate("audit", "agree", "a.jsonl", "c.jsonl").err
    write_jsonl(Path("c.jsonl"), [*rows, {**rows[0], "label": swapped(rows[0]["label"], 3)}])
    outcome = curate("audit", "agree", "a.jsonl", "c.jsonl")
    assert outcome.code == 3
    assert "c.jsonl row 1 says" in outcome.err
    write_jsonl(Path("c.jsonl"), [])
    assert curate("audit", "agree", "a.jsonl", "c.jsonl").code == 3
    write_jsonl(Path("c.jsonl"), [{**row, "label": None} for row in rows])
    assert "have no labelled document in common" in curate("audit", "agree", "a.jsonl", "c.jsonl").out


@pytest.mark.usefixtures("files")
def test_two_files_given_to_a_scan_are_refused_with_the_way_out(curate: Curate) -> None:
    for command in (("scan", "in"), ("mix", "in", "--human-ratio", "0.5"), ("verify", "in"), ("audit", "apply", "in")):
        outcome = curate(*command, "--labels", "a.jsonl", "--labels", "b.jsonl")
        assert outcome.code == 2
        assert "curate audit agree a.jsonl b.jsonl -o both.jsonl" in outcome.err


def write_table(path: str, rows: list[dict[str, Any]]) -> None:
    """The same rows as CSV or Parquet, as other programs write them."""
    table = pa.Table.from_pylist(rows)
    pq.write_table(table, path) if path.endswith(".parquet") else csv.write_csv(table, path)


@pytest.mark.parametrize("kind", ["jsonl", "csv", "parquet"])
@pytest.mark.parametrize(
    "changed",
    [
        lambda row: {"id": f" {row['id']} "},
        lambda row: {"row": float(row["row"])},
        lambda row: {"id": int(row["id"][1:])},
    ],
    ids=["blanks around ids", "rows as floats", "ids that are numbers"],
)
def test_no_spelling_of_a_row_hides_its_labels(
    curate: Curate, files: list[dict[str, Any]], kind: str, changed: Callable[[dict[str, Any]], dict[str, Any]]
) -> None:
    one = [{**row, **changed(row)} for row in files]
    other = [{**row, "label": swapped(row["label"], i)} for i, row in enumerate(one)]
    write_jsonl(Path("c.jsonl"), one)
    write_jsonl(Path("d.jsonl"), other) if kind == "jsonl" else write_table(f"d.{kind}", other)
    outcome = curate("audit", "agree", "c.jsonl", f"d.{kind}", "-o", "both.jsonl", "--json")
    assert outcome.code == 0, outcome.err
    disputed = [str(row["id"]).strip() for i, row in enumerate(one) if i % 10 == 3]
    assert outcome.json["documents"] == outcome.json["labelled"] == outcome.json["pairs"][0]["both"] == len(files)
    assert [one["id"].strip() for one in outcome.json["disputes"]] == disputed
    written = [json.loads(line) for line in Path("both.jsonl").read_text().splitlines()]
    assert [row["label"] for row in written].count(None) == len(disputed)


def test_rows_as_floats_are_of_the_same_draw(curate: Curate, files: list[dict[str, Any]]) -> None:
    for kind in ("jsonl", "csv", "parquet"):
        floats = [{**row, "row": float(row["row"])} for row in files]
        write_jsonl(Path("f.jsonl"), floats) if kind == "jsonl" else write_table(f"f.{kind}", floats)
        told = curate("audit", "agree", "a.jsonl", f"f.{kind}", "--json").json
        assert told["pairs"][0]["both"] == told["pairs"][0]["agreed"] == told["documents"] == len(files)
        assert told["alone"][f"f.{kind}"] == told["alone"]["a.jsonl"] == told["together"]


def test_all_columns_of_parquet_are_written(curate: Curate, files: list[dict[str, Any]]) -> None:
    more = {"day": date(2026, 11, 30), "tags": ["a", None]}
    write_table("c.parquet", [{**row, **more} for row in files])
    write_table("d.parquet", [{**row, "label": None} for row in files])
    outcome = curate("audit", "agree", "c.parquet", "d.parquet", "-o", "both.jsonl")
    assert outcome.code == 0, outcome.err
    expected = [{**row, **more, "day": "2026-11-30"} for row in files]
    assert [json.loads(line) for line in Path("both.jsonl").read_text().splitlines()] == expected


def test_disputes_behind_the_last_agreed_label_are_either_too(curate: Curate, files: list[dict[str, Any]]) -> None:
    """As if both had been right: the interval by all holds that by each, however many of the last are in dispute."""
    for agreed in (0, 20, len(files) // 2):
        other = [
            {**row, "label": row["label"] if i < agreed else swapped(row["label"], 3)} for i, row in enumerate(files)
        ]
        write_jsonl(Path("c.jsonl"), other)
        told = curate("audit", "agree", "a.jsonl", "c.jsonl", "--json").json
        for alone in told["alone"].values():
            assert told["together"]["low"] <= alone["low"] < alone["high"] <= told["together"]["high"]


def test_a_confidence_that_is_given_counts_and_is_told(curate: Curate, files: list[dict[str, Any]]) -> None:
    assert files
    usual, told, wide = (
        curate("audit", "agree", "a.jsonl", "b.jsonl", "--json", *more).json
        for more in ((), ("--confidence", "0.95"), ("--confidence", "0.999"))
    )
    assert usual == told
    assert [one["confidence"] for one in (told, wide)] == [0.95, 0.999]
    shown = curate("audit", "agree", "a.jsonl", "b.jsonl", "--confidence", "0.999").out
    assert "confidence 0.999" in shown
    for file, alone in wide["alone"].items():
        scanned = curate("scan", "in", "--labels", file, "--json", "--confidence", "0.999").json["machine_share"]
        assert (alone["low"], alone["high"]) == (scanned["low"], scanned["high"])
        assert alone["low"] < told["alone"][file]["low"]
    assert wide["together"]["low"] < told["together"]["low"]
    assert wide["pairs"][0]["kappa"]["low"] < told["pairs"][0]["kappa"]["low"]


def test_without_a_confidence_that_of_the_draw_counts(curate: Curate, files: list[dict[str, Any]]) -> None:
    assert files
    assert curate("audit", "draw", "in", "-n", "80", "-o", "e.jsonl", "--confidence", "0.8").code == 0
    Path("a.jsonl.draw").write_bytes(Path("e.jsonl.draw").read_bytes())
    told = curate("audit", "agree", "a.jsonl", "b.jsonl", "--json").json
    assert told["confidence"] == 0.8
    assert told == curate("audit", "agree", "a.jsonl", "b.jsonl", "--json", "--confidence", "0.8").json
    assert (
        told["pairs"] != curate("audit", "agree", "a.jsonl", "b.jsonl", "--json", "--confidence", "0.9").json["pairs"]
    )
