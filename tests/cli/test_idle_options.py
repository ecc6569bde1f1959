"""verify, audit, train and compare name options that they had no use for, on stderr and in JSON, and no others."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from corpora import Outcome, corpus_rows, write_jsonl

Curate = Callable[..., Outcome]


def told(outcome: Outcome, key: str = "without_effect") -> list[str]:
    """Return the options that the command names, once in JSON and once on stderr."""
    assert outcome.code in (0, 1), outcome.err
    found: list[str] = outcome.json[key]
    words = {"without_effect": "had no effect", "nothing_to_do": "had nothing to do"}[key]
    assert [line.partition(f"{words}: ")[2] for line in outcome.err.splitlines() if words in line] == found
    return [one.partition(":")[0] for one in found]


def a_mix(curate: Curate) -> None:
    write_jsonl(Path("in/a.jsonl"), corpus_rows(60))
    mixed = curate("mix", "in", "--human-ratio", "0.5", "--label-column", "origin", "-o", "out")
    assert mixed.code == 0, mixed.err


def test_verify(curate: Curate) -> None:
    a_mix(curate)
    assert told(curate("verify", "out", "--json")) == []
    assert told(curate("verify", "out", "--label-map", "x=human", "--json")) == ["--label-map"]
    assert told(curate("verify", "out", "--inputs", "in", "--json")) == []
    refused = curate("verify", "out", "--follow-links")
    assert (refused.code, "--follow-links goes with --inputs" in refused.err) == (2, True)
    Path("mine.toml").write_text("")
    Path("curate.toml").write_text('rules = ["mine.toml"]\nlabel-map = {x = "human"}\nbudget = 3\n')
    assert told(curate("verify", "out", "--json"), "nothing_to_do") == [
        "rules in curate.toml",
        "label-map in curate.toml",
    ]


def test_a_draw_from_a_mix_and_labels_for_it(curate: Curate) -> None:
    a_mix(curate)
    draw = ("audit", "draw", "out", "-n", "9", "--json")
    assert told(curate(*draw, "-o", "a.jsonl")) == []
    options = (
        "--text-column",
        "text",
        "--seed",
        "3",
        "--confidence",
        "0.9",
        "--follow-links",
        "--label-column",
        "origin",
    )
    found = told(curate(*draw, "-o", "b.jsonl", *options))
    assert sorted(found) == sorted(option for option in options if option.startswith("--"))
    rows = [json.loads(line) for line in Path("b.jsonl").read_text().splitlines()]
    write_jsonl(Path("b.jsonl"), [{**row, "label": "mensch"} for row in rows])
    words = ("--label-map", "mensch=human", "--label-map", "maschine=machine")
    assert told(curate("audit", "apply", "out", "--labels", "b.jsonl", *words, "--json")) == [
        "--label-map maschine=machine"
    ]


def test_a_draw_from_a_corpus(curate: Curate) -> None:
    write_jsonl(Path("in/a.jsonl"), [{**row, "origin": None, "nothing": None} for row in corpus_rows(60)])
    draw = ("audit", "draw", "in", "-n", "9", "--json")
    assert told(curate(*draw, "-o", "a.jsonl")) == []
    Path("mine.toml").write_text('[[rule]]\nid = "r"\nthen = "remove"\npattern = "x"\nwhy = "x"\nsource = "own"\n')
    options = (
        "--seed",
        "3",
        "--width",
        "0.2",
        "--rules",
        "mine.toml",
        "--source-column",
        "nothing",
        "--label-map",
        "x=human",
    )
    found = told(curate(*draw, "-o", "b.jsonl", *options))
    assert sorted(found) == ["--label-map", "--rules", "--seed", "--source-column nothing", "--width"]


def test_agreement(curate: Curate) -> None:
    rows = [{"id": str(k), "text": "x", "draw": "d", "label": "mensch" if k % 2 else "machine"} for k in range(9)]
    for name in ("a.jsonl", "b.jsonl"):
        write_jsonl(Path(name), rows)
    words = ("--label-map", "mensch=human", "--label-map", "robot=machine")
    assert told(curate("audit", "agree", "a.jsonl", "b.jsonl", *words, "--json")) == ["--label-map robot=machine"]


@pytest.mark.parametrize("kind", ["corpora", "runs"])
def test_a_comparison(curate: Curate, kind: str) -> None:
    runs = kind == "runs"
    for name in ("before", "after"):
        write_jsonl(Path(name) / "a.jsonl", corpus_rows(60))
        assert curate("scan", name, "-o", f"run-{name}").code == 0
    compare = ("compare", *(("run-before", "run-after") if runs else ("before", "after")), "--json")
    assert told(curate(*compare)) == []
    options = ("--text-column", "text", "--threshold", "0.8", "--label-column", "origin", "--role", "user")
    assert told(curate(*compare, *options)) == (
        ["--label-column", "--text-column", "--role", "--threshold"] if runs else ["--label-column", "--role user"]
    )
