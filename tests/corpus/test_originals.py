from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curate.corpus.columns import settle_files
from curate.corpus.files import find_files
from curate.corpus.layouts import LINES, Layout, written_layout
from curate.corpus.originals import read_texts, stream_rows
from curate.errors import DataError
from curate.schema import Columns, Shard
from making import FORMATS, write_rows

ROWS: list[dict[str, Any]] = [
    {"text": f"t{i}", "id": i, "when": "2019-01-01", "meta": {"a": [i, 2], "b": None if i % 2 else "x"}, "f": i / 2}
    for i in range(40)
]


def layout_of(path: Path) -> Layout:
    return written_layout(find_files([str(path)])[0])


def read_rows(shard: Shard, rows: np.ndarray, schema: pa.Schema) -> pa.Table:
    tables = [table for table, _ in stream_rows(shard, rows, schema)]
    return pa.concat_tables(tables) if tables else schema.empty_table()


@pytest.mark.parametrize("suffix", FORMATS)
@settings(max_examples=15, deadline=None)
@given(wanted=st.sets(st.integers(0, 39)), shard_bytes=st.integers(50, 2000))
def test_original_rows_come_back_by_number_with_every_column(
    tmp_path: Path, suffix: str, wanted: set[int], shard_bytes: int
) -> None:
    path = write_rows(tmp_path / f"a.{suffix}", ROWS)
    files, _ = find_files([str(path)], shard_bytes=shard_bytes)
    schema = written_layout(files).rows
    shards = files[0].shards
    ends = [*(shard.first_row for shard in shards[1:]), len(ROWS)]
    found: list[dict[str, Any]] = []
    for shard, end in zip(shards, ends, strict=True):
        rows = np.array([row for row in sorted(wanted) if shard.first_row <= row < end], np.int64)
        table = read_rows(shard, rows, schema)
        assert table.schema.equals(schema)
        found += table.to_pylist()
    assert found == [ROWS[row] for row in sorted(wanted)]


@pytest.mark.parametrize("suffix", FORMATS)
def test_texts_come_back_by_number(tmp_path: Path, suffix: str) -> None:
    path = write_rows(tmp_path / f"a.{suffix}", [*ROWS, {"text": None}])
    (file,) = find_files([str(path)])[0]
    columns = settle_files([file], Columns()).settled[0][1]
    assert read_texts(file.shards[0], columns, np.array([3, 1])) == {1: "t1", 3: "t3"}
    last = file.shards[-1]
    assert read_texts(last, columns, np.array([39, 40])) == {39: "t39"}


def test_files_of_different_columns_and_types_are_read_as_what_holds_both(tmp_path: Path) -> None:
    write_rows(tmp_path / "a.jsonl", [{"text": "a", "n": 1, "gone": None}, {"text": "b", "meta": {"x": 1}}])
    write_rows(tmp_path / "b.parquet", [{"id": "i", "n": 1.5, "text": "c", "meta": {"y": "z"}}])
    files, _ = find_files([str(tmp_path)])
    layout = written_layout(files)
    assert layout.columns.names == ["text", "n", "gone", "meta", "id"]
    assert layout.columns.field("n").type == pa.float64()
    assert layout.columns.field("meta").type == pa.json_(pa.string())
    assert layout.changes == ("column 'meta': struct<y: string> is written as extension<arrow.json>",)
    pairs = zip(files, (2, 1), strict=True)
    tables = [read_rows(file.shards[0], np.arange(count), layout.rows) for file, count in pairs]
    assert pa.concat_tables(tables).to_pylist() == [
        {"text": "a", "n": 1.0, "gone": None, "meta": None, "id": None},
        {"text": "b", "n": None, "gone": None, "meta": '{"x":1}', "id": None},
        {"text": "c", "n": 1.5, "gone": None, "meta": '{"y":"z"}', "id": "i"},
    ]


def test_types_that_nothing_holds_are_refused_in_a_column_that_is_read(tmp_path: Path) -> None:
    pq.write_table(pa.table({"text": ["a"], "n": pa.array([1], pa.timestamp("us"))}), tmp_path / "a.parquet")
    write_rows(tmp_path / "b.parquet", [{"text": "a", "n": "one"}])
    files = find_files([str(tmp_path)])[0]
    with pytest.raises(DataError) as error:
        written_layout(files, {file.name: Columns(text="text", source="n") for file in files})
    assert error.value.exit_code == 3
    assert error.value.message == "column 'n' holds timestamp[us] in a.parquet and string in b.parquet"
    assert layout_of(tmp_path).columns.field("n").type == pa.json_(pa.string())


