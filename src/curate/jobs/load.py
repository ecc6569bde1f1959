"""Annotation columns of a whole run, in the order of its shards."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from curate.jobs.annotate import ShardTask


def load_columns(tasks: Sequence[ShardTask], columns: Sequence[str]) -> pa.Table:
    """One row a document; columns that a shard lacks are null."""
    tables = []
    for task in tasks:
        file = pq.ParquetFile(task.run.annotations(task.number))
        there = set(file.schema_arrow.names)
        present = [name for name in columns if name in there]
        tables.append(file.read(columns=present))
    return pa.concat_tables(tables, promote_options="default").select(list(columns))


def numbers(table: pa.Table, column: str) -> NDArray[Any]:
    """A column without nulls as one array; nulls of a float column are NaN."""
    values: NDArray[Any] = table.column(column).to_numpy()
    return values


def fingerprints(table: pa.Table) -> NDArray[np.uint64]:
    """128 bits of every text, uint64[n, 2]."""
    high, low = (numbers(table, f"fingerprint_{part}") for part in ("high", "low"))
    return np.stack([high, low], axis=1).astype(np.uint64, copy=False)
