"""Documents read while a scan still loads what measures them: a core would wait, and reading needs no kernel."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from threading import Event, Lock
from typing import TypeAlias

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from curate.corpus.held_bytes import held_bytes
from curate.corpus.read import read_documents
from curate.schema import Columns, Quarantined, Shard

BATCH_BYTES = 16 << 20  # of text: for each batch tables are fetched and expressions compiled anew
ROW_BYTES = 500  # what a row that cannot be read takes to tell of

Item: TypeAlias = "pa.RecordBatch | Quarantined"
Part: TypeAlias = "tuple[Shard, Columns, NDArray[np.int64] | None]"  # the rows as in `read_documents`


class Ahead:
    """Batches of the first shards, until somebody asks for one or `most` bytes are held."""

    def __init__(self) -> None:
        self._asked = Event()
        self._reading = Lock()
        self._held: dict[Shard, tuple[deque[Item], Iterator[Item]]] = {}

    def fill(self, parts: Iterable[Part], most: int) -> None:
        """Read on; what fails here fails again, and is told, where it is asked for."""
        for shard, columns, rows in parts:
            rest = read_documents(shard, columns, rows=rows, block_bytes=BATCH_BYTES)
            self._held[shard] = deque[Item](), rest
            while (size := self._read_one(shard)) is not None:
                most -= size
                if most <= 0 or self._asked.is_set():
                    return

    def _read_one(self, shard: Shard) -> int | None:
        """Its bytes; None where the shard has no more, or fails."""
        with self._reading:
            if self._asked.is_set():
                return 0
            read, rest = self._held[shard]
            try:
                item = next(rest)
            except StopIteration:
                return None
            except Exception:
                del self._held[shard]
                return None
            read.append(item)
            return held_bytes(item) if isinstance(item, pa.RecordBatch) else ROW_BYTES

    def documents(self, shard: Shard, columns: Columns, rows: NDArray[np.int64] | None) -> Iterator[Item]:
        """All of the shard, as `read_documents` gives them in batches of BATCH_BYTES; once."""
        self._asked.set()
        with self._reading:
            read, rest = self._held.pop(shard, (deque[Item](), None))
        while read:
            yield read.popleft()
        yield from rest if rest is not None else read_documents(shard, columns, rows=rows, block_bytes=BATCH_BYTES)
