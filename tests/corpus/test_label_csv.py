"""Labels as CSV: values come back as they were, and no spreadsheet computes them."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curate.corpus.label_csv import (
    LONGEST_CELL,
    csv_records,
    csv_rows,
    csv_text,
    escaped,
    is_rewritten,
    unescaped,
    with_csv_label,
)
from curate.corpus.label_file import open_label_file
from curate.corpus.labels import read_labels

VALUES = st.text(st.characters(codec="utf-8") | st.sampled_from("=+-@'\",;\n\r\t"), max_size=20)


@given(st.lists(st.tuples(VALUES, VALUES), min_size=1, max_size=5))
def test_every_value_comes_back_and_none_is_a_formula(values: list[tuple[str, str]]) -> None:
    rows = [{"id": one, "text": other, "label": None, "draw": "share-1-a"} for one, other in values]
    text = csv_text(rows)
    for fields in list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))[1:]:
        assert not any(field.startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝")) for field in fields)
    expected = [{**row, "label": ""} for row in rows]
    assert list(csv_rows(text, ".csv")) == expected
    for row, record in zip(expected, records(text)[1:], strict=True):
        changed = next(iter(csv_rows(records(text)[0] + with_csv_label(record, "machine", 2, ","), ".csv")))
        assert changed == {**row, "label": "machine"}


def records(text: str) -> list[str]:
    return [raw for raw, _ in csv_records(text, ".csv")]


@given(VALUES)
def test_what_is_escaped_is_unescaped_by_its_value(value: str) -> None:
    assert unescaped(escaped(value)) == value


def test_a_long_text_is_cut_at_what_a_cell_holds() -> None:
    found = next(csv_rows(csv_text([{"id": "a", "text": "x" * 50_000, "label": None, "draw": "d"}]), ".csv"))
    assert found["text"] == "x" * LONGEST_CELL + " […] (32,000 of 50,000 characters)"


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_labels_go_into_a_file_as_a_spreadsheet_saves_it(tmp_path: Path, separator: str, mark: str, end: str) -> None:
    lines = ["id;label;text;draw", "a;;'=1+1;d", 'b;gpt-4;"two\nlines";d', "c;;say hello;d"]
    content = mark + end.join(lines).replace(";", separator) + end
    path = tmp_path / "labels.csv"
    path.write_bytes(content.encode())
    file = open_label_file(path)
    assert [file.text(row) for row in range(3)] == ["=1+1", "two\nlines", "say hello"]
    assert file.labels == [None, "machine", None]
    file.set_label(0, "human")
    expected = content.replace(f"a{separator}{separator}", f"a{separator}human{separator}")
    assert path.read_bytes().decode() == expected
    file.set_label(0, None)
    assert path.read_bytes().decode() == content
    assert [label.id for label in read_labels(path)] == ["a", "b", "c"]


def test_a_users_own_file_keeps_its_quotation_marks(tmp_path: Path) -> None:
    (tmp_path / "own.csv").write_text("id,label\n'-5,human\n")
    assert read_labels(tmp_path / "own.csv")[0].id == "'-5"
    (tmp_path / "long.csv").write_text(f"id,text,label\na,{'y' * 300_000},human\n")
    assert read_labels(tmp_path / "long.csv")[0].writer == "human"


def test_rows_of_unlike_columns_and_heads_that_are_formulas() -> None:
    rows = [{"id": "a", "label": None, "draw": "d", "=1+1": "x"}, {"draw": "d", "more": "y", "id": "b"}]
    text = csv_text(rows)
    assert text.startswith("\ufeffid,label,draw,'=1+1,more\r\n")
    names = ("id", "label", "draw", "=1+1", "more")
    assert list(csv_rows(text, ".csv")) == [{name: row.get(name) or "" for name in names} for row in rows]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("before", ["", "E", "\ufeffE", "EE"])
def test_any_line_end_and_blank_lines_before_the_head(tmp_path: Path, end: str, separator: str, before: str) -> None:
    lines = ["id;label;text;draw", "a;;one;d", 'b;human;"two\nlines";d', "", "c;machine;three;d"]
    content = before.replace("E", end) + end.join(lines).replace(";", separator) + end
    path = tmp_path / "labels.csv"
    path.write_bytes(content.encode())
    assert [(label.id, label.writer) for label in read_labels(path)] == [("a", None), ("b", "human"), ("c", "machine")]
    file = open_label_file(path)
    assert [file.text(row) for row in range(3)] == ["one", "two\nlines", "three"]
    file.set_label(0, "human")
    changed = content.replace(f"a{separator}{separator}", f"a{separator}human{separator}")
    assert path.read_bytes().decode() == changed


@given(st.text(st.sampled_from('a,;"\n\r'), max_size=30))
def test_records_are_those_of_the_library(text: str) -> None:
    found = list(csv_records(text, ".csv"))
    assert [fields for _, fields in found] == list(csv.reader(io.StringIO(text, newline="")))
    assert "".join(raw for raw, _ in found) == text


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("00012", "12"),
        ("1e5", "100000"),
        ("100000", "1.00E+05"),
        ("12345678901234567890", "1.23457E+19"),
        ("1.50", "1.5"),
        ("1-2", "02-Jan"),
        ("3/4", "2026-04-03"),
        ("MAR1", "01-Mar"),
        ("2021-01-02", "1/2/2021"),
        ("true", "TRUE"),
    ],
)
def test_an_id_that_a_spreadsheet_has_rewritten_is_known(written: str, read: str) -> None:
    assert is_rewritten(written, read)


@pytest.mark.parametrize(
    ("written", "read"), [("12", "12"), ("12", "13"), ("d12", "12"), ("00012", "13"), ("doc-1", "02-Jan"), ("a", "b")]
)
def test_another_id_is_another_id(written: str, read: str) -> None:
    assert not is_rewritten(written, read)
