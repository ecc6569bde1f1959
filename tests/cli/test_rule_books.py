"""Shipped books that are asked for by name: what they remove says which rule it was, and nothing else changes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq

from corpora import Outcome, made_up_texts, write_jsonl

Curate = Callable[..., Outcome]


def test_a_book_by_name(curate: Curate) -> None:
    texts = made_up_texts(3, words=150)
    rows = [{"id": f"good{i}", "text": f"The house of the people. {text}."} for i, text in enumerate(texts)]
    rows += [{"id": "short", "text": "The end of the road to the sea and that is all."}]
    items = [f"- item {i} of the list that people have to read for their work" for i in range(40)]
    rows += [{"id": "list", "text": "\n".join(items)}]
    rows += [{"id": "same", "text": "the quick brown fox of the wood and that\n" * 30}]
    write_jsonl(Path("in/a.jsonl"), [{**row, "origin": "human"} for row in rows])
    arguments = ("mix", "in", "--human-ratio", "0.5", "--label-column", "origin", "--threshold", "1")
    outcome = curate(*arguments, "--rules", "gopher", "--rules", "fineweb", "-o", "out", "--json")
    assert outcome.code == 0, outcome.err
    reasons = {row["id"]: row["reason"] for row in pq.read_table("out/removed.parquet").to_pylist()}
    assert "rule:gopher-words" in reasons["short"]
    assert "rule:gopher-bullets" in reasons["list"]
    assert "rule:gopher-repeated-lines" in reasons["same"]
    assert "rule:fineweb-repeated-line-letters" in reasons["same"]
    assert not any("gopher" in reason for id, reason in reasons.items() if id.startswith("good"))
    assert curate("verify", "out").code == 0
    plain = curate(*arguments, "-o", "out2", "--json")
    assert not any("gopher" in kind for kind in plain.json["removed"])
    unknown = curate(*arguments, "--rules", "gofer", "-o", "out3")
    assert unknown.code == 2
    assert "c4, fineweb, gopher" in unknown.err
