"""Numbers that Python or a double does not hold: one answer wherever in a file they stand, and kept as written."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from corpora import Outcome, made_up_texts

Curate = Callable[..., Outcome]
TEXTS = made_up_texts(16, words=12, seed=5)
DIGITS = "9" * 5000
ODD = {
    "digits": DIGITS, "negative": f"-{DIGITS}", "nested": f'{{"a":[{DIGITS}]}}', "beyond a double": "1e400",
    "fraction": f"1.{DIGITS}", "minus zero": "-0.0", "no number": "NaN",
}  # fmt: skip
SETTINGS = ("--text-column", "the text", "--id-column", "the id", "-q")


def written(odd: str) -> dict[str, str]:
    """Lines by id: the odd one first, in the middle, last, and alone in its file; beside numbers and beside text."""
    found = {}
    for file, places in (("a", {0}), ("b", {2}), ("c", {3}), ("d", {0, 1, 2, 3})):
        numbers = range(4 * "abcd".index(file), 4 * "abcd".index(file) + 4)
        rows = {
            f"{file}{n % 4}": f'{{"the text":{json.dumps(TEXTS[n])},"the id":"{file}{n % 4}",'
            f'"n":{odd if n % 4 in places else 1}}}'
            for n in numbers
        }
        Path("in").mkdir(exist_ok=True)
        Path(f"in/{file}.jsonl").write_text("".join(f"{line}\n" for line in rows.values()))
        found |= rows
    return found


@pytest.mark.parametrize("kind", ODD)
def test_a_row_is_kept_with_its_value_wherever_it_stands(curate: Curate, kind: str) -> None:
    lines = written(ODD[kind])
    assert curate("scan", "in", *SETTINGS, "--json").json["quarantined"] == 0
    for form in ("jsonl", "parquet"):
        outcome = curate("mix", "in", "--human-ratio", "0", *SETTINGS, "--format", form, "-o", form)
        assert outcome.code == 0, outcome.err
        assert curate("verify", form, "--inputs", "in", "-q").code == 0
    rows = [line for path in sorted(Path("jsonl/data").iterdir()) for line in path.read_text().splitlines()]
    assert sorted(rows) == sorted(lines.values())
    table = pq.read_table("parquet/data")
    numbers = dict(zip(table["the id"].to_pylist(), table["n"].to_pylist(), strict=True))
    if kind in ("digits", "negative", "nested", "beyond a double"):
        assert numbers == {name: line.partition('"n":')[2].removesuffix("}") for name, line in lines.items()}


def test_one_number_for_another_is_found_by_verify(curate: Curate) -> None:
    written(DIGITS)
    assert curate("mix", "in", "--human-ratio", "0", *SETTINGS, "--format", "jsonl", "-o", "out").code == 0
    (path,) = Path("out/data").iterdir()
    path.write_text(path.read_text().replace(DIGITS, f"8{DIGITS[1:]}", 1))
    changed = curate("verify", "out", "--inputs", "in", "--json")
    assert changed.code == 1
    assert "values" in [finding["field"] for finding in changed.json["findings"]]


def test_declared_columns_may_hold_them(curate: Curate) -> None:
    """As text: an id of 5,000 digits is that id."""
    rows = [f'{{"text":{json.dumps(TEXTS[n])},"id":{n + 1}{DIGITS}}}\n' for n in range(4)]
    Path("a.jsonl").write_text("".join(rows))
    Path("labels.jsonl").write_text(f'{{"id": 1{DIGITS}, "label": "human"}}\n')
    outcome = curate("mix", "a.jsonl", "--human-ratio", "0", "-o", "out", "-q")
    assert outcome.code == 0, outcome.err
    assert "limit" not in curate("scan", "a.jsonl", "--labels", "labels.jsonl", "-q").err
