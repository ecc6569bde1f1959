"""Rows in quarantine are kept in little memory, and come back as they were given."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from curate.jobs.run.quarantine import QuarantinedRows, gather_quarantine, write_quarantine
from curate.schema import Quarantined

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


def test_a_run_of_rows_takes_the_memory_of_one() -> None:
    tracemalloc.start()
    rows = QuarantinedRows(Quarantined("a.jsonl", row, "torn") for row in range(100_000))
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(rows) == 100_000
    assert rows[99_999].row == 99_999
    assert held < 50_000


def test_what_is_written_is_gathered(tmp_path: Path) -> None:
    lost, kept = Quarantined("a", 3, "torn\u2028é"), Quarantined("b", 1, "a mark", kept=True)
    write_quarantine(tmp_path / "0", [lost, kept])
    write_quarantine(tmp_path / "1", [])
    whole = Quarantined("c", None, "is empty")
    found = gather_quarantine(tmp_path / "all", [whole], [tmp_path / "0", tmp_path / "1"])
    assert [list(part) for part in found] == [[whole, lost], [kept]]
    assert len((tmp_path / "all").read_bytes().split(b"\n")) == 4
