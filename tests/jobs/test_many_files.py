"""Little is kept of each file of a run: a corpus may have a hundred thousand of a row each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from curate.diversity import collecting
from curate.jobs.run import columns
from curate.jobs.run.annotate import ShardTask
from curate.jobs.run.folder import Run
from curate.jobs.scan import duplicates
from curate.schema import Columns, Shard

Tasks = Callable[[list[int]], tuple[ShardTask, ...]]


@pytest.fixture
def tasks(tmp_path: Path) -> Tasks:
    """Annotation files of so many rows; the column `tokens` counts on, `paragraphs` has 8 bytes a row."""

    def make(rows: list[int]) -> tuple[ShardTask, ...]:
        run = Run(tmp_path)
        run.annotations(0).parent.mkdir()
        for number, (start, stop) in enumerate(pairwise(np.cumsum([0, *rows]).tolist())):
            keys = pa.array([b"%08d" % n for n in range(start, stop)], pa.large_binary())
            table = pa.table({"tokens": pa.array(range(start, stop), pa.int64()), "paragraphs": keys})
            pq.write_table(table, run.annotations(number), row_group_size=50, use_dictionary=False)
        shards = (Shard("a", "a", "jsonl", "", 0, -1, 0, "") for _ in rows)
        return tuple(ShardTask(run, number, shard, Columns(), ()) for number, shard in enumerate(shards))

    return make


@pytest.mark.parametrize("rows", [[1] * 25, [1, 0, 60, 2] * 6, [120, 3, 3, 3, 3, 200], [51] * 9])
def test_small_tables_are_held_as_one_and_read_in_order(
    tasks: Tasks, monkeypatch: pytest.MonkeyPatch, rows: list[int]
) -> None:
    monkeypatch.setattr(columns, "_TOGETHER", 4)
    monkeypatch.setattr(columns, "_SMALL", 10)
    table = columns.load_columns(tasks(rows), ["tokens"])
    assert table.column("tokens").to_pylist() == list(range(sum(rows)))
    if rows == [1] * 25:
        assert table.column("tokens").num_chunks < 12
    if rows == [51] * 9:
        assert table.column("tokens").num_chunks == 18


def test_footers_of_few_files_are_kept(tasks: Tasks, monkeypatch: pytest.MonkeyPatch) -> None:
    of = tasks([3, 60, 0, 1, 4])
    kept = duplicates.RowGroups(of)
    monkeypatch.setattr(duplicates, "FOOTERS_KEPT", 2)
    few = duplicates.RowGroups(of)
    assert (len(kept._kept), len(few._kept)) == (5, 2)
    assert few.starts.tolist() == kept.starts.tolist() == [0, 3, 53, 63, 63, 64, 68]
    assert few.bytes_of("paragraphs") == kept.bytes_of("paragraphs") > 68 * 8
    assert [few.read(part, "tokens").to_pylist() for part in range(6)] == [
        list(range(*ends)) for ends in pairwise(few.starts.tolist())
    ]


def test_of_later_samples_only_what_may_count_is_held(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(collecting, "SAMPLE_TOKENS", 40)
    monkeypatch.setattr(collecting, "SAMPLE_HEADS", 40)
    draw = np.random.default_rng(5)
    held: list[int] = []

    def sample() -> collecting.Sample:
        prints = draw.integers(0, 1 << 63, (40, 2), np.uint64)
        prints = prints[np.argsort(collecting.priorities(prints))]
        ends, codes = np.arange(41), np.zeros(40, np.int8)
        return collecting.Sample(prints, codes, np.ones(40, np.uint32), ends, np.ones(40, np.uint8), ends)

    samples = [sample() for _ in range(60)]
    merge = collecting.merge

    def merged(parts: Iterator[collecting.Sample]) -> collecting.Sample:
        some = list(parts)
        held.extend(len(one) for one in some[1:])
        return merge(some)

    monkeypatch.setattr(collecting, "merge", merged)
    found = collecting.merge_shards(samples)
    assert found.fingerprints.tolist() == merge(samples).fingerprints.tolist()
    assert sum(held) < 60 * 40 / 4
