"""Labels that nobody understands: no score takes their place, and whoever reads a verdict is told of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from corpora import Outcome, write_jsonl
from small_detector import texts

Curate = Callable[..., Outcome]
MIX = ("mix", "in", "--human-ratio", "0.2", "--trust", "detected", "--label-column", "by")


@pytest.fixture
def unclear(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, detector: Path) -> int:
    """Texts that all score as human: of some the label is empty, of some "human", of the rest a word of its own."""
    monkeypatch.chdir(tmp_path)
    words = [None] * 200 + ["human"] * 10 + ["wombat-7b"] * 120
    rows = [{"id": str(i), "text": text, "by": words[i]} for i, text in enumerate(texts("human", len(words), 5))]
    write_jsonl(Path("in/a.jsonl"), rows)
    Path("curate.toml").write_text(f'detector = "{detector}"\n')
    return words.count("wombat-7b")


def tokens_by_class(outcome: Outcome) -> dict[str, int]:
    assert outcome.code == 0, outcome.err
    found: dict[str, int] = outcome.json["tokens_by_class"]
    return found


@pytest.mark.usefixtures("unclear")
def test_no_score_makes_such_a_document_human(curate: Curate) -> None:
    without = tokens_by_class(curate(*MIX, "--json", "-o", "unclear"))
    known = tokens_by_class(curate(*MIX, "--label-map", "wombat-7b=unknown", "--json", "-o", "aside"))
    assert without["declared"] == known["declared"]
    rows = pq.read_table("unclear/data").to_pylist()
    written = sum(len(row["text"].split()) for row in rows if row["by"] == "wombat-7b")
    assert without["other"] >= written > known["other"]
    for folder in ("unclear", "aside"):
        assert curate("verify", folder).code == 0
        assert curate("verify", folder, "--inputs", "in").code == 0


def test_they_stand_in_the_first_lines(curate: Curate, unclear: int) -> None:
    mixed = " ".join(curate(*MIX, "--dry-run").out.split())
    assert f"{unclear} labels not known, which no score stands for" in mixed.partition("·")[0]
    assert "'wombat 7b' 120" in mixed
    scanned = " ".join(curate("scan", "in", "--label-column", "by").out.split())
    assert f"{unclear} labels not known" in scanned.partition("Machine-written")[0]


@pytest.mark.usefixtures("unclear")
def test_a_refusal_names_them_and_the_way_out_works(curate: Curate) -> None:
    high = ("mix", "in", "--human-ratio", "0.9", "--trust", "detected", "--label-column", "by", "--budget", "30000")
    refused = curate(*high, "--dry-run")
    assert refused.code == 1
    assert "--label-map" in refused.err
    assert "'wombat 7b' 120" in refused.err
    met = curate(*high[:-2], "--label-map", "wombat 7b=human", "--dry-run", "--json")
    assert met.code == 0
    assert met.json["labels"]["unknown"] == 0


@pytest.mark.parametrize("form", ["text", "json", "markdown", "github", "sarif", "junit"])
def test_every_format_of_a_check_names_them_and_the_columns(curate: Curate, unclear: int, form: str) -> None:
    """So it does settings that changed nothing."""
    outcome = curate("check", "in", "--label-column", "by", "--label-map", "xyz=machine", "--format", form)
    told = " ".join(outcome.out.replace("\\u2026", "").split())
    assert f"{unclear} of 130 labels in column 'by' are words not known" in told
    assert "had no effect" in told
    assert "labels from by" in told or form == "json"
    if form != "json":
        assert f"{unclear} labels of words not known were not understood" in told
