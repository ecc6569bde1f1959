"""Tables of a run folder tell what they were made from, and take no more room where that is long."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest

from curate.jobs.run.stamped_tables import write_arrow, write_table

TABLE = pa.table({"id": pa.array(["a", "b"]), "n": pa.array([1, 2], pa.uint64())})


def parquet(path: Path, stamp: bytes) -> bytes:
    write_table(path, TABLE.to_batches(), TABLE.schema, stamp)
    return path.read_bytes()


def arrow(path: Path, stamp: bytes) -> bytes:
    write_arrow(path, TABLE, stamp)
    return path.read_bytes()


@pytest.mark.parametrize("written", [parquet, arrow])
def test_a_table_of_a_few_rows_is_small_however_long_its_stamp(
    tmp_path: Path, written: Callable[[Path, bytes], bytes]
) -> None:
    short, long = b"v1", b"v1; " + b"pattern " * 100_000
    assert len(written(tmp_path / "table", long)) == len(written(tmp_path / "table", short))


@pytest.mark.parametrize("written", [parquet, arrow])
def test_equal_tables_of_another_stamp_are_other_bytes(tmp_path: Path, written: Callable[[Path, bytes], bytes]) -> None:
    first = written(tmp_path / "table", b"v1")
    assert written(tmp_path / "table", b"v2") != first
    assert written(tmp_path / "table", b"v1") == first
