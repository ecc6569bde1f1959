"""curate compare from outside: the contract's JSON, exit codes, the report, series, run folders, bad input."""

import json
import math
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from corpora import Outcome
from slow_diversity import zipf_texts
from snapshots import stock, write

Curate = Callable[..., Outcome]


def test_a_loss_is_a_verdict_with_the_contracts_json(curate: Curate) -> None:
    before, after = (
        write("before.jsonl", zipf_texts(300, 100, seed=1), "web"),
        write("after.jsonl", stock(300, 2), "web"),
    )
    outcome = curate("compare", before, after, "--source-column", "origin", "--json", "-o", "out")
    assert outcome.code == 1, outcome.err
    found = outcome.json
    assert list(found)[:3] == ["level", "p_value", "metrics"]
    assert found["level"] == "late"
    assert found["p_value"] < 0.01
    assert {"before", "after", "log_ratio", "p_value"} <= set(found["metrics"]["singleton_mass"])
    assert {one["path"] for one in found["culprits"]} == {"after.jsonl"}
    kept = json.loads(Path("out/compare.json").read_text())
    assert {**kept, "without_effect": [], "nothing_to_do": []} == found
    assert pq.read_table("out/tails.parquet").column_names == [
        "snapshot",
        "kind",
        "name",
        "language",
        "before",
        "after",
    ]


def test_an_ok_says_what_it_could_not_have_seen(curate: Curate) -> None:
    before, after = (write(f"{n}.jsonl", zipf_texts(200, 100, seed=n), "web") for n in (1, 2))
    unseen = curate("compare", before, after, "--json").json["metrics"]["singleton_mass"]["unseen"]
    said = " ".join(curate("compare", before, after).out.split())
    assert f"a loss of up to {100 * -math.expm1(-unseen):.2g} % of words that occur once would not show" in said
    alike = curate("compare", before, before).out
    assert ("OK  nothing to compare" in alike, "would not show" in alike) == (True, False)
    few = curate("compare", write("3.jsonl", zipf_texts(5, 100, seed=3)), write("4.jsonl", zipf_texts(5, 100, seed=4)))
    assert "WATCH  could not be compared" in few.out


def test_the_same_corpora_in_other_order_and_files_give_the_same_json(curate: Curate) -> None:
    human, machine = zipf_texts(300, 100, seed=1), stock(300, 2)
    one = curate("compare", write("a.jsonl", human), write("b.jsonl", machine), "--json").json
    Path("c").mkdir()
    write("c/1.jsonl", human[100:][::-1])
    write("c/2.jsonl", human[:100])
    other = curate("compare", "c", write("d.jsonl", machine[::-1]), "--json").json
    for key in ("level", "p_value", "metrics", "tokens", "documents"):
        assert one[key] == other[key]


def test_without_sources_or_control_it_watches_and_a_control_makes_it_ring(curate: Curate) -> None:
    before, after = write("before.jsonl", zipf_texts(300, 100, seed=1)), write("after.jsonl", stock(300, 2))
    outcome = curate("compare", before, after)
    assert outcome.code == 0
    assert "WATCH" in outcome.out
    assert "--control" in outcome.out
    control = write("control.jsonl", zipf_texts(300, 100, seed=3))
    outcome = curate("compare", before, after, "--control", control)
    assert outcome.code == 1
    assert "LATE" in outcome.out
    assert "after.jsonl#" in outcome.out


def test_a_series_shows_the_trend_and_the_worst_is_the_verdict(curate: Curate) -> None:
    human = zipf_texts(600, 100, seed=1)
    names = [write(f"{name}.jsonl", texts, "web") for name, texts in
             zip("abc", (human[:300], human[300:600], stock(300, 2)), strict=True)]  # fmt: skip
    outcome = curate("compare", *names, "--source-column", "origin", "--json")
    assert outcome.code == 1
    assert [step["snapshot"] for step in outcome.json["series"]] == ["b.jsonl", "c.jsonl"]
    assert outcome.json["series"][0]["level"] in ("ok", "watch")
    assert outcome.json["level"] == outcome.json["series"][1]["level"]
    drawn = curate("compare", *names, "--source-column", "origin")
    assert "Trend" in drawn.out


