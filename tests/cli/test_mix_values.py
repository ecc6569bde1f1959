"""Values come back from a mix as they went in: any JSON and any Arrow type, in both formats, by independent readers."""

from __future__ import annotations

import io
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import assume, given
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


def keeps_types(schema: pa.Schema) -> bool:
    """Does this Arrow read the types that maps hold as it wrote them? Those before 24 forget some."""
    maps = [field for field in schema if "map<" in str(field.type)]
    if not maps or int(pa.__version__.split(".")[0]) >= 24:
        return True
    held = io.BytesIO()
    try:
        pq.ParquetWriter(held, pa.schema(maps)).close()
    except pa.ArrowException:  # of views, which they do not write
        return False
    return bool(pq.read_schema(held).types == [field.type for field in maps])


@given(table=tables())
def test_rows_of_any_arrow_type_come_back(curate: Curate, table: pa.Table) -> None:
    assume(keeps_types(table.schema))
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


UNION = pa.UnionArray.from_sparse(pa.array([0, 1] * 3, pa.int8()), [pa.array(range(6)), pa.array(list("abcdef"))])
LATE = pa.array([0, 1, 2, float("nan"), None, 5])
REFUSED = [
    ("jsonl", LATE, "column 'c' holds nan, which JSON has no word for", " row 3"),
    ("jsonl", pa.array([[1.0], [], [2.0, float("-inf")], None, [], []]), "column 'c' holds -inf, which", " row 2"),
    (
        "jsonl",
        pa.array([0, 2**31 - 1, 0, 0, 0, 0], pa.date32()),
        "column 'c' holds a date that text has no form",
        " row 1",
    ),
    (
        "jsonl",
        pa.array(["1", "{", "2", "3", "4", "5"], pa.json_()),
        "column 'c' holds JSON text that is no JSON",
        " row 1",
    ),
    ("jsonl", UNION, "column 'c' holds sparse_union<0: int64=0, 1: string=1>, which JSON has no form for", " row 0"),
    ("parquet", UNION, "column 'c' holds sparse_union<0: int64=0, 1: string=1>, which Parquet has no form for", ""),
    (
        "parquet",
        pa.array([pa.MonthDayNano([1, 2, 3])] * 6),
        "column 'c' holds month_day_nano_interval, which Parquet",
        "",
    ),
    (
        "parquet",
        pa.array([0, 0, 0, 0, 2**60, 0], pa.timestamp("s")),
        "column 'c' holds a value that timestamp[ms]",
        " row 4",
    ),
    ("parquet", pa.array([0, 1, 0, 0, 0, 0], pa.date64()), "a column other than the text cannot be read", " row 0"),
]


@pytest.mark.parametrize(("form", "column", "message", "row"), REFUSED)
def test_what_a_format_cannot_hold_is_refused_by_name_and_nothing_is_written(
    curate: Curate, form: str, column: pa.Array, message: str, row: str
) -> None:
    write_tables(pa.table({"c": column}))
    outcome = curate(*MIX, "--format", form, "-o", "out")
    assert outcome.code == 3, outcome.err
    assert message in outcome.err
    assert f"a.arrow{row}" in outcome.err
    assert not Path("out").exists()
    assert not list(Path().glob(".out*"))


@pytest.mark.parametrize(
    "other", [pa.array([pa.MonthDayNano([1, 2, 3])] * 6), pa.array([0, 0, 0, 0, 2**60, 0], pa.timestamp("s"))]
)
def test_no_way_out_leads_back(curate: Curate, other: pa.Array) -> None:
    """A column that lines do not hold beside one that tables do not hold: one of them is to be left out."""
    write_tables(pa.table({"c": LATE, "d": other}))
    lines = curate(*MIX, "--format", "jsonl", "-o", "out")
    assert "leave it out: --drop-column c; Parquet has no form for column 'd'" in " ".join(lines.err.split())
    dropped = ["--drop-column", "c", *(["--drop-column", "d"] if pa.types.is_timestamp(other.type) else [])]
    kept = curate(*MIX, "--format", "jsonl", *dropped, "-o", "kept")
    assert kept.code == 0, kept.err
    tables = curate(*MIX, "-o", "out")
    assert "--format jsonl" not in tables.err or pa.types.is_interval(other.type)
    assert (lines.code, tables.code) == (3, 3)


@pytest.mark.parametrize("kind", ["file", "stream"])
def test_a_dictionary_of_dictionaries_is_called_what_it_may_be(curate: Curate, kind: str) -> None:
    """Arrow writes it with fewer buffers than it reads."""
    inner = pa.DictionaryArray.from_arrays(pa.array([0, 1], pa.int8()), pa.array(["x y z", "b c d"]))
    outer = pa.DictionaryArray.from_arrays(pa.array([0, 1, 0, 1], pa.int8()), inner)
    batch = pa.RecordBatch.from_arrays([pa.array(TEXTS[:4]), outer], names=["text", "c"])
    with (pa.ipc.new_file if kind == "file" else pa.ipc.new_stream)("a.arrow", batch.schema) as writer:
        writer.write_batch(batch)
    outcome = curate("scan", "a.arrow", "-q")
    assert outcome.code == 3
    assert "Arrow writes a dictionary of dictionaries so: write its values plain" in outcome.err


