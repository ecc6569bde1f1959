"""The texts of a baseline to look new ones up in: segments of an index, each of some files, that outlive the baseline.

A segment is known by what its files' annotations depend on. When the baseline moves, segments of files that stayed are
used again, and those of files that are no more are left aside: nothing is found that is not there.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from curate.corpus.seals import SEAL, Sealed, seal, sealed
from curate.corpus.write import machine_errors, write_atomic
from curate.engines.local import local_engine
from curate.jobs.run.annotate import ShardTask
from curate.jobs.run.columns import fingerprints, numbers, row_groups
from curate.jobs.run.progress import Job, Progress
from curate.kernels.lookup import Queries
from curate.neardup.bands import Bands
from curate.neardup.index_lookup import COLUMNS, read_queries
from curate.neardup.index_segment import OpenSegment, Segment, open_segment, segment_files, write_array
from curate.neardup.index_writer import SegmentWriter
from curate.neardup.texts import distinct_texts

PACK = 100_000  # documents: smaller files share a segment, as a look-up costs the same in each
MANIFEST = "segment.json"


@dataclass(frozen=True, slots=True, eq=False)
class BaseSegment:
    """Segment of the baseline's index; rows int64[texts]: the row in the baseline of each of its texts."""

    segment: OpenSegment
    rows: NDArray[np.int64]


def packs_of(tasks: Sequence[ShardTask]) -> list[list[int]]:
    """Return lists of task numbers, one list a segment.

    A file more or less changes one segment, except where their number doubles.
    """
    sizes = [task.documents() for task in tasks]
    files: dict[str, list[int]] = {}
    for number, task in enumerate(tasks):
        files.setdefault(task.shard.name, []).append(number)
    small = {name: held for name, held in files.items() if sum(sizes[n] for n in held) < PACK}
    total = sum(sizes[n] for held in small.values() for n in held)
    ways = 1 << max(0, (total // PACK).bit_length() - 1)
    shared: dict[int, list[int]] = {}
    for name, held in small.items():
        place = int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest()) % ways
        shared.setdefault(place, []).extend(held)
    return [held for name, held in files.items() if name not in small] + [shared[place] for place in sorted(shared)]


def build_segments(
    tasks: Sequence[ShardTask], documents: pa.Table, cut: Bands, store: Path, workers: int
) -> Job[list[str]]:
    """The names of the segments that hold all texts of a scanned baseline, those written that are not in the store."""
    names = []
    packs = packs_of(tasks)
    for number, pack in enumerate(packs):
        name = _name([tasks[n] for n in pack], cut)
        names.append(name)
        if not (store / name / SEAL).is_file():
            yield Progress("indexing the baseline (once)", number, len(packs), "parts")
            _build([tasks[n] for n in pack], _part(documents, tasks, pack), cut, store / name, workers)
    return names


def open_segments(store: Path, names: Sequence[str], packs: Sequence[Sequence[tuple[int, int]]]) -> list[BaseSegment]:
    """Mapped; packs: the stretches of the baseline's documents that each segment was made of."""
    found = []
    for name, pack in zip(names, packs, strict=True):
        state = json.loads((store / name / MANIFEST).read_bytes())
        if sealed(store / name / SEAL, _files(store / name)) is not Sealed.WHOLE:
            raise ValueError("a segment is damaged")
        segment = Segment(**{**state["segment"], "corpora": ((0, state["segment"]["texts"]),)})
        rows = np.concatenate([np.arange(start, stop) for start, stop in pack])
        at = np.fromfile(store / name / "at.bin", np.int64)
        found.append(BaseSegment(open_segment(store / name, segment, state["bands"]), rows[at]))
    return found


def stretches(tasks: Sequence[ShardTask]) -> list[list[tuple[int, int]]]:
    """By segment, where the documents of its tasks begin and end among all."""
    ends = np.cumsum([task.documents() for task in tasks])
    return [[(int(ends[n]) - tasks[n].documents(), int(ends[n])) for n in pack] for pack in packs_of(tasks)]


def _files(folder: Path) -> list[Path]:
    return [*segment_files(folder), folder / "at.bin", folder / MANIFEST]


def _name(tasks: Sequence[ShardTask], cut: Bands) -> str:
    digest = hashlib.blake2b(repr(cut).encode(), digest_size=16)
    for task in tasks:
        digest.update(task.stamp + b"\0")
    return f"segment-{digest.hexdigest()}"


def _part(documents: pa.Table, tasks: Sequence[ShardTask], pack: Sequence[int]) -> pa.Table:
    starts = np.cumsum([0, *(task.documents() for task in tasks)])
    few = documents.select(["fingerprint_high", "fingerprint_low", "text_bytes"])
    return pa.concat_tables([few.slice(int(starts[n]), int(starts[n + 1] - starts[n])) for n in pack])


def _build(tasks: Sequence[ShardTask], documents: pa.Table, cut: Bands, target: Path, workers: int) -> None:
    prints = fingerprints(documents)
    texts = distinct_texts(prints, np.zeros(len(prints), np.int64))
    at = np.sort(texts.row[numbers(documents, "text_bytes")[texts.row] > 0])
    position = np.full(len(prints), -1, np.int64)
    position[at] = np.arange(len(at))
    place = target.with_name(f"{target.name}.tmp")
    with machine_errors(place):
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True)
    with SegmentWriter(place, prints[at], cut.bands) as writer:
        for before, block in local_engine(workers).map(partial(_block, cut), row_groups(tasks)):
            rows = position[before : before + len(block.counts)]
            asked = np.flatnonzero((rows >= 0) & (block.counts > 0))
            writer.add(block, asked, rows[asked])
        nobody = pa.nulls(len(at), pa.string())  # ids and sources stand in the baseline's documents
        segment = writer.finish(0, pa.table({"id": nobody, "source": nobody}))
    write_array(place / "at.bin", at)
    state = {"bands": cut.bands, "segment": {**asdict(segment), "name": target.name}}
    write_atomic(place / MANIFEST, json.dumps(state).encode())
    seal(place / SEAL, _files(place))
    with machine_errors(target):
        shutil.rmtree(target, ignore_errors=True)
        place.rename(target)


def _block(cut: Bands, item: tuple[Path, int, int]) -> tuple[int, Queries]:
    path, group, before = item
    with pq.ParquetFile(path) as file:
        return before, read_queries(file.read_row_group(group, columns=list(COLUMNS), use_threads=False), cut)