def test_run_folders_stand_for_their_corpora_which_may_be_gone(curate: Curate) -> None:
    names = [write("a.jsonl", zipf_texts(200, 100, seed=1), "x"), write("b.jsonl", stock(200, 2), "x")]
    direct = curate("compare", *names, "--source-column", "origin", "--json")
    for name in names:
        assert curate("scan", name, "--source-column", "origin", "-o", f"run-{name[0]}", "-q").code == 0
        Path(name).unlink()
    assert curate("compare", "run-a", "run-b", "--json").json == direct.json
    assert curate("compare", "run-a", "nothing-here").code == 3
    Path("run-b/scan.json").unlink()
    outcome = curate("compare", "run-a", "run-b")
    assert outcome.code == 3
    assert "not finished" in outcome.err


def test_what_thinned_out_is_named(curate: Curate) -> None:
    texts = zipf_texts(600, 100, seed=1)
    rows = [{"text": t, "origin": "rare" if i % 4 == 0 else "common"} for i, t in enumerate(texts[:300])]
    rows_after = [{"text": t, "origin": "rare" if i % 40 == 0 else "common"} for i, t in enumerate(texts[300:])]
    for name, some in (("a.jsonl", rows), ("b.jsonl", rows_after)):
        Path(name).write_text("".join(json.dumps(row) + "\n" for row in some))
    outcome = curate("compare", "a.jsonl", "b.jsonl", "--source-column", "origin", "--json")
    [thin] = outcome.json["thinned"]
    assert (thin["kind"], thin["name"]) == ("source", "rare")
    assert thin["before"] == pytest.approx(0.25, abs=0.01)
    assert thin["after"] < 0.05


def test_the_largest_loss_is_named_first_of_whatever_kind(curate: Curate) -> None:
    """In real newsgroups, five languages of single posts once kept a topic that had gone from the report."""
    texts = zipf_texts(400, 100, seed=1)
    rows = [{"text": t, "origin": "rare" if i % 4 == 0 else "common"} for i, t in enumerate(texts[:300])]
    marks = "天地玄黄宇宙洪荒日月盈昃辰宿列张寒来暑往秋收冬藏"
    foreign = [
        {"text": f"这里有{mark}篇用汉字写成的短文，{marks[i:]}后来就没有了{marks[:i]}。" * 3, "origin": "common"}
        for i, mark in enumerate(marks)
    ]
    after = [{"text": t, "origin": "common"} for t in texts[300:]]
    for name, some in (("a.jsonl", [*rows, *foreign]), ("b.jsonl", after)):
        Path(name).write_text("".join(json.dumps(row) + "\n" for row in some))
    outcome = curate("compare", "a.jsonl", "b.jsonl", "--source-column", "origin", "--json")
    found = [(one["kind"], one["name"]) for one in outcome.json["thinned"]]
    assert found[0] == ("source", "rare")
    assert ("language", "zh") in found


def test_what_chance_explains_has_not_thinned_out(curate: Curate) -> None:
    """Of 40 documents a side, five and then two of a source; copies of one document are one."""
    texts = zipf_texts(400, 100, seed=1)

    def write_rows(name: str, rare: list[str], common: list[str]) -> None:
        rows = [{"text": t, "origin": "rare"} for t in rare] + [{"text": t, "origin": "common"} for t in common]
        Path(name).write_text("".join(json.dumps(row) + "\n" for row in rows))

    def thinned(before: list[str], after: list[str]) -> list[tuple[str, bool]]:
        write_rows("a.jsonl", before, texts[:35])
        write_rows("b.jsonl", after, texts[40:75])
        found = curate("compare", "a.jsonl", "b.jsonl", "--source-column", "origin", "--json").json["thinned"]
        return [(one["name"], one["p_value"] < 0.05) for one in found]

    assert thinned(texts[100:105], texts[200:202]) == []
    assert thinned(texts[100:101] * 25, texts[200:201]) == []
    assert thinned(texts[100:125], texts[200:202]) == [("rare", True)]


def test_misuse_is_said_not_traced(curate: Curate) -> None:
    one = write("one.jsonl", ["a single document of few words"])
    assert curate("compare", one).code == 2
    assert curate("compare", one, one, "--permutations", "5").code == 2
    same = curate("compare", one, one, "--json")
    assert (same.code, same.json["level"]) == (0, "ok")
    other = curate("compare", one, write("two.jsonl", ["another document of few words"]), "--json")
    assert (other.code, other.json["level"], other.json["p_value"]) == (0, "watch", None)
