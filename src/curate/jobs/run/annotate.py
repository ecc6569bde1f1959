"""Annotates one shard: documents in, an annotation file, a diversity sample and quarantined rows out."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache, partial
from itertools import takewhile
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from curate.amounts import size as shown
from curate.corpus.arrow_slices import SMALLER_BATCHES
from curate.corpus.damage import DAMAGE
from curate.corpus.seals import Sealed, seal, sealed
from curate.corpus.stretches import reading_bytes
from curate.corpus.tables import SMALLER, rows_of
from curate.diversity.collecting import Collector
from curate.diversity.sample import VERSION
from curate.engines.local import local_engine
from curate.engines.room import Room
from curate.errors import CurateError
from curate.jobs.run.column_names import kept_name
from curate.jobs.run.document_room import DocumentRoom
from curate.jobs.run.folder import Run
from curate.jobs.run.prefetch import Ahead, Item
from curate.jobs.run.quarantine import listed_rows, write_quarantine
from curate.jobs.run.quarantined_rows import QuarantinedRows
from curate.jobs.run.stamped_tables import shard_stamp, table_writer, write_arrow
from curate.measuring.batch import Batch
from curate.measuring.measure import Measure, annotate_batch, annotation_schema, stamp
from curate.memory import MEASURED, SHORTER
from curate.schema import DOCUMENTS, Columns, Quarantined, Shard

SAMPLED = f"sample {VERSION}, labels as they stand, signatures as bytes, kinds of remarks and losses"
_MEASURED_ROW = 2000  # and what a document takes, however short
KEPT = ("id", "row", "source", "label", "date")  # of the document, beside its annotations


@dataclass(frozen=True, slots=True)
class ShardTask:
    """One shard of a run: its number, its columns, its measures; rows int64: the only ones of the file to read."""

    run: Run
    number: int
    shard: Shard
    columns: Columns
    measures: tuple[Measure, ...]
    workers: int = 1  # batches of this shard at a time: more than one where there are fewer shards than workers
    rows: NDArray[np.int64] | None = field(default=None, compare=False)
    room: Room = field(default_factory=Room, compare=False)  # for what is measured at a time
    reading: Room = field(default_factory=Room, compare=False)  # for pages that are unpacked at a time
    ahead: Ahead = field(default_factory=Ahead, compare=False)  # what of it has been read already
    total: DocumentRoom = field(default_factory=DocumentRoom, compare=False)  # of the run

    @property
    def stamp(self) -> bytes:
        """Stamp of everything that the shard's annotation file depends on."""
        chosen = "" if self.rows is None else hashlib.blake2b(self.rows.tobytes(), digest_size=16).hexdigest() + "; "
        return shard_stamp(self.shard, f"{chosen}{self.columns!r}; {stamp(self.measures)}; {SAMPLED}")

    def documents(self) -> int:
        """Documents in the finished annotation file."""
        path = self.run.annotations(self.number)
        there = path.stat()
        return _rows(path, there.st_size, there.st_mtime_ns)


@lru_cache(maxsize=1 << 17)
def _rows(path: Path, size: int, changed: int) -> int:
    del size, changed  # a file that is another by now is read again
    return int(pq.read_metadata(path).num_rows)


@dataclass(frozen=True, slots=True)
class ShardDone:
    """A shard whose files are complete; `reused` if they had been before, `damaged` if they had been others since."""

    shard: Shard
    reused: bool
    damaged: bool


def annotate_shard(task: ShardTask) -> ShardDone:
    """Write the shard's files unless they are there already, whole. The seal comes last: it says "complete"."""
    made_of = task.stamp  # once: it has all patterns of the rules
    found = sealed(task.run.seal(task.number), task.run.found(task.number), made_of)
    if found is Sealed.WHOLE:
        task.total.add(task.documents())
        return ShardDone(task.shard, reused=True, damaged=False)
    task.run.scan.unlink(missing_ok=True)  # it says that all is done
    task.run.seal(task.number).unlink(missing_ok=True)  # it must not say "complete" of what is about to be written
    task.run.annotations(task.number).unlink(missing_ok=True)
    try:
        needed = reading_bytes(task.shard, task.columns)
        what, instead = ("batch", SMALLER_BATCHES) if task.shard.format == "arrow" else ("page", SMALLER)
        with task.reading.taken(needed, f"its largest {what}", task.shard.name, instead=instead):
            _annotate(task, made_of)
        if not task.total.is_full:
            seal(task.run.seal(task.number), task.run.found(task.number), made_of, synced=False)
    except CurateError:
        raise
    except Exception as error:
        error.add_note(f"while reading {task.shard.name}, {task.shard.start} to {task.shard.stop}")
        raise
    return ShardDone(task.shard, reused=False, damaged=found is Sealed.DAMAGED)


