"""Which column is taken for the text where nobody names one: usual names first, then what the columns hold."""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from curate.corpus.columns import Settlement, settle_files
from curate.corpus.files import find_files
from curate.corpus.taken_columns import FileColumns
from curate.errors import DataError, UsageError
from curate.schema import Columns
from making import FORMATS, json_lines, read_path, write_rows

Row = dict[str, Any]
WORDS = (
    "the", "quick", "brown", "fox", "jumps", "over", "a", "lazy", "dog", "while", "seven", "careful", "engineers",
    "read", "every", "line", "of", "that", "long", "report",
)  # fmt: skip
HAN = "我们今天去公园看花然后回家吃饭他说很高兴见到你的朋友们"


def prose(seed: object, words: int) -> str:
    draw = random.Random(str(seed))
    return " ".join(draw.choice(WORDS) for _ in range(words)).capitalize() + "."


def han(seed: object, letters: int) -> str:
    draw = random.Random(str(seed))
    return "".join(draw.choice(HAN) for _ in range(letters))


def digest(seed: object) -> str:
    return hashlib.sha256(str(seed).encode()).hexdigest()


def said(role: str, text: str) -> list[Row]:
    return [{"role": role, "content": text}]


LAYOUTS: dict[str, tuple[Callable[[int], Row], str]] = {
    "plain": (lambda i: {"text": prose(i, 30), "source": "a b c d"}, "text"),
    "instruction": (
        lambda i: {"instruction": prose(i, 8), "input": "", "output": prose(-i, 30)}, "instruction+input+output",
    ),
    "dolly": (
        lambda i: {"instruction": prose(i, 8), "context": prose(i, 40) if i % 2 else "", "response": prose(-i, 30)},
        "instruction+context+response",
    ),
    "completion": (lambda i: {"prompt": prose(i, 8), "completion": prose(-i, 30)}, "prompt+completion"),
    "chat completion": (
        lambda i: {"prompt": said("user", prose(i, 8)), "completion": said("assistant", prose(-i, 30))},
        "prompt.content+completion.content",
    ),
    "messages": (lambda i: {"prompt": prose(i, 8), "messages": said("user", prose(i, 8))}, "messages.content"),
    "conversations": (lambda i: {"conversations": [{"from": "human", "value": prose(i, 8)}]}, "conversations.value"),
    "parts": (lambda i: {"messages": [{"content": [{"type": "text", "text": prose(i, 8)}]}]}, "messages.content"),
    "question": (
        lambda i: {"title": prose(i % 9, 3), "context": prose(i, 90), "question": prose(-i, 9),
                   "answers": {"text": [prose(i, 3)], "answer_start": [3]}}, "context",
    ),
    "captions": (lambda i: {"url": f"https://a.example/{i}.jpg", "alt_text": prose(i, 9), "width": 3}, "alt_text"),
    "hashes": (lambda i: {"text_sha256": digest(i), "body": prose(i, 30), "url": f"https://a.example/{i}"}, "body"),
    "hash named text": (lambda i: {"text": digest(i), "body": prose(i, 30)}, "body"),
    "empty text": (lambda i: {"text": "", "body": prose(i, 30)}, "body"),
    "ids named content": (lambda i: {"content": f"doc-{i:06d}", "article": prose(i, 30)}, "article"),
    "nested": (lambda i: {"n": i, "metadata": {"text": prose(i, 30), "url": f"http://a.b/{i}"}}, "metadata.text"),
    "reviews": (lambda i: {"title": prose(i, 4), "body": prose(-i, 60), "stars": i % 5}, "body"),
    "summaries": (lambda i: {"document": prose(i, 200), "summary": prose(-i, 20)}, "document"),
    "code": (lambda i: {"path": f"src/{i}.py", "content": f"def f{i}(x):\n    return x + {i}\n"}, "content"),
    "page": (lambda i: {"html": f"<!DOCTYPE html><p>{prose(i, 300)}", "extracted": prose(i, 60)}, "extracted"),
    "json": (lambda i: {"meta": json.dumps({"a": prose(i, 99)}), "article": prose(i, 20)}, "article"),
    "dialog": (lambda i: {"dialog": [prose(i, 8), prose(-i, 8)], "act": [1, 2]}, "dialog"),
    "Chinese": (lambda i: {"标题": "新闻", "正文": han(i, 50)}, "正文"),
    "label": (lambda i: {"kind": "a long name of a kind", "body": prose(i, 9), "path": f"a/{i}"}, "body"),
}  # fmt: skip
TIES: dict[str, tuple[Callable[[int], Row], tuple[str, ...]]] = {
    "languages": (lambda i: {"text_en": prose(i, 20), "text_zh": han(i, 40)}, ("text_en", "text_zh")),
    "translation": (lambda i: {"translation": {"en": prose(i, 20), "fr": prose(-i, 22)}},
                    ("translation.en", "translation.fr")),
    "queries": (lambda i: {"question": prose(i, 9), "sql_context": f"CREATE TABLE head{i} (age INTEGER, name VARCHAR)",
                           "answer": f"SELECT COUNT(*) FROM head{i} WHERE age > 56"},
                ("question", "sql_context", "answer")),
    "preference": (lambda i: {"chosen": prose(i, 30), "rejected": prose(-i, 30)}, ("chosen", "rejected")),
    "no text beside two": (lambda i: {"text": digest(i), "a": prose(i, 30), "b": prose(-i, 30)}, ("a", "b")),
}  # fmt: skip


