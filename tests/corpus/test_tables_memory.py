"""Tables are read within the memory that there is: few rows at a time, and a page that does not fit is refused."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from curate import memory
from curate.corpus.files import find_files
from curate.corpus.parquet_footer import row_groups
from curate.corpus.parquet_pages import group_sizes
from curate.corpus.slices import Slice
from curate.corpus.tables import head_batch, table_slices
from curate.corpus.thrift import STRUCT, skip
from curate.errors import MachineError
from mutant_readers import faults


@pytest.fixture(autouse=True)
def _bound() -> Iterator[None]:
    memory.give(4 << 20)
    yield
    memory.give(memory.DEFAULT)


def slices(path: Path) -> list[pa.RecordBatch]:
    (file,) = find_files([str(path)])[0]
    found = [piece for shard in file.shards for piece in table_slices(shard, None)]
    assert all(isinstance(piece, Slice) for piece in found)
    return [piece.batch for piece in found if isinstance(piece, Slice)]


@pytest.mark.parametrize("compression", ["none", "snappy", "zstd"])
@pytest.mark.parametrize("version", ["1.0", "2.0"])
def test_the_sizes_are_those_of_the_pages(tmp_path: Path, compression: str, version: str) -> None:
    """The largest page holds the longest text, and is no larger than all texts."""
    texts = [f"{index} " + "word " * (index % 50) for index in range(5000)]
    texts[4000] = "x" * 300_000
    settings = {"compression": compression, "data_page_version": version, "use_dictionary": False}
    pq.write_table(pa.table({"text": texts, "other": ["y" * 10**4] * 5000}), tmp_path / "a.parquet", **settings)
    group = pq.ParquetFile(tmp_path / "a.parquet").metadata.row_group(0)
    chunks = row_groups(str(tmp_path / "a.parquet"))[0]
    with (tmp_path / "a.parquet").open("rb") as file:
        sizes = group_sizes(file.fileno(), chunks, frozenset(["text"]))
        both = group_sizes(file.fileno(), chunks, None)
    assert 300_000 < sizes.page <= group.column(0).total_uncompressed_size
    assert sizes.dictionaries == 0
    assert both.page > 10**4
    assert both.value >= 10**4


@pytest.mark.parametrize("value", [b"\x18\x01a", b"\x11", b"\x15\x02", b"\x1b\x01\x88\x01a\x01b"])
def test_lists_that_nobody_knows_hide_no_page(tmp_path: Path, value: bytes) -> None:
    """Readers skip fields of a page header that they do not know, and so does whoever asks for its size."""
    pq.write_table(pa.table({"text": ["a" * 40] * 100}), tmp_path / "a.parquet", use_dictionary=False)
    whole = bytearray((tmp_path / "a.parquet").read_bytes())
    start = whole.index(b"\x1c", whole.index(b"\x2c")) + 1  # statistics in the header of a data page
    end = skip(bytes(whole), start, STRUCT)
    room = end - start
    structs = (room - 8) // (len(value) + 1)
    made = bytes([0xFC, structs]) + (value + b"\0") * structs  # a list of so many structs
    made = made[:-1] + b"\x18" + bytes([room - len(made) - 2]) + b"z" * (room - len(made) - 2) + b"\0"
    whole[start - 1] = 0x19
    whole[start:end] = made
    (tmp_path / "a.parquet").write_bytes(whole)
    assert pq.read_table(tmp_path / "a.parquet").num_rows == 100
    handle = os.open(tmp_path / "a.parquet", os.O_RDONLY)
    sizes = group_sizes(handle, row_groups(str(tmp_path / "a.parquet"))[0], None)
    os.close(handle)
    assert sizes.page > 3000


@pytest.mark.parametrize("groups", [1, 7])
def test_the_footer_says_what_arrow_says_of_it(tmp_path: Path, groups: int) -> None:
    columns = {"text": ["a b c"] * 70, "é.x": list(range(70)), "list": [[{"a": "b", "c": None}]] * 70}
    pq.write_table(pa.table(columns), tmp_path / "a.parquet", row_group_size=70 // groups, use_dictionary=["text"])
    metadata = pq.read_metadata(tmp_path / "a.parquet")
    found = row_groups(str(tmp_path / "a.parquet"))
    assert len(found) == groups
    for number, chunks in enumerate(found):
        there = [metadata.row_group(number).column(index) for index in range(metadata.num_columns)]
        starts = [one.dictionary_page_offset or one.data_page_offset for one in there]
        assert [chunk.start for chunk in chunks] == starts
        assert [chunk.stop - chunk.start for chunk in chunks] == [one.total_compressed_size for one in there]
        assert [chunk.name.decode() for chunk in chunks] == ["text", "é.x", "list", "list"]


def test_a_damaged_footer_ends_no_process(tmp_path: Path) -> None:
    """Arrow checks sizes when a column's metadata is asked for, and pyarrow lets the exception through."""
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"text": ["a b c"] * 70, "n": [[1]] * 70}), path)
    whole = path.read_bytes()
    start = len(whole) - 8 - int.from_bytes(whole[-8:-4], "little")
    mutants = [
        whole[:place] + bytes([value]) + whole[place + 1 :]
        for place in range(start, len(whole) - 8)
        for value in (0, 0x16, 0x80, 0xFF)
    ]
    assert list(faults(mutants, path)) == []


