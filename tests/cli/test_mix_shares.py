"""Sources and languages share a mix as asked: by weights, temperature, repeats where asked; the rare ones are kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from corpora import Outcome, made_up_texts, write_jsonl, write_parquet

Curate = Callable[..., Outcome]
OPTIONS = ("--label-column", "origin", "--source-column", "site", "--trust", "declared")


def rows_of(sizes: dict[tuple[str, str], int], words: int = 40) -> list[dict[str, Any]]:
    """Rows by (site, who wrote them), all texts different."""
    texts = iter(made_up_texts(sum(sizes.values()), words=words, seed=11))
    return [
        {"id": f"{site}-{origin}-{i}", "text": next(texts), "site": site, "origin": origin}
        for (site, origin), count in sizes.items()
        for i in range(count)
    ]


def words(text: str) -> int:
    return len(text.split())


def shares(folder: str, column: str = "site") -> dict[str, float]:
    found: Counter[str] = Counter()
    for row in pq.read_table(f"{folder}/data").to_pylist():
        found[row[column]] += words(row["text"])
    total = sum(found.values())
    return {name: count / total for name, count in found.items()}


def test_weights_are_shares_of_the_written_tokens(curate: Curate) -> None:
    sizes = {("a", "human"): 150, ("a", "machine"): 100, ("b", "human"): 60, ("b", "machine"): 200, ("c", "human"): 90}
    write_jsonl(Path("in/a.jsonl"), rows_of(sizes))
    before: set[str] = set()
    for budget in (1000, 3000, 5000):
        outcome = curate(
            "mix", "in", "--human-ratio", "0.6", *OPTIONS, "--weights", "a=0.25, b=0.75", "--budget", budget,
            "-o", f"out{budget}", "--json",
        )  # fmt: skip
        assert outcome.code == 0, outcome.err
        rows = pq.read_table(f"out{budget}/data").to_pylist()
        assert sum(words(r["text"]) for r in rows if r["origin"] == "human") >= 0.6 * outcome.json["tokens"]
        assert budget - 160 <= outcome.json["tokens"] <= budget
        found = shares(f"out{budget}")
        assert set(found) == {"a", "b"}
        assert abs(found["a"] * budget - 0.25 * budget) <= 2 * 80
        assert before <= {r["id"] for r in rows}
        before = {r["id"] for r in rows}
    removed = pq.read_table("out5000/removed.parquet").to_pylist()
    assert sum(row["id"].startswith("c-") and row["reason"] == "weights" for row in removed) == 90
    assert outcome.json["settings"]["weights"] == {"value": "a=0.25, b=0.75", "origin": "flag"}
    assert curate("verify", "out5000").code == 0


@pytest.mark.parametrize(
    ("weights", "said"),
    [
        ("a=0.5,bb=0.5", "did you mean 'b'"),
        ("zzz=1", "no source is called 'zzz'"),
        ("a=0.5,b=0.6", "sum to 1.1"),
        ("a=0.5", "sum to 0.5"),
        ("a=-1,b=2", "'a=-1'"),
        ("a=0.5,a=0.5", "twice"),
        ("a", "'a'"),
        (",", "sum to 0"),
    ],
)
def test_weights_that_cannot_be_meant(curate: Curate, weights: str, said: str) -> None:
    write_jsonl(Path("in/a.jsonl"), rows_of({("a", "human"): 9, ("b", "human"): 9}))
    outcome = curate("mix", "in", "--human-ratio", "0.5", *OPTIONS, "--weights", weights, "-o", "out")
    assert outcome.code == 2
    assert said in outcome.err
    assert not Path("out").exists()


def test_weights_that_the_supply_does_not_carry_are_refused_with_the_numbers(curate: Curate) -> None:
    write_jsonl(Path("in/a.jsonl"), rows_of({("a", "human"): 5, ("b", "human"): 50}))
    arguments = ("mix", "in", "--human-ratio", "0.5", *OPTIONS, "--weights", "a=0.5,b=0.5")
    refused = curate(*arguments, "--budget", "3000", "-o", "out")
    assert refused.code == 1
    largest = int(refused.err.split("--budget ")[1].split()[0])
    made = curate(*arguments, "--budget", largest, "-o", "out", "--json")
    assert made.code == 0, made.err
    assert curate(*arguments, "--budget", largest + 1, "-o", "out2").code == 1
    again = curate(*arguments, "--budget", 2 * largest, "--max-repeat", 3, "-o", "out3", "--json")
    assert again.code == 0, again.err
    assert abs(shares("out3")["a"] - 0.5) < 0.1


def test_repeats_only_where_asked_and_said(curate: Curate) -> None:
    rows = rows_of({("a", "human"): 40, ("a", "machine"): 10})
    supply = {side: sum(words(r["text"]) for r in rows if r["origin"] == side) for side in ("human", "machine")}
    write_jsonl(Path("in/a.jsonl"), rows)
    budget = supply["machine"] + 2 * supply["human"]
    arguments = ("mix", "in", "--human-ratio", "0.5", *OPTIONS, "--budget", budget)
    refused = curate(*arguments, "-o", "out")
    assert refused.code == 1
    outcome = curate(*arguments, "--max-repeat", 2, "-o", "out")
    assert outcome.code == 0, outcome.err
    assert "repeated" in outcome.out
    written = Counter(row["id"] for row in pq.read_table("out/data").to_pylist())
    assert {written[r["id"]] for r in rows if r["origin"] == "human"} == {2}
    assert {written[r["id"]] for r in rows if r["origin"] == "machine"} == {1}
    assert curate("verify", "out").code == 0
    smaller = curate(*arguments[:-1], budget // 3, "--max-repeat", 2, "-o", "small", "--json")
    assert smaller.code == 0, smaller.err
    ids = pq.read_table("small/data")["id"].to_pylist()
    assert len(ids) == len(set(ids))
    assert set(ids) <= set(written)
    assert curate("mix", "in", "--human-ratio", "0.5", *OPTIONS, "--max-repeat", 2, "-o", "x").code == 2


def test_rare_sources_keep_at_least_their_share_in_a_tenth(curate: Curate) -> None:
    rows = rows_of({("web", "human"): 900, ("web", "machine"): 60, ("rare", "human"): 24, ("single", "human"): 1})
    write_parquet(Path("in/a.parquet"), rows)
    total = sum(words(r["text"]) for r in rows)
    natural = sum(words(r["text"]) for r in rows if r["site"] == "rare") / total
    arguments = ("mix", "in", "--human-ratio", "0.5", *OPTIONS, "--budget", total // 10)
    for seed in range(5):
        assert curate(*arguments, "--seed", seed, "-o", f"out{seed}").code == 0
        assert shares(f"out{seed}")["rare"] >= natural
    assert curate(*arguments, "--temperature", "100", "-o", "even").code == 0
    assert shares("even")["rare"] > 0.15
    for wrong in ("0", "-1"):
        assert curate(*arguments, "--temperature", wrong, "-o", "no").code == 2
