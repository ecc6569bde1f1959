"""Files that a scan is given instead of looking for them, and the rows of them that it is to read."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from curate.corpus.files import DataFile
from curate.corpus.not_read import NotRead
from curate.corpus.taken_columns import FileColumns
from curate.jobs.run.folder import Run
from curate.schema import Columns, Quarantined, Shard

if TYPE_CHECKING:  # files are chosen while it is loaded
    from curate.jobs.run.annotate import ShardTask

Rows = NDArray[np.int64]
Settled = tuple[DataFile, Columns]


@dataclass(frozen=True, slots=True, eq=False)
class Chosen:
    """settled: files with their columns, in the order of their names; unreadable: those without shards or text.

    since: time.time_ns() before their fingerprints were begun. rows: by file name, ascending, the only ones to read; a
    file that is not named is read whole. store: where the shards' annotations lie by what they depend on, so that any
    run of the same bytes finds them; None: in the run. not_read: what lay beside the files and was passed over. taken:
    of every file what was taken and why.
    """

    settled: tuple[Settled, ...]
    unreadable: tuple[Quarantined, ...]
    since: int
    rows: Mapping[str, Rows] = field(default_factory=dict)
    store: Path | None = None
    not_read: tuple[NotRead, ...] = ()
    taken: tuple[FileColumns, ...] = ()

    @property
    def files(self) -> list[DataFile]:
        """All that are read."""
        return [file for file, _ in self.settled]

    def shards(self) -> list[tuple[Shard, Columns, Rows | None]]:
        """Shards that hold something to read, with their part of the rows."""
        found: list[tuple[Shard, Columns, Rows | None]] = []
        for file, columns in self.settled:
            rows = self.rows.get(file.name)
            ends = [*(shard.first_row for shard in file.shards[1:]), np.iinfo(np.int64).max]
            for shard, end in zip(file.shards, ends, strict=True):
                here = (
                    None if rows is None else rows[np.searchsorted(rows, shard.first_row) : np.searchsorted(rows, end)]
                )
                if here is None or len(here):
                    found.append((shard, columns, here))
        return found


@dataclass(frozen=True, slots=True)
class StoredRun(Run):
    """A run whose shards lie in a store under names[number], for other runs too; the rest lies in its folder."""

    store: Path = Path()
    names: tuple[str, ...] = ()

    def annotations(self, number: int) -> Path:
        """Return the path of the annotations of shard `number`; the file is complete once it exists."""
        return self.store / f"{self.names[number]}.parquet"

    def samples(self, number: int) -> Path:
        """Return the path of the diversity sample of shard `number`."""
        return self.store / f"{self.names[number]}.sample.arrow"

    def quarantined(self, number: int) -> Path:
        """Return the path of the unreadable rows of shard `number`; there is no file if there are none."""
        return self.store / f"{self.names[number]}.jsonl"

    def seal(self, number: int) -> Path:
        """Return the path of the seal of shard `number`; the seal is written last, so the other files are complete."""
        return self.store / f"{self.names[number]}.seal.json"


def stored_name(task: ShardTask) -> str:
    """Name of a shard's files in a store."""
    return f"shard-{hashlib.blake2b(task.stamp, digest_size=16).hexdigest()}"
