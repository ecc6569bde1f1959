"""Chats that stand as strings of JSON are named, and the way that the documentation shows makes documents of them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pc
import pyarrow.parquet as pq
import pytest

from corpora import Outcome, corpus_rows, write_jsonl

Curate = Callable[..., Outcome]
TEXTS = [row["text"] for row in corpus_rows(20)]
CHATS = [[{"role": "user", "content": "And?"}, {"role": "assistant", "content": text}] for text in TEXTS]


@pytest.mark.parametrize("name", ["packed.jsonl", "packed.csv", "packed.parquet"])
@pytest.mark.parametrize(
    ("column", "values"),
    [
        ("messages", CHATS),
        ("conversation", [{"turns": chat} for chat in CHATS]),
        ("data", [[{"from": "human", "value": text}] for text in TEXTS]),
    ],
)
def test_a_column_of_packed_chats_is_named(curate: Curate, name: str, column: str, values: list[object]) -> None:
    rows = [{"id": str(k), column: json.dumps(value)} for k, value in enumerate(values)]
    if name.endswith("jsonl"):
        write_jsonl(Path(name), rows)
    elif name.endswith("csv"):
        pc.write_csv(pa.Table.from_pylist(rows), name)
    else:
        pq.write_table(pa.Table.from_pylist(rows), name)
    refused = curate("scan", name)
    told = " ".join(refused.err.split())
    assert refused.code == 3
    assert f"no text column found: {column} holds strings of JSON" in told
    assert f"--text-column {column} reads the JSON as it stands" in told


def test_the_way_of_the_documentation_makes_lists_of_them(curate: Curate, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_DATASETS_CACHE", str(Path.cwd() / "cache"))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    write_jsonl(Path("packed.jsonl"), [{"id": str(k), "messages": json.dumps(chat)} for k, chat in enumerate(CHATS)])
    page = (Path(__file__).parents[2] / "docs" / "formats.md").read_text()
    script = page.partition("### A chat that stands as text of JSON")[2].partition("```python\n")[2].partition("```")[0]
    exec(script, {})
    said = json.loads(curate("scan", "lists.jsonl", "--json", "-q").out)
    assert (said["documents"], said["columns"][0]["text"]["column"]) == (20, "messages.content")


def test_a_table_without_a_string_has_no_packed_chat(curate: Curate) -> None:
    pq.write_table(pa.table({"text": pa.nulls(9), "n": pa.array(range(9))}), "nulls.parquet")
    refused = curate("scan", "nulls.parquet")
    assert refused.code == 3
    assert "no text column found: columns are text, n" in " ".join(refused.err.split())


def test_json_without_prose_is_no_packed_chat(curate: Curate) -> None:
    write_jsonl(Path("numbers.jsonl"), [{"id": str(k), "box": json.dumps([k, 2, 3])} for k in range(20)])
    refused = curate("scan", "numbers.jsonl")
    assert refused.code == 3
    assert "strings of JSON" not in refused.err
