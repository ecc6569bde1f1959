"""Texts and values inside JSON columns are those that the same rows have as JSON lines."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from curate.corpus.files import find_files
from curate.corpus.originals import read_texts
from curate.schema import Columns
from making import read_path, texts

CHATS: list[dict[str, Any]] = [
    {"messages": [{"role": "user", "content": "hi"}, {"role": "assistant", "content": "yo", "tool_calls": [1]}]},
    {"messages": [{"role": "user", "content": None}, {"role": "user", "content": "b"}]},
    {"messages": None},
    {"messages": [{"role": "user", "content": [{"type": "text", "text": "part"}, {"type": "image"}]}]},
    {"messages": []},
    {"messages": [{"content": 5}]},
    {"messages": [{"content": "half \ud800"}]},
]


def as_json(values: list[Any]) -> pa.Array:
    dumped = [None if value is None else json.dumps(value, indent=1) for value in values]
    return pa.array(dumped, pa.json_(pa.string()))


def whole(rows: list[dict[str, Any]]) -> pa.Array:
    return as_json([row["messages"] for row in rows])


def each(rows: list[dict[str, Any]]) -> pa.Array:
    """A list of JSON values, as `datasets` 5 writes chats."""
    lists = [row["messages"] for row in rows]
    flat = as_json([value for values in lists for value in values or []])
    ends = [0]
    for values in lists:
        ends.append(ends[-1] + len(values or []))
    mask = pa.array([values is None for values in lists])
    return pa.ListArray.from_arrays(pa.array(ends, pa.int32()), flat, mask=mask)


def contents(rows: list[dict[str, Any]]) -> pa.Array:
    """Of each message only the content is JSON."""
    lists = [row["messages"] for row in rows]
    flat = as_json([value.get("content") for values in lists for value in values or []])
    roles = pa.array([value.get("role") for values in lists for value in values or []], pa.string())
    offsets = each(rows).offsets
    mask = pa.array([values is None for values in lists])
    structs = pa.StructArray.from_arrays([roles, flat], ["role", "content"])
    return pa.ListArray.from_arrays(offsets, structs, mask=mask)


@pytest.mark.parametrize("layout", [whole, each, contents])
@given(rows=st.lists(st.sampled_from(CHATS), max_size=12))
def test_chats_as_json_are_read_as_the_same_lines_are(tmp_path: Path, layout: Any, rows: list[dict[str, Any]]) -> None:
    rows = [{"messages": [{"role": "user", "content": "first"}]}, *rows]
    pq.write_table(pa.table({"messages": layout(rows)}), tmp_path / "a.parquet")
    (tmp_path / "a.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    documents, bad = read_path(tmp_path / "a.parquet")
    expected, also_bad = read_path(tmp_path / "a.jsonl")
    assert [one["text"] for one in documents] == [one["text"] for one in expected]
    assert [one["row"] for one in documents] == [one["row"] for one in expected]
    assert [(one.row, one.reason) for one in bad] == [(one.row, one.reason) for one in also_bad]


def test_json_that_is_none_goes_to_quarantine_with_its_row_and_the_others_are_read(tmp_path: Path) -> None:
    values = ['[{"content": "a"}]', '[{"content": ', '[{"content": "c"}]\n', "}", '{"content": "e"} {}', None]
    pq.write_table(pa.table({"messages": pa.array(values, pa.json_(pa.string()))}), tmp_path / "a.parquet")
    documents, bad = read_path(tmp_path / "a.parquet", Columns(text="messages.content"))
    assert [one["text"] for one in documents] == ["a", "c"]
    assert [one.row for one in bad] == [1, 3, 4, 5]
    assert bad[0].reason == "torn or invalid JSON: expecting value at character 13"


def test_declared_values_inside_json_are_those_of_the_same_lines(tmp_path: Path) -> None:
    metas: list[Any] = [{"id": 2**64 + 1, "lang": "en"}, {"id": "x", "lang": None}, {"id": 1.5}, {"id": [1]}, 7, None]
    rows = [{"text": f"t{i}", "meta": meta} for i, meta in enumerate(metas)]
    table = pa.table({"text": [row["text"] for row in rows], "meta": as_json(metas)})
    pq.write_table(table, tmp_path / "a.parquet")
    (tmp_path / "a.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    wanted = Columns(text="text", id="meta.id", extra=("meta.lang",))
    found, expected = (read_path(tmp_path / name, wanted)[0] for name in ("a.parquet", "a.jsonl"))
    assert [one["meta.lang"] for one in found] == [one["meta.lang"] for one in expected]
    assert [one["id"] for one in found][:3] == [str(2**64 + 1), "x", "1.5"]


def test_ids_of_bytes_are_written_in_digits_and_stay_apart(tmp_path: Path) -> None:
    ids = [bytes([255, number]) * 8 for number in range(3)]
    kinds = {"uuid": pa.array(ids, pa.uuid()), "fixed": pa.array(ids, pa.binary(16))}
    for name, array in kinds.items():
        pq.write_table(pa.table({"text": ["a", "b", "c"], "id": array}), tmp_path / f"{name}.parquet")
        found = [one["id"] for one in read_path(tmp_path / f"{name}.parquet")[0]]
        assert found == [str(UUID(bytes=one)) if name == "uuid" else one.hex() for one in ids]


def test_encoded_and_named_types_are_read_as_what_they_hold(tmp_path: Path) -> None:
    plain = pa.array(["a", None, "a", "b"])
    opaque = pa.ExtensionArray.from_storage(pa.opaque(pa.string(), "text", "a data base"), plain)
    kinds = {
        "ree": pa.RunEndEncodedArray.from_arrays([1, 2, 3, 4], plain),
        "opaque": opaque,
        "dictionary": plain.dictionary_encode(),
        "view": plain.cast(pa.string_view()),
    }
    for name, array in kinds.items():
        with pa.ipc.new_file(str(tmp_path / f"{name}.arrow"), pa.schema([("text", array.type)])) as writer:
            writer.write_table(pa.table({"text": array}))
        documents, bad = read_path(tmp_path / f"{name}.arrow")
        assert [one["text"] for one in documents] == ["a", "a", "b"], name
        assert [one.row for one in bad] == [1]


def test_json_of_one_type_is_read_without_python_for_each_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [{"messages": [{"role": "user", "content": f"t{i}"}]} for i in range(300)]
    pq.write_table(pa.table({"messages": each(rows)}), tmp_path / "a.parquet")
    monkeypatch.delattr("curate.corpus.arrow_values.json_text")
    assert texts(tmp_path / "a.parquet") == [f"t{i}" for i in range(300)]


def test_some_rows_are_read_of_layouts_that_arrow_cannot_take_from(tmp_path: Path) -> None:
    plain = pa.array([f"text {i}" for i in range(300)])
    ends = list(range(1, 301))
    runs = {"view": plain.cast(pa.string_view()), "ree": pa.RunEndEncodedArray.from_arrays(ends, plain)}
    runs["dictionary"] = pa.DictionaryArray.from_arrays(pa.array(range(300)), plain.cast(pa.string_view()))
    for name, array in runs.items():
        with pa.ipc.new_file(str(tmp_path / f"{name}.arrow"), pa.schema([("text", array.type)])) as writer:
            writer.write_table(pa.table({"text": array}))
        assert texts(tmp_path / f"{name}.arrow") == plain.to_pylist()
        (file,) = find_files([str(tmp_path / f"{name}.arrow")])[0]
        found = read_texts(file.shards[0], Columns(text="text"), np.array([7, 250]))
        assert found == {7: "text 7", 250: "text 250"}
