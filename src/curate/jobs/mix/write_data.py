"""Writing the data files of a mix: its rows in their order, in shards."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from curate.corpus.layouts import Layout
from curate.corpus.originals import stream_rows
from curate.corpus.parts import Ranked, write_parts
from curate.engines.local import local_engine
from curate.jobs.mix.choose import Choice
from curate.jobs.run.annotate import ShardTask
from curate.jobs.run.columns import numbers
from curate.jobs.run.file_hash import sha256
from curate.jobs.run.plan import MixPlan
from curate.jobs.scan.corpus import Corpus
from curate.kernels.sorting import order_by
from curate.mixing.certificate import Output

WRITERS = 2  # pieces read, and files written, at a time: each has some row groups in memory


def write_data(
    folder: Path, plan: MixPlan, found: Corpus, choice: Choice, layout: Layout, ends: list[int]
) -> Iterator[Output]:
    """Each file when it is whole, in order."""
    each = local_engine(min(WRITERS, plan.scan.workers)).map
    rows = _chosen_rows(found, choice, layout)
    parts = write_parts(folder, rows, ends, layout.parts, plan.format, each, look=sha256)
    tokens = numbers(found.documents, "tokens").astype(np.int64)[choice.order]
    starts = [0, *ends[:-1]]
    for (path, hashed), start, end in zip(parts, starts, ends, strict=True):
        yield Output(f"data/{path.name}", hashed, end - start, int(tokens[start:end].sum()))


def part_ends(found: Corpus, choice: Choice, part_bytes: int) -> list[int]:
    """Exclusive ends of the output files in ranks: none holds more text, but for one document alone."""
    sizes = np.cumsum(numbers(found.documents, "text_bytes").astype(np.int64)[choice.order])
    ends, start = [], 0
    while start < len(sizes):
        before = int(sizes[start - 1]) if start else 0
        start = max(start + 1, int(np.searchsorted(sizes, before + part_bytes, side="right")))
        ends.append(start)
    return ends


def _chosen_rows(found: Corpus, choice: Choice, layout: Layout) -> Iterator[Iterator[Ranked]]:
    """Original rows of the chosen documents, shard by shard and piece by piece, with their rank in the mix."""
    ranks = order_by(choice.order, np.arange(len(choice.order)))
    chosen = choice.order[ranks]  # ascending, a row as often as it is written
    rows = numbers(found.documents, "row").astype(np.int64)
    start = 0
    for task in found.tasks:
        end = start + task.documents()
        first, last = np.searchsorted(chosen, (start, end))
        if last > first:
            yield _rows_of_shard(task, layout, rows[chosen[first:last]], ranks[first:last])
        start = end


def _rows_of_shard(
    task: ShardTask, layout: Layout, wanted: NDArray[np.int64], ranks: NDArray[np.int64]
) -> Iterator[Ranked]:
    longest = task.columns.longest
    for table, rows in stream_rows(task.shard, np.unique(wanted), layout.rows, longest, layout.dropped):
        low, high = np.searchsorted(wanted, [rows[0], rows[-1] + 1])
        again = np.searchsorted(rows, wanted[low:high])
        yield table.take(pa.array(again)) if len(again) > len(table) else table, ranks[low:high]
