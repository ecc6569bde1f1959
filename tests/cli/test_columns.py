"""The columns taken of a corpus, and why: in the report, with -v, in scan.json and the manifest; what was not read."""

from __future__ import annotations

import hashlib
import json
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from corpus.test_text_column import LAYOUTS, TIES, prose

from corpora import Outcome, corpus_rows, made_up_texts, write_jsonl

Curate = Callable[..., Outcome]
Row = dict[str, Any]


def chats(count: int) -> list[Row]:
    return [{"messages": [{"role": "user", "content": prose(i, 60)}], "origin": "human"} for i in range(count)]


def shared(count: int) -> list[Row]:
    return [{"conversations": [{"from": "human", "value": prose(-i - 1, 60)}], "origin": "human"} for i in range(count)]


def manifest() -> Row:
    [path] = Path(".curate").glob("*/manifest.json")
    found: Row = json.loads(path.read_bytes())
    return found


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_column_taken_and_why_stands_everywhere(curate: Curate, layout: str) -> None:
    row, text = LAYOUTS[layout]
    write_jsonl(Path("in/a.jsonl"), [row(i) for i in range(40)])
    outcome = curate("scan", "in", "-v")
    assert outcome.code == 0, outcome.err
    assert f"columns: text from {text}" in " ".join(outcome.out.split())
    assert f"text = {text}  (found: " in outcome.err
    [one] = curate("scan", "in", "--json").json["columns"]
    assert (one["files"], one["examples"], one["text"]["column"]) == (1, ["a.jsonl"], text)
    assert one["text"]["why"].startswith("found: ")
    assert all(set(one[role]) == {"column", "why"} for role in ("text", "id", "source", "label", "date"))
    assert manifest()["columns"] == [one]


@pytest.mark.parametrize("layout", TIES)
def test_two_candidates_are_asked_for_by_name(curate: Curate, layout: str) -> None:
    row, names = TIES[layout]
    write_jsonl(Path("in/a.jsonl"), [row(i) for i in range(40)])
    outcome = curate("scan", "in")
    assert outcome.code == 3
    assert all(name in outcome.err for name in names)
    assert f"--text-column {names[0]}" in outcome.err
    assert len(outcome.err.splitlines()) == 2
    assert curate("scan", "in", "--text-column", names[0], "--json").json["documents"] == 40


@pytest.mark.parametrize("name", ["body text", "body; rm x", "it's", "$(x)"])
def test_the_columns_of_a_hint_are_quoted_as_a_shell_takes_them(curate: Curate, name: str) -> None:
    write_jsonl(Path("a.jsonl"), [{name: prose(i, 60), "other": prose(-i - 1, 60)} for i in range(40)])
    asked = curate("scan", "a.jsonl")
    assert asked.code == 3
    hint = asked.err.partition("try: name it: ")[2]
    one, both = hint.split(", or both joined: ")
    assert curate("scan", "a.jsonl", *shlex.split(one), "--json").json["documents"] == 40
    joined = curate("scan", "a.jsonl", *shlex.split(both), "--json").json
    assert joined["columns"][0]["text"]["column"] == f"{name}+other"


def test_a_usual_column_that_many_rows_lack_is_quoted_with_the_other(curate: Curate) -> None:
    rows = [{"body text": prose(i, 60), "text": prose(-i - 1, 60) if i % 5 == 0 else None} for i in range(40)]
    write_jsonl(Path("a.jsonl"), rows)
    hint = curate("scan", "a.jsonl").err.partition("try: name it: ")[2]
    one, either = hint.partition(": a row is read by")[0].split(", or ")
    assert shlex.split(one) == ["--text-column", "body text"]
    assert curate("scan", "a.jsonl", "--text-column", *shlex.split(either), "--json").json["documents"] == 40


def test_a_name_as_long_as_a_text_is_cut_in_the_report_alone(curate: Curate) -> None:
    first = " ".join(prose(i, 60) for i in range(9))
    Path("a.csv").write_text(f'id,"{first}"\n' + "".join(f'{i},"{prose(i, 60)}"\n' for i in range(40)))
    report = curate("scan", "a.csv")
    assert report.code == 0, report.err
    said = " ".join(report.out.split()).partition("columns: text from ")[2].partition(" (the only column")[0]
    assert said == first[:60].strip() + "…"
    assert curate("scan", "a.csv", "--json").json["columns"][0]["text"]["column"] == first


