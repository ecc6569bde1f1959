"""Turns of a chat, chosen by who speaks: the same from every format as from plain Python."""

from __future__ import annotations

import json
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from curate.corpus.arrow_values import texts_of
from curate.corpus.column_paths import with_turns
from curate.corpus.json_values import json_text

NAMES = ["assistant", "Assistant ", "gpt", "user", "human", "system", "tool", None, ""]
CONTENT = st.none() | st.sampled_from(["a", "", "b\nc"])
MESSAGE = st.fixed_dictionaries({"role": st.sampled_from(NAMES), "content": CONTENT})
MESSAGES = st.lists(st.none() | MESSAGE, max_size=5)
MACHINE = {"assistant", "gpt"}
SETTING = "messages[role=assistant].content"


def expected(chat: list[Any] | None) -> str | None:
    """The truth, without a line of the code under test."""
    if chat is None:
        return None
    turns = [one for one in chat if one and one["role"] and one["role"].strip().lower() in MACHINE]
    return "\n".join(one["content"] or "" for one in turns)


@given(st.lists(st.none() | MESSAGES, min_size=1, max_size=6))
def test_arrow_json_columns_and_parsed_rows_give_the_chosen_turns(chats: list[Any]) -> None:
    type = pa.list_(pa.struct([("role", pa.string()), ("content", pa.string())]))
    truth = [expected(chat) for chat in chats]
    as_json = [None if chat is None else json.dumps(chat) for chat in chats]
    for column in (
        pa.array(chats, type),
        pa.array(chats, pa.large_list(type.value_type)).slice(0),
        pa.array(as_json, pa.json_(pa.string())),
        pa.concat_arrays([pa.array([[]], type), pa.array(chats, type)]).slice(1),
    ):
        batch = pa.RecordBatch.from_arrays([column], ["messages"])
        assert texts_of(batch, SETTING)[0].to_pylist() == truth
    for chat, text in zip(chats, truth, strict=True):
        if text is not None:
            assert json_text({"messages": chat}, SETTING) == text


CHATS: list[dict[str, Any]] = [
    {"messages": [{"role": "system", "content": "be kind"}, {"role": "user", "content": "hi"}]},
    {"messages": [{"role": "user", "content": "q"}, {"role": "assistant", "content": [{"type": "text", "text": "p"}]}]},
    {"messages": [{"role": "model", "content": "plain"}, "bare", None, {"content": "nobody"}]},
]


def test_messages_of_parts_and_broken_messages() -> None:
    assert [json_text(row, SETTING) for row in CHATS] == ["", "p", "plain"]
    assert json_text(CHATS[0], "messages[role=system].content") == "be kind"
    assert json_text(CHATS[0], "messages[role=system,user].content") == "be kind\nhi"
    assert json_text({"m": [{"role": "gpt-4.1", "content": "dot"}]}, "m[role=gpt-4.1].content") == "dot"
    assert json_text({"m[role=a]": "a column of that name"}, "m[role=a]") == "a column of that name"


@pytest.mark.parametrize(
    ("type", "setting", "turned"),
    [
        ({"role": pa.string(), "content": pa.string()}, "c.content", "c[role=user].content"),
        ({"from": pa.string(), "value": pa.string()}, "c.value", "c[from=user].value"),
        ({"role": pa.string(), "text": pa.string()}, "c", "c[role=user]"),
        ({"content": pa.string()}, "c.content", "c.content"),
        ({"role": pa.string(), "content": pa.string()}, "c[role=tool].content|t", "c[role=tool].content|t"),
    ],
)
def test_a_role_is_put_where_messages_say_who_speaks(type: dict[str, Any], setting: str, turned: str) -> None:
    schema = pa.schema([("c", pa.list_(pa.struct(list(type.items())))), ("t", pa.string())])
    assert with_turns(setting, schema, "user") == turned
    nested = pa.schema([("x", pa.struct(list(schema)))])
    if "|" not in setting:
        assert with_turns(f"x.{setting}", nested, "user") == f"x.{turned}"


def test_of_a_tree_the_turns_of_each_level_are_chosen_by_who_speaks_there() -> None:
    turn = {"role": pa.string(), "text": pa.string()}
    inner = pa.struct([*turn.items(), ("replies", pa.list_(pa.struct([*turn.items()])))])
    schema = pa.schema([("prompt", pa.struct([*turn.items(), ("replies", pa.list_(inner))]))])
    turned = with_turns("prompt.replies.replies.text", schema, "user")
    assert turned == "prompt.replies.replies[role=user].text"
    leaves = [{"role": "user", "text": "c"}, {"role": "assistant", "text": "d"}]
    row = {"prompt": {"role": "user", "text": "a", "replies": [{"role": "assistant", "text": "b", "replies": leaves}]}}
    batch = pa.RecordBatch.from_pylist([row], schema)
    assert texts_of(batch, turned)[0].to_pylist() == ["c"] == [json_text(row, turned)]


TOLD: dict[str, tuple[pa.DataType, Any]] = {
    "a struct": (pa.struct([("role", pa.string())]), {"role": "assistant"}),
    "a list": (pa.list_(pa.string()), ["assistant"]),
    "a number": (pa.int64(), 1),
    "a boolean": (pa.bool_(), True),
    "nothing": (pa.null(), None),
}


@pytest.mark.parametrize("kind", TOLD)
def test_who_is_not_named_in_text_speaks_for_nobody(kind: str) -> None:
    type, who = TOLD[kind]
    chat = [{"author": who, "content": "a"}, {"author": who, "content": "b"}]
    arrow = pa.array([chat, None], pa.list_(pa.struct([("author", type), ("content", pa.string())])))
    as_json = pa.array([json.dumps(chat), None], pa.json_(pa.string()))
    setting = "messages[author=assistant,1,true].content"
    for column in (arrow, as_json):
        batch = pa.RecordBatch.from_arrays([column], ["messages"])
        assert texts_of(batch, setting)[0].to_pylist() == ["", None]
    assert json_text({"messages": chat}, setting) == ""
    plain = pa.list_(pa.struct([("author", type), ("from", pa.string()), ("content", pa.string())]))
    assert with_turns("messages.content", pa.schema([("messages", plain)]), "user") == "messages[from=user].content"
    found = with_turns("messages.content", pa.schema([("messages", arrow.type)]), "user")
    assert found == ("messages[author=user].content" if kind == "nothing" else "messages.content")


@pytest.mark.parametrize("type", [pa.string(), pa.binary(), pa.string_view(), pa.dictionary(pa.int8(), pa.string())])
def test_a_name_in_any_layout_of_text_is_read_and_a_damaged_one_is_nobodys(type: pa.DataType) -> None:
    names = [b"Assistant", b"user", b"gpt", b"\xff\xc3", None]
    if pa.types.is_dictionary(type) or pa.types.is_string_view(type):
        names[3] = b"nobody"
        said = pa.array([name and name.decode() for name in names], type)
    else:
        said = pa.array(names, pa.binary()).view(type)
    turns = pa.StructArray.from_arrays([said, pa.array(list("abcde"))], names=["role", "content"])
    batch = pa.RecordBatch.from_arrays([pa.ListArray.from_arrays([0, 5], turns)], ["messages"])
    assert texts_of(batch, SETTING)[0].to_pylist() == ["a\nc"]
