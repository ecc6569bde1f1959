"""curate mix --exclude: which excluded text stands in which document, by what words, and what had no effect."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from corpora import Outcome, made_up_texts, write_jsonl

Curate = Callable[..., Outcome]
TEXTS = made_up_texts(60)
HEADER = "This message is sent to all who have asked for it and to nobody else at all."
CHINESE = "春眠不觉晓处处闻啼鸟夜来风雨声花落知多少"
ARGUMENTS = ("mix", "in", "--human-ratio", "0.5", "--label-column", "origin")


def written(texts: list[str], name: str = "in/a.jsonl") -> None:
    write_jsonl(Path(name), [{"id": f"d{n}", "text": text, "origin": "human"} for n, text in enumerate(texts)])


def words(text: str, begin: int, end: int) -> str:
    return " ".join(text.split()[begin:end])


def table(path: str = "out/excluded.parquet") -> list[dict[str, Any]]:
    return pq.read_table(path).to_pylist()


def test_each_document_is_named_with_the_text_it_holds_and_the_words(curate: Curate) -> None:
    written(TEXTS[:30])
    bench = [{"text": "short"}, {"text": words(TEXTS[3], 5, 20)}, {"text": f"{words(TEXTS[4], 0, 13)} END"}]
    write_jsonl(Path("bench.jsonl"), bench)
    outcome = curate(*ARGUMENTS, "-o", "out", "--json", "--exclude", "bench.jsonl")
    found = outcome.json["excluded"]
    assert (found["texts"], found["documents"], found["only_common"]) == (2, 2, 0)
    assert [(f["name"], f["column"], f["rows"], f["short"]) for f in found["files"]] == [("bench.jsonl", "text", 3, 1)]
    rows = {row["id"]: row for row in table()}
    assert {name: (row["excluded_file"], row["excluded_row"], row["shared_runs"]) for name, row in rows.items()} == {
        "d3": ("bench.jsonl", 1, 3), "d4": ("bench.jsonl", 2, 1),
    }  # fmt: skip
    assert rows["d4"]["run"] == words(TEXTS[4], 0, 13).rstrip(".")
    assert rows["d4"]["run_documents"] == 1
    page = " ".join(curate(*ARGUMENTS, "--dry-run", "--exclude", "bench.jsonl").out.split())
    assert "2 texts of those to exclude found in 2 documents" in page
    assert "bench.jsonl#1 1 document" in page
    assert "bench.jsonl, column text: 3 texts; 1 of fewer than 13 words, which exclude nothing" in page
    assert curate("verify", "out", "--inputs", "in", "--exclude", "bench.jsonl").code == 0


def test_words_that_the_corpus_has_everywhere_are_said_to_be_so(curate: Curate) -> None:
    written([*(f"{HEADER} {text}" for text in TEXTS[:12]), *TEXTS[12:40]])
    bench = [{"text": f"{HEADER} What is asked?"}, {"text": f"{HEADER} {words(TEXTS[0], 0, 30)}"}]
    write_jsonl(Path("bench.jsonl"), bench)
    outcome = curate(*ARGUMENTS, "-o", "out", "--json", "--exclude", "bench.jsonl")
    found = outcome.json["excluded"]
    assert (found["documents"], found["only_common"], found["common"]) == (12, 11, 10)
    assert outcome.json["removed"]["excluded-text"] == 12
    marked = {row["id"] for row in table() if row["only_common"]}
    assert {row["id"] for row in table() if not row["only_common"]} == {"d0"}
    assert marked == {f"d{n}" for n in range(12)}
    page = " ".join(curate(*ARGUMENTS, "--dry-run", "--exclude", "bench.jsonl").out.split())
    assert "11 documents of them share nothing but words that are common in the corpus" in page
    assert "left out all the same" in page


def test_a_refusal_names_the_text_that_every_document_holds(curate: Curate) -> None:
    written([f"{HEADER} {text}" for text in TEXTS[:20]])
    write_jsonl(Path("bench.jsonl"), [{"text": "short"}, {"text": f"{HEADER} What is the question?"}])
    refused = curate(*ARGUMENTS, "--dry-run", "--exclude", "bench.jsonl")
    assert refused.code == 1
    told = refused.err.partition("20 documents share words with row 1 of bench.jsonl, such as '")[2]
    assert told.partition("'")[0] in HEADER
    assert len(told.partition("'")[0]) > 30


def test_copies_of_one_leak_are_not_common_words(curate: Curate) -> None:
    """A thousand near-copies of a page with a benchmark text on it are one document that has it."""
    leak = words(TEXTS[50], 0, 20)
    written([f"{TEXTS[0]} {leak} {n}" for n in range(1000)] + TEXTS[1:30])
    write_jsonl(Path("bench.jsonl"), [{"text": leak}])
    found = curate(*ARGUMENTS, "-o", "out", "--json", "--exclude", "bench.jsonl").json["excluded"]
    assert (found["texts"], found["documents"], found["only_common"]) == (1, 1000, 0)
    assert found["found"][0]["run_documents"] == 1


def test_chinese_is_found_by_thirteen_characters(curate: Curate) -> None:
    written([*TEXTS[:20], f"他说：「{CHINESE[:13]}」。", f"他说：「{CHINESE[:12]}」。"])
    write_jsonl(Path("bench.jsonl"), [{"text": CHINESE}])
    curate(*ARGUMENTS, "-o", "out", "--exclude", "bench.jsonl")
    assert [(row["id"], row["run"]) for row in table()] == [("d20", CHINESE[:13])]


def test_a_file_without_a_text_column_says_how_to_name_one(curate: Curate) -> None:
    written(TEXTS[:20])
    write_jsonl(Path("bench.jsonl"), [{"q7": n, "text_id": n} for n in range(20)])
    outcome = curate(*ARGUMENTS, "--dry-run", "--exclude", "bench.jsonl")
    assert outcome.code == 3
    assert "FILE:COLUMN" in outcome.err
    assert "--text-column" not in outcome.err


def test_what_excludes_nothing_is_said(curate: Curate) -> None:
    written(TEXTS[:20])
    write_jsonl(Path("bench.jsonl"), [{"text": words(TEXTS[3], 5, 20)}])
    write_jsonl(Path("short.jsonl"), [{"text": "yes"}, {"text": ""}])
    whole = [json.dumps({"text": words(TEXTS[place], 5, 20)}) for place in (4, 5)]
    Path("torn.jsonl").write_text("\n".join([whole[0], '{"text": "and th', '{"text": null}', whole[1], ""]))
    excluded = [word for name in ("bench", "short", "torn") for word in ("--exclude", f"{name}.jsonl")]
    page = " ".join(curate(*ARGUMENTS, "--dry-run", *excluded).out.split())
    assert "had no effect: --exclude short.jsonl: no text in it has 13 words in a row" in page
    assert "short.jsonl, column text: 2 texts; all of fewer than 13 words, which exclude nothing" in page
    assert "torn.jsonl, column text: 2 texts; 2 rows cannot be read (row 1: " in page


def test_nothing_found_is_said(curate: Curate) -> None:
    written(TEXTS[:20])
    write_jsonl(Path("bench.jsonl"), [{"text": TEXTS[50]}])
    outcome = curate(*ARGUMENTS, "-o", "out", "--exclude", "bench.jsonl")
    assert "0 texts of those to exclude found in 0 documents" in outcome.out
    assert table() == []


def test_the_column_that_was_taken_is_named(curate: Curate) -> None:
    written(TEXTS[:20])
    write_jsonl(Path("bench.jsonl"), [{"question": words(TEXTS[3], 5, 20), "answer": words(TEXTS[4], 5, 30)}])
    named = curate(*ARGUMENTS, "--dry-run", "--json", "--exclude", "bench.jsonl:answer").json["excluded"]
    assert [(f["column"], f["rows"]) for f in named["files"]] == [("answer", 1)]
    assert named["documents"] == 1


def test_each_text_that_has_the_words_is_named(curate: Curate) -> None:
    """In one file and in several; a text that has a run twice has it once."""
    written(TEXTS[:30])
    run = words(TEXTS[3], 0, 13)
    write_jsonl(Path("one.jsonl"), [{"text": f"{run} one"}, {"text": "short"}, {"text": f"two {run} and again {run}"}])
    write_jsonl(Path("two.jsonl"), [{"text": f"three {run}"}])
    exclude = ("--exclude", "one.jsonl", "--exclude", "two.jsonl")
    found = curate(*ARGUMENTS, "-o", "out", "--json", *exclude).json["excluded"]
    assert (found["texts"], found["documents"]) == (3, 1)
    assert [(row["id"], row["excluded_file"], row["excluded_row"], row["shared_runs"]) for row in table()] == [
        ("d3", "one.jsonl", 0, 1), ("d3", "one.jsonl", 2, 1), ("d3", "two.jsonl", 0, 1)
    ]  # fmt: skip
    assert {row["run"].rstrip(".") for row in table()} == {run.rstrip(".")}


def test_words_of_very_many_texts_are_named_for_a_few(curate: Curate) -> None:
    written(TEXTS[:30])
    run = words(TEXTS[3], 0, 13)
    write_jsonl(Path("bench.jsonl"), [{"text": f"{run} {n}"} for n in range(70)])
    found = curate(*ARGUMENTS, "-o", "out", "--json", "--exclude", "bench.jsonl").json["excluded"]
    assert (found["texts"], found["documents"]) == (50, 1)
    assert found["texts_at_least"]
    page = " ".join(curate(*ARGUMENTS, "--dry-run", "--exclude", "bench.jsonl").out.split())
    assert "at least 50 texts of those to exclude found in 1 document" in page
    assert "and at least 45 more" in page
    write_jsonl(Path("bench.jsonl"), [{"text": f"{run} {n}"} for n in range(50)])
    few = curate(*ARGUMENTS, "-o", "few", "--json", "--exclude", "bench.jsonl").json["excluded"]
    assert (few["texts"], few["texts_at_least"]) == (50, False)
