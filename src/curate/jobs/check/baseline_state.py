"""One state of a baseline on disk: what a scan found of it, kept so that it is read back at once.

A state counts as there when its seal is, which is written last, and says that nothing was damaged since.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from curate.corpus.damage import DAMAGE
from curate.corpus.seals import SEAL, Sealed, seal, sealed
from curate.corpus.write import machine_errors, write_atomic
from curate.diversity.sample import Sample, read_sample
from curate.errors import DataError
from curate.jobs.check.baseline_index import BaseSegment, open_segments, stretches
from curate.jobs.run.annotate import ShardTask
from curate.jobs.run.columns import load_columns
from curate.jobs.run.manifest import json_bytes
from curate.jobs.run.selection import stored_name
from curate.jobs.scan.corpus import Corpus

VERSION = 8  # raise it whenever figures of the same documents are others: they are kept
STATE = "base.json"
DOCUMENTS = "documents.feather"
SAMPLE = "sample.arrow"


@dataclass(frozen=True, slots=True, eq=False)
class Base:
    """A scanned baseline of n documents.

    figures: its scan.json. documents: as of a `Scan`, with minhash_count and whether a column gave id and source. twin
    int64[n], edges int64[m, 2], crowded: as of its `Clusters`. files: by name, the first of its documents and the one
    after the last. samples: of its shards. splits: columns that name splits, kept of the documents.
    """

    folder: Path
    figures: Mapping[str, Any]
    documents: pa.Table
    twin: NDArray[np.int64]
    edges: NDArray[np.int64]
    crowded: bool
    files: Mapping[str, tuple[int, int]]
    samples: tuple[Path, ...]
    segments: tuple[BaseSegment, ...]
    splits: tuple[str, ...]

    def rows_of(self, places: Mapping[str, NDArray[np.int64]]) -> NDArray[np.bool_]:
        """Which documents stand at these rows of these files, bool[n]."""
        chosen = np.zeros(self.documents.num_rows, np.bool_)
        for name, rows in places.items():
            start, stop = self.files.get(name, (0, 0))
            here = self.documents.column("row").slice(start, stop - start).to_numpy()
            chosen[start:stop] = np.isin(here, rows)
        return chosen

    def sample(self) -> Sample:
        """The diversity sample of everything."""
        return read_sample(self.folder / SAMPLE)


def save_base(found: Corpus, segments: Sequence[str], splits: Sequence[str], folder: Path) -> None:
    """Write a state beside its scan.json. Raises MachineError."""
    tasks = found.tasks
    documents = found.documents.append_column("minhash_count", load_columns(tasks, ("minhash_count",)).column(0))
    for role in ("id", "source"):
        given = np.repeat([bool(getattr(task.columns, role)) for task in tasks], [task.documents() for task in tasks])
        documents = documents.append_column(f"has_{role}", pa.array(given))
    with machine_errors(folder):
        with pa.ipc.new_file(str(folder / DOCUMENTS), documents.schema) as writer:
            writer.write_table(documents, max_chunksize=1 << 20)
        np.save(folder / "twin.npy", found.clusters.twin)
        np.save(folder / "edges.npy", found.clusters.edges)
        sample = found.sample.to_table()
        with pa.ipc.new_file(str(folder / SAMPLE), sample.schema) as writer:
            writer.write_table(sample)
    state = {
        "version": VERSION,
        "crowded": found.clusters.crowded,
        "files": _files(tasks),
        "shards": [stored_name(task) for task in tasks],
        "segments": list(segments),
        "stretches": stretches(tasks),
        "splits": list(splits),
    }
    write_atomic(folder / STATE, json_bytes(state))
    seal(folder / SEAL, _kept(folder, [task.run.samples(task.number) for task in tasks]))


def _kept(folder: Path, samples: Sequence[Path]) -> list[Path]:
    """All that a state is read back from, but its segments, which have seals of their own."""
    return [*(folder / name for name in (STATE, "scan.json", DOCUMENTS, "twin.npy", "edges.npy", SAMPLE)), *samples]


def _files(tasks: Sequence[ShardTask]) -> dict[str, tuple[int, int]]:
    """A file's shards follow each other."""
    places: dict[str, tuple[int, int]] = {}
    before = 0
    for task in tasks:
        after = before + task.documents()
        places[task.shard.name] = (places.get(task.shard.name, (before, before))[0], after)
        before = after
    return places


def parts_of(folder: Path) -> tuple[list[str], list[str]] | None:
    """The names of a state's shards and segments; None where it is damaged."""
    try:
        state = json.loads((folder / STATE).read_bytes())
        return [str(name) for name in state["shards"]], [str(name) for name in state["segments"]]
    except DAMAGE:
        return None


def load_base(folder: Path, cache: Path) -> Base | None:
    """None where it is not whole: it is made anew."""
    try:
        state = json.loads((folder / STATE).read_bytes())
        samples = tuple(cache / "shards" / f"{shard}.sample.arrow" for shard in state["shards"])
        if sealed(folder / SEAL, _kept(folder, samples)) is not Sealed.WHOLE:
            return None
        return Base(
            folder=folder,
            figures=json.loads((folder / "scan.json").read_bytes()),
            documents=pa.ipc.open_file(pa.memory_map(str(folder / DOCUMENTS))).read_all(),
            twin=np.load(folder / "twin.npy"),
            edges=np.load(folder / "edges.npy"),
            crowded=state["crowded"],
            files={name: (start, stop) for name, (start, stop) in state["files"].items()},
            samples=samples,
            segments=tuple(open_segments(cache / "segments", state["segments"], state["stretches"])),
            splits=tuple(state["splits"]),
        )
    except (*DAMAGE, DataError):
        return None
