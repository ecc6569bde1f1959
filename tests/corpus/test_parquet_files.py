"""Footers are parsed once for a state of a file, and kept within a bound."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from curate.corpus import parquet_files
from curate.corpus.parquet_files import open_parquet


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Sizes of the files whose footers were parsed."""
    found: list[int] = []
    opened = pq.ParquetFile.__init__

    def counted(self: pq.ParquetFile, source: Any, metadata: Any = None, **options: Any) -> None:
        if metadata is None:
            found.append(source.size())
        opened(self, source, metadata=metadata, **options)

    monkeypatch.setattr(pq.ParquetFile, "__init__", counted)
    monkeypatch.setattr(parquet_files, "_FOOTERS", parquet_files._Footers(parquet_files._KEPT_BYTES))
    return found


def write(path: Path, *values: str, columns: int = 1) -> int:
    pq.write_table(pa.table({f"c{i}": list(values) for i in range(columns)}), path)
    return path.stat().st_size


def test_a_file_that_is_opened_again_is_not_parsed_again(tmp_path: Path, parsed: list[int]) -> None:
    size = write(tmp_path / "a.parquet", "one", "two")
    for _ in range(3):
        with open_parquet(str(tmp_path / "a.parquet")) as file:
            assert file.read().num_rows == 2
    assert parsed == [size]


def test_another_file_in_its_place_is_parsed(tmp_path: Path, parsed: list[int]) -> None:
    path = tmp_path / "a.parquet"
    write(path, "one", "two")
    open_parquet(str(path))
    before = path.stat()
    write(path, "two", "one")  # of as many bytes
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns + 1))
    with open_parquet(str(path)) as file:
        assert file.read()["c0"].to_pylist() == ["two", "one"]
    assert len(parsed) == 2


def test_what_nobody_asked_for_longest_makes_room(tmp_path: Path, parsed: list[int]) -> None:
    paths = [tmp_path / f"{name}.parquet" for name in "abc"]
    for path in paths:
        write(path, "one")
    most = 2 * pq.read_metadata(paths[0]).serialized_size
    parquet_files._FOOTERS = parquet_files._Footers(most)
    parsed.clear()
    for path in (paths[0], paths[1], paths[0], paths[2], paths[0], paths[1]):
        open_parquet(str(path))
    assert len(parsed) == 4  # a, b, c, and b again
    assert parquet_files._FOOTERS._bytes <= most


def test_a_footer_larger_than_all_may_take_is_not_kept(tmp_path: Path, parsed: list[int]) -> None:
    write(tmp_path / "wide.parquet", "one", columns=40)
    parquet_files._FOOTERS = parquet_files._Footers(1000)
    parsed.clear()
    for _ in range(2):
        open_parquet(str(tmp_path / "wide.parquet"))
    assert len(parsed) == 2
