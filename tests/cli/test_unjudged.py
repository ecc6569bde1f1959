"""Prose that stands beside the judged text is named by every command, and no change that brings it simply passes."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from corpora import Outcome
from repositories import Repo, at_home, lines, new_repo

Curate = Callable[..., Outcome]
Row = dict[str, Any]
FORMATS = ("text", "json", "markdown", "github", "sarif", "junit")
WORDS = (
    "the", "quick", "brown", "fox", "jumps", "over", "a", "lazy", "dog", "while", "seven", "careful", "engineers",
    "read", "every", "line", "of", "that", "long", "report",
)  # fmt: skip


def prose(seed: object, words: int) -> str:
    draw = random.Random(str(seed))
    return " ".join(draw.choice(WORDS) for _ in range(words))


def plain(number: int) -> Row:
    return {"id": f"d{number}", "text": prose(number, 30), "title": prose(-number, 4), "url": f"https://a/{number}"}


def chat(number: int, reasoning: int) -> Row:
    answer = {"role": "assistant", "content": prose(number, 30), "reasoning": prose(f"r{number}", reasoning)}
    return {"id": f"c{number}", "messages": [{"role": "user", "content": "Why?"}, answer]}


# Columns beside the text, with a plus where they are longer.
BESIDE: dict[str, tuple[Callable[[int], Row], str]] = {
    "response": (lambda n: {**plain(n), "response": prose(f"x{n}", 90)}, "title response+"),
    "another case": (lambda n: {**plain(n), "Text": prose(f"x{n}", 90)}, "title Text+"),
    "content": (lambda n: {**plain(n), "content": prose(f"x{n}", 9)}, "title content"),
    "in a struct": (lambda n: {**plain(n), "meta": {"by": "x", "body": prose(f"x{n}", 90)}}, "title meta.body+"),
    "in a list": (lambda n: {**plain(n), "notes": [prose(f"x{n}", 9), prose(f"y{n}", 9)]}, "title notes"),
    "in a chat": (lambda n: chat(n, 60), "messages.reasoning+"),
    "a chat beside": (lambda n: {**plain(n), **chat(n, 4)}, "title messages.content+ messages.reasoning"),
    "in the id": (lambda n: {**plain(n), "id": prose(f"x{n}", 90)}, "id+ title"),
    "markup": (lambda n: {**plain(n), "raw": f"<html><p>{prose(f'x{n}', 90)}</p></html>"}, "title raw+"),
    "JSON": (lambda n: {**plain(n), "meta": json.dumps({"id": n, "a": prose(f"x{n}", 90)})}, "title meta+"),
    "words": (lambda n: {**plain(n), "words": prose(f"x{n}", 90).split()}, "title words+"),
    "Chinese": (lambda n: {**plain(n), "zh": f"我们今天去公园看花然后回家吃饭{n}他说很高兴见到你"}, "title zh"),
}
NOT_BESIDE: dict[str, Callable[[int], Row]] = {
    "hashes": lambda n: {**plain(n), "title": f"{n:064x}"},
    "a few labels": lambda n: {**plain(n), "title": f"a name of kind {n % 3}"},
    "numbers": lambda n: {**plain(n), "title": n},
    "a part of the text": lambda n: {**plain(n), "title": " ".join(prose(n, 30).split()[:5])},
    "JSON": lambda n: {**plain(n), "title": json.dumps({"id": n, "lang": "en", "tags": ["a", "good one", "long"]})},
    "nothing": lambda n: {**plain(n), "title": None},
}


@pytest.mark.parametrize("format", ["jsonl", "parquet"])
@pytest.mark.parametrize("kind", [*BESIDE, *NOT_BESIDE])
def test_prose_beside_the_text_is_named_wherever_it_stands(curate: Curate, kind: str, format: str) -> None:
    row, expected = BESIDE[kind] if kind in BESIDE else (NOT_BESIDE[kind], "")
    rows = [row(number) for number in range(60)]
    if format == "jsonl":
        Path("a.jsonl").write_text(lines(rows))
    else:
        pq.write_table(pa.Table.from_pylist(rows), "a.parquet")
    outcome = curate("scan", f"a.{format}", "--json", "-v")
    (layout,) = outcome.json["columns"]
    longer = {True: "+", False: ""}
    told = [one["column"] + longer["more of it than of the text" in one["why"]] for one in layout["beside"]]
    assert told == expected.split()
    assert all(f"beside = {name.rstrip('+')} " in outcome.err for name in told)


def test_a_report_names_it_and_says_what_is_longer(curate: Curate) -> None:
    rows = [{**plain(number), "content": prose(f"x{number}", 90)} for number in range(60)]
    Path("a.jsonl").write_text(lines(rows))
    told = " ".join(curate("scan", "a.jsonl").out.split())
    assert "not judged: prose in content (more of it than of the text), title" in told


def test_files_that_differ_by_it_alone_are_one_layout_in_a_report(curate: Curate) -> None:
    Path("a.jsonl").write_text(lines([plain(number) for number in range(60)]))
    Path("b.jsonl").write_text(lines([{**plain(n), "note": prose(f"n{n}", 9)} for n in range(60, 90)]))
    told = " ".join(curate("scan", "a.jsonl", "b.jsonl").out.split())
    assert "columns: text from text; ids from id" in told
    assert "not judged: prose in title, note" in told


@pytest.fixture
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repo:
    """Rows with a title on main, the branch topic checked out."""
    at_home(tmp_path, monkeypatch)
    found = new_repo(Path.cwd() / "set", {"data/a.jsonl": lines([plain(number) for number in range(80)])})
    monkeypatch.chdir(found.root)
    found.git("checkout", "-q", "-b", "topic")
    return found


def checked(curate: Curate, *more: str) -> Outcome:
    return curate("check", "data", "--baseline", "main", "-q", *more)


def gate(outcome: Outcome) -> tuple[str, float]:
    (found,) = [one for one in outcome.json["gates"] if one["gate"] == "unjudged-prose"]
    return found["level"], found["value"]


def answer(number: int) -> str:
    return prose(f"machine {number}", 200)


CHANGES: dict[str, tuple[Callable[[list[Row]], list[Row]], str, int]] = {
    "a new column": (
        lambda rows: [*rows, *({**plain(n), "response": answer(n)} for n in range(100, 140))], "response", 40,
    ),
    "a new column of one row": (lambda rows: [*rows, {**plain(100), "response": answer(1)}], "response", 1),
    "in rows that were there": (
        lambda rows: [{**row, "response": answer(n)} if n % 2 else row for n, row in enumerate(rows)], "response", 40,
    ),
    "text that moved": (
        lambda rows: [*rows, *({**plain(n), "text": prose(n, 3), "title": answer(n)} for n in range(100, 140))],
        "title", 40,
    ),
    "a column written long": (lambda rows: [{**row, "title": answer(n)} for n, row in enumerate(rows)], "title", 80),
    "hidden in links": (
        lambda rows: [*rows, *({**plain(n), "url": answer(n) if n == 110 else "https://b/"} for n in range(100, 140))],
        "url", 1,
    ),
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_that_brings_prose_that_nobody_judges_fails(curate: Curate, repo: Repo, change: str) -> None:
    edit, column, rows = CHANGES[change]
    repo.write({"data/a.jsonl": lines(edit([plain(number) for number in range(80)]))})
    outcome = checked(curate, "--json")
    assert outcome.code == 1
    assert gate(outcome) == ("fail", 1)
    named = {one["column"]: one["rows"] for one in outcome.json["change"]["unjudged"]["named"] if one["counts"]}
    assert named == {column: rows}
    (first, *_) = [one for one in outcome.json["places"] if one["gate"] == "unjudged-prose"]
    assert first["path"] == "data/a.jsonl"


INSIDE: dict[str, Callable[[str], Any]] = {
    "JSON": lambda text: json.dumps({"a": text}),
    "JSON behind others": lambda text: json.dumps({"id": "a1b2c3d4", "n": [1, 2], "lang": "en", "deep": [{"b": text}]}),
    "JSON in JSON": lambda text: json.dumps({"a": json.dumps([json.dumps({"b": text})])}),
    "a key": lambda text: json.dumps({text: 1}),
    "broken JSON": lambda text: json.dumps({"a": text})[:-1],
    "Python": lambda text: repr({"a": text}),
    "lines of JSON": lambda text: "\n".join(json.dumps({"w": text}) for _ in range(2)),
    "words": lambda text: text.split(),
    "words in JSON": lambda text: json.dumps({"words": text.split()}),
    "words in a struct": lambda text: {"words": text.split()},
}


@pytest.mark.parametrize("form", ["jsonl", "parquet"])
@pytest.mark.parametrize("kind", INSIDE)
def test_prose_inside_a_value_is_seen(curate: Curate, repo: Repo, kind: str, form: str) -> None:
    rows = [{**plain(n), "meta": INSIDE[kind](answer(n))} for n in range(100, 140)]
    if form == "jsonl":
        repo.write({"data/b.jsonl": lines(rows)})
    else:
        pq.write_table(pa.Table.from_pylist(rows), "data/b.parquet")
        repo.commit()
    outcome = checked(curate, "--json")
    assert outcome.code == 1
    assert gate(outcome) == ("fail", 1)
    (found,) = [one for one in outcome.json["change"]["unjudged"]["named"] if one["counts"]]
    assert (found["column"].partition(".")[0], found["rows"]) == ("meta", 40)


COPIES: dict[str, Callable[[Row], Any]] = {
    "words of the text": lambda row: row["text"].split(),
    "the row as JSON": lambda row: json.dumps({"text": row["text"], "n": 1}),
    "tags": lambda _: ["short", "plain", "common"],
    "settings": lambda row: json.dumps({"lang": "en", "score": 0.5, "hash": row["id"], "url": row["url"]}),
}


@pytest.mark.parametrize("kind", COPIES)
def test_what_is_judged_already_or_no_prose_counts_for_nothing(curate: Curate, repo: Repo, kind: str) -> None:
    rows = [{**plain(n), "meta": COPIES[kind](plain(n))} for n in range(100, 140)]
    repo.write({"data/b.jsonl": lines(rows)})
    outcome = checked(curate, "--json")
    assert [one["column"] for one in outcome.json["change"]["unjudged"]["named"]] == ["title"]


@pytest.mark.parametrize("format", FORMATS)
def test_every_format_says_it_in_its_first_line(curate: Curate, repo: Repo, format: str) -> None:
    """A title as the data has them already fails nothing, and is named."""
    repo.write({"data/b.jsonl": lines([plain(number) for number in range(100, 140)])})
    outcome = checked(curate, "--format", format)
    assert outcome.code == 0
    told = outcome.json["change"]["unjudged"]["named"] if format == "json" else " ".join(outcome.out.split())
    if format == "json":
        assert [(one["column"], one["rows"], one["counts"]) for one in told] == [("title", 40, False)]
    else:
        assert "new prose in column title of 40 rows was not judged" in told


def test_a_policy_allows_a_column_and_joining_judges_it(curate: Curate, repo: Repo) -> None:
    rows = [{**plain(number), "response": answer(number)} for number in range(100, 140)]
    repo.write({"data/b.jsonl": lines(rows)})
    Path("mine.toml").write_text('[unread]\ncolumns = ["response"]\n')
    outcome = checked(curate, "--json", "--policy", "default", "--policy", "mine.toml")
    assert gate(outcome) == ("pass", 0)
    joined = checked(curate, "--json", "--text-column", "text+response|text")
    assert joined.code == 0, joined.err
    assert [one["column"] for one in joined.json["change"]["unjudged"]["named"]] == ["title"]
    assert gate(joined) == ("pass", 0)


def test_places_are_those_of_columns_that_a_gate_counts(curate: Curate, repo: Repo) -> None:
    """Titles stood there before, notes are allowed: neither is a reason, however many files hold them."""
    rows = [{**plain(number), "notes": answer(number)} for number in range(100, 103)]
    repo.write({f"data/b{number:03}.jsonl": lines(rows) for number in range(201)})
    repo.write({"data/c.jsonl": lines([{**plain(number), "response": answer(number)} for number in range(200, 240)])})
    Path("mine.toml").write_text('[unread]\ncolumns = ["notes"]\n')
    outcome = checked(curate, "--json", "--policy", "default", "--policy", "mine.toml")
    assert gate(outcome) == ("fail", 1)
    said = [one for one in outcome.json["places"] if one["gate"] == "unjudged-prose"]
    assert {one["path"] for one in said} == {"data/c.jsonl"}
    assert all("column response was not judged" in one["message"] for one in said)


def test_rows_that_only_move_bring_nothing(curate: Curate, repo: Repo) -> None:
    rows = [plain(number) for number in range(80)]
    repo.write({"data/a.jsonl": lines(rows[:40])})
    repo.write({"data/b.jsonl": lines(rows[40:])})
    change = checked(curate, "--json").json["change"]
    assert (change["documents"], change["moved"]["rows"], change["held_out"]["rows"]) == (0, 40, 0)


DOUBLED = '{{"id": "x{n}", "text": "{old}", "title": "a short title", "text": "{new}"}}\n'


def test_a_key_that_stands_twice_is_named(curate: Curate, repo: Repo) -> None:
    """The last is judged, as most readers take it; another reader takes the first."""
    told = "".join(DOUBLED.format(n=n, old=answer(n), new=prose(n, 30)) for n in range(100, 140))
    repo.write({"data/b.jsonl": told})
    outcome = checked(curate, "--json")
    assert outcome.code == 1
    (found,) = [one for one in outcome.json["change"]["unjudged"]["named"] if one["counts"]]
    assert (found["column"], found["rows"]) == ("text (written before it in the same row)", 40)


def test_columns_of_tables_are_held_against_what_they_were(curate: Curate, repo: Repo) -> None:
    rows = [plain(number) for number in range(80)]
    pq.write_table(pa.Table.from_pylist(rows), "data/t.parquet")
    repo.commit()
    repo.git("branch", "-q", "-f", "main")
    answered = [{**row, "response": answer(number)} for number, row in enumerate(rows)]
    pq.write_table(pa.Table.from_pylist(answered), "data/t.parquet")
    outcome = checked(curate, "--json")
    assert gate(outcome) == ("fail", 1)
    (found,) = outcome.json["change"]["unjudged"]["named"]
    assert (found["column"], found["rows"]) == ("response", 80)


def test_a_path_as_the_baseline_has_its_columns_too(curate: Curate) -> None:
    Path("base").mkdir()
    Path("base/a.jsonl").write_text(lines([plain(number) for number in range(80)]))
    Path("b.jsonl").write_text(lines([{**plain(n), "note": prose(f"n{n}", 9)} for n in range(100, 140)]))
    outcome = curate("check", "b.jsonl", "--baseline", "base", "--json", "-q")
    named = {one["column"]: one["why"] for one in outcome.json["change"]["unjudged"]["named"]}
    assert named == {"title": "", "note": "the baseline has no prose in it"}
    assert json.dumps(outcome.json)


def test_a_mix_names_it_in_its_manifest_and_report(curate: Curate) -> None:
    rows = [{**plain(number), "response": answer(number), "by": "human"} for number in range(60)]
    Path("a.jsonl").write_text(lines(rows))
    outcome = curate("mix", "a.jsonl", "--human-ratio", "0.5", "--label-column", "by", "-o", "out", "--json")
    assert [one["column"] for one in outcome.json["columns"][0]["beside"]] == ["title", "response"]
    dry = curate("mix", "a.jsonl", "--human-ratio", "0.5", "--label-column", "by", "--dry-run")
    assert "not judged: prose in response (more of it than of the text), title" in " ".join(dry.out.split())