def _annotate(task: ShardTask, made_of: bytes) -> None:
    """Batches are written as they come: a large archive is one shard, and only its sample stays in memory.

    No small file waits for the disk, of which there may be thousands: the seal shows what a loss of power left torn.
    """
    collector = Collector()
    bad = QuarantinedRows(listed=listed_rows(task.shard))
    schema = _schema(task.columns, annotation_schema(task.measures))
    passing = _Passing(task, bad)
    measured = local_engine(task.workers).map(partial(_measure, task), passing.documents())
    with table_writer(task.run.annotations(task.number), schema, made_of, synced=False) as writer:
        for batch, annotations in measured:
            writer.write_batch(annotations)
            collector.add(batch, annotations)
        write_quarantine(task.run.quarantined(task.number), bad)
        write_arrow(task.run.samples(task.number), collector.sample().to_table(), made_of, synced=False)


class _Passing:
    """Documents of a shard on their way to be measured; rows that cannot be read go to `bad`.

    Once the run has more documents than it can keep, the others are only counted. No batch is held here: a generator
    would keep the last one.
    """

    def __init__(self, task: ShardTask, bad: QuarantinedRows) -> None:
        self._task, self._bad, self._count = task, bad, 0

    def documents(self) -> Iterator[pa.RecordBatch]:
        """Batches, in order."""
        task = self._task
        return filter(self._fits, takewhile(self._goes_on, task.ahead.documents(task.shard, task.columns, task.rows)))

    def _goes_on(self, item: Item) -> bool:
        """Return whether reading goes on; of a table the file states how many rows follow."""
        del item
        task = self._task
        if not (task.total.is_full and task.shard.is_table):
            return True
        task.total.add(max(0, _stated_rows(task) - self._count))
        return False

    def _fits(self, item: Item) -> bool:
        if isinstance(item, Quarantined):
            self._bad.add(item)
            return False
        self._count += item.num_rows
        self._task.total.add(item.num_rows)
        return not self._task.total.is_full


def _stated_rows(task: ShardTask) -> int:
    """Rows of a table to be read, without reading them."""
    if task.rows is not None:
        return len(task.rows)
    try:
        return rows_of(task.shard)
    except DAMAGE:
        return 0


def _measure(task: ShardTask, item: pa.RecordBatch) -> tuple[Batch, pa.RecordBatch]:
    batch = Batch(item)
    size = int(item.column("text").nbytes) + (int(batch.judged.text.nbytes) if task.columns.judged else 0)
    what = f"a document of {shown(size)}" if len(batch) == 1 else f"{shown(size)} of text"
    with task.room.taken(MEASURED * size + _MEASURED_ROW * (len(batch) - 1), what, task.shard.name, instead=SHORTER):
        return batch, _beside(item, task, annotate_batch(batch, task.measures))


def _schema(columns: Columns, measured: pa.Schema) -> pa.Schema:
    extra = [pa.field(kept_name(name), pa.string()) for name in columns.extra]
    kept = [DOCUMENTS.field(name) for name in KEPT]
    return pa.schema([kept[0], pa.field("path", pa.string(), nullable=False), *kept[1:], *extra, *measured])


def _beside(documents: pa.RecordBatch, task: ShardTask, measured: pa.RecordBatch) -> pa.RecordBatch:
    """Identity and declared evidence of the documents, then their annotations; as in `_schema`."""
    path = pa.array([task.shard.name], pa.string()).take(pa.nulls(len(documents), pa.int8()).fill_null(0))
    first = len(DOCUMENTS)
    extra = documents.columns[first : first + len(task.columns.extra)]  # by place: one may be called like one of ours
    kept = [documents.column(DOCUMENTS.get_field_index(name)) for name in KEPT]
    schema = _schema(task.columns, measured.schema)
    return pa.RecordBatch.from_arrays([kept[0], path, *kept[1:], *extra, *measured.columns], schema=schema)
