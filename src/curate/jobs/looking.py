"""The data files of a scan, looked for in a thread of its own: reading all their bytes needs no interpreter."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from curate.corpus.files import DataFile, find_files
from curate.jobs.beside import Beside
from curate.schema import Quarantined


@dataclass(frozen=True, slots=True)
class Looking:
    """Files that are being fingerprinted; `since` is time.time_ns() before the first was begun."""

    since: int
    files: Beside[tuple[list[DataFile], list[Quarantined]]]


def look(paths: Sequence[str]) -> Looking:
    """Begin; `files.result()` raises what `find_files` does. Whoever has much to load loads it meanwhile."""
    return Looking(time.time_ns(), Beside(partial(find_files, paths)))
