"""A scan runs no Python per document: ten times the documents in a batch make no more calls."""

from __future__ import annotations

import sys
from pathlib import Path
from types import FrameType

from corpora import made_up_texts, write_jsonl, write_parquet
from curate.corpus.columns import settle_files
from curate.corpus.files import find_files
from curate.detect.detector import load_detector
from curate.jobs.run.annotate import ShardTask, annotate_shard
from curate.jobs.run.folder import begin_run, open_run
from curate.jobs.run.measures import compile_kernels, scan_measures
from curate.rulebook.read import read_rule_books
from curate.schema import Columns


def calls_of_a_scan(path: Path, folder: Path) -> int:
    files, _ = find_files([str(path)])
    ((file, columns),) = settle_files(files, Columns()).settled
    measures = scan_measures(load_detector(None), read_rule_books(), 5, 128)
    compile_kernels(measures)
    (shard,) = file.shards
    run = open_run(folder, files)
    begin_run(run, b"{}")
    task = ShardTask(run, 0, shard, columns, measures)
    calls = 0

    def count(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event == "call"

    sys.setprofile(count)
    try:
        annotate_shard(task)
    finally:
        sys.setprofile(None)
    return calls


def test_calls_do_not_grow_with_the_documents(tmp_path: Path) -> None:
    for form, write in (("jsonl", write_jsonl), ("parquet", write_parquet)):
        calls = []
        for count in (100, 1000):
            rows = [{"id": i, "text": t} for i, t in enumerate(made_up_texts(count, words=40))]
            path = write(tmp_path / f"{count}.{form}", rows)
            calls.append(calls_of_a_scan(path, tmp_path / f"run{count}{form}"))
        assert calls[0] > 50  # the counter counts
        assert calls[1] < calls[0] + 60, calls