def settled(folder: Path, wanted: Columns | None = None) -> Settlement:
    files, _ = find_files([str(folder)])
    return settle_files(files, wanted or Columns())


def taken(folder: Path, rows: list[Row], suffix: str = "jsonl") -> FileColumns:
    write_rows(folder / f"a.{suffix}", rows, group=40)
    return settled(folder).taken[0]


@pytest.mark.parametrize("suffix", FORMATS)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_what_a_column_holds_decides(tmp_path: Path, layout: str, suffix: str) -> None:
    row, text = LAYOUTS[layout]
    assert taken(tmp_path, [row(i) for i in range(120)], suffix).text.column == text


@pytest.mark.parametrize("suffix", ["jsonl", "parquet"])
@pytest.mark.parametrize("layout", TIES)
def test_a_tie_is_asked_for_by_name(tmp_path: Path, layout: str, suffix: str) -> None:
    row, names = TIES[layout]
    with pytest.raises(DataError, match=f"{len(names)} columns could be the text: {names[0]} ") as error:
        taken(tmp_path, [row(i) for i in range(120)], suffix)
    assert error.value.exit_code == 3
    assert all(f"{name} (middle length " in error.value.message for name in names)
    assert error.value.hint == f"name it: --text-column {names[0]}, or both joined: --text-column {names[0]}+{names[1]}"
    assert settled(tmp_path, Columns(text=names[1])).settled[0][1].text == names[1]


def tree(i: int, deep: int, words: int) -> Row:
    return {"text": prose((i, deep), words), "replies": [tree(i, deep - 1, 9)] if deep else []}


def replies_first(node: dict[str, Any]) -> dict[str, Any]:
    return {"replies": [replies_first(one) for one in node["replies"]], "text": node["text"]}