def test_a_footer_that_does_not_fit_is_refused(tmp_path: Path) -> None:
    table = pa.table({f"column {i}" + "x" * 500: [1] for i in range(300)})
    pq.write_table(table, tmp_path / "a.parquet")
    with pytest.raises(MachineError, match=r"a footer of \S+ needs more than --memory 4MiB") as told:
        find_files([str(tmp_path / "a.parquet")])
    assert "--memory" in told.value.hint
    memory.give(memory.DEFAULT)
    assert find_files([str(tmp_path / "a.parquet")])[0]


def test_a_header_that_is_none_ends_the_search(tmp_path: Path) -> None:
    pq.write_table(pa.table({"text": ["a b c"] * 100}), tmp_path / "a.parquet")
    chunks = row_groups(str(tmp_path / "a.parquet"))[0]
    whole = (tmp_path / "a.parquet").read_bytes()
    draw = np.random.default_rng(5)
    for _ in range(300):
        broken = bytearray(whole)
        broken[4 : 4 + 40] = draw.bytes(40)
        (tmp_path / "b").write_bytes(broken)
        handle = os.open(tmp_path / "b", os.O_RDONLY)
        sizes = group_sizes(handle, chunks, None)
        os.close(handle)
        assert sizes.page >= 0


def test_a_value_in_every_row_is_read_in_small_slices(tmp_path: Path) -> None:
    texts = pa.array(["x" * 100_000, "short"])
    column = pa.DictionaryArray.from_arrays(pa.array(np.zeros(300), pa.int32()), texts)
    table = pa.table({"text": column.dictionary_decode()})
    pq.write_table(table, tmp_path / "a.parquet", compression="zstd")
    found = slices(tmp_path / "a.parquet")
    assert sum(batch.num_rows for batch in found) == 300
    assert max(batch.nbytes for batch in found) < 2 << 20  # joined up to 1 MB, and a quarter of one more


def test_large_values_among_small_ones_are_read_in_small_slices(tmp_path: Path) -> None:
    texts = ["a"] * 30_000 + ["x" * 50_000] * 300 + ["a"] * 30_000
    pq.write_table(
        pa.table({"text": texts}), tmp_path / "a.parquet", use_dictionary=False, compression="zstd", write_batch_size=10
    )
    found = slices(tmp_path / "a.parquet")
    assert sum(batch.num_rows for batch in found) == 60_300
    assert max(batch.nbytes for batch in found) < 2 << 20


@pytest.mark.parametrize("dictionary", [False, True])
def test_a_page_that_does_not_fit_is_refused_with_the_memory_that_would_do(tmp_path: Path, *, dictionary: bool) -> None:
    texts = ["short"] * 50 + ["x" * (3 << 20)]
    pq.write_table(pa.table({"text": texts}), tmp_path / "a.parquet", use_dictionary=dictionary, compression="zstd")
    (file,) = find_files([str(tmp_path)])[0]
    with pytest.raises(MachineError, match=r"page of 3\.1MB in row group 0 needs more than --memory 4MiB") as caught:
        list(table_slices(file.shards[0], ["text"]))
    assert caught.value.hint.startswith("--memory 100MB")
    with pytest.raises(MachineError):
        head_batch(file.shards[0], ["text"], 10)


def test_a_long_value_of_an_arrow_dictionary_is_read_in_small_slices(tmp_path: Path) -> None:
    texts = pa.array(["x" * 100_000, "short"])
    column = pa.DictionaryArray.from_arrays(pa.array(np.zeros(300), pa.int32()), texts)
    table = pa.table({"text": column})
    with pa.ipc.new_file(str(tmp_path / "a.arrow"), table.schema) as writer:
        writer.write_table(table)
    found = slices(tmp_path / "a.arrow")
    assert sum(batch.num_rows for batch in found) == 300
    assert max(batch.num_rows for batch in found) <= 2


def test_a_footer_is_parsed_once_for_all_row_groups_that_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"text": ["a", "b"] * 20}), path, row_group_size=2)
    (file,) = find_files([str(path)])[0]
    parsed: list[str] = []

    def counted(one: str) -> object:
        parsed.append(one)
        return row_groups(one)

    monkeypatch.setattr("curate.corpus.tables.row_groups", counted)
    for shard in file.shards:
        assert sum(piece.batch.num_rows for piece in table_slices(shard, None) if isinstance(piece, Slice)) > 0
    assert len(parsed) == len(file.shards)
    assert sum(shard.stop - shard.start for shard in file.shards) == 20
