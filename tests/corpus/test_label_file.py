"""A file of labels is saved label by label, and nothing else in it changes by a byte."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curate.corpus.label_file import LabelFile, open_label_file, with_label
from curate.errors import CurateError, DataError, MachineError

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
LABELS = st.sampled_from(["human", "machine", None])
COLONS = st.sampled_from([": ", ":"])


@given(row=st.dictionaries(st.text(max_size=8) | st.just("label"), VALUES), label=LABELS, colon=COLONS)
def test_only_the_label_of_a_row_changes(row: dict[str, Any], label: str | None, colon: str) -> None:
    line = json.dumps(row, ensure_ascii=False, separators=(",", colon)) + "\n"
    changed = with_label(line, label)
    assert repr(json.loads(changed)) == repr({**row, "label": label})
    if "label" in row:
        assert with_label(changed, "X") == with_label(line, "X")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ('{"n": 1.10, "label": null, "x": 1E5}\r\n', '{"n": 1.10, "label": "human", "x": 1E5}\r\n'),
        ('\ufeff { "label" :null}', '\ufeff { "label" :"human"}'),
        ('{"label": 1, "label": "a"}', '{"label": "human", "label": "human"}'),
        ("{ }", '{ "label": "human"}'),
        ('{"a": "\\u0041" }', '{"a": "\\u0041", "label": "human" }'),
        ('{"a": {"label": 1}, "\\u006cabel": {}}', '{"a": {"label": 1}, "\\u006cabel": "human"}'),
    ],
)
def test_spelling_and_blanks_of_a_row_stay(line: str, expected: str) -> None:
    assert with_label(line, "human") == expected


ROWS = ('{"id": "a", "text": "one", "label": null, "n": 1.0}\n', "\n", '{"id":"b","text":"two","label":"person"}')


def opened(path: Path, content: str = "".join(ROWS)) -> LabelFile:
    path.write_bytes(content.encode())
    return open_label_file(path)


def test_labels_are_in_the_file_at_once_and_can_be_taken_back(tmp_path: Path) -> None:
    path = tmp_path / "labels.jsonl"
    file = opened(path)
    assert file.labels == [None, "human"]
    assert [file.text(row) for row in (0, 1)] == ["one", "two"]
    file.set_label(0, "machine")
    assert path.read_text() == "".join(ROWS).replace("null", '"machine"')
    assert open_label_file(path).labels == ["machine", "human"]
    file.set_label(0, None)
    assert path.read_text() == "".join(ROWS)


def test_a_label_that_stands_in_other_words_is_left_as_it_is(tmp_path: Path) -> None:
    file = opened(tmp_path / "labels.jsonl")
    file.set_label(1, "human")
    assert file.path.read_text() == "".join(ROWS)


@pytest.mark.parametrize("change", ["write", "replace", "remove"])
def test_a_file_that_somebody_else_changes_is_not_overwritten(tmp_path: Path, change: str) -> None:
    path = tmp_path / "labels.jsonl"
    file = opened(path)
    if change == "write":
        path.write_text(path.read_text() + '{"id": "c", "label": "human"}\n')
    elif change == "replace":
        (tmp_path / "new").write_bytes(path.read_bytes())
        (tmp_path / "new").replace(path)
    else:
        path.unlink()
    there = path.read_bytes() if path.exists() else None
    with pytest.raises(DataError, match=r"changed by somebody else|cannot be read any more"):
        file.set_label(0, "human")
    assert (path.read_bytes() if path.exists() else None) == there


def test_a_link_stays_a_link_and_rights_stay_as_they_are(tmp_path: Path) -> None:
    target, link = tmp_path / "real.jsonl", tmp_path / "labels.jsonl"
    target.write_text(ROWS[0])
    target.chmod(0o640)
    link.symlink_to(target)
    open_label_file(link).set_label(0, "human")
    assert link.is_symlink()
    assert '"human"' in target.read_text()
    assert target.stat().st_mode & 0o777 == 0o640


def test_a_file_that_cannot_be_written_is_refused_before_anybody_labels(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "labels.jsonl"
    path.write_text(ROWS[0])
    monkeypatch.setattr(os, "access", lambda place, rights: not (rights & os.W_OK and Path(place) == path))
    with pytest.raises(MachineError, match="permission denied"):
        open_label_file(path)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "holds no label"),
        ('{"id": "a", "label": null}\n', "no text to read"),
        ('{"id": "a", "text": " ", "label": "robot?"}\n', "neither human nor machine"),
        ("[1]\n", "no JSON object"),
        ('{"text": "a"}\n', "has no id"),
    ],
)
def test_a_file_that_cannot_be_labelled_says_why(tmp_path: Path, content: str, message: str) -> None:
    with pytest.raises(CurateError, match=message):
        opened(tmp_path / "labels.jsonl", content)


@pytest.mark.parametrize("digits", [4300, 4301, 20_000])
@pytest.mark.parametrize("before", ["", "-"])
def test_numbers_of_any_length_stay_as_they_are(tmp_path: Path, digits: int, before: str) -> None:
    number = before + "9" * digits
    content = f'{{"id": "a", "n": {number}, "text": "one", "label": null, "m": [{{"label": {number}}}]}}\n'
    file = opened(tmp_path / "labels.jsonl", content)
    file.set_label(0, "human")
    assert file.path.read_text() == content.replace("null", '"human"')
    assert file.around_labels()
    assert open_label_file(file.path).labels == ["human"]
