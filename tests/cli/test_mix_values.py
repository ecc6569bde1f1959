"""Values come back from a mix as they went in: any JSON and any Arrow type, in both formats, by independent readers."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpora import Outcome, made_up_texts
from values import FLAT_TYPES, JSON_ROWS, NESTED, arrays, from_json, parquet_rows, plain_rows, same

Curate = Callable[..., Outcome]
TEXTS = made_up_texts(12, words=12, seed=5)
MIX = ("mix", "in", "--human-ratio", "0", "--text-column", "the text", "--id-column", "the id", "-q")


def mixed(curate: Curate, form: str) -> dict[str, dict[str, Any]]:
    """The rows of a mix by id."""
    shutil.rmtree("out", ignore_errors=True)
    outcome = curate(*MIX, "--format", form, "-o", "out")
    assert outcome.code == 0, outcome.err
    verified = curate("verify", "out", "--inputs", "in", "-q")
    assert verified.code == 0, verified.out + verified.err
    rows = parquet_rows("out/data") if form == "parquet" else json_rows("out/data")
    assert len(rows) > 1
    return {row["the id"]: row for row in rows}


def json_rows(folder: str) -> list[dict[str, Any]]:
    lines = [line for path in sorted(Path(folder).iterdir()) for line in path.read_bytes().split(b"\n") if line]
    return [json.loads(line) for line in lines]


def write_lines(name: str, rows: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Rows with a text and an id as JSON lines; what a plain reader makes of them, by id."""
    whole = [{**row, "the text": TEXTS[i], "the id": f"{name} {i}"} for i, row in enumerate(rows)]
    Path("in").mkdir(exist_ok=True)
    Path("in", name).write_text("".join(json.dumps(row) + "\n" for row in whole))
    return {row["the id"]: row for row in whole}


def same_row(written: dict[str, Any], given: dict[str, Any]) -> bool:
    """In a table a key that is missing and one that is null are the same."""
    names = dict.fromkeys([*written, *given])
    return all(same(written.get(name), given.get(name)) for name in names)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=JSON_ROWS, second=JSON_ROWS)
def test_rows_of_any_json_come_back(curate: Curate, rows: list[Any], second: list[Any]) -> None:
    shutil.rmtree("in", ignore_errors=True)
    given_rows = write_lines("a.jsonl", [{}, {}, *rows]) | write_lines("b.jsonl", second)
    for name, row in mixed(curate, "jsonl").items():
        assert list(row) == list(given_rows[name])
        assert same(row, given_rows[name])
    for name, row in mixed(curate, "parquet").items():
        assert same_row(row, given_rows[name]), (row, given_rows[name])


def types(depth: int = 2) -> st.SearchStrategy[pa.DataType]:
    flat = st.sampled_from(FLAT_TYPES)
    nested = st.sampled_from(NESTED)
    if depth == 0:
        return flat
    return flat | st.builds(lambda wrap, inner: wrap(inner), nested, types(depth - 1))


@st.composite
def tables(draw: st.DrawFn) -> pa.Table:
    size = draw(st.integers(2, 8))
    found = [draw(types()) for _ in range(draw(st.integers(1, 4)))]
    columns = [draw(arrays(type, size)) for type in found]
    return pa.table(columns, names=[f"c{i}" for i in range(len(columns))])


def write_tables(table: pa.Table) -> pa.Table:
    """With a text and an id, as an Arrow file."""
    whole = table.append_column("the text", pa.array(TEXTS[: len(table)]))
    whole = whole.append_column("the id", pa.array([f"t{i}" for i in range(len(table))]))
    shutil.rmtree("in", ignore_errors=True)
    Path("in").mkdir()
    with pa.ipc.new_file("in/a.arrow", whole.schema) as writer:
        writer.write_table(whole)
    return whole


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(table=tables())
def test_rows_of_any_arrow_type_come_back(curate: Curate, table: pa.Table) -> None:
    whole = write_tables(table)
    expected = {row["the id"]: row for row in plain_rows(whole)}
    for name, row in mixed(curate, "parquet").items():
        assert same(row, expected[name]), (row, expected[name])
    types = {field.name: field.type for field in whole.schema}
    for name, row in mixed(curate, "jsonl").items():
        assert list(row) == list(types)
        back = {column: from_json(value, types[column]) for column, value in row.items()}
        assert same(back, expected[name]), (row, expected[name])


@pytest.mark.parametrize("form", ["parquet", "jsonl"])
def test_verify_names_the_row_whose_value_is_not_that_of_its_input(curate: Curate, form: str) -> None:
    write_lines("a.jsonl", [{"n": 2**64 - 1 - i, "args": {"k": i} if i % 2 else {"other": [i]}} for i in range(6)])
    pq.write_table(
        pa.table({"the text": TEXTS[6:9], "the id": ["p0", "p1", "p2"], "n": pa.array([1, 2, 3], pa.uint64())}),
        "in/b.parquet",
    )
    assert mixed(curate, form)
    honest = curate("verify", "out", "--inputs", "in", "--json")
    assert (honest.code, honest.json["findings"]) == (0, [])
    (path,) = Path("out/data").iterdir()
    if form == "jsonl":
        lines = path.read_bytes().splitlines()
        lines[4] = json.dumps({**json.loads(lines[4]), "n": 5}).encode()
        path.write_bytes(b"\n".join(lines) + b"\n")
    else:
        table = pq.read_table(path)
        numbers = table["n"].to_pylist()
        numbers[4] = 5
        pq.write_table(table.set_column(table.schema.get_field_index("n"), "n", pa.array(numbers, pa.uint64())), path)
    changed = curate("verify", "out", "--inputs", "in", "--json")
    assert changed.code == 1
    (found,) = [finding for finding in changed.json["findings"] if finding["field"] == "values"]
    assert found["found"].startswith(f"1 that are not; first data/part-00000.{form} row 4, from ")
