from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from curate.corpus.columns import settle_files
from curate.corpus.files import find_files
from curate.errors import DataError, UsageError
from curate.schema import Columns
from making import FORMATS, write_rows


def settled(path: Path, row: dict[str, Any], wanted: Columns | None = None, suffix: str = "jsonl") -> Columns:
    write_rows(path / f"a.{suffix}", [row])
    ((file,), _) = find_files([str(path / f"a.{suffix}")])
    return settle_files([file], wanted or Columns()).settled[0][1]


MESSAGES = [{"role": "user", "content": "q"}]


@pytest.mark.parametrize("suffix", FORMATS)
@pytest.mark.parametrize(
    ("row", "text"),
    [
        ({"content": "c", "text": "t"}, "text"),
        ({"messages": MESSAGES, "content": "c"}, "content"),
        ({"TEXT": "t", "Content": "c"}, "TEXT"),
        ({"prompt": "p", "completion": "c", "messages": MESSAGES}, "messages.content"),
        ({"conversations": [{"from": "human", "value": "q"}]}, "conversations.value"),
        ({"conversations": MESSAGES}, "conversations.content"),
        ({"instruction": "i", "input": "x", "output": "o"}, "instruction+input+output"),
        ({"instruction": "i", "response": "o"}, "instruction+response"),
        ({"prompt": "p", "completion": "c"}, "prompt+completion"),
        ({"question": "q", "body_text": "A sentence of five words."}, "body_text"),
        ({"text": 5, "content": "c"}, "content"),
    ],
)
def test_the_text_is_found_by_its_usual_names(tmp_path: Path, row: dict[str, Any], text: str, suffix: str) -> None:
    assert settled(tmp_path, row, suffix=suffix).text == text


def test_ids_and_dates_are_found_and_sources_and_labels_only_named(tmp_path: Path) -> None:
    row = {"Doc_ID": 1, "text": "t", "dump": "CC-MAIN-2019-35", "source": "web", "label": "human"}
    assert settled(tmp_path, row) == Columns(text="text", id="Doc_ID", date="dump")
    named = Columns(source="source", label="label", extra=("licence",))
    assert settled(tmp_path, row, named) == Columns("text", "Doc_ID", "source", "label", "dump", ("licence",))
    assert settled(tmp_path, {"text": "t", "id": {"nested": 1}, "uuid": "u"}).id == "uuid"


@pytest.mark.parametrize(
    ("named", "text"),
    [
        ("messages", "messages.content"),
        ("messages.role", "messages.role"),
        ("a.b", "a.b"),
        ("list", "list"),
        ("x+y", "x+y"),
    ],
)
def test_named_texts_may_be_chats_paths_lists_and_sums(tmp_path: Path, named: str, text: str) -> None:
    row = {"messages": MESSAGES, "a": {"b": "t"}, "list": ["t"], "x": "t", "y": "t"}
    assert settled(tmp_path, row, Columns(text=named)).text == text


def test_a_named_column_that_is_not_there_is_a_usage_error_with_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as error:
        settled(tmp_path, {"body": "t", "text": "t"}, Columns(text="bodi"))
    assert error.value.exit_code == 2
    assert str(error.value) == "a.jsonl: no text column 'bodi'"
    assert error.value.hint == "columns are body, text; did you mean body?"
    with pytest.raises(UsageError) as error:
        settled(tmp_path, {"text": "t"}, Columns(text="TEXT"))
    assert error.value.hint == "columns are text; did you mean text?"
    with pytest.raises(UsageError, match="no date column 'when'"):
        settled(tmp_path, {"text": "t"}, Columns(date="when"))


def test_a_file_whose_named_column_is_of_another_kind_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"a\.jsonl text column 'n' holds int64, not text"):
        settled(tmp_path, {"text": "t", "n": 1}, Columns(text="n"))
    with pytest.raises(DataError, match="label column 'tags' holds"):
        settled(tmp_path, {"text": "t", "tags": ["a"]}, Columns(label="tags"))


@pytest.mark.parametrize("row", [{"a": "t", "b": 1}, {"text_a": "t", "text_b": "t"}])
def test_a_file_without_text_names_its_columns(tmp_path: Path, row: dict[str, Any]) -> None:
    with pytest.raises(DataError, match="no text column found") as error:
        settled(tmp_path, row)
    assert f"columns are {', '.join(row)}" in error.value.message
    assert "--text-column NAME" in error.value.hint


@pytest.mark.parametrize("row", [{"text": None}, {"text": None, "n": 1}, {"n": 1, "on": True, "x": [1, {"y": 2}]}])
def test_a_file_in_which_no_column_holds_text_is_not_told_to_name_one(tmp_path: Path, row: dict[str, Any]) -> None:
    with pytest.raises(DataError, match=r"columns are .*, and none of them holds text") as error:
        settled(tmp_path, row)
    assert "--text-column" not in error.value.hint


def test_files_of_one_run_may_have_different_columns(tmp_path: Path) -> None:
    write_rows(tmp_path / "a.jsonl", [{"text": "t", "lang": "en"}])
    write_rows(tmp_path / "b.parquet", [{"content": "t", "id": "x"}])
    write_rows(tmp_path / "c.jsonl", [{"n": 1}])
    files, _ = find_files([str(tmp_path)])
    found = settle_files(files, Columns(source="lang"))
    assert [(file.name, columns) for file, columns in found.settled] == [
        ("a.jsonl", Columns(text="text", source="lang")),
        ("b.parquet", Columns(text="content", id="id")),
    ]
    assert [(item.path, item.row, item.reason[:20]) for item in found.without] == [
        ("c.jsonl", None, "no text column found")
    ]
    with pytest.raises(UsageError, match="no source column 'nowhere'"):
        settle_files(files, Columns(source="nowhere"))
    with pytest.raises(DataError, match=r"nothing can be read: c\.jsonl"):
        settle_files(files[2:], Columns())
