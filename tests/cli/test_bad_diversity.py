"""Corpora that diversity says little of: the exit code, a sentence what it takes, no traceback, no nan in JSON."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest

from corpora import Outcome
from curate.diversity.figures import FIGURES
from slow_diversity import zipf_texts
from snapshots import write

Curate = Callable[..., Outcome]
ONE = ["a single document of few words that somebody wrote on a day of rain"]
SAME = zipf_texts(1, 100, seed=1) * 300


def strict(text: str) -> dict[str, Any]:
    """JSON as the standard has it: without NaN and Infinity, which Python would read."""
    found = json.loads(text, parse_constant=lambda constant: pytest.fail(f"{constant} in JSON"))
    assert isinstance(found, dict)
    return found


def figures(curate: Curate, *arguments: str) -> dict[str, Any]:
    """`diversity` of a scan."""
    outcome = curate("scan", *arguments, "--json")
    assert outcome.code == 0, outcome.err
    assert "Traceback" not in outcome.err
    found = strict(outcome.out)["diversity"]
    assert isinstance(found, dict)
    return found


def report(curate: Curate, *arguments: str) -> str:
    """Output of a command, in one line."""
    outcome = curate(*arguments)
    assert outcome.code == 0, outcome.err
    assert "Traceback" not in outcome.err
    return " ".join(outcome.out.split())


def hangul(documents: int) -> list[str]:
    """Made-up Korean, with Zipf's frequencies."""
    draw = np.random.default_rng(3)
    vocabulary = ["".join(map(chr, 0xAC00 + row)) for row in draw.integers(0, 2000, (3000, 3))]
    weights = 1 / np.arange(1, 3001)
    rows = draw.choice(3000, (documents, 100), p=weights / weights.sum())
    return [" ".join(vocabulary[i] for i in row) for row in rows]


@pytest.mark.parametrize("texts", [ONE, [" ".join(zipf_texts(40, 400, seed=7))]], ids=["short", "endless"])
def test_one_document_is_too_little_and_says_what_it_takes(curate: Curate, texts: list[str]) -> None:
    one = write("one.jsonl", texts)
    assert {figures(curate, one)[name] for name in FIGURES} == {None}
    said = report(curate, "scan", one)
    assert "too little to say: it takes 10,000 tokens, of which a document gives 1,024 at most" in said


def test_identical_documents_have_plain_figures(curate: Curate) -> None:
    same = write("same.jsonl", SAME)
    found = figures(curate, same)
    assert (found["singleton_mass"], found["coverage"], found["repeated_4gram_share"]) == (0, 1, 1)
    assert set(found["intervals"]) <= {"compression_ratio"}
    again = curate("compare", same, write("again.jsonl", SAME), "--json")
    assert (again.code, strict(again.out)["level"]) == (0, "ok")


def test_a_mix_of_identical_documents_is_one_and_its_tail_cannot_be_bounded(curate: Curate) -> None:
    mix = ("mix", write("same.jsonl", SAME), "--human-ratio", "0", "-o", "mixed")
    refused = curate(*mix, "--max-tail-loss", "0.05")
    assert refused.code == 1
    assert "under 10,000 tokens says nothing of tails" in refused.err
    assert curate(*mix).code == 0
    assert pq.read_table("mixed/data").num_rows == 1
    strict(Path("mixed/certificate.json").read_text())


@pytest.mark.parametrize("first", [True, False])
def test_identical_documents_beside_others_give_finite_changes(curate: Curate, first: bool) -> None:  # noqa: FBT001
    names = [write("same.jsonl", SAME, "web"), write("zipf.jsonl", zipf_texts(300, 100, seed=2), "web")]
    outcome = curate("compare", *names[:: 1 if first else -1], "--source-column", "origin", "--json", "-o", "out")
    assert (outcome.code == 1) == (not first), outcome.err
    found = strict(outcome.out)
    assert np.isfinite([change["log_ratio"] for change in found["metrics"].values()]).all()
    assert (found.pop("without_effect"), found.pop("nothing_to_do")) == ([], [])  # of the call, not of the comparison
    assert strict(Path("out/compare.json").read_text()) == found


def test_a_language_without_reference_has_no_recall_and_says_so(curate: Curate) -> None:
    korean = write("ko.jsonl", hangul(300))
    found = figures(curate, korean)
    assert found["tail_recall"] is None
    assert found["singleton_mass"] > 0
    assert "rare words: no language that has a reference has 20,000 tokens" in report(curate, "scan", korean)


def test_nothing_in_common_is_not_compared_and_says_what_would_be(curate: Curate) -> None:
    names = write("before.jsonl", zipf_texts(200, 100, seed=1)), write("after.jsonl", hangul(200))
    found = strict(curate("compare", *names, "--json").out)
    assert (found["level"], found["p_value"], found["metrics"], found["tokens"]) == ("watch", None, {}, 0)
    said = report(curate, "compare", *names)
    assert "could not be compared" in said
    assert "nothing in common: no language" in said
    assert "something moved" not in said
    assert "→ compare snapshots of the same languages and sources" in said


def test_too_small_a_snapshot_is_not_compared_and_says_what_it_takes(curate: Curate) -> None:
    names = write("before.jsonl", zipf_texts(200, 100, seed=1)), write("after.jsonl", zipf_texts(5, 100, seed=2))
    said = report(curate, "compare", *names)
    assert "too little in common: 500 tokens in 5 documents" in said
    assert "it takes 10,000 in 16" in said


def test_a_reference_smaller_than_the_corpus_serves_if_it_can_and_else_says_what_it_takes(curate: Curate) -> None:
    corpus = write("corpus.jsonl", zipf_texts(300, 100, seed=1))
    small, least = write("small.jsonl", zipf_texts(5, 100, seed=2)), write("least.jsonl", zipf_texts(150, 100, seed=3))
    assert figures(curate, corpus, "--human-reference", small)["predictable_share"] is None
    said = report(curate, "scan", corpus, "--human-reference", small)
    assert "predictable documents: it takes about 100 of the reference and 50 others here" in said
    assert 0 <= figures(curate, corpus, "--human-reference", least)["predictable_share"] < 0.3
    assert "it takes about" not in report(curate, "scan", corpus, "--human-reference", least)
