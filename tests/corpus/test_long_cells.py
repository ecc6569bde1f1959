"""The csv module's limit on a cell is one for the process: whoever imports curate keeps his own."""

from __future__ import annotations

import csv
import subprocess
import sys
import threading
from pathlib import Path

from curate.corpus.label_csv import csv_rows
from curate.corpus.long_cells import LONG_CELLS

READS = """
import csv
csv.field_size_limit(1000)
from curate.cli.app import run
assert run(["scan", "long.csv", "-q"]) == 0
print(csv.field_size_limit())
"""


def test_a_long_cell_is_read_and_the_limit_is_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "long.csv").write_text("id,text\nd0,short words of a text\nd1," + "word " * 60_000 + "\n")
    done = subprocess.run([sys.executable, "-c", READS], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.stdout.splitlines()[-1:] == ["1000"], done.stderr
    assert next(tmp_path.rglob("quarantine.jsonl")).read_text() == ""


def test_labels_with_a_long_cell_are_read() -> None:
    before = csv.field_size_limit()
    assert [row["label"] for row in csv_rows(f"id,label,note\nd0,human,{'x' * 200_000}\n", ".csv")] == ["human"]
    assert csv.field_size_limit() == before


def test_the_last_reader_lowers_the_limit() -> None:
    before, inside, leave = csv.field_size_limit(), threading.Event(), threading.Event()

    def other() -> None:
        with LONG_CELLS:
            inside.set()
            leave.wait(60)

    thread = threading.Thread(target=other)
    with LONG_CELLS:
        thread.start()
        assert inside.wait(60)
    assert csv.field_size_limit() > before
    leave.set()
    thread.join()
    assert csv.field_size_limit() == before
