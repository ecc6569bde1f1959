"""Labels through the command line: every word is taken, or counted and named."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from corpora import Outcome, made_up_texts, write_jsonl, write_parquet

Curate = Callable[..., Outcome]
WORDS = ("human", "gpt-4", "human-written", "machine-generated", "person", "student", None, " HUMAN ", "Gemma")
LABELS = ("--label-column", "origin")


def corpus(write: Callable[..., Path] = write_jsonl, name: str = "in/a.jsonl") -> Path:
    rows = [{"id": f"d{i}", "text": t, "origin": WORDS[i % 9]} for i, t in enumerate(made_up_texts(90))]
    return write(Path(name), rows)


@pytest.mark.parametrize(("write", "name"), [(write_jsonl, "in/a.jsonl"), (write_parquet, "in/a.parquet")])
def test_words_that_are_not_known_are_counted_and_named(curate: Curate, write, name) -> None:
    corpus(write, name)
    outcome = curate("scan", "in", *LABELS, "--json")
    assert outcome.code == 0
    assert outcome.json["labels"] == {
        "column": "origin", "human": 40, "machine": 20, "unknown": 20, "set_aside": 0, "empty": 10,
        "unknown_words": {"gemma": 10, "student": 10}, "unused": [], "scores": False,
        "classes": [], "class_entries": [],
    }  # fmt: skip
    assert "20 of 80 labels" in outcome.err
    shown = curate("scan", "in", *LABELS)
    assert "'gemma' 10" in shown.out
    assert shown.out.index("words not known") < shown.out.index("Machine-written")
    assert curate("scan", "in", *LABELS, "--strict").code == 3
    assert "words not known" not in curate("scan", "in", *LABELS, "--json", "-q").err


def test_a_map_says_what_words_mean_to_scan_mix_and_verify(curate: Curate) -> None:
    corpus()
    mapping = ("--label-map", "student=human", "--label-map", "Gemma=unknown")
    found = curate("scan", "in", *LABELS, *mapping, "--json", "--strict")
    assert found.code == 0, found.err
    assert {key: found.json["labels"][key] for key in ("human", "unknown", "set_aside")} == {
        "human": 50, "unknown": 0, "set_aside": 10,
    }  # fmt: skip
    outcome = curate("mix", "in", *LABELS, *mapping, "--human-ratio", "1", "--trust", "declared", "-o", "out")
    assert outcome.code == 0, outcome.err
    written = {row["origin"] for row in pq.read_table("out/data").to_pylist()}
    assert written == {"human", "human-written", "person", "student", " HUMAN "}
    assert curate("verify", "out").code == 0
    assert curate("verify", "out", "--inputs", "in").code == 0
    certificate = json.loads(Path("out/certificate.json").read_text())
    assert certificate["settings"]["label_map"]["value"] == ["student=human", "Gemma=unknown"]
    assert "50 human" in certificate["settings"]["declared_by"]["value"][0]


def test_a_map_stands_in_the_settings_file_as_a_table_or_a_list(curate: Curate) -> None:
    corpus()
    for text in ('label-map = {student = "human"}', 'label_map = ["student=human"]'):
        Path("curate.toml").write_text(text)
        assert curate("scan", "in", *LABELS, "--json").json["labels"]["human"] == 50


def test_a_mix_says_first_what_labels_it_did_not_know(curate: Curate) -> None:
    corpus()
    outcome = curate("mix", "in", *LABELS, "--human-ratio", "0.5", "--trust", "declared", "--dry-run")
    assert outcome.code == 0, outcome.err
    assert outcome.out.index("words not known") < outcome.out.index("human by declaration")
    strict = curate("mix", "in", *LABELS, "--human-ratio", "0.5", "--trust", "declared", "--dry-run", "--strict")
    assert strict.code == 3


def test_a_column_whose_words_nobody_knows_is_refused_and_a_map_is_offered(curate: Curate) -> None:
    write_jsonl(Path("a.jsonl"), [{"text": t, "label": i % 2} for i, t in enumerate(made_up_texts(20))])
    outcome = curate("scan", "a.jsonl", "--label-column", "label")
    assert outcome.code == 2
    assert "'0' 10, '1' 10" in outcome.err
    assert "--label-map" in outcome.err
    said = curate("scan", "a.jsonl", "--label-column", "label", "--label-map", "1=machine", "--json")
    assert said.json["labels"]["machine"] == 10
    assert said.json["labels"]["unknown_words"] == {"0": 10}


def test_a_column_called_is_generated_says_which_is_which(curate: Curate) -> None:
    write_parquet(Path("a.parquet"), [{"text": t, "is_generated": i < 5} for i, t in enumerate(made_up_texts(20))])
    found = curate("scan", "a.parquet", "--label-column", "is_generated", "--json").json["labels"]
    assert (found["human"], found["machine"]) == (15, 5)


def test_a_file_of_labels_is_read_by_the_same_words_and_the_same_map(curate: Curate) -> None:
    write_jsonl(Path("a.jsonl"), [{"id": f"d{i}", "text": t} for i, t in enumerate(made_up_texts(40))])
    rows = [{"id": f"d{i}", "label": ("person", "gpt-4", "student")[i % 3]} for i in range(30)]
    write_jsonl(Path("labels.jsonl"), rows)
    refused = curate("scan", "a.jsonl", "--labels", "labels.jsonl")
    assert refused.code == 3
    assert "'student' 10" in refused.err
    assert "--label-map" in refused.err
    assert curate("scan", "a.jsonl", "--labels", "labels.jsonl", "--label-map", "student=human").code == 0


def test_a_changed_map_is_read_from_the_same_scan(curate: Curate) -> None:
    corpus()
    assert curate("scan", "in", *LABELS, "--json").json["labels"]["human"] == 40
    again = curate("scan", "in", *LABELS, "--label-map", "student=human", "--json")
    assert again.json["labels"]["human"] == 50


def test_a_check_names_the_labels_of_a_change_that_it_does_not_know(curate: Curate) -> None:
    corpus(name="new.jsonl")
    assert "20 of 80 labels" in " ".join(curate("check", "new.jsonl", *LABELS, "-q").out.split())


def test_words_that_say_that_nobody_knows_are_no_unknown_words(curate: Curate) -> None:
    words = ("human", "unknown", "N/A", "unlabeled", "nan", "", None)
    write_jsonl(Path("a.jsonl"), [{"text": t, "by": words[i % 7]} for i, t in enumerate(made_up_texts(70))])
    found = curate("scan", "a.jsonl", "--label-column", "by", "--json", "--strict")
    assert found.code == 0
    assert (found.json["labels"]["empty"], found.json["labels"]["unknown"]) == (60, 0)


def test_zero_among_scores_declares_nobody(curate: Curate) -> None:
    rows = [{"text": t, "is_generated": (i % 10) / 10, "by": "x"} for i, t in enumerate(made_up_texts(60))]
    write_jsonl(Path("in/a.jsonl"), rows)
    outcome = curate("scan", "in", "--label-column", "is_generated")
    assert outcome.code == 2
    assert "'0' 6, '0.1' 6" in outcome.err
    mapped = ("--label-column", "is_generated", "--label-map", "0=human")
    assert curate("scan", "in", *mapped, "--json").json["labels"]["human"] == 6
    rows[0]["is_generated"], rows[10]["is_generated"] = 1, 1
    write_jsonl(Path("in/a.jsonl"), rows)
    mix = curate("mix", "in", *mapped, "--human-ratio", "0.1", "--trust", "declared", "-o", "out")
    assert mix.code == 0, mix.err
    assert curate("verify", "out").code == 0
    assert curate("verify", "out", "--inputs", "in").code == 0


@pytest.mark.parametrize(("given", "said"), [(1, "1 label,"), (12, "12 labels,")])
def test_a_share_by_labels_counts_those_that_were_given(curate: Curate, given: int, said: str) -> None:
    corpus()
    assert curate("audit", "draw", "in", "-n", "20", "-o", "drawn.jsonl").code == 0
    rows = [json.loads(line) for line in Path("drawn.jsonl").read_text().splitlines()]
    write_jsonl(Path("drawn.jsonl"), [{**row, "label": "human" if i < given else None} for i, row in enumerate(rows)])
    share = " ".join(curate("scan", "in", "--labels", "drawn.jsonl").out.split())
    assert f"· {said} drawn by `curate audit draw`" in share
