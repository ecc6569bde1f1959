"""Rows in quarantine are kept in little memory and on little disk, and come back as they were given."""

from __future__ import annotations

import json
import tracemalloc
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curate.jobs.run.quarantine import gather_quarantine, listed_rows, write_quarantine
from curate.jobs.run.quarantined_rows import OTHERS, QuarantinedRows, told
from curate.schema import Quarantined, Shard

ITEMS = st.builds(
    Quarantined, st.sampled_from("ab"), st.none() | st.integers(0, 5), st.sampled_from(["torn", "é\n"]), st.booleans()
)


@given(st.lists(ITEMS))
def test_it_is_a_sequence_like_any_other(items: list[Quarantined]) -> None:
    rows = QuarantinedRows(items)
    assert list(rows) == items
    assert len(rows) == len(items)
    assert [rows[index] for index in range(-len(items), len(items))] == items * 2
    assert rows[:3] == tuple(items[:3])
    assert list(reversed(rows)) == items[::-1]


@given(st.lists(ITEMS), st.integers(0, 4))
def test_of_too_many_the_first_are_listed_and_the_others_counted(items: list[Quarantined], listed: int) -> None:
    rows = QuarantinedRows(items, listed=listed)
    files = sum(item.row is None for item in items)
    assert Counter((item.path, item.reason, item.kept) for item in rows) == Counter(
        (item.path, item.reason, item.kept) for item in items
    )
    assert len(rows) == len(items) == len(list(rows)) == sum(count for _, count in rows.runs())
    assert [rows[index] for index in range(len(items))] == list(rows)
    alone = [item for item in told(rows) if not item.counted]
    assert alone[:listed] == items[: len(alone)][:listed]
    assert len(alone) <= listed + files
    counted = [item for item in told(rows) if item.counted]
    assert len({(item.path, item.reason, item.kept) for item in counted}) == len(counted)
    assert sum(item.counted for item in counted) + len(alone) == len(items)


def test_what_is_only_counted_has_few_reasons() -> None:
    rows = QuarantinedRows((Quarantined("a", row, f"reason {row}") for row in range(500)), listed=50)
    assert len(rows) == 500
    (others,) = (item for item in told(rows) if item.reason == OTHERS)
    assert others.row == 150
    assert others.counted == 350


def test_a_run_of_rows_takes_the_memory_of_one() -> None:
    tracemalloc.start()
    rows = QuarantinedRows(Quarantined("a.jsonl", row, "torn") for row in range(100_000))
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(rows) == 100_000
    assert rows[99_999].row == 99_999
    assert held < 50_000


@pytest.mark.parametrize("listed", [None, 0, 1])
def test_what_is_written_is_gathered(tmp_path: Path, listed: int | None) -> None:
    lost, kept = Quarantined("a", 3, "torn\u2028é"), Quarantined("b", 1, "a mark", kept=True)
    rows = QuarantinedRows([lost, lost, kept], listed=listed)
    write_quarantine(tmp_path / "0", rows)
    write_quarantine(tmp_path / "1", QuarantinedRows())
    whole = Quarantined("c", None, "is empty")
    found = gather_quarantine(tmp_path / "all", [whole], [tmp_path / "0", tmp_path / "1"])
    assert list(found[0]) == [whole, *(item for item in rows if not item.kept)]
    assert list(found[1]) == [item for item in rows if item.kept]
    lines = [json.loads(line) for line in (tmp_path / "all").read_text().splitlines()]
    assert sum(line.get("counted", 1) for line in lines) == 4


def test_as_many_are_listed_as_the_data_are_large(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(bytes(1_000_000))
    shard = Shard(str(path), "a", "jsonl", "", 200_000, 1_000_000, 0, "")
    assert listed_rows(shard) == 8_000
    assert listed_rows(Shard(str(path), "a", "jsonl", "zst", 0, -1, 0, "")) == 10_000
    assert listed_rows(Shard(str(path), "a", "jsonl", "", 0, 10, 0, "")) == 100
