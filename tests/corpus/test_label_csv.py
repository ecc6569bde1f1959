"""Labels as CSV: values come back as they were, and no spreadsheet computes them."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curate.corpus.label_csv import LONGEST_CELL, csv_rows, csv_text, escaped, unescaped, with_csv_label
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
    from curate.corpus.label_csv import csv_records

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