def test_json_strings_that_look_like_dates_stay_as_they_stand(tmp_path: Path) -> None:
    rows = [{"text": "a", "at": "2019-01-01T00:00:00Z", "deep": [{"at": "2019-01-01"}]}]
    path = write_rows(tmp_path / "a.jsonl", rows)
    (file,) = find_files([str(path)])[0]
    schema = written_layout([file]).rows
    assert schema.field("at").type == pa.string()
    assert read_rows(file.shards[0], np.array([0]), schema).to_pylist() == rows


def test_parquet_types_and_layouts_survive(tmp_path: Path) -> None:
    table = pa.table(
        {
            "text": pa.array(["a", "b"], pa.large_string()),
            "kind": pa.array(["x", None]).dictionary_encode(),
            "at": pa.array([datetime(2019, 1, 1, tzinfo=UTC), None], pa.timestamp("us", "UTC")),
            "small": pa.array([1, None], pa.int8()),
            "raw": pa.array([b"\xff", None]),
        }
    )
    pq.write_table(table, tmp_path / "a.parquet")
    (file,) = find_files([str(tmp_path)])[0]
    schema = written_layout([file]).rows
    assert schema.equals(pq.read_schema(tmp_path / "a.parquet"))
    assert read_rows(file.shards[0], np.array([0, 1]), schema).to_pylist() == table.to_pylist()


KINDS = pa.DictionaryArray.from_arrays(pa.array([0, 1, 2], pa.int8()), ["b", None, "a"])
RUNS = pa.array([1, 2, 3], pa.int32())
ENDS = pa.array([0, 1, 2, 3], pa.int32())


@pytest.mark.parametrize(
    "column",
    [
        KINDS,
        pa.DictionaryArray.from_arrays(pa.array([0, 0, None], pa.int8()), pa.array([None], pa.string())),
        pa.DictionaryArray.from_arrays(KINDS.indices, pa.array([b"b", None, b"a"]), ordered=True),
        pa.StructArray.from_arrays([KINDS], ["x"]),
        pa.ListArray.from_arrays(ENDS, pa.StructArray.from_arrays([KINDS], ["x"])),
        pa.FixedSizeListArray.from_arrays(KINDS, 1),
        pa.MapArray.from_arrays(ENDS, pa.array(["k", "l", "m"]), KINDS),
        pa.RunEndEncodedArray.from_arrays(RUNS, pa.array(["b", None, "a"])),
        pa.RunEndEncodedArray.from_arrays(RUNS, KINDS),
        pa.RunEndEncodedArray.from_arrays(RUNS, pa.array([["b"], None, [None]])),
        pa.DictionaryArray.from_arrays(
            KINDS.indices, pa.RunEndEncodedArray.from_arrays(RUNS, pa.array(["b", None, "a"]))
        ),
    ],
    ids=lambda column: str(column.type)[:60],
)
def test_nulls_that_an_encoding_holds_are_written_as_nulls(tmp_path: Path, column: pa.Array) -> None:
    table = pa.table({"text": ["t0", "t1", "t2"], "tag": column})
    with pa.OSFile(str(tmp_path / "a.arrow"), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table)
    (file,) = find_files([str(tmp_path / "a.arrow")])[0]
    for wanted in ([0, 1, 2], [1, 2]):
        rows = read_rows(file.shards[0], np.array(wanted), written_layout([file]).rows)
        pq.write_table(rows, tmp_path / "b.parquet")
        found = pq.read_table(tmp_path / "b.parquet").column("tag").to_pylist()
        assert found == [column.to_pylist()[at] for at in wanted]


