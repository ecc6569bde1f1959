"""Files as datasets, pandas, polars and DuckDB write them today: a mix gives back values, types and features."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from corpora import Outcome, made_up_texts
from values import from_json, parquet_rows, plain_rows, same

Curate = Callable[..., Outcome]
TEXTS = made_up_texts(4, words=12, seed=5)
CALLS: list[dict[str, Any]] = [{"city": "Ulm"}, {"days": [1, 2], "unit": None}, {}, {"days": "all"}]


def run(code: str, *, needs: str = "datasets") -> None:
    """In a process of its own, offline, with its caches here."""
    pytest.importorskip(needs, reason=f"{needs} is not installed")
    here = {"HF_HUB_OFFLINE": "1", "HF_HOME": str(Path("cache").absolute()), "HF_DATASETS_DISABLE_PROGRESS_BARS": "1"}
    script = f"import json\nfrom pathlib import Path\nTEXTS = {TEXTS!r}\nCALLS = {CALLS!r}\n{code}"
    done = subprocess.run([sys.executable, "-c", script], env=os.environ | here, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def needs_json_columns() -> None:
    if int(version("datasets").partition(".")[0]) < 5:
        pytest.skip("only datasets 5 and later write columns of JSON")


def chats(code: str) -> str:
    return f"from datasets import *\nPath('in').mkdir()\nrows = {code}\n"


def datasets_mixed_contents() -> None:
    needs_json_columns()
    run(
        chats("[{'messages': [{'role': 'u', 'content': t}, {'role': 'u', 'content': [{'text': t}]}]} for t in TEXTS]")
        + "Dataset.from_list(rows, on_mixed_types='use_json').to_parquet('in/a.parquet')"
    )


def datasets_tool_calls() -> None:
    needs_json_columns()
    message = "{'role': 'assistant', 'content': t, 'tool_calls': [{'name': 'f', 'arguments': c}]}"
    run(
        chats(f"[{{'id': i, 'messages': [{message}]}} for i, (t, c) in enumerate(zip(TEXTS, CALLS))]")
        + "Dataset.from_list(rows, on_mixed_types='use_json').to_parquet('in/a.parquet')"
    )


def datasets_features() -> None:
    run(
        chats("[{'text': t, 'label': i % 2, 'pair': {'en': 'x', 'de': t}} for i, t in enumerate(TEXTS)]")
        + "names = ClassLabel(names=['bad', 'good'])\n"
        + "f = Features({'text': Value('string'), 'label': names, 'pair': Translation(['en', 'de'])})\n"
        + "Dataset.from_list(rows, features=f).to_parquet('in/a.parquet')"
    )


def datasets_saved_to_disk() -> None:
    run(
        chats("[{'text': t, 'label': i % 2, 'meta': {'n': i}} for i, t in enumerate(TEXTS)]")
        + "f = Features({'text': Value('large_string'), 'label': ClassLabel(2), 'meta': {'n': Value('int8')}})\n"
        + "Dataset.from_list(rows, features=f).save_to_disk('in/saved')"
    )


def datasets_lines() -> None:
    needs_json_columns()
    run(
        chats("[{'text': t, 'arguments': c, 'id': 2**62 + i} for i, (t, c) in enumerate(zip(TEXTS, CALLS))]")
        + "Dataset.from_list(rows, on_mixed_types='use_json').to_json('in/a.jsonl')"
    )


def pandas_frame() -> None:
    pandas = pytest.importorskip("pandas", reason="pandas is not installed")
    frame = pandas.DataFrame(
        {
            "text": TEXTS,
            "kind": pandas.Categorical(["b", "a", None, "b"], categories=["b", "a"], ordered=True),
            "count": pandas.array([2**62 + 1, None, 0, -1], dtype="Int64"),
            "at": pandas.to_datetime(["2020-01-01 00:00:00.123456789"] * 4).tz_localize("Europe/Berlin"),
            "price": [Decimal("1.10"), None, Decimal("-2.25"), Decimal(0)],
            "tags": [["a", None], [], None, ["b"]],
            "raw": [b"\xff", b"", None, b"x"],
            "gap": pandas.to_timedelta([1, 2, 3, None], unit="ns"),
        },
        index=pandas.Index([3, 1, 2, 0], name="key"),
    )
    Path("in").mkdir()
    frame.to_parquet("in/a.parquet")


def pandas_lines() -> None:
    pandas = pytest.importorskip("pandas", reason="pandas is not installed")
    Path("in").mkdir()
    frame = pandas.DataFrame(
        {"text": TEXTS, "args": CALLS, "mixed": [1, "x", None, [2.5]], "f": [0.1, None, 1e300, -0.0]}
    )
    frame.to_json("in/a.jsonl", orient="records", lines=True)


def polars_frame() -> Any:
    polars = pytest.importorskip("polars", reason="polars is not installed")
    Path("in").mkdir()
    return polars.DataFrame(
        {
            "text": TEXTS,
            "category": polars.Series(["x", "y", None, "x"], dtype=polars.Categorical),
            "choice": polars.Series(["x", "y", None, "x"], dtype=polars.Enum(["y", "x"])),
            "gap": [timedelta(microseconds=5), None, timedelta(days=-4), timedelta(0)],
            "clock": [time(1, 2, 3, 4), None, time(0), time(23, 59)],
            "at": polars.Series([datetime(2020, 1, 1, tzinfo=UTC)] * 4, dtype=polars.Datetime("ns", "UTC")),
            "list": [[1, None], [], None, [2**62]],
            "struct": [{"a": 1, "b": "x"}, {"a": None, "b": None}, {"a": 2, "b": ""}, None],
            "array": polars.Series([[1, 2], [3, 4], None, [5, 6]], dtype=polars.Array(polars.Int8, 2)),
            "id": polars.Series([2**64 - 1, 0, 1, None], dtype=polars.UInt64),
            "raw": [b"\xff", None, b"", b"a"],
            "nothing": [None] * 4,
        }
    )


def polars_parquet() -> None:
    polars_frame().write_parquet("in/a.parquet")


def polars_arrow() -> None:
    polars_frame().write_ipc("in/a.arrow")


def duckdb_parquet() -> None:
    duckdb = pytest.importorskip("duckdb", reason="duckdb is not installed")
    Path("in").mkdir()
    pq.write_table(pa.table({"text": TEXTS}), "texts.parquet")
    duckdb.sql("""
        copy (
            select text, uuid() as id, '{"a": [1, "x"], "b": 1.10}'::json as j, map{'k': 1, 'l': null} as m,
                {'x': 1, 'y': [1, null]} as s, 'a'::enum('a', 'b') as e,
                timestamp_ns '2020-01-01 00:00:00.123456789' as t,
                '\\xff'::blob as raw, 1.10::decimal(18, 2) as price, time '01:02:03' as clock, date '2020-01-01' as day,
                timestamptz '2020-01-01 00:00:00+00' as at, 18446744073709551615::ubigint as n, interval 3 days as i
            from 'texts.parquet'
        ) to 'in/a.parquet' (format parquet)""")


LAYOUTS = (
    datasets_mixed_contents,
    datasets_tool_calls,
    datasets_features,
    datasets_saved_to_disk,
    datasets_lines,
    pandas_frame,
    pandas_lines,
    polars_parquet,
    polars_arrow,
    duckdb_parquet,
)


def given_table() -> pa.Table:
    """The one file of the input, as pyarrow reads it."""
    (path,) = (path for path in Path("in").rglob("*") if path.suffix in (".parquet", ".arrow"))
    if path.suffix == ".parquet":
        return pq.ParquetFile(path).read()
    with pa.memory_map(str(path)) as source:
        is_file = source.read(6) == b"ARROW1"
        source.seek(0)
        return (pa.ipc.open_file if is_file else pa.ipc.open_stream)(source).read_all()


def lines(folder: str) -> list[Any]:
    (path,) = Path(folder).glob("*.jsonl")
    return [json.loads(line) for line in path.read_bytes().split(b"\n") if line]


def ordered(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(rows, key=lambda row: str(row.get("text") or row.get("messages")))


@pytest.mark.parametrize("layout", LAYOUTS)
def test_layouts_come_back(curate: Curate, layout: Callable[[], None]) -> None:
    layout()
    for form in ("parquet", "jsonl"):
        outcome = curate("mix", "in", "--human-ratio", "0", "--format", form, "-o", form, "-q")
        assert outcome.code == 0, outcome.err
        verified = curate("verify", form, "--inputs", "in")
        assert verified.code == 0, verified.out
    if layout in (datasets_lines, pandas_lines):
        given = ordered(lines("in"))
        assert ordered(lines("jsonl/data")) == given
        written = ordered(parquet_rows("parquet/data"))
        assert all(same(row, {name: old.get(name) for name in row}) for row, old in zip(written, given, strict=True))
        return
    table = given_table()
    given = ordered(plain_rows(table))
    written = ordered(parquet_rows("parquet/data"))
    assert len(written) == len(given) == len(TEXTS)
    assert all(map(same, written, given)), (written, given)
    types = {field.name: field.type for field in table.schema}
    said = ordered([{name: from_json(row[name], types[name]) for name in types} for row in lines("jsonl/data")])
    assert all(map(same, said, given)), (said, given)


WITHOUT_FEATURES = (datasets_lines, pandas_lines, polars_arrow)  # the last `datasets` itself cannot read: views


@pytest.mark.parametrize("layout", [one for one in LAYOUTS if one not in WITHOUT_FEATURES])
def test_load_dataset_gives_the_features_of_the_input(curate: Curate, layout: Callable[[], None]) -> None:
    layout()
    assert curate("mix", "in", "--human-ratio", "0", "-o", "out", "-q").code == 0
    code = """
from datasets import load_dataset, load_from_disk, Dataset
import sys, pyarrow.parquet as pq, pyarrow as pa
def features(load):
    try:
        return load().features
    except ValueError as error:  # a type that datasets has no feature for
        return str(error)
given = [str(path) for path in Path("in").rglob("*") if path.suffix in (".parquet", ".arrow")]
kind = "parquet" if given[0].endswith("parquet") else "arrow"
before = features(lambda: load_dataset(kind, data_files=given, split="train"))
after = features(lambda: load_dataset("out", split="train"))
assert before == after, (before, after)
"""
    run(code)
