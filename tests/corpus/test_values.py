"""Rows as 128 bits: alike from tables and lines where they say the same, unlike for any other value or place."""

from __future__ import annotations

import json
from typing import Any

import pyarrow as pa
import pytest

from curate.corpus.values import json_prints, table_prints, unlike_columns

ROWS: list[dict[str, Any]] = [
    {"a": "x", "b": 1, "c": True, "d": 0.5},
    {"a": "x1", "b": None, "c": False, "d": -0.0},
    {"a": "", "b": -3, "c": None, "d": 2.0},
    {"a": None, "b": 2**62, "c": True, "d": 1e300},
    {"a": "ü\u0000\U0001f600", "b": 0, "c": False, "d": None},
]
TYPES = pa.schema([("a", pa.string()), ("b", pa.int64()), ("c", pa.bool_()), ("d", pa.float64())])


def batch(rows: list[dict[str, Any]], schema: pa.Schema = TYPES) -> pa.RecordBatch:
    return pa.RecordBatch.from_pylist(rows, schema)


@pytest.mark.parametrize("text", [pa.large_string(), pa.dictionary(pa.int8(), pa.string()), pa.string_view()])
def test_tables_and_lines_that_say_the_same_are_alike(text: pa.DataType) -> None:
    lines = json_prints([json.dumps(row).encode() for row in ROWS], nulls=False)
    schema = TYPES.set(0, pa.field("a", text))
    table = table_prints(batch(ROWS, schema), as_lines=False, nulls=False)
    assert table.tolist() == lines.tolist()
    assert table_prints(batch(ROWS[1:])[1:], as_lines=False, nulls=False).tolist() == lines[2:].tolist()
    assert len({tuple(one) for one in table.tolist()}) == len(ROWS)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"a": "x", "b": "yz"}, {"a": "xy", "b": "z"}),
        ({"a": "x"}, {"b": "x"}),
        ({"a": 1}, {"a": True}),
        ({"a": 1}, {"a": "1"}),
        ({"a": 0.0}, {"a": -0.0}),
        ({"a": [1, 2]}, {"a": [2, 1]}),
        ({"a": "n"}, {"a": None}),
        ({"a": "x", "1:a2:sx": "y"}, {"a": "x"}),
    ],
)
def test_what_differs_is_unlike_and_named(one: dict[str, Any], other: dict[str, Any]) -> None:
    lines = json_prints([json.dumps(row).encode() for row in (one, other)], nulls=False)
    assert lines[0].tolist() != lines[1].tolist()
    tables = [table_prints(pa.RecordBatch.from_pylist([row]), as_lines=False, nulls=False) for row in (one, other)]
    assert [table[0].tolist() for table in tables] == lines.tolist()
    assert set(unlike_columns(one, other)) <= {*one, *other}
    assert unlike_columns(one, other)


def test_a_null_is_none_or_something() -> None:
    rows = [b'{"a": 1, "b": null}', b'{"a": 1}']
    without, within = json_prints(rows, nulls=False), json_prints(rows, nulls=True)
    assert without[0].tolist() == without[1].tolist()
    assert within[0].tolist() != within[1].tolist()


def test_text_that_is_not_utf8_is_told_apart_too() -> None:
    column = pa.array([b"ok", b"\xff", b"\xfe"], pa.binary()).view(pa.string())
    prints = table_prints(pa.RecordBatch.from_arrays([column], ["a"]), as_lines=False, nulls=True)
    assert len({tuple(one) for one in prints.tolist()}) == 3
    assert prints[0].tolist() == json_prints([b'{"a": "ok"}'], nulls=True)[0].tolist()
