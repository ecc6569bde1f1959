"""curate scan --crosscheck from outside: the report, the JSON, and the line where the package is missing."""

import random
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import slow_neardup
from corpora import Outcome, write_jsonl

Curate = Callable[..., Outcome]


@pytest.fixture
def corpus(tmp_path: Path) -> str:
    texts = slow_neardup.families("english", 30, 4, random.Random(1), (40, 90))
    write_jsonl(tmp_path / "in.jsonl", [{"text": text} for text in texts])
    return "in.jsonl"


def test_recall_and_precision_stand_in_the_json_and_in_the_report(curate: Curate, corpus: str) -> None:
    pytest.importorskip("datasketch")
    plain = curate("scan", corpus, "--json").json
    checked = curate("scan", corpus, "--crosscheck", "--json").json
    found = checked.pop("crosscheck")
    assert plain.pop("crosscheck") is None
    assert checked == plain
    assert found["seconds"] >= 0
    assert (found["seed"], found["threshold"], found["confidence"]) == (42, 0.7, 0.95)
    assert found["exact_pairs"] == found["direct_pairs"] > 10
    for of in ("ours_against_datasketch", "ours_against_exact", "datasketch_against_exact"):
        for part in found[of].values():
            assert part["estimate"] == part["found"] / part["of"]
            assert 0 <= part["low"] <= part["estimate"] <= part["high"] <= 1
    assert found["ours_against_exact"]["recall"]["estimate"] == 1
    again = curate("scan", corpus, "--crosscheck", "--json", "--seed", "7").json["crosscheck"]
    assert again["seed"] == 7
    report = curate("scan", corpus, "--crosscheck").out
    assert "Cross-check" in report
    assert f"{found['exact_pairs']:,} by comparing every pair" in report
    assert "Cross-check" not in curate("scan", corpus).out


def test_a_corpus_without_pairs_says_so(curate: Curate) -> None:
    pytest.importorskip("datasketch")
    write_jsonl(Path("one.jsonl"), [{"text": "one text alone that nobody has copied"}, {"text": ""}, {"text": "short"}])
    outcome = curate("scan", "one.jsonl", "--crosscheck")
    assert outcome.code == 0, outcome.err
    assert "no pair" in outcome.out


def test_without_the_package_nothing_is_measured_and_a_line_says_how_to_get_it(
    curate: Curate, corpus: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "datasketch", None)
    outcome = curate("scan", corpus, "--crosscheck")
    assert outcome.code == 4
    assert "datasketch, which is not installed" in outcome.err
    assert "pip install 'corpus-curate[crosscheck]'" in outcome.err
    assert not Path(".curate").exists()
    assert curate("scan", corpus).code == 0