def test_lines_that_arrow_refuses_are_given_back_too(tmp_path: Path) -> None:
    lines = [
        b'{"text": "a", "x": "\\ud800", "empty": {}}',
        b"torn {",
        b"",
        b'{"text": 5, "x": 7}',
        b'{"text": "b", "n": 1, "n": 2}',
    ]
    (tmp_path / "a.jsonl").write_bytes(b'{"text": "first"}\n' + b"\n".join(lines))
    (file,) = find_files([str(tmp_path)])[0]
    schema = written_layout([file], {"a.jsonl": Columns(text="text")}).rows
    assert dict(zip(schema.names, map(str, schema.types), strict=True)) == {
        "text": "string",
        "x": "extension<arrow.json>",
        "empty": "extension<arrow.json>",
        "n": "int64",
    }
    assert read_rows(file.shards[0], np.array([1, 5]), schema).to_pylist() == [
        {"text": "a", "x": '"\\ud800"', "empty": "{}", "n": None},
        {"text": "b", "x": None, "empty": None, "n": 2},
    ]
    (table,) = (table for table, _ in stream_rows(file.shards[0], np.array([1, 5]), LINES))
    assert table.column("line").to_pylist() == [lines[0], lines[4]]


def test_rows_without_an_answer_give_an_empty_table(tmp_path: Path) -> None:
    path = write_rows(tmp_path / "a.parquet", ROWS)
    (file,) = find_files([str(path)])[0]
    schema = written_layout([file]).rows
    assert read_rows(file.shards[0], np.array([], np.int64), schema).equals(schema.empty_table())


@pytest.mark.parametrize("beside", ['{"n": 1.5}', '{"n": 1e20}', '{"n": null}'])
@pytest.mark.parametrize("middle", [2**53 + 1, 2**63 - 1, 2**54, 7])
def test_whole_numbers_beside_fractions_are_doubles_only_where_all_of_them_are(
    tmp_path: Path, beside: str, middle: int
) -> None:
    numbers = [2**60, middle, -(2**60)]
    (tmp_path / "a.jsonl").write_text("".join(f'{{"text": "a", "n": {number}}}\n' for number in numbers))
    (tmp_path / "b.jsonl").write_text(f"{beside}\n")
    layout = written_layout(find_files([str(tmp_path)])[0])
    expected = pa.int64() if "null" in beside else pa.float64() if middle in (2**54, 7) else pa.json_(pa.string())
    assert layout.columns.field("n").type == expected


@pytest.mark.parametrize(
    ("types", "expected"),
    [
        ((pa.int32(), pa.int64()), pa.int64()),
        ((pa.uint8(), pa.int8()), pa.int16()),
        ((pa.float32(), pa.int8()), pa.float64()),
        ((pa.float16(), pa.float32()), pa.float32()),
        ((pa.string(), pa.dictionary(pa.int8(), pa.string())), pa.string()),
        ((pa.binary(4), pa.binary(8)), pa.large_binary()),
        ((pa.timestamp("us", "UTC"), pa.timestamp("ns", "UTC")), pa.timestamp("ns", "UTC")),
        ((pa.timestamp("us", "UTC"), pa.timestamp("us")), None),
        ((pa.decimal128(10, 2), pa.decimal128(38, 0)), pa.decimal256(40, 2)),
        ((pa.decimal256(76, 0), pa.decimal256(76, 76)), None),
        ((pa.list_(pa.int8()), pa.large_list(pa.int64())), pa.large_list(pa.int64())),
        ((pa.struct([("a", pa.int8())]), pa.struct([("a", pa.int8()), ("b", pa.int8())])), pa.json_(pa.string())),
        ((pa.struct([("a", pa.int8())]), pa.struct([("a", pa.int64())])), pa.struct([("a", pa.int64())])),
        ((pa.bool_(), pa.int8()), pa.json_(pa.string())),
        ((pa.string(), pa.int64()), pa.json_(pa.string())),
        ((pa.string(), pa.date32()), None),
        ((pa.uuid(), pa.string()), None),
        ((pa.json_(), pa.list_(pa.int64())), pa.json_(pa.string())),
    ],
)
def test_tables_of_two_types_are_written_in_one_that_holds_both_or_as_json_text(
    tmp_path: Path, types: tuple[pa.DataType, pa.DataType], expected: pa.DataType | None
) -> None:
    for name, type in zip("ab", types, strict=True):
        pq.write_table(pa.table({"text": ["t"], "c": pa.nulls(1, type)}), tmp_path / f"{name}.parquet")
    if expected is None:
        files = find_files([str(tmp_path)])[0]
        with pytest.raises(DataError, match=r"column 'c' holds .* in a\.parquet and .* in b\.parquet"):
            written_layout(files, {file.name: Columns(text="text", date="c") for file in files})
    assert layout_of(tmp_path).columns.field("c").type == (expected or pa.json_(pa.string()))
