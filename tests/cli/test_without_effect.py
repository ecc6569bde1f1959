"""A setting that changed nothing says so, in the report, in JSON and on stderr; one that did says nothing."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from corpora import Outcome, corpus_rows, made_up_texts, write_jsonl

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
    "a unit of no text": ("", ("--txt", "lines"), "--txt lines: no file is plain text"),
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
    assert "did you mean 'site'" in " ".join(checked.out.split())


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


def test_a_comparison_says_that_it_reads_no_labels(curate: Curate) -> None:
    for name in ("before", "after"):
        write_jsonl(Path(name) / "a.jsonl", corpus_rows(60))
    outcome = curate("compare", "before", "after", "--label-column", "origin")
    assert "had no effect: --label-column" in outcome.err
    Path("curate.toml").write_text('label-column = "origin"')
    assert "had no effect" not in curate("compare", "before", "after").err


def test_a_reference_in_another_language_is_said(curate: Curate, data: Path) -> None:
    for folder, file in (("in", "scotus_en"), ("zh", "misc_zh")):
        texts = pq.read_table(data / f"human/{file}.parquet", columns=["text"])["text"].slice(0, 60).to_pylist()
        write_jsonl(Path(folder) / "a.jsonl", [{"text": text} for text in texts])
    told = curate("scan", "in", "--human-reference", "zh", "--json").json["without_effect"]
    assert [one.partition(":")[0] for one in told] == ["--human-reference"]
    assert curate("scan", "in", "--human-reference", "in", "--json").json["without_effect"] == []


def test_keys_of_other_commands_are_told_of_among_the_settings(curate: Curate) -> None:
    write_jsonl(Path("in/a.jsonl"), corpus_rows(60))
    Path("curate.toml").write_text("human-ratio = 0.5\nseed = 3\n")
    said = curate("scan", "in", "-v").err
    assert "human-ratio in curate.toml: not a setting of this command" in said
    assert "seed in curate.toml" not in said


def test_a_file_of_texts_too_short_to_be_excluded_is_said(curate: Curate) -> None:
    rows = corpus_rows(60)
    write_jsonl(Path("in/a.jsonl"), rows)
    write_jsonl(Path("long.jsonl"), [{"text": rows[0]["text"]}])
    write_jsonl(Path("short.jsonl"), [{"text": "too short to look for"}])
    mix = ("mix", "in", "--human-ratio", "0.5", "--label-column", "origin", "--dry-run", "--json")
    (told,) = curate(*mix, "--exclude", "long.jsonl", "--exclude", "short.jsonl").json["without_effect"]
    assert "--exclude short.jsonl" in told
    assert curate(*mix, "--exclude", "long.jsonl").json["without_effect"] == []


def idle(outcome: Outcome) -> list[str]:
    assert outcome.code == 0, outcome.err
    assert outcome.json["without_effect"] == []
    return [one.partition(":")[0] for one in outcome.json["nothing_to_do"]]


def test_settings_of_a_scan_that_find_nothing_to_do_are_told_and_are_no_mistake(curate: Curate, detector: Path) -> None:
    write_jsonl(Path("in/a.jsonl"), [{**row, "one": "x", "text": "語 " * 30} for row in corpus_rows(60)])
    scan = ("scan", "in", "--strict", "--source-column")
    one = curate(*scan, "one", "--detector", detector, "--json")
    assert idle(one) == ["--source-column one", "--detector"]
    assert "had nothing to do: --source-column one: every document is of one source, 'x'" in one.err
    assert "had nothing to do: --detector" in curate(*scan, "one", "--detector", detector).out
    assert idle(curate(*scan, "site", "--json")) == []


def test_a_reference_beside_nothing_but_declared_text_is_told(curate: Curate) -> None:
    write_jsonl(Path("in/a.jsonl"), [{**row, "origin": "human"} for row in corpus_rows(60)])
    write_jsonl(Path("own/a.jsonl"), corpus_rows(20))
    scan = ("scan", "in", "--human-reference", "own", "--json")
    assert idle(curate(*scan, "--label-column", "origin")) == ["--human-reference"]
    assert idle(curate(*scan)) == []


def test_settings_of_a_mix_that_find_nothing_to_do_are_told_and_are_no_mistake(curate: Curate) -> None:
    rows = corpus_rows(60)
    write_jsonl(Path("in/a.jsonl"), rows)
    write_jsonl(Path("here.jsonl"), [{"text": rows[0]["text"]}])
    write_jsonl(Path("nowhere.jsonl"), [{"text": " ".join(f"other{i}" for i in range(40))}])
    mix = ("mix", "in", "--human-ratio", "0", "--label-column", "origin", "--dry-run", "--strict", "--json")
    assert idle(curate(*mix, "--exclude", "here.jsonl", "--exclude", "nowhere.jsonl")) == ["--exclude nowhere.jsonl"]
    assert idle(curate(*mix, "--budget", "1000")) == []
    assert idle(curate(*mix, "--budget", "1000", "--max-repeat", "3")) == ["--max-repeat 3"]
    assert idle(curate(*mix, "--keep", "longest")) == []
    write_jsonl(Path("unlike/a.jsonl"), [{"text": text, "origin": "human"} for text in made_up_texts(20)])
    assert idle(curate(mix[0], "unlike", *mix[2:], "--keep", "longest")) == ["--keep longest"]
    drawn = curate(*mix[:-1], "--budget", "1000", "--max-repeat", "3").out
    assert "had nothing to do: --max-repeat 3: no document comes again" in " ".join(drawn.split())


def test_a_map_for_a_file_of_labels_is_told_of_too(curate: Curate) -> None:
    rows = corpus_rows(60)
    write_jsonl(Path("in/a.jsonl"), rows)
    labels = [{"id": row["id"], "label": "mensch" if i % 2 else "wombat"} for i, row in enumerate(rows)]
    write_jsonl(Path("labels.jsonl"), labels)
    scan = ("scan", "in", "--labels", "labels.jsonl", "--label-map", "wombat=machine", "--json")
    assert curate(*scan).json["without_effect"] == []
    (told,) = curate(*scan, "--label-map", "wombatt=machine").json["without_effect"]
    assert told == "--label-map wombatt=machine: no label in labels.jsonl says that"


def test_a_unit_of_text_is_used_where_a_file_is_text_also_a_reference(curate: Curate) -> None:
    write_jsonl(Path("in/a.jsonl"), corpus_rows(60))
    Path("own.txt").write_text("\n".join(made_up_texts(30, words=30)))
    for more in (("own.txt",), ("--human-reference", "own.txt")):
        assert curate("scan", "in", *more, "--txt", "lines", "--json").json["without_effect"] == []
    told = curate("mix", "in", "--human-ratio", "0", "--txt", "lines", "--dry-run", "--json").json["without_effect"]
    assert told == ["--txt lines: no file is plain text"]
    Path("curate.toml").write_text('txt = "paragraphs"\n')
    assert curate("scan", "in", "--json").json["without_effect"] == ["--txt paragraphs: no file is plain text"]


def test_settings_are_told_as_a_file_has_them(curate: Curate) -> None:
    write_jsonl(Path("in/a.jsonl"), corpus_rows(60))
    Path("curate.toml").write_text('label-map = ["x y=human"]\nlabel-column = "origin"\n')
    said = curate("scan", "in", "-v", "-o", "out", "--seed", "7").err
    ends = ("(flag)", "(default)", "(curate.toml)")
    lines = [line.rpartition("  (")[0] for line in said.splitlines() if line.endswith(ends) and line[0] != " "]
    set_ones = tomllib.loads("\n".join(line for line in lines if not line.endswith("= (not set)")))
    assert (set_ones["output"], set_ones["seed"], set_ones["label-map"]) == ("out", 7, ["x y=human"])
    assert "text-column = (not set)" in lines
