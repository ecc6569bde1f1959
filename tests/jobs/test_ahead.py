"""Prefetched data equals data read later, and is only read where it will be needed."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from curate.corpus.read import read_documents
from curate.errors import CurateError
from curate.jobs.run import discovery, prefetch
from curate.jobs.run.discovery import Looking, look
from curate.jobs.run.plan import ScanPlan
from curate.jobs.run.prefetch import Ahead, Part
from curate.jobs.run.progress import finish
from curate.jobs.scan.job import scan
from curate.schema import Quarantined


@pytest.fixture
def corpus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two files, five shards of some small batches each, with rows that cannot be read."""
    monkeypatch.setattr(prefetch, "BATCH_BYTES", 300)
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "corpus"
    folder.mkdir()
    texts = [None if k % 9 == 4 else f"text {k} of a corpus, in some words that go on. " * 4 for k in range(60)]
    pq.write_table(pa.table({"text": texts}), folder / "a.parquet", row_group_size=15)
    lines = "".join(f'{{"text": "line {k}"}}\n' if k % 5 else "no object\n" for k in range(40))
    (folder / "b.jsonl").write_text(lines)
    return folder


def read(part: Part) -> list[pa.RecordBatch | Quarantined]:
    shard, columns, rows = part
    return list(read_documents(shard, columns, rows=rows, block_bytes=prefetch.BATCH_BYTES))


def shards(corpus: Path) -> list[Part]:
    return look(ScanPlan((str(corpus),))).chosen.result().shards()


@pytest.mark.parametrize("most", [0, 1, 1000, 4000, 1 << 30])
def test_documents_are_the_same_however_much_was_read_before(corpus: Path, most: int) -> None:
    parts = shards(corpus)
    before = Ahead()
    before.fill(parts, most)
    for part in reversed(parts):  # asked for in another order
        assert list(before.documents(*part)) == read(part)
    for part in parts:  # and once more: nothing is kept
        assert list(before.documents(*part)) == read(part)


def test_nothing_is_read_once_somebody_has_asked(corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    parts = shards(corpus)
    before = Ahead()
    expected = read(parts[0])
    assert list(before.documents(*parts[0])) == expected
    calls: list[object] = []
    monkeypatch.setattr(prefetch, "read_documents", lambda *args, **_: calls.append(args) or iter(()))
    before.fill(parts, 1 << 30)
    assert len(calls) <= 1


def test_a_file_that_fails_while_nobody_waits_fails_where_it_is_asked_for(corpus: Path) -> None:
    parts = shards(corpus)
    Path(parts[0][0].path).unlink()
    before = Ahead()
    before.fill(parts, 1 << 30)
    with pytest.raises((CurateError, OSError)):
        list(before.documents(*parts[0]))
    assert list(before.documents(*parts[-1])) == read(parts[-1])


def test_rows_that_cannot_be_read_take_room_too(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"text": "one"}\n' + "x\n" * 100_000)
    (part,) = shards(path)
    before = Ahead()
    before.fill([part], 1000 * prefetch.ROW_BYTES)
    held = before._held[part[0]][0]
    assert 0 < len(held) <= 1001
    assert sum(1 for _ in before.documents(*part)) == 100_001


def test_who_asks_while_a_batch_is_being_read_gets_it_too(corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    parts = shards(corpus)
    expected = read(parts[0])
    assert len(expected) > 3
    begun, go_on = threading.Event(), threading.Event()

    def slow(*given: Any, **named: Any) -> Iterator[pa.RecordBatch | Quarantined]:
        for number, item in enumerate(read_documents(*given, **named)):
            if number == 2:
                begun.set()
                assert go_on.wait(30)
            yield item

    monkeypatch.setattr(prefetch, "read_documents", slow)
    before = Ahead()
    reader = threading.Thread(target=before.fill, args=(parts, 1 << 30))
    reader.start()
    assert begun.wait(30)
    found: list[pa.RecordBatch | Quarantined] = []
    asker = threading.Thread(target=lambda: found.extend(before.documents(*parts[0])))
    asker.start()
    asker.join(0.2)
    assert asker.is_alive()  # waits for the batch
    go_on.set()
    reader.join(30)
    asker.join(30)
    assert found == expected


def test_a_run_that_is_there_is_not_read_again(corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    filled: list[object] = []
    monkeypatch.setattr(Ahead, "fill", lambda _self, parts, _most: filled.append(parts))
    plan = ScanPlan((str(corpus),))
    first = looked_at(plan)
    assert len(filled) == 1
    finish(scan(plan, first))
    finish(scan(plan, looked_at(plan)))
    assert len(filled) == 1


def looked_at(plan: ScanPlan) -> Looking:
    """Once its threads have ended."""
    found = look(plan)
    for thread in threading.enumerate():
        if thread.name == "curate-beside":
            thread.join(30)
    return found


def test_looking_at_files_needs_none_of_what_is_loaded_meanwhile() -> None:
    code = (
        f"import sys; import {discovery.__name__}; "
        "print([m for m in ('numba', 'highspy', 'scipy') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
