"""Columns that files hold in unlike types, or that nobody wants: a mix stops for none, and every other value stays."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from corpora import Outcome, made_up_texts
from values import parquet_rows

Curate = Callable[..., Outcome]
TEXTS = made_up_texts(12, words=12, seed=7)
MIX = ("mix", "in", "--human-ratio", "0", "-q", "-o")
ODD = 'k"é\\n.+|'


def write(name: str, columns: dict[str, Any]) -> None:
    Path("in").mkdir(exist_ok=True)
    pq.write_table(pa.table(columns), Path("in", name))


def unlike() -> None:
    """Three files in which one name stands for dates, words and objects."""
    days = pa.array([datetime(2020, 1, 1), None] * 2, pa.timestamp("ns"))
    write("a.parquet", {"text": TEXTS[:4], "when": days, "raw": [b"ab", b"\xff", None, b""]})
    write("b.parquet", {"text": TEXTS[4:8], "when": ["late", None, "x", ""], "raw": [1, 2, 3, None], "url": ["u"] * 4})
    rows = [{ODD: {"z": 1, "a": 2**70}, "text": text, "when": {"d": [1.50]}, "raw": None} for text in TEXTS[8:]]
    Path("in/c.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))


def said(folder: str) -> dict[str, dict[str, Any]]:
    return {row["text"]: row for row in parquet_rows(folder)}


def test_a_conflict_in_a_column_that_nobody_reads_is_kept_as_json_text_and_said_once(curate: Curate) -> None:
    unlike()
    outcome = curate("mix", "in", "--human-ratio", "0", "-o", "mix")
    assert outcome.code == 0, outcome.err
    assert "README.md names those in another form" in " ".join(outcome.out.split())
    found = said("mix/data")
    assert [found[text]["when"] for text in TEXTS] == [
        *["2020-01-01T00:00:00", None] * 2, "late", None, "x", "", *[{"d": [1.5]}] * 4,
    ]  # fmt: skip
    assert [found[text]["raw"] for text in TEXTS] == ["YWI=", "/w==", None, "", 1, 2, 3, *[None] * 5]
    assert found[TEXTS[9]][ODD] == {"z": 1, "a": 2**70}
    card = Path("mix/README.md").read_text()
    assert card.split("## Written by")[0].count("column 'when'") == 1
    assert curate("verify", "mix", "--inputs", "in").code == 0


def test_a_value_that_is_not_its_own_in_such_a_column_is_found(curate: Curate) -> None:
    unlike()
    assert curate(*MIX, "mix").code == 0
    days = pa.array([datetime(2021, 1, 1)] * 4, pa.timestamp("ns"))
    write("a.parquet", {"text": TEXTS[:4], "when": days, "raw": [b"ab", b"\xff", None, b""]})
    verified = curate("verify", "mix", "--inputs", "in")
    assert verified.code == 1


def test_a_conflict_in_a_column_that_is_read_is_refused_by_name(curate: Curate) -> None:
    unlike()
    outcome = curate(*MIX, "mix", "--date-column", "when", "--trust", "declared")
    assert outcome.code == 3
    assert "column 'when' holds timestamp[ns]" in " ".join(outcome.err.split())


@pytest.mark.parametrize("form", ["parquet", "jsonl", "jsonl.zst"])
def test_dropped_columns_are_gone_and_all_else_is_as_it_was(curate: Curate, form: str) -> None:
    unlike()
    outcome = curate(*MIX, "mix", "--format", form, "--drop-column", "raw", "--drop-column", ODD)
    assert outcome.code == 0, outcome.err
    (path,) = Path("mix/data").iterdir()
    if form == "parquet":
        rows = parquet_rows("mix/data")
        assert pq.read_schema(path).names == ["text", "when", "url"]
    else:
        with pa.input_stream(str(path), compression="zstd" if form.endswith("zst") else None) as stream:
            rows = [json.loads(line) for line in stream.read().split(b"\n") if line]
        assert '"when": {"d": [1.5]}}' in json.dumps(rows)
    assert len(rows) == 12
    assert not {"raw", ODD} & {name for row in rows for name in row}
    assert curate("verify", "mix", "--inputs", "in").code == 0
    settings = json.loads(Path("mix/certificate.json").read_text())["settings"]
    assert settings["drop_column"]["value"] == ["raw", ODD]
    assert "column 'raw': left out, as asked for" in settings["written"]["value"]


LINES = [
    ('{"text": "%s", "n": 1.50, "gone": {"a": [1, "}"]}, "z": 123456789012345678901}',
     '{"text": "%s", "n": 1.50, "z": 123456789012345678901}'),
    ('{ "gone" : null ,"text":"%s"}', '{"text":"%s"}'),
    ('{"text": "%s", "other": "\\"gone\\": 1"}', '{"text": "%s", "other": "\\"gone\\": 1"}'),
    ('{"g\\u006fne": "x", "text": "%s"}', '{"text": "%s"}'),
    ('{"text": "%s",\t"gone": "a\\\\", "gone": 2, "inner": {"gone": 1}}', '{"text": "%s", "inner": {"gone": 1}}'),
    ('{"text": "%s", "gone": NaN, "x": 1E5}', '{"text": "%s", "x": 1E5}'),
]  # fmt: skip


def test_lines_keep_every_digit_and_blank_of_what_stays(curate: Curate) -> None:
    Path("in").mkdir()
    given = [line % text for (line, _), text in zip(LINES, TEXTS, strict=False)]
    Path("in/a.jsonl").write_text("".join(f"{line}\n" for line in given))
    outcome = curate(*MIX, "mix", "--format", "jsonl", "--drop-column", "gone")
    assert outcome.code == 0, outcome.err
    written = sorted(next(Path("mix/data").iterdir()).read_text().splitlines())
    assert written == sorted(line % text for (_, line), text in zip(LINES, TEXTS, strict=False))
    assert curate("verify", "mix", "--inputs", "in").code == 0


def test_what_cannot_be_dropped_is_refused_before_anything_is_written(curate: Curate) -> None:
    unlike()
    for name, told in (
        ("text", "column 'text' is read, and what is read of a row cannot be dropped"),
        ("urll", "did you mean url?"),
        ("when.d", "no file has a column 'when.d'"),
    ):
        for more in (["-o", "mix"], ["--dry-run"]):
            outcome = curate("mix", "in", "--human-ratio", "0", "--drop-column", name, *more)
            assert outcome.code == 2
            assert told in " ".join(outcome.err.split())
    assert not Path("mix").exists()


def test_a_key_that_few_rows_have_can_be_dropped(curate: Curate) -> None:
    Path("in").mkdir()
    rows = [{"text": f"{TEXTS[n % 12]} {n}", **({"rare": 1} if n == 700 else {})} for n in range(1400)]
    Path("in/a.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    assert curate(*MIX, "mix", "--drop-column", "rare").code == 0
    assert "rare" not in pq.read_schema(next(Path("mix/data").iterdir())).names


def test_features_of_the_columns_that_stay_are_kept(curate: Curate) -> None:
    kinds = {"text": {"dtype": "string", "_type": "Value"}, "label": {"names": ["a", "b"], "_type": "ClassLabel"}}
    features = kinds | {"gone": {"dtype": "int64", "_type": "Value"}}
    told = {b"huggingface": json.dumps({"info": {"features": features}}).encode()}
    table = pa.table({"text": TEXTS, "label": [0, 1] * 6, "gone": [1] * 12}).replace_schema_metadata(told)
    Path("in").mkdir()
    pq.write_table(table, "in/a.parquet")
    assert curate(*MIX, "mix", "--drop-column", "gone").code == 0
    found = pq.read_schema(next(Path("mix/data").iterdir())).metadata[b"huggingface"]
    assert json.loads(found)["info"]["features"] == kinds