BESIDE: dict[str, tuple[Callable[[int, int], Row], tuple[str, ...]]] = {
    "hc3": (
        lambda i, words: {"q": prose(i, 300), "human_answers": [prose(i, words)], "chatgpt_answers": [prose(-i, 30)]},
        ("human_answers", "chatgpt_answers"),
    ),
    "stories": (
        lambda i, words: {"Human_story": prose(i, words), "gpt-4 story": prose(-i, 30)}, ("Human_story", "gpt-4 story"),
    ),
    "camel": (lambda i, words: {"humanText": prose(i, words), "aiText": prose(-i, 30)}, ("humanText", "aiText")),
    "preferences": (lambda i, words: {"chosen": prose(i, words), "rejected": prose(-i, 30)}, ("chosen", "rejected")),
    "preferred chats": (
        lambda i, words: {"chosen": said("assistant", prose(i, words)), "rejected": said("assistant", prose(-i, 30))},
        ("chosen.content", "rejected.content"),
    ),
    "trees": (
        lambda i, words: {"n": i, "prompt": tree(i, 3, words)},
        ("prompt.text", "prompt.replies.text", "prompt.replies.replies.text", "prompt.replies.replies.replies.text"),
    ),
    "trees, their replies first": (
        lambda i, words: {"n": i, "prompt": replies_first(tree(i, 3, words))},
        ("prompt.text", "prompt.replies.text", "prompt.replies.replies.text", "prompt.replies.replies.replies.text"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("suffix", ["jsonl", "parquet"])
@pytest.mark.parametrize("words", [4, 30, 400])
@pytest.mark.parametrize("layout", BESIDE)
def test_of_texts_that_belong_beside_each_other_none_is_taken_for_its_length(
    tmp_path: Path, layout: str, words: int, suffix: str
) -> None:
    row, names = BESIDE[layout]
    with pytest.raises(DataError) as error:
        taken(tmp_path, [row(i, words) for i in range(120)], suffix)
    assert names[0] in error.value.message
    assert names[-1] in error.value.message
    assert "--text-column" in error.value.hint
    everything = "+".join(names)
    assert settled(tmp_path, Columns(text=everything)).settled[0][1].text == everything


def test_a_name_alone_asks_nothing(tmp_path: Path) -> None:
    rows = [{"human_answers": prose(i, 30), "topic": "a b c"} for i in range(60)]
    assert taken(tmp_path, rows).text.column == "human_answers"


@pytest.mark.parametrize("suffix", ["jsonl", "parquet"])
def test_prose_in_lists_of_objects_is_found_where_nothing_else_is(tmp_path: Path, suffix: str) -> None:
    rows = [
        {"title": "T", "paragraphs": [{"context": prose((i, n), 90), "qas": [{"question": prose(i, 6)}]} for n in "ab"]}
        for i in range(60)
    ]
    assert taken(tmp_path, rows, suffix).text.column == "paragraphs.context"


MIXED: list[list[str | None]] = [
    [None if i < 100 else prose(i, 9) for i in range(120)],
    [digest(i) if i % 2 else prose(i, 9) for i in range(120)],
    ["en"] * 120,
    ["The same long prompt of a system."] * 120,
    ["positive", "negative"] * 60,
    ["-", "null", "🙂"] * 40,
]


@pytest.mark.parametrize("suffix", ["jsonl", "parquet"])
@pytest.mark.parametrize("texts", MIXED)
def test_a_usual_name_that_holds_text_in_part_is_asked_for(
    tmp_path: Path, texts: list[str | None], suffix: str
) -> None:
    rows = [{"text": text, "body": prose(-i, 9)} for i, text in enumerate(texts)]
    with pytest.raises(DataError, match="2 columns could be the text: text, which many rows lack") as error:
        taken(tmp_path, rows, suffix)
    assert "'body|text'" in error.value.hint
    found, bad = read_path(tmp_path, Columns(text="text|body"))
    assert (len(found), bad) == (120, [])
    assert settled(tmp_path, Columns(text="text")).settled[0][1].text == "text"


def test_of_hundreds_of_columns_all_are_looked_at(tmp_path: Path) -> None:
    rows = [{**{f"c{n}": "x" for n in range(300)}, "last": prose(i, 9)} for i in range(30)]
    assert taken(tmp_path, rows, "parquet").text.column == "last"
    write_rows(tmp_path / "a.parquet", [{f"c{n}": "x" for n in range(300)}])
    with pytest.raises(DataError, match="c29 and 270 more"):
        settled(tmp_path)


def test_a_name_with_the_sign_takes_no_turns(tmp_path: Path) -> None:
    rows = [{"a|b": prose(i, 9) if i % 2 else None, "c": None if i % 2 else prose(i, 9)} for i in range(60)]
    with pytest.raises(DataError, match="2 columns could be the text"):
        taken(tmp_path, rows)


def test_an_empty_row_group_is_passed_over(tmp_path: Path) -> None:
    table = pa.table({"text": [prose(i, 9) for i in range(5)], "b": ["x"] * 5})
    with pq.ParquetWriter(tmp_path / "a.parquet", table.schema) as writer:
        writer.write_table(table.slice(0, 0))
        writer.write_table(table)
    assert settled(tmp_path).taken[0].text.column == "text"


def test_only_a_text_has_parts(tmp_path: Path) -> None:
    write_rows(tmp_path / "a.jsonl", [{"text": "t", "a": "1", "b": "2"}])
    for setting in ("a|b", "a+b"):
        with pytest.raises(UsageError, match="no id column"):
            settled(tmp_path, Columns(id=setting))


@pytest.mark.parametrize("row", [{"text_sha256": digest(1), "n": 1}, {"subtext": "yes"}, {"context": "12:30"}])
def test_text_inside_a_name_is_no_reason(tmp_path: Path, row: Row) -> None:
    with pytest.raises(DataError, match="no text column found: columns are "):
        taken(tmp_path, [row] * 30)


def test_why_is_told_of_every_role(tmp_path: Path) -> None:
    rows = [{"text": digest(i), "body": prose(i, 20), "id": i % 3, "uuid": i, "date": "2019-01-01"} for i in range(40)]
    write_rows(tmp_path / "a.jsonl", rows)
    (file,) = settled(tmp_path).taken
    assert (file.text.column, file.text.why) == (
        "body", "found: the only column that holds prose; column text holds hashes",
    )  # fmt: skip
    assert (file.id.column, file.id.why) == ("uuid", "found: its name")
    assert (file.date.column, file.date.why) == ("date", "found: its name")
    assert (file.source.column, file.source.why) == (None, "none: not named; the file's name stands for it")
    assert (file.label.column, file.label.why) == (None, "none: not named")
    (file,) = settled(tmp_path, Columns(text="body", label="text")).taken
    assert (file.text.why, file.label.why) == ("named by --text-column", "named by --label-column")


def test_an_id_that_repeats_is_none_and_says_so(tmp_path: Path) -> None:
    found = taken(tmp_path, [{"id": i % 7, "text": prose(i, 9)} for i in range(100)]).id
    assert (found.column, found.why) == (None, "none: values of id repeat; rows are numbered")
    found = taken(tmp_path, [{"id": max(i, 3), "text": prose(i, 9)} for i in range(100)]).id
    assert (found.column, found.why) == ("id", "found: its name; some values repeat")
    assert settled(tmp_path, Columns(id="id")).taken[0].id.why == "named by --id-column"


@pytest.mark.parametrize("suffix", ["jsonl", "jsonl.gz", "parquet", "arrow"])
@pytest.mark.parametrize("lacking", [100, 1000])
def test_rows_without_text_at_the_head_lose_no_file(tmp_path: Path, suffix: str, lacking: int) -> None:
    rows = [{"text": None if i < lacking else prose(i, 9), "n": i} for i in range(lacking + 20)]
    assert taken(tmp_path, rows, suffix).text.column == "text"


@pytest.mark.parametrize("first", [{}, {"text": 3}, {"text": None, "body": None}, {"other": [1]}])
@pytest.mark.parametrize("suffix", ["jsonl", "jsonl.zst"])
def test_types_come_from_all_over_a_file(tmp_path: Path, suffix: str, first: Row) -> None:
    rows = [first] * 3000 + [{"text": prose(i, 9)} for i in range(10)]
    assert taken(tmp_path, rows, suffix).text.column == "text"


def test_a_named_column_may_begin_late(tmp_path: Path) -> None:
    rows = [{"n": i} for i in range(3000)] + [{"n": 1, "body": prose(1, 9), "site": "a"}]
    write_rows(tmp_path / "a.jsonl", rows)
    found = settled(tmp_path, Columns(text="body", source="site")).settled[0][1]
    assert (found.text, found.source) == ("body", "site")


def test_json_inside_a_column_is_looked_at_too(tmp_path: Path) -> None:
    chats = [None if i < 100 else json.dumps(said("user", prose(i, 9))) for i in range(200)]
    table = pa.table({"messages": pa.array(chats, pa.json_())})
    pq.write_table(table, tmp_path / "a.parquet", row_group_size=50)
    assert settled(tmp_path).taken[0].text.column == "messages.content"


TWO = [
    {"messages": said("user", prose(i, 9))} if i % 3 else {"conversations": [{"from": "human", "value": prose(i, 9)}]}
    for i in range(200)
]
TEXTS = [prose(i, 9) for i in range(200)]


@pytest.mark.parametrize("suffix", FORMATS)
@pytest.mark.parametrize("named", ["", "messages|conversations", "messages.content|conversations.value"])
def test_a_row_is_read_by_the_layout_that_it_has(tmp_path: Path, suffix: str, named: str) -> None:
    rows = TWO if "json" in suffix else [{"messages": None, "conversations": None, **row} for row in TWO]
    write_rows(tmp_path / f"a.{suffix}", rows, group=50)
    found, bad = read_path(tmp_path, Columns(text=named))
    assert bad == []
    assert [one["text"] for one in found] == TEXTS


@pytest.mark.parametrize("suffix", FORMATS)
def test_of_two_layouts_the_first_that_is_not_empty_is_read(tmp_path: Path, suffix: str) -> None:
    rows = [{"text": "both", "content": "x"}, {"text": "", "content": "second"}, {"text": None, "content": "third"},
            {"text": "", "content": None}, {"text": None, "content": None}]  # fmt: skip
    write_rows(tmp_path / f"a.{suffix}", rows)
    found, bad = read_path(tmp_path)
    assert [one["text"] for one in found] == ["both", "second", "third", ""]
    assert [(one.row, one.reason) for one in bad] == [(4, "has no text: text|content is null or missing")]


def test_a_line_of_the_second_layout_among_thousands_of_the_first_is_read(tmp_path: Path) -> None:
    rows = [TWO[1]] * 4000 + [TWO[0]] + [TWO[1]] * 4000
    write_rows(tmp_path / "a.jsonl", rows)
    found, bad = read_path(tmp_path, Columns(text="messages|conversations.value"))
    assert bad == []
    assert [one["row"] for one in found if one["text"] == prose(0, 9)] == [4000]


def test_columns_of_which_no_row_has_two_take_turns(tmp_path: Path) -> None:
    rows = [{"article": prose(i, 20) if i % 2 else None, "post": None if i % 2 else prose(i, 20)} for i in range(60)]
    found = taken(tmp_path, rows, "parquet").text
    assert (found.column, found.why) == (
        "article|post", "found: prose of which no row has two; a row is read by the one it has",
    )  # fmt: skip


def test_a_column_whose_name_holds_the_sign_is_one_column(tmp_path: Path) -> None:
    write_rows(tmp_path / "a.jsonl", [{"a|b": prose(1, 9), "a": "x"}])
    assert settled(tmp_path, Columns(text="a|b")).settled[0][1].text == "a|b"
    assert [one["text"] for one in read_path(tmp_path, Columns(text="a|b"))[0]] == [prose(1, 9)]


@pytest.mark.parametrize("named", ["question+anwser", "body|question+anwser", "anwser"])
def test_a_part_that_is_typed_wrong_is_named(tmp_path: Path, named: str) -> None:
    write_rows(tmp_path / "a.jsonl", [{"question": "q", "answer": "a", "body": "b"}])
    with pytest.raises(UsageError, match="no text column 'anwser'") as error:
        settled(tmp_path, Columns(text=named))
    assert "did you mean answer?" in error.value.hint


def test_each_file_is_decided_by_itself(tmp_path: Path) -> None:
    write_rows(tmp_path / "a.jsonl", [{"body": prose(i, 9)} for i in range(30)])
    write_rows(tmp_path / "b.parquet", [{"text": prose(i, 9), "lang": "en"} for i in range(30)])
    (tmp_path / "c.jsonl").write_bytes(json_lines([{"a": prose(i, 9), "b": prose(-i, 9)} for i in range(30)]))
    found = settled(tmp_path, Columns(source="lang"))
    assert [(file.name, columns.text, columns.source) for file, columns in found.settled] == [
        ("a.jsonl", "body", ""),
        ("b.parquet", "text", "lang"),
    ]
    assert found.taken[0].source.why == (
        "none: --source-column lang is not in these files; the file's name stands for it"
    )
    assert (found.taken[2].text.column, found.taken[2].text.why) == (None, "none: a, b could be the text")
    assert [one.path for one in found.without] == ["c.jsonl"]
