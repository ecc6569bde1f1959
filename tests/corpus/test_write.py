from __future__ import annotations

import os
from pathlib import Path
from threading import Lock

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curate.corpus.parts import _Turn, write_parts
from curate.corpus.write import LARGE, atomic_path, write_atomic, write_table
from curate.errors import MachineError, UsageError

SCHEMA = pa.schema([("text", pa.string()), ("n", pa.int64())])


@settings(max_examples=25, deadline=None)
@given(data=st.data(), count=st.integers(1, 60))
def test_parts_hold_the_rows_in_the_order_of_their_ranks(tmp_path: Path, data: st.DataObject, count: int) -> None:
    ranks = np.array(data.draw(st.permutations(range(count))), np.int64)
    ends = sorted({*data.draw(st.lists(st.integers(1, count), max_size=4)), count})
    split = data.draw(st.integers(0, count))
    whole = pa.table({"text": [f"row {rank}" for rank in ranks], "n": ranks}, schema=SCHEMA)
    pieces = [(whole[:split], ranks[:split]), (whole[split:], ranks[split:])]
    parts = list(write_parts(tmp_path / "data", [pieces[:1], pieces[1:]], ends, SCHEMA, look=Path.read_bytes))
    paths = [path for path, _ in parts]
    assert [content for _, content in parts] == [path.read_bytes() for path in paths]
    assert [path.name for path in paths] == [f"part-{index:05d}.parquet" for index in range(len(ends))]
    tables = [pq.read_table(path, schema=SCHEMA) for path in paths]
    assert [len(table) for table in tables] == np.diff([0, *ends]).tolist()
    assert pa.concat_tables(tables)["n"].to_pylist() == list(range(count))
    assert pa.concat_tables(tables)["text"].to_pylist() == [f"row {rank}" for rank in range(count)]
    first = [path.read_bytes() for path in paths]
    again = [path for path, _ in write_parts(tmp_path / "again", [[(whole, ranks)]], ends, SCHEMA, look=Path)]
    assert [path.read_bytes() for path in again] == first


def test_what_was_mapped_of_a_row_group_is_let_go_of_before_the_next_is_copied_or_this_one_written() -> None:
    seen: list[str] = []
    turn, groups = _Turn(Lock(), lambda: seen.append("gone")), (pa.table({"n": [n]}) for n in range(2))
    for group in turn.copied(groups):
        assert not turn.lock.locked()
        seen.append(f"{group['n'][0]} is written")
    assert seen == ["gone", "0 is written", "gone", "1 is written", "gone"]


def test_nothing_but_the_parts_is_left(tmp_path: Path) -> None:
    table = pa.table({"text": ["a"], "n": [0]}, schema=SCHEMA)
    list(write_parts(tmp_path / "data", [[(table, np.array([0]))]], [1], SCHEMA, look=Path))
    assert [path.name for path in (tmp_path / "data").iterdir()] == ["part-00000.parquet"]


def test_a_file_is_whole_or_not_there(tmp_path: Path) -> None:
    path = tmp_path / "new" / "a.json"
    write_atomic(path, b"old")

    def half() -> None:
        with atomic_path(path) as temporary:
            temporary.write_bytes(b"half")
            raise KeyError

    with pytest.raises(KeyError):
        half()
    assert path.read_bytes() == b"old"
    assert [entry.name for entry in path.parent.iterdir()] == ["a.json"]
    umask = os.umask(0)
    os.umask(umask)
    assert path.stat().st_mode & 0o777 == 0o666 & ~umask


@pytest.mark.parametrize(("size", "synced", "waits"), [(9, True, 1), (LARGE - 1, False, 0), (LARGE, False, 1)])
def test_only_a_small_file_under_a_seal_does_not_wait_for_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int, *, synced: bool, waits: int
) -> None:
    on_disk: list[int] = []
    monkeypatch.setattr(os, "fsync", lambda file: on_disk.append(os.fstat(file).st_ino))
    write_atomic(tmp_path / "a", bytes(size), synced=synced)
    assert on_disk == [(tmp_path / "a").stat().st_ino] * waits


def test_what_the_machine_refuses_names_the_path_and_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(MachineError) as error:
        write_atomic(tmp_path / "file" / "a.json", b"")
    assert error.value.exit_code == 4
    assert error.value.where == str(tmp_path / "file" / "a.json")
    assert "-o" in error.value.hint
    with pytest.raises(MachineError):
        list(write_parts(tmp_path / "file", [], [], SCHEMA, look=Path))


def test_large_tables_are_cut_into_row_groups(tmp_path: Path) -> None:
    texts = pa.array([f"{i:x}" * 1000 for i in range(10_000)])
    write_table(tmp_path / "a.parquet", pa.table({"text": texts}))
    metadata = pq.read_metadata(tmp_path / "a.parquet")
    assert metadata.num_row_groups > 1
    assert max(metadata.row_group(i).total_byte_size for i in range(metadata.num_row_groups)) < 32 << 20


def test_a_half_that_a_sweep_takes_before_it_is_locked_is_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, opened = os.open, list[str]()

    def swept(path: str, flags: int, mode: int = 0o777) -> int:
        file = made(path, flags, mode)
        opened.append(str(path))
        if len(opened) == 1:
            os.unlink(path)  # noqa: PTH108
        return file

    monkeypatch.setattr(os, "open", swept)
    write_atomic(tmp_path / "a", b"x", sweep=False)
    assert len(set(opened)) == 2
    assert [path.name for path in tmp_path.iterdir()] == ["a"]
    assert (tmp_path / "a").read_bytes() == b"x"


@pytest.mark.parametrize("through_a_link", [False, True])
def test_no_file_takes_the_name_of_a_device_or_a_pipe(tmp_path: Path, *, through_a_link: bool) -> None:
    """A report written to /dev/stdout took the place of it, for all programs of the machine."""
    there = pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    if through_a_link:
        there = tmp_path / "stdout"
        there.symlink_to(pipe)
    before = there.lstat()
    with pytest.raises(UsageError, match="is a device, a pipe or a socket"):
        write_atomic(there, b"{}")
    assert there.lstat().st_ino == before.st_ino
    assert pipe.is_fifo()
    assert sorted(tmp_path.iterdir()) == sorted({pipe, there})