def test_what_is_not_read_stands_in_the_first_line(curate: Curate) -> None:
    write_jsonl(Path("in/a.jsonl"), corpus_rows(40))
    lost = write_jsonl(Path("in/b.jsonl"), [{"q": prose(i, 9), "a": prose(-i, 9)} for i in range(30)])
    outcome = curate("scan", "in", "--source-column", "site")
    assert outcome.code == 0
    size = lost.stat().st_size
    told = f"NOT READ: 1 of 2 files ({size:,} bytes, documents unknown): b.jsonl: q, a could be the text"
    assert " ".join(outcome.out.splitlines()[1:3]).startswith(told)
    found = curate("scan", "in", "--json").json
    assert [one["text"]["column"] for one in found["columns"]] == ["text", None]
    assert (found["columns"][1]["files"], found["columns"][1]["bytes"]) == (1, size)
    assert manifest()["columns"] == found["columns"]
    assert curate("scan", "in", "--strict", "-q").code == 3
    outcome = curate("mix", "in", "--human-ratio", "0.9", "--label-column", "origin", "--dry-run")
    assert outcome.out.splitlines()[1].startswith("NOT READ: 1 of 2 files")


def test_the_human_reference_is_told_of_too(curate: Curate) -> None:
    write_jsonl(Path("a.jsonl"), corpus_rows(40))
    write_jsonl(Path("ref/x.jsonl"), [{"story": prose(i, 60)} for i in range(40)])
    assert curate("scan", "a.jsonl", "--human-reference", "ref", "--strict", "-q").code == 0
    write_jsonl(Path("ref/y.jsonl"), [{"q": prose(i, 60), "a": prose(-i, 60)} for i in range(40)])
    outcome = curate("scan", "a.jsonl", "--human-reference", "ref")
    assert outcome.out.splitlines()[1].startswith("human reference NOT READ: 1 of 2 files")
    assert "human reference columns: text from story (the only column that holds prose)" in outcome.out
    found = curate("scan", "a.jsonl", "--human-reference", "ref", "--json").json
    assert [one["text"]["column"] for one in found["reference_columns"]] == ["story", None]
    assert curate("scan", "a.jsonl", "--human-reference", "ref", "--strict", "-q").code == 3


@pytest.mark.parametrize("form", ["parquet", "jsonl"])
def test_a_mix_of_two_layouts_is_read_whole_and_so_is_its_mix(curate: Curate, form: str) -> None:
    write_jsonl(Path("in/a.jsonl"), chats(60))
    write_jsonl(Path("in/b.jsonl"), shared(60))
    options = ("--human-ratio", "0.9", "--label-column", "origin", "--trust", "declared", "--format", form)
    for source, target in (("in", "mix"), ("mix/data", "again")):
        made = curate("mix", source, *options, "-o", target, "--json")
        assert made.code == 0, made.err
        assert made.json["documents"] == 120
        assert curate("verify", target, "--inputs", source).code == 0
    [one] = made.json["columns"]
    assert one["text"]["column"] == "messages.content|conversations.value"
    assert curate("scan", "again/data", "--json").json["quarantined"] == 0


def test_rows_of_a_mix_are_read_as_their_files_were(curate: Curate) -> None:
    digests = [hashlib.sha256(str(i).encode()).hexdigest() for i in range(60)]
    write_jsonl(
        Path("in/a.jsonl"),
        [{"text": digest, "body": prose(i, 60), "origin": "human"} for i, digest in enumerate(digests)],
    )
    write_jsonl(Path("in/b.jsonl"), [{"text": prose(-i - 1, 60), "origin": "human"} for i in range(60)])
    options = ("--human-ratio", "0.9", "--label-column", "origin", "--trust", "declared")
    assert curate("mix", "in", *options, "-o", "mix").code == 0
    assert curate("verify", "mix", "--inputs", "in").code == 0
    asked = curate("scan", "mix/data")  # nobody can tell which of the two a row's text is
    assert asked.code == 3
    assert "'body|text'" in asked.err
    assert curate("mix", "mix/data", "--text-column", "body|text", *options, "-o", "again", "--json").json["tokens"] > 0
    assert curate("verify", "again").code == 0
    rows = [{"text": prose(i, 60), "body": digest, "origin": "human"} for i, digest in enumerate(digests)]
    write_jsonl(Path("in/b.jsonl"), rows)
    outcome = curate("mix", "in", *options, "-o", "never")
    assert outcome.code == 3
    assert "'body'" in outcome.err
    assert not Path("never").exists()


def test_other_commands_tell_the_columns_too(curate: Curate) -> None:
    write_jsonl(Path("a.jsonl"), [{"id": row["id"], "body": prose(i, 60)} for i, row in enumerate(corpus_rows(60))])
    write_jsonl(Path("b.jsonl"), [{"text": prose(-i - 1, 60)} for i in range(60)])
    told = "columns: text from body (the only column that holds prose); ids from id; sources by file name"
    outcome = curate("check", "a.jsonl", "--baseline", "b.jsonl", "--fail-on", "never")
    assert told in " ".join(outcome.out.split())
    found = curate("check", "a.jsonl", "--baseline", "b.jsonl", "--fail-on", "never", "--json").json
    assert found["change"]["columns"][0]["text"]["column"] == "body"
    outcome = curate("compare", "a.jsonl", "b.jsonl")
    assert f"a.jsonl {told}" in " ".join(outcome.out.split())
    found = curate("compare", "a.jsonl", "b.jsonl", "--json").json
    assert [side[0]["text"]["column"] for side in found["columns"]] == ["body", "text"]
    outcome = curate("audit", "draw", "a.jsonl", "-o", "labels.jsonl", "-n", "20")
    assert told in " ".join(outcome.out.split())