def test_dictionaries_of_any_text_come_back(curate: Curate) -> None:
    """Feather files of pandas have large strings in theirs; Parquet gives back plain ones."""
    values = (pa.string(), pa.large_string(), pa.string_view(), pa.binary(), pa.large_binary(), pa.binary_view())
    columns = {}
    for number, value in enumerate(values):
        words = pa.array([b"a", b"b", None, b"a", b"b", b"a"]).cast(value)
        flat = pa.DictionaryArray.from_arrays(pa.array([0, 1, None, 0, 1, 0], pa.int8()), words.slice(0, 2))
        columns[f"c{number}"] = flat
        columns[f"s{number}"] = pa.StructArray.from_arrays([flat], ["x"])
        columns[f"l{number}"] = pa.ListArray.from_arrays(pa.array([0, 1, 1, 2, 4, 5, 6], pa.int32()), flat)
    expected = {row["the id"]: row for row in plain_rows(write_tables(pa.table(columns)))}
    for name, row in mixed(curate, "parquet").items():
        assert same(row, expected[name])


def test_nanoseconds_far_dates_and_intervals_have_a_form_in_json(curate: Curate) -> None:
    columns = {
        "ns": (pa.array([1_577_836_800_123_456_789] * 2, pa.timestamp("ns")), "2020-01-01T00:00:00.123456789"),
        "zone": (pa.array([0, 0], pa.timestamp("us", "Europe/Berlin")), "1970-01-01T00:00:00+00:00"),
        "far": (pa.array([10**7, 0], pa.date32()), "29349-01-26"),
        "gap": (pa.array([-1_500_000_001, 0], pa.duration("ns")), "PT-1.500000001S"),
        "interval": (pa.array([pa.MonthDayNano([1, -2, 3])] * 2), "P1M-2DT0.000000003S"),
        "clock": (pa.array([1, 0], pa.time64("ns")), "00:00:00.000000001"),
        "big": (pa.array([2**64 - 1, 0], pa.uint64()), 2**64 - 1),
    }
    write_tables(pa.table({name: array for name, (array, _) in columns.items()}))
    row = mixed(curate, "jsonl")["t0"]
    assert {name: row[name] for name in columns} == {name: said for name, (_, said) in columns.items()}
    card = Path("out/README.md").read_text()
    assert "column 'ns': timestamp\\[ns\\] is written as ISO 8601 text" in card
    assert "column 'big'" not in card


def test_numbers_that_two_tables_do_not_share_are_refused_with_the_row(curate: Curate) -> None:
    write_tables(pa.table({"c": pa.array([1, 2**53 + 1])}))
    pq.write_table(pa.table({"the text": ["x y z"], "the id": ["b"], "c": [1.5]}), "in/b.parquet")
    outcome = curate(*MIX, "-o", "out")
    assert outcome.code == 3
    assert "a.arrow row 1: column 'c' holds a value that double does not hold" in outcome.err
    assert not Path("out").exists()
    assert curate(*MIX, "--format", "jsonl", "-o", "out").code == 0


def test_the_card_says_what_is_written_otherwise_and_that_features_are_lost(curate: Curate) -> None:
    write_lines("a.jsonl", [{"args": {"k": 1}}, {"args": "text"}])
    features = json.dumps({"info": {"features": {"the text": {"dtype": "string", "_type": "Value"}}}})
    table = pa.table({"the text": TEXTS[2:4], "the id": ["p0", "p1"]}).replace_schema_metadata(
        {"huggingface": features}
    )
    pq.write_table(table, "in/b.parquet")
    assert mixed(curate, "parquet")["a.jsonl 1"]["args"] == "text"
    card = Path("out/README.md").read_text()
    assert "column 'args': values of several types or keys are written as JSON text" in card
    assert "features that \\`datasets\\` keeps" in card or "features that `datasets` keeps" in card
    Path("in/a.jsonl").unlink()
    assert mixed(curate, "parquet")
    assert "Written otherwise" not in Path("out/README.md").read_text()
    assert json.loads(pq.read_schema("out/data/part-00000.parquet").metadata[b"huggingface"]) == json.loads(features)


def test_names_that_are_no_unicode_are_kept_in_lines_and_refused_as_columns(curate: Curate) -> None:
    given_rows = write_lines("a.jsonl", [{"\ud800": 1}, {"x": {"\udfff": [2]}}, {}])
    assert mixed(curate, "jsonl") == given_rows
    refused = curate(*MIX, "-o", "table")
    assert refused.code == 3
    assert "has no name in Unicode" in refused.err
    given_rows = write_lines("a.jsonl", [{"x": {"\udfff": [2]}}, {}])
    assert mixed(curate, "parquet")["a.jsonl 0"]["x"] == given_rows["a.jsonl 0"]["x"]
