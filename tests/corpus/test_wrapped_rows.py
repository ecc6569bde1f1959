"""A file that is one JSON object with rows inside is refused with the way to take them out, and never one document."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curate.corpus.contents import HEAD_BYTES, Unreadable, check_contents

ROWS = [{"id": i, "text": f"The mill by the river turned slowly, and row {i} says so."} for i in range(40)]
TEXTS = [row["text"] for row in ROWS]
LONG = [{"text": "word " * 5000}] * 10  # longer than what is looked at
TURNS = [{"role": "user", "content": "Why?"}, {"role": "assistant", "content": "As it is."}]


def format_of(content: bytes, name: str = "a.json", compression: str = "") -> str:
    Path(name).write_bytes(content)
    format = name.split(".")[1]
    return check_contents(name, name, format=format, compression=compression, head=content[:HEAD_BYTES])


WRAPPED = {
    "data": ({"data": ROWS}, "rows in data; take them out: jq -c '.data[]'"),
    "rows among others": ({"count": 40, "rows": ROWS, "note": "a, {b}"}, "rows in rows; "),
    "one row": ({"data": ROWS[:1]}, "rows in data; "),
    "deeper": ({"result": {"data": ROWS}}, "rows in result.data; take them out: jq -c '.result.data[]'"),
    "two splits": ({"train": ROWS, "test": ROWS}, "jq -c '.train[], .test[]'"),
    "a schema beside": ({"schema": {"fields": [{"name": "text"}]}, "data": ROWS}, "rows in data; "),
    "longer than the head": ({"data": LONG}, "rows in data; "),
    "an odd name": ({"my 'data'": ROWS}, """jq -c '.["my ?data?"][]'"""),
    "columns": ({"text": TEXTS, "id": list(range(40))}, "arrays of values in text"),
    "strings": ({"data": TEXTS}, "arrays of values in data"),
    "split as pandas does": ({"columns": ["text"], "data": [[text] for text in TEXTS]}, "arrays of values in data"),
    "columns as pandas does": ({"text": dict(enumerate(TEXTS))}, "a key for each row in text"),
    "index as pandas does": (dict(enumerate(ROWS)), "a key for each row, as pandas"),
    "squad": ({"version": "1", "data": [{"paragraphs": [{"context": "a"}]}]}, "rows in data; "),
}


@pytest.mark.parametrize("name", WRAPPED)
def test_rows_inside_one_object_are_refused_with_the_way_out(tmp_path: Path, monkeypatch, name: str) -> None:
    monkeypatch.chdir(tmp_path)
    value, told = WRAPPED[name]
    for content in (json.dumps(value), json.dumps(value) + "\n\n", "\ufeff" + json.dumps(value)):
        with pytest.raises(Unreadable) as error:
            format_of(content.encode())
        assert told in str(error.value)
        assert str(error.value).endswith('or give it a "text" of its own if it is one document')
    with pytest.raises(Unreadable, match="is one JSON object") as error:
        format_of(json.dumps(value, indent=2).encode())
    assert told in str(error.value)
    assert ".jsonl if" not in str(error.value)  # lines of a printed object are no rows
    with pytest.raises(Unreadable, match="is one JSON object"):
        format_of(gzip.compress(json.dumps(value).encode()), "a.json.gz", "gz")


DOCUMENTS = {
    "a text": {"text": "one", "tags": ["a", "b"], "notes": [{"a": 1}, {"a": 2}]},
    "a chat": {"id": 1, "messages": TURNS, "tools": [{"type": "function"}, {"type": "function"}]},
    "a chat of another layout": {"conversations": [{"from": "human", "value": "a"}, {"from": "gpt", "value": "b"}]},
    "a text behind arrays": {"labels": ["a", "b"], "content": "one"},
    "numbers": {"text": "a", "1": 2, "2": 3},
}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_an_object_that_is_one_document_is_read(tmp_path: Path, monkeypatch, name: str) -> None:
    monkeypatch.chdir(tmp_path)
    assert format_of(json.dumps(DOCUMENTS[name]).encode()) == "jsonl"


@pytest.mark.parametrize("row", [{"data": ROWS[:2]}, {"data": LONG}, {"a": TEXTS}])
def test_lines_of_objects_are_rows_whatever_they_hold(tmp_path: Path, monkeypatch, row: object) -> None:
    monkeypatch.chdir(tmp_path)
    assert format_of((json.dumps(row) + "\n").encode() * 3) == "jsonl"
    assert format_of(gzip.compress((json.dumps(row) + "\n").encode() * 3), "a.json.gz", "gz") == "jsonl"


@pytest.mark.parametrize("name", WRAPPED)
def test_the_only_line_of_json_lines_is_refused_where_it_holds_rows(tmp_path: Path, monkeypatch, name: str) -> None:
    monkeypatch.chdir(tmp_path)
    value, told = WRAPPED[name]
    for content in (json.dumps(value), json.dumps(value) + "\n\n", "\ufeff" + json.dumps(value)):
        with pytest.raises(Unreadable) as error:
            format_of(content.encode(), "a.jsonl")
        assert told in str(error.value)
        assert str(error.value).endswith('or give it a "text" of its own if it is one document')
    with pytest.raises(Unreadable, match="is one JSON object"):
        format_of(gzip.compress(json.dumps(value).encode()), "a.jsonl.gz", "gz")


ONE_ROW = {
    **DOCUMENTS,
    "a question": {"id": 7, "question": "Why is the sky blue by day?", "answers": [{"body": "a"}, {"body": "b"}]},
    "a text in parts": {"text": ["One part of it.", "And the other."]},
    "an answer before its sources": {"sources": [{"url": "a"}, {"url": "b"}], "answer": "It is for the light is so."},
}


@pytest.mark.parametrize("name", ONE_ROW)
def test_the_only_row_with_a_text_is_a_document(tmp_path: Path, monkeypatch, name: str) -> None:
    monkeypatch.chdir(tmp_path)
    assert format_of(json.dumps(ONE_ROW[name]).encode() + b"\n", "a.jsonl") == "jsonl"


def test_the_way_out_that_is_named_works(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(Unreadable, match=r"name it [.]jsonl if it is one document"):
        format_of(json.dumps(ONE_ROW["a question"]).encode())
    for name in ("a.json", "a.jsonl"):
        assert format_of(json.dumps({"data": ROWS, "text": "one"}).encode(), name) == "jsonl"


@pytest.mark.parametrize("row", [{"data": ROWS[:2]}, {"data": LONG}, {"a": TEXTS}])
def test_rows_that_hold_arrays_are_rows_where_there_are_two(tmp_path: Path, monkeypatch, row: object) -> None:
    monkeypatch.chdir(tmp_path)
    assert format_of((json.dumps(row) + "\n").encode() * 2, "a.jsonl") == "jsonl"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=12,
)


@given(st.dictionaries(st.text(min_size=1, max_size=3), JSON, max_size=4))
def test_a_refused_object_holds_rows_and_an_array_of_objects_is_always_refused(tmp_path_factory, value) -> None:
    head = json.dumps(value).encode()
    path = tmp_path_factory.getbasetemp() / "any.json"
    path.write_bytes(head)
    try:
        check_contents(str(path), "any.json", format="json", compression="", head=head)
        refused = False
    except Unreadable as error:
        refused = "is one JSON object" in str(error)
    holds = [one for one in value.values() if isinstance(one, list) and one and all(isinstance(x, dict) for x in one)]
    assert refused or not holds


@pytest.mark.parametrize("key", ["messages", "Conversations", "turns"])
def test_one_chat_is_one_document_though_nobody_is_said_to_speak(tmp_path: Path, monkeypatch, key: str) -> None:
    monkeypatch.chdir(tmp_path)
    chat = json.dumps({key: [{"content": "Why?"}, {"content": "As it is."}]}).encode()
    assert format_of(chat, "a.jsonl") == "jsonl"
    assert format_of(chat, "a.json") == "jsonl"
