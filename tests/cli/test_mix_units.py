"""The floor in a model's own tokens or in bytes, and texts that must not be trained on, through the command line."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from corpora import Outcome, corpus_rows, made_up_texts, write_jsonl, write_parquet, write_tokenizer

Curate = Callable[..., Outcome]
ROWS = corpus_rows(120)
DECLARED = ("--label-column", "origin", "--trust", "declared")


def test_the_floor_in_bytes(curate: Curate) -> None:
    write_jsonl(Path("in/a.jsonl"), ROWS)
    arguments = ("mix", "in", "--human-ratio", "0.7", *DECLARED, "--tokenizer", "bytes", "--json")
    for budget in (5_000, 20_000):
        outcome = curate(*arguments, "--budget", budget, "-o", f"out{budget}")
        assert outcome.code == 0, outcome.err
        sizes = [(r["origin"], len(r["text"].encode())) for r in pq.read_table(f"out{budget}/data").to_pylist()]
        assert outcome.json["tokens"] == sum(size for _, size in sizes) <= budget
        assert sum(size for origin, size in sizes if origin == "human") >= 0.7 * outcome.json["tokens"]
        assert outcome.json["settings"]["tokenizer"]["value"] == "bytes"
        assert curate("verify", f"out{budget}").code == 0
    refused = curate(*arguments, "--budget", "1M", "-o", "no")
    assert refused.code == 1
    assert "1,000,000" in refused.err


def test_the_floor_in_a_models_own_tokens(curate: Curate) -> None:
    count = write_tokenizer(Path("tokenizer.json"), [r["text"] for r in ROWS])
    write_jsonl(Path("in/a.jsonl"), ROWS)
    outcome = curate(
        "mix", "in", "--human-ratio", "0.7", *DECLARED, "--tokenizer", "tokenizer.json", "--budget", "9K", "-o", "out",
        "--json",
    )  # fmt: skip
    assert outcome.code == 0, outcome.err
    counts = [(r["origin"], count(r["text"])) for r in pq.read_table("out/data").to_pylist()]
    assert outcome.json["tokens"] == sum(n for _, n in counts) <= 9000
    assert sum(n for origin, n in counts if origin == "human") >= 0.7 * outcome.json["tokens"]
    assert curate("verify", "out", "--tokenizer", "tokenizer.json").code == 0
    for command in (("verify", "out"), ("audit", "draw", "out", "-o", "no.jsonl")):
        without = curate(*command)
        assert without.code == 2
        assert "--tokenizer" in without.err
    told = ("--tokenizer", "tokenizer.json")
    drawn = curate("audit", "draw", "out", "-n", "40", "-o", "labels.jsonl", *told)
    assert drawn.code == 0, drawn.err
    rows = [json.loads(line) for line in Path("labels.jsonl").read_text().splitlines()]
    write_jsonl(Path("labels.jsonl"), [{**row, "label": "human"} for row in rows])
    assert curate("verify", "out", "--labels", "labels.jsonl").code == 2
    assert curate("verify", "out", "--labels", "labels.jsonl", *told).code == 0
    assert json.loads(Path("out/certificate.json").read_text())["evidence"] == "audited"
    assert curate("audit", "draw", "in", "-o", "corpus.jsonl", *told).code == 2
    Path("tokenizer.json").write_text(Path("tokenizer.json").read_text() + "\n")
    assert curate("verify", "out", "--tokenizer", "tokenizer.json").code == 1


def test_a_tokenizer_that_cannot_be_read(curate: Curate, monkeypatch: pytest.MonkeyPatch) -> None:
    write_jsonl(Path("in/a.jsonl"), ROWS[:20])
    arguments = ("mix", "in", "--human-ratio", "0.7", *DECLARED, "-o", "out", "--tokenizer")
    assert curate(*arguments, "nowhere.json").code == 2
    Path("broken.json").write_text("{}")
    monkeypatch.setitem(__import__("sys").modules, "tokenizers", None)
    missing = curate(*arguments, "broken.json")
    assert missing.code == 4
    assert "pip install tokenizers" in missing.err
    assert not Path("out").exists()


def test_texts_that_share_thirteen_words_with_an_excluded_file_are_left_out(curate: Curate) -> None:
    rows = [{"id": f"d{i}", "text": text, "origin": "human"} for i, text in enumerate(made_up_texts(30))]
    quoted, near = rows[3]["text"].split(), rows[4]["text"].split()
    bench = [{"question": " ".join(quoted[5:18]).upper() + "?", "answer": "yes"}, {"question": "short", "answer": "no"}]
    write_jsonl(Path("bench.jsonl"), bench)
    write_parquet(Path("other.parquet"), [{"text": " ".join(near[:12])}, {"text": " ".join(near[7:30])}])
    write_jsonl(Path("in/a.jsonl"), rows)
    arguments = ("mix", "in", "--human-ratio", "0.5", *DECLARED, "-o", "out", "--json", "--exclude")
    outcome = curate(*arguments, "bench.jsonl:question+answer", "--exclude", "other.parquet")
    assert outcome.code == 0, outcome.err
    reasons = {r["id"]: r["reason"] for r in pq.read_table("out/removed.parquet").to_pylist()}
    assert reasons["d3"] == "excluded-text of bench.jsonl#0"
    assert reasons["d4"] == "excluded-text of other.parquet#1"
    assert outcome.json["removed"]["excluded-text"] == 2
    assert [v.split()[0] for v in outcome.json["settings"]["exclude"]["value"]] == ["bench.jsonl", "other.parquet"]
    assert curate("verify", "out").code == 0
    for wrong, code in (("nowhere", 3), ("bench.jsonl:answer", 2)):
        assert curate(*(a if a != "out" else "out2" for a in arguments), wrong).code == code, wrong
    assert not Path("out2").exists()
    assert json.loads(Path("out/certificate.json").read_text())["documents"] == 28
