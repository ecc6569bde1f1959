"""Arrow files are read in the memory that there is, whatever the size of a batch, packed or not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest

from curate import memory
from curate.corpus.arrow_slices import ArrowFile, arrow_slices
from curate.corpus.files import find_files
from curate.corpus.slices import Lost, Slice
from curate.errors import MachineError
from curate.schema import Shard

ROWS = 1000
COLUMNS = {
    "text": pa.array([f"{i} " + "word " * 60 for i in range(ROWS)]),
    "tags": pa.array([["a", "b"]] * ROWS),
    "kind": pa.array(["x", "y"] * (ROWS // 2)).dictionary_encode(),
    "more": pa.array([{"n": i, "s": "z" * 500} for i in range(ROWS)]),
    "fixed": pa.array([[1, 2, 3]] * ROWS, pa.list_(pa.int8(), 3)),
}


@pytest.fixture(autouse=True)
def _bound() -> Iterator[None]:
    yield
    memory.give(memory.DEFAULT)


def written(path: Path, table: pa.Table, *, packed: str | None, stream: bool, rows: int = 400) -> Shard:
    options = pa.ipc.IpcWriteOptions(compression=packed)
    with (pa.ipc.new_stream if stream else pa.ipc.new_file)(str(path), table.schema, options=options) as writer:
        writer.write_table(table, max_chunksize=rows)
    return find_files([str(path)])[0][0].shards[0]


@pytest.mark.parametrize("packed", [None, "zstd", "lz4"])
@pytest.mark.parametrize("stream", [False, True])
def test_the_sizes_are_those_of_the_buffers(tmp_path: Path, packed: str | None, *, stream: bool) -> None:
    shard = written(tmp_path / "a.arrow", pa.table(COLUMNS), packed=packed, stream=stream)
    file = ArrowFile(shard.path)
    _, batches, torn = file.parts()
    assert torn is None
    assert [part.rows for part in batches] == [400, 400, 200]
    for part, start in zip(batches, (0, 400, 800), strict=True):
        there = pa.table(COLUMNS).slice(start, part.rows)
        held = sum(
            column.nbytes for name, column in zip(there.column_names, there.columns, strict=True) if name != "kind"
        )
        assert held <= part.bytes <= 1.1 * held + 4096
        assert (part.unpacked >= part.bytes) is (packed is not None)
    text = file.parts(["text"])[1][0].unpacked
    assert (there.slice(0, 200)["text"].nbytes <= text <= batches[0].unpacked // 2) is (packed is not None)


@pytest.mark.parametrize("columns", [["text"], ["more", "text"], ["kind"], None])
@pytest.mark.parametrize("packed", [None, "zstd"])
@pytest.mark.parametrize("stream", [False, True])
def test_the_rows_are_those_of_the_file(
    tmp_path: Path, columns: list[str] | None, packed: str | None, *, stream: bool
) -> None:
    shard = written(tmp_path / "a.arrow", pa.table(COLUMNS), packed=packed, stream=stream)
    found = list(arrow_slices(shard, columns, 1 << 16))
    assert all(isinstance(one, Slice) for one in found)
    batches = [one.batch for one in found if isinstance(one, Slice)]
    assert len(batches) >= 3
    rows = [row for batch in batches for row in batch.to_pylist()]
    assert rows == pa.table(COLUMNS).select(columns or list(COLUMNS)).to_pylist()


def resident() -> int:
    return int(re.search(r"VmRSS:\s+(\d+)", Path("/proc/self/status").read_text())[1]) << 10  # type: ignore[index]


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="only Linux tells what is resident")
def test_what_was_read_of_a_mapped_file_does_not_stay_in_memory(tmp_path: Path) -> None:
    texts = pa.table({"text": pa.array(["word " * 2000] * 8000)})  # 80 MB in one batch
    shard = written(tmp_path / "a.arrow", texts, packed=None, stream=False, rows=8000)
    before, most = resident(), 0
    for one in arrow_slices(shard, ["text"], 1 << 20):
        assert isinstance(one, Slice)
        most = max(most, resident() - before)
    assert most < 30 << 20


@pytest.mark.parametrize("stream", [False, True])
def test_a_packed_batch_that_does_not_fit_is_refused_before_it_is_unpacked(tmp_path: Path, *, stream: bool) -> None:
    table = pa.table({"text": ["a b c"] * 400, "other": ["z" * 50_000] * 400})
    shard = written(tmp_path / "a.arrow", table, packed="zstd", stream=stream)
    memory.give(1 << 20)
    assert list(arrow_slices(shard, ["text"], 1 << 16))  # only what is read counts
    with pytest.raises(MachineError, match=r"a.arrow: record batch 0 of \S+ needs more than --memory 1MiB") as told:
        list(arrow_slices(shard, ["other"], 1 << 16))
    assert "--memory 100MB" in told.value.hint


def test_large_values_side_by_side_are_read_in_small_slices(tmp_path: Path) -> None:
    texts = pa.array(["a"] * 5000 + ["x" * 500_000] * 60 + ["b"] * 5000)
    shard = written(tmp_path / "a.arrow", pa.table({"text": texts}), packed=None, stream=False, rows=20_000)
    found = [one.batch for one in arrow_slices(shard, None, 1 << 20) if isinstance(one, Slice)]
    assert pa.Table.from_batches(found)["text"].to_pylist() == texts.to_pylist()
    assert max(batch.nbytes for batch in found) <= 2 << 20


@pytest.mark.parametrize("stream", [False, True])
def test_what_stands_before_a_torn_batch_is_read(tmp_path: Path, *, stream: bool) -> None:
    path = tmp_path / "a.arrow"
    shard = written(path, pa.table({"text": COLUMNS["text"]}), packed=None, stream=stream)
    whole = path.read_bytes()
    last = whole.rindex(b"800 word")
    at = whole.rindex(b"\xff\xff\xff\xff", 0, last)  # where the message of the last batch begins
    path.write_bytes(whole[:at] + b"\xff\xff\xff\xff\xff\xff\xff\x7f" + whole[at + 8 :])
    found = list(arrow_slices(shard, ["text"], 1 << 20))
    if stream:
        assert sum(one.batch.num_rows for one in found if isinstance(one, Slice)) == 800
    assert isinstance(found[-1], Lost)
