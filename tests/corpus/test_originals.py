from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpus.making import FORMATS, write_rows
from curate.corpus.columns import settle_files
from curate.corpus.files import find_files
from curate.corpus.originals import original_schema, read_rows, read_texts
from curate.errors import DataError
from curate.schema import Columns

ROWS: list[dict[str, Any]] = [
    {"text": f"t{i}", "id": i, "when": "2019-01-01", "meta": {"a": [i, 2], "b": None if i % 2 else "x"}, "f": i / 2}
    for i in range(40)
]


def schema_of(path: Path) -> pa.Schema:
    return original_schema(find_files([str(path)])[0])


@pytest.mark.parametrize("suffix", FORMATS)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(wanted=st.sets(st.integers(0, 39)), shard_bytes=st.integers(50, 2000))
def test_original_rows_come_back_by_number_with_every_column(
    tmp_path: Path, suffix: str, wanted: set[int], shard_bytes: int
) -> None:
    path = write_rows(tmp_path / f"a.{suffix}", ROWS)
    files, _ = find_files([str(path)], shard_bytes=shard_bytes)
    schema = original_schema(files)
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
    columns = settle_files([file], Columns())[0][0][1]
    assert read_texts(file.shards[0], columns, np.array([3, 1])) == {1: "t1", 3: "t3"}
    last = file.shards[-1]
    assert read_texts(last, columns, np.array([39, 40])) == {39: "t39"}


def test_files_of_different_schemas_are_read_as_the_union(tmp_path: Path) -> None:
    write_rows(tmp_path / "a.jsonl", [{"text": "a", "n": 1, "gone": None}, {"text": "b", "meta": {"x": 1}}])
    write_rows(tmp_path / "b.parquet", [{"id": "i", "n": 1.5, "text": "c", "meta": {"y": "z"}}])
    files, _ = find_files([str(tmp_path)])
    schema = original_schema(files)
    assert schema.names == ["text", "n", "gone", "meta", "id"]
    assert schema.field("n").type == pa.float64()
    tables = [read_rows(file.shards[0], np.arange(count), schema) for file, count in zip(files, (2, 1), strict=True)]
    assert pa.concat_tables(tables).to_pylist() == [
        {"text": "a", "n": 1.0, "gone": None, "meta": None, "id": None},
        {"text": "b", "n": None, "gone": None, "meta": {"x": 1, "y": None}, "id": None},
        {"text": "c", "n": 1.5, "gone": None, "meta": {"x": None, "y": "z"}, "id": "i"},
    ]


def test_conflicting_types_are_refused_with_column_types_and_files(tmp_path: Path) -> None:
    write_rows(tmp_path / "a.jsonl", [{"text": "a", "n": 1}])
    write_rows(tmp_path / "b.parquet", [{"text": "a", "n": "one"}])
    with pytest.raises(DataError) as error:
        schema_of(tmp_path)
    assert error.value.exit_code == 3
    assert error.value.message == "column 'n' holds int64 in a.jsonl and string in b.parquet"


def test_json_strings_that_look_like_dates_stay_as_they_stand(tmp_path: Path) -> None:
    rows = [{"text": "a", "at": "2019-01-01T00:00:00Z", "deep": [{"at": "2019-01-01"}]}]
    path = write_rows(tmp_path / "a.jsonl", rows)
    (file,) = find_files([str(path)])[0]
    schema = original_schema([file])
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
    schema = original_schema([file])
    assert [str(type) for type in schema.types] == ["string", "string", "timestamp[us, tz=UTC]", "int8", "binary"]
    assert read_rows(file.shards[0], np.array([0, 1]), schema).to_pylist() == table.to_pylist()


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
    schema = original_schema([file], {"a.jsonl": Columns(text="text")})
    assert dict(zip(schema.names, map(str, schema.types), strict=True)) == {
        "text": "string",
        "x": "string",
        "empty": "null",
        "n": "int64",
    }
    assert read_rows(file.shards[0], np.array([1, 5]), schema).to_pylist() == [
        {"text": "a", "x": "?", "empty": None, "n": None},
        {"text": "b", "x": None, "empty": None, "n": 2},
    ]
    with pytest.raises(DataError, match=r"column .text. holds string in a\.jsonl and int64 in a\.jsonl"):
        original_schema([file])


def test_rows_without_an_answer_give_an_empty_table(tmp_path: Path) -> None:
    path = write_rows(tmp_path / "a.parquet", ROWS)
    (file,) = find_files([str(path)])[0]
    schema = original_schema([file])
    assert read_rows(file.shards[0], np.array([], np.int64), schema).equals(schema.empty_table())


@pytest.mark.parametrize("suffix", FORMATS)
def test_a_row_that_is_not_there_is_an_error_and_no_shorter_table(tmp_path: Path, suffix: str) -> None:
    path = write_rows(tmp_path / f"a.{suffix}", ROWS)
    (file,) = find_files([str(path)])[0]
    with pytest.raises(DataError, match="row 40: this row cannot be given back"):
        read_rows(file.shards[-1], np.array([39, 40]), original_schema([file]))
