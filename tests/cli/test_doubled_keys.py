"""A row in which a key that is read stands twice is named: by a scan, a mix, and a gate, and by no other row's cost."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from corpora import Outcome, corpus_rows

Curate = Callable[..., Outcome]
LINES = [json.dumps({"text": row["text"], "who": "human"}) for row in corpus_rows(60)]
OF_TEXT = '{"text": "what a loader may read", '
CHAT = [f'{{"messages": [{{"role": "user", "content": {json.dumps(row["text"])}}}]}}' for row in corpus_rows(60)]


def doubled(places: dict[int, str], lines: list[str] = LINES) -> bytes:
    """The lines, of some the beginning replaced."""
    found = [places[n] + line[1:] if n in places else line for n, line in enumerate(lines)]
    return "\n".join(found).encode() + b"\n"


@pytest.mark.parametrize(
    ("beginning", "key"),
    [
        (OF_TEXT, "text"),
        ('{"text": null, ', "text"),
        ('{"text": 5, ', "text"),
        ('{"t\\u0065xt": "spelt otherwise", ', "text"),
        ('{"who": "machine", ', "who"),
        ('{"who": "machine", "who": "?", ', "who"),
    ],
)
def test_a_scan_and_a_mix_name_every_such_row(curate: Curate, tmp_path: Path, beginning: str, key: str) -> None:
    (tmp_path / "a.jsonl").write_bytes(doubled({3: beginning, 41: beginning}))
    found = curate("scan", tmp_path / "a.jsonl", "--label-column", "who", "--json")
    first = [f"a.jsonl row {row}: key {key!r} stands twice in the row; its last value is read" for row in (3, 41)]
    assert found.json["doubled_keys"] == {"rows": 2, "first": first}
    assert (found.json["documents"], found.json["quarantined"], found.json["mended"]) == (60, 0, 0)
    assert first[0] in " ".join(found.err.split())
    drawn = " ".join(curate("scan", tmp_path / "a.jsonl", "--label-column", "who").out.split())
    assert f"2 rows have a key twice, and the last value is read: {first[0]}" in drawn
    assert "2 with a key that stands twice; all in" in drawn
    mix = ("mix", tmp_path / "a.jsonl", "--label-column", "who", "--human-ratio", "0.1")
    assert first[0] in " ".join(curate(*mix, "--dry-run").out.split())
    written = curate(*mix, "-o", tmp_path / "out", "--json")
    assert written.json["doubled_keys"]["rows"] == 2
    assert first[0] in " ".join(written.err.split())
    assert curate("verify", tmp_path / "out", "--inputs", tmp_path / "a.jsonl").code == 0


def test_rows_without_are_not_named(curate: Curate, tmp_path: Path) -> None:
    """Also where another key stands twice, which nothing reads, and where Arrow refuses the rows."""
    lines = [line[:-1] + ', "n": 1, "n": 2}' for line in LINES[:30]] + ['{"n": "x", ' + line[1:] for line in LINES[30:]]
    (tmp_path / "a.jsonl").write_bytes("\n".join([*lines, '{"text": 5}', "torn"]).encode())
    found = curate("scan", tmp_path / "a.jsonl", "--json")
    assert found.json["doubled_keys"] == {"rows": 0, "first": []}
    assert "twice" not in curate("scan", tmp_path / "a.jsonl").out


def test_inside_of_a_chat_and_of_an_array(curate: Curate, tmp_path: Path) -> None:
    inner = CHAT[7].replace('"content"', '"content": "other", "content"')
    outer = '{"messages": [], ' + CHAT[9][1:]
    lines = [*CHAT[:7], inner, CHAT[8], outer, *CHAT[10:]]
    (tmp_path / "a.json").write_text("[" + ",\n".join(lines) + "]")
    first = curate("scan", tmp_path / "a.json", "--json").json["doubled_keys"]["first"]
    assert [said.split(" stands")[0] for said in first] == [
        "a.json row 7: key 'content'",
        "a.json row 9: key 'messages'",
    ]


def test_the_first_places_stand_for_many(curate: Curate, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(doubled(dict.fromkeys(range(50), OF_TEXT)))
    found = curate("scan", tmp_path / "a.jsonl", "--json").json["doubled_keys"]
    assert (found["rows"], len(found["first"])) == (50, 8)
