"""First rows of a table are those that `head_batch` reads, whatever was asked before; no column is read twice."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from curate import memory
from curate.corpus.file_schema import table_places
from curate.corpus.files import DataFile, find_files
from curate.corpus.parquet_files import open_parquet
from curate.corpus.table_heads import TableHeads
from curate.corpus.tables import head_batch

REQUESTS = (["text"], ["text", "label", "chat"], ["label"], ["chat"], ["label", "wide"], ["wide", "text"])


@pytest.fixture(autouse=True)
def _bound() -> Iterator[None]:
    """So little that the width of a column decides how many rows are read."""
    memory.give(64 << 20)
    yield
    memory.give(memory.DEFAULT)


@pytest.fixture
def table(tmp_path: Path) -> DataFile:
    """Several row groups; of "wide" only a few rows may be read at a time."""
    columns = {
        "text": [f"text {row} " + "word " * (row % 400) for row in range(900)],
        "label": ["human" if row % 3 else None for row in range(900)],
        "chat": [[{"role": "user", "content": f"hello {row}"}] for row in range(900)],
        "wide": [f"{row} " * 3000 for row in range(900)],
    }
    pq.write_table(pa.table(columns), tmp_path / "a.parquet", row_group_size=200)
    ((file,), _) = find_files([str(tmp_path / "a.parquet")])
    return file


@pytest.mark.parametrize("requests", [REQUESTS, REQUESTS[::-1]])
def test_the_rows_are_those_of_a_single_request(table: DataFile, requests: tuple[list[str], ...]) -> None:
    """Columns asked for together have the rows that fit together, and their own types."""
    heads, sizes = TableHeads(), set[int]()
    for columns in requests * 2:
        for place in table_places(table):
            expected = head_batch(place, columns, 128)
            assert expected is not None
            found = heads.batch(place, columns, 128)
            assert found is not None
            assert found.select(expected.schema.names).equals(expected)
            sizes.add(len(found))
    assert len(sizes) > 1  # of other columns other rows


def test_a_column_is_read_once(table: DataFile, monkeypatch: pytest.MonkeyPatch) -> None:
    """Until the rows are forgotten: then nothing is kept."""
    opened: list[str] = []

    def noted(path: str, name: str) -> pq.ParquetFile:
        opened.append(name)
        return open_parquet(path, name)

    monkeypatch.setattr("curate.corpus.table_heads.open_parquet", noted)
    heads, (place, *_) = TableHeads(), table_places(table)
    for columns in (["text"], ["text", "label"], ["label"], ["label", "text"]):
        heads.batch(place, columns, 128)
    assert len(opened) == 2
    heads.forget()
    assert not heads._columns
    assert heads.batch(place, ["text"], 128) == head_batch(place, ["text"], 128)
    assert not heads._columns


def test_a_broken_column_breaks_only_what_asks_for_it(table: DataFile, tmp_path: Path) -> None:
    """As where each request is read alone."""
    column = pq.ParquetFile(tmp_path / "a.parquet").metadata.row_group(0).column(0)
    content = bytearray((tmp_path / "a.parquet").read_bytes())
    start = column.dictionary_page_offset or column.data_page_offset
    content[start : start + 40] = b"\xff" * 40
    (tmp_path / "a.parquet").write_bytes(content)
    heads, (place, *_) = TableHeads(), table_places(table)
    assert heads.batch(place, ["text"], 128) is None
    assert heads.batch(place, ["label"], 128) == head_batch(place, ["label"], 128)
    assert heads.batch(place, ["label", "text"], 128) is None
