"""Duplicates in a scan's report, and the settings that they depend on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from corpora import Outcome, corpus_rows, made_up_texts, write_jsonl

Curate = Callable[..., Outcome]
BASE = made_up_texts(8)


def changed(text: str, at: int) -> str:
    words = text.split()
    return " ".join([*words[:at], "changed", *words[at + 1 :]])


def planted() -> list[dict[str, str]]:
    """In source a: all texts, the first again, the second edited; in b: the first again, the third edited."""
    texts = [("a", text) for text in BASE]
    texts += [("a", BASE[0]), ("a", changed(BASE[1], 30)), ("b", BASE[0]), ("b", changed(BASE[2], 30))]
    return [{"id": f"d{i}", "site": site, "text": text} for i, (site, text) in enumerate(texts)]


def test_exact_copies_are_told_apart_from_near_ones_within_and_across_sources(curate: Curate) -> None:
    rows = planted()
    write_jsonl(Path("in/a.jsonl"), rows)
    found = curate("scan", "in", "--source-column", "site", "-o", "run", "--json").json
    said = found["duplicates"]
    assert (said["clusters"], said["documents"]) == (3, 7)
    tokens = [len(row["text"].split()) for row in rows]
    assert said["exact"]["documents"] == 2
    assert said["exact"]["token_share"] == pytest.approx(2 * tokens[0] / sum(tokens))
    assert said["near"]["documents"] == 2
    assert said["token_share"] == pytest.approx(said["exact"]["token_share"] + said["near"]["token_share"])
    table = pq.read_table("run/clusters.parquet").to_pylist()
    across = {row["id"] for row in table if row["source"] != row["representative_source"]}
    assert said["exact"]["across_sources"] + said["near"]["across_sources"] == len(across)
    assert across <= {"d0", "d2", "d8", "d10", "d11"}  # either side may represent, but never both
    assert "d11" in across or "d2" in across
    assert len(across) in (2, 3)
    assert {row["id"] for row in table if row["exact"]} < {"d0", "d8", "d10"}
    report = curate("scan", "in", "--source-column", "site", "-o", "run").out
    assert f"{len(across)} across sources" in " ".join(report.split())  # wherever the line is broken


def read_times() -> dict[str, int]:
    return {path.name: path.stat().st_mtime_ns for path in Path("run/annotations").glob("*.parquet")}


def test_a_threshold_changes_no_annotation_and_a_size_of_signatures_all(curate: Curate) -> None:
    write_jsonl(Path("in/a.jsonl"), corpus_rows(60))
    scan = ("scan", "in", "-o", "run", "--json")
    low = curate(*scan, "--threshold", "0.5")
    read = read_times()
    high = curate(*scan, "--threshold", "0.95")
    assert read_times() == read
    assert low.json["duplicates"]["clusters"] > high.json["duplicates"]["clusters"]
    for setting in (("--ngram-size", "3"), ("--num-perm", "64")):
        assert curate(*scan, *setting).code == 0
        assert read_times() != read
        read = read_times()
    assert pq.read_schema("run/annotations/00000.parquet").field("minhash_signature").type.byte_width == 4 * 64


@pytest.mark.parametrize(
    ("option", "value"),
    [
        *[("--ngram-size", value) for value in ("0", "1000")],
        *[("--num-perm", value) for value in ("4", "100000")],
        *[("--threshold", value) for value in ("0", "-0.7", "1.2", "70", "nan")],
    ],
)
@pytest.mark.parametrize("command", [("scan",), ("mix", "--human-ratio", "0.5", "-o", "out")])
def test_settings_that_cannot_be_meant_are_refused_before_anything_is_read(
    curate: Curate, command: tuple[str, ...], option: str, value: str
) -> None:
    write_jsonl(Path("in/a.jsonl"), corpus_rows(10))
    outcome = curate(*command, "in", option, value)
    assert outcome.code == 2
    assert option in outcome.err
    assert not Path(".curate").exists()


def test_too_few_slots_for_a_threshold_are_refused_before_anything_is_read(curate: Curate) -> None:
    write_jsonl(Path("in/a.jsonl"), corpus_rows(10))
    outcome = curate("scan", "in", "--threshold", "0.05", "--num-perm", "16")
    assert outcome.code == 2
    assert "--num-perm" in outcome.err
    assert not Path(".curate").exists()


def test_boilerplate_is_flagged_and_near_duplicates_of_each_other_are_not(curate: Curate) -> None:
    frame = [" ".join(text.split()[:20]) for text in made_up_texts(6, words=60, seed=3)]
    pages = [{"id": f"page{i}", "text": "\n".join([*frame, f"page number {i}"])} for i in range(2)]
    pages += [{"id": "other", "text": "\n".join([*frame[:5], *made_up_texts(1, words=200, seed=9)])}]
    own = [{"id": f"own{i}", "text": text} for i, text in enumerate([*BASE, BASE[0], ""])]
    write_jsonl(Path("in/a.jsonl"), [*pages, *own])
    mine = (
        '[[rule]]\nid="mine"\nthen="remove"\nwhy="x"\nsource="own"\nmeasure="repeated_paragraph_share"\nat_most=0.5\n'
    )
    Path("mine.toml").write_text(mine)
    found = curate("scan", "in", "-o", "run", "--json", "--rules", "mine.toml").json
    assert found["rules"]["repeated-paragraphs"] == 2  # page0 and page1 share over 80 % with `other`
    assert found["rules"]["mine"] == 2
    assert found["duplicates"]["paragraph_token_share"] == pytest.approx(3 * 100 / found["tokens"])
    Path("in/a.jsonl").unlink()
    write_jsonl(Path("in/a.jsonl"), [*pages[:2], *own])
    alone = curate("scan", "in", "-o", "run", "--json").json
    assert alone["duplicates"]["near"]["documents"] == 1
    assert alone["duplicates"]["paragraph_token_share"] == 0
    assert alone["rules"]["repeated-paragraphs"] == 0


def test_a_rule_flags_boilerplate_but_a_mix_keeps_it(curate: Curate) -> None:
    frame = made_up_texts(4, words=60, seed=3)
    rows = [{"text": "\n".join([*frame[i:], *frame[:i], "x " * 3]), "origin": "human"} for i in range(4)]
    write_jsonl(Path("in/a.jsonl"), [*rows, *({"text": text, "origin": "human"} for text in BASE)])
    assert curate("scan", "in", "--json", "--threshold", "1").json["rules"]["repeated-paragraphs"] == 4
    mix = ("mix", "in", "--human-ratio", "0.5", "--label-column", "origin", "--threshold", "1", "-o", "out", "--json")
    assert curate(*mix).json["documents"] == 12
