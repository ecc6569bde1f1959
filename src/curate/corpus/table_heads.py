"""First rows of the row groups of one Parquet file, of which no column is read twice."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

from curate.corpus.damage import DAMAGE
from curate.corpus.parquet_files import open_parquet
from curate.corpus.tables import average_rows, head_batch, rows_in_head
from curate.schema import Shard

_KEPT = 4 << 20  # bytes of rows that are kept, of a place: of most columns 1 MB is read together


class TableHeads:
    """Reads as `head_batch`, and keeps the columns until `forget`. For one thread at a time."""

    def __init__(self) -> None:
        self._columns: dict[tuple[int, str], tuple[pa.Field, pa.Array, int]] = {}  # with the rows that were asked for
        self._average: dict[int, int] = {}  # rows that take 1 MB, by row group
        self._keeps = True

    def forget(self) -> None:
        """Keep nothing any more: samples of thousands of files live together."""
        self._keeps = False
        self._columns.clear()

    def batch(self, place: Shard, columns: Sequence[str], rows: int) -> pa.RecordBatch | None:
        """As `head_batch`."""
        if place.format != "parquet" or not self._keeps or len(set(columns)) < len(columns):
            return head_batch(place, columns, rows)
        try:
            most = min(rows, rows_in_head(place, columns))
            most = min(most, self._average.get(place.start, most))
            missing = [name for name in columns if self._read_of(place, name) < most]
            if missing and not self._read(place, missing, rows):
                return head_batch(place, columns, rows)
        except DAMAGE:
            return None
        fields, arrays, _ = zip(*(self._columns[place.start, name] for name in columns), strict=True)
        shown = min(most, self._average[place.start], *map(len, arrays))
        return pa.RecordBatch.from_arrays([array.slice(0, shown) for array in arrays], schema=pa.schema(fields))

    def _read_of(self, place: Shard, name: str) -> int:
        return self._columns[place.start, name][2] if (place.start, name) in self._columns else 0

    def _read(self, place: Shard, columns: Sequence[str], rows: int) -> bool:
        """Return whether the columns are there now: neither too large to keep, nor absent, nor two of a name."""
        with open_parquet(place.path, place.name) as file:
            self._average[place.start] = average_rows(file, place.start)
            size = min(rows, rows_in_head(place, columns), self._average[place.start])
            found = next(file.iter_batches(size, [place.start], columns, use_threads=False), None)
        if found is None or sorted(found.schema.names) != sorted(columns) or found.nbytes > _KEPT:
            return False
        self._columns.update(
            ((place.start, field.name), (field, array, size))
            for field, array in zip(found.schema, found.columns, strict=True)
        )
        return True
