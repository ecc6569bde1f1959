"""A setting that changed nothing says so, in the report, in JSON and on stderr; one that did says nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from corpora import Outcome, corpus_rows, write_jsonl

Curate = Callable[..., Outcome]


def book(column: str, equals: str = "s1", says: str = "human") -> str:
    return (
        f'[[evidence]]\nid = "mine"\ncolumn = "{column}"\nequals = "{equals}"\nsays = "{says}"\n'
        'source = "own"\nwhy = "x"\n'
    )


RULE = """[[rule]]
id = "mine"
then = "flag"
measure = "tokens"
at_most = 3
languages = ["{}"]
why = "x"
source = "own"
"""
CASES = {
    "typed wrong": (book("sitte"), (), "column 'sitte' is empty or in no file; did you mean 'site'?"),
    "no source": (book("source"), (), "no --source-column is given"),
    "matches nothing": (book("site", "S9"), (), "decided about no document"),
    "always outranked": (book("site", "s1", "human"), (), None),
    "an unknown language": (RULE.format("xx"), (), "no language has the code xx"),
    "an absent language": (RULE.format("th"), (), "no document is in th"),
    "a map without labels": ("", ("--label-map", "x=human"), "no label is read"),
    "a map of no word": ("", ("--label-column", "origin", "--label-map", "x=human"), "no label in column 'origin'"),
    "a map that is used": ("", ("--label-column", "origin", "--label-map", "human=machine"), None),
    "an empty source": ("", ("--source-column", "nothing"), "the column is empty"),
}


@pytest.mark.parametrize("case", CASES)
def test_what_had_no_effect_is_said_and_nothing_else(curate: Curate, case: str) -> None:
    text, options, said = CASES[case]
    write_jsonl(Path("in/a.jsonl"), [{**row, "nothing": None} for row in corpus_rows(60)])
    Path("mine.toml").write_text(text)
    rules = ("--rules", "mine.toml") if text else ()
    found = curate("scan", "in", *rules, *options, "--json")
    assert found.code == 0, found.err
    told = found.json["without_effect"]
    assert [said in one for one in told] == [True] if said else told == [], told
    strict = curate("scan", "in", *rules, *options, "--strict")
    assert strict.code == (3 if said else 0)
    assert ("had no effect" in strict.out) == bool(said)
    assert ("had no effect" in found.err) == bool(said)


def test_a_mix_and_a_check_say_it_too(curate: Curate) -> None:
    write_jsonl(Path("in/a.jsonl"), corpus_rows(60))
    Path("mine.toml").write_text(book("sitte"))
    mix = ("mix", "in", "--human-ratio", "0.5", "--label-column", "origin", "--rules", "mine.toml", "--dry-run")
    assert "did you mean 'site'" in " ".join(curate(*mix).out.split())
    assert "did you mean 'site'" in curate(*mix, "--json").json["without_effect"][0]
    checked = curate("check", "in", "--rules", "mine.toml")
    assert "did you mean 'site'" in checked.err


def test_nothing_is_said_of_settings_left_alone_and_one_sentence_of_many_rules(curate: Curate) -> None:
    write_jsonl(Path("in/a.jsonl"), corpus_rows(60))
    assert curate("scan", "in", "--json").json["without_effect"] == []
    (told,) = curate("scan", "in", "--rules", "gopher", "--json").json["without_effect"]
    assert "more: no document is in en" in told


def test_evening_out_one_source_is_said(curate: Curate) -> None:
    write_jsonl(Path("in/a.jsonl"), [{**row, "text": "zzz " + row["text"]} for row in corpus_rows(60)])
    mix = ("mix", "in", "--human-ratio", "0.5", "--label-column", "origin", "--budget", "2000", "--dry-run", "--json")
    found = curate(*mix, "--temperature", "3").json
    assert bool(found["without_effect"]) == (len(found["languages"]) == 1)