def test_a_setting_of_a_file_is_said_to_be_of_it(curate: Curate) -> None:
    write_jsonl(Path("a.jsonl"), [{"text": "x", "body": prose(i, 9)} for i in range(30)])
    Path("curate.toml").write_text('text-column = "body"\n')
    [one] = curate("scan", "a.jsonl", "--json").json["columns"]
    assert one["text"] == {"column": "body", "why": "named by --text-column in curate.toml"}


def test_names_and_values_are_shown_harmless(curate: Curate) -> None:
    rows = [{"a\x1b[31m": prose(i, 9), "b\u202e": "::error::" + prose(-i, 9)} for i in range(30)]
    write_jsonl(Path("a.jsonl"), rows)
    outcome = curate("scan", "a.jsonl")
    assert outcome.code == 3
    assert not {"\x1b", "\u202e"} & set(outcome.err)
    outcome = curate("scan", "a.jsonl", "--text-column", "a\x1b[31m", "-v")
    assert outcome.code == 0
    assert not {"\x1b", "\u202e"} & set(outcome.out + outcome.err.partition("1 file (")[2])


@pytest.mark.parametrize("library", ["datasets", "pandas", "polars", "duckdb"])
def test_what_other_libraries_write_is_read(curate: Curate, library: str) -> None:
    package = pytest.importorskip(library, reason=f"{library} is not installed")
    Path("in").mkdir()
    rows = [{**row, "text_sha256": f"{i:064x}"} for i, row in enumerate(chats(40))]
    if library == "datasets":
        package.Dataset.from_list(rows).to_parquet("in/a.parquet")
    elif library == "pandas":
        package.DataFrame(rows).to_parquet("in/a.parquet")
    elif library == "polars":
        package.DataFrame(rows).write_parquet("in/a.parquet")
    else:
        table = pa.Table.from_pylist(rows)
        package.sql("SELECT * FROM table").write_parquet("in/a.parquet")
        assert table.num_rows == 40
    [one] = curate("scan", "in", "--json").json["columns"]
    assert one["text"]["column"] == "messages.content"


def test_every_format_of_a_check_names_the_columns(curate: Curate) -> None:
    write_jsonl(Path("in/a.jsonl"), [{"body": text, "key": n} for n, text in enumerate(made_up_texts(20))])
    for name in ("text", "markdown", "sarif", "junit"):
        said = " ".join(curate("check", "in", "--format", name).out.split()).replace("`", "")
        assert "columns: text from body (the only column that holds prose)" in said, name


def test_the_head_of_a_report_counts_one_token_and_names_no_language_of_none(curate: Curate) -> None:
    write_jsonl(Path("one.jsonl"), [{"text": "hello"}])
    assert "1 document  ·  1 token  ·  5 bytes" in curate("scan", "one.jsonl").out
    write_jsonl(Path("none.jsonl"), [{"text": ""}] * 3)
    head = curate("scan", "none.jsonl").out.splitlines()[1:3]
    assert head[0].startswith("3 documents  ·  0 tokens")
    assert head[1].startswith("columns: text from text")


def test_files_of_unlike_columns_are_named(curate: Curate) -> None:
    for name, column in (("a", "text"), ("b", "text"), ("c", "body"), ("d", "body"), ("e", "body")):
        rows = [{column: prose(i, 60), "id": f"{name}{i}"} for i in range(30)]
        write_jsonl(Path(f"in/{name}.jsonl"), rows)
    write_jsonl(Path("in/f.jsonl"), [{"story": prose(i, 60), "site": "x"} for i in range(30)])
    told = " ".join(curate("scan", "in").out.split())
    assert "columns of 3 files (c.jsonl, ...): text from body" in told
    assert "columns of 2 files (a.jsonl, b.jsonl): text from text" in told
    assert "columns of f.jsonl: text from story" in told
    Path("in/f.jsonl").unlink()
    assert "text from body in 3 files (c.jsonl, ...)" in told or "in 3 files (c.jsonl, ...)" in curate("scan", "in").out


def test_labels_that_nobody_named_are_told_of_once(curate: Curate) -> None:
    for name, column in (("a", "text"), ("b", "body"), ("c", "story")):
        more = {"id": name} if column == "text" else {}
        rows = [{column: prose(i, 60), "label": i % 2, **more} for i in range(30)]
        write_jsonl(Path(f"in/{name}.jsonl"), rows)
    told = " ".join(curate("scan", "in").out.split())
    assert "columns of a.jsonl: text from text" in told
    assert told.count("no labels are read: column 'label'") == 1
