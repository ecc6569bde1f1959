"""A shard in, batches of documents out; rows that cannot be read come as Quarantined, never silently."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from curate.amounts import size
from curate.corpus.batches import cut_batches
from curate.corpus.label_words import MOST_LETTERS
from curate.corpus.line_blocks import BLOCK_BYTES
from curate.corpus.sound_rows import Stretch
from curate.corpus.sources import file_source, named_sources
from curate.corpus.stretches import read_stretches
from curate.memory import MEASURED, SHORTER, check, share
from curate.schema import DOCUMENTS, JUDGED, Columns, Quarantined, Shard


def document_schema(columns: Columns) -> pa.Schema:
    """DOCUMENTS, then one string field for each extra column; last JUDGED, where another text than the whole is."""
    judged = [JUDGED] if columns.judged else []
    return pa.schema([*DOCUMENTS, *(pa.field(name, pa.string()) for name in columns.extra), *judged])


def read_documents(
    shard: Shard, columns: Columns, *, rows: NDArray[np.int64] | None = None, block_bytes: int = BLOCK_BYTES
) -> Iterator[pa.RecordBatch | Quarantined]:
    """The shard's documents in row order, in batches of at most about 1 MB of text (or one larger document).

    `columns` are settled ones; of `rows` (ascending numbers in the file) only those are read. A row with a
    null, non-string or non-UTF-8 text, and a line that is no JSON object, come as Quarantined, before the
    batch their neighbours are in. Batches may be slices.
    """
    return cut_batches(_pieces(shard, columns, rows, block_bytes), block_bytes)


def _pieces(
    shard: Shard, columns: Columns, rows: NDArray[np.int64] | None, block_bytes: int
) -> Iterator[pa.RecordBatch | Quarantined]:
    for stretch in read_stretches(shard, columns, rows=rows, block_bytes=min(block_bytes, BLOCK_BYTES)):
        if isinstance(stretch, Quarantined):
            yield stretch
            continue
        yield from stretch.bad
        if len(stretch.rows):
            _check_fits(shard, stretch.text)
            yield _documents(shard, columns, stretch)


def _check_fits(shard: Shard, text: pa.Array) -> None:
    """Raises MachineError for a document that cannot be measured, before more are read."""
    if MEASURED * text.nbytes > share(1):
        longest = int(pc.max(pc.binary_length(text)).as_py())
        check(MEASURED * longest, f"a document of {size(longest)}", shard.name, instead=SHORTER)


def _documents(shard: Shard, columns: Columns, stretch: Stretch) -> pa.RecordBatch:
    rows = pa.array(stretch.rows)
    missing = pa.nulls(len(rows), pa.string())
    id, source, label, date = (
        stretch.values.get(setting, missing) for setting in (columns.id, columns.source, columns.label, columns.date)
    )
    if id.null_count:
        id = pc.coalesce(id, pc.binary_join_element_wise(f"{shard.name}#", rows.cast(pa.string()), ""))
    arrays = [
        id,
        rows,
        stretch.text,
        named_sources(source).fill_null(file_source(shard.name)),
        pc.utf8_slice_codeunits(label, 0, MOST_LETTERS),
        date,
        *(stretch.values.get(name, missing) for name in columns.extra),
        *([stretch.values[JUDGED.name]] if columns.judged else []),
    ]
    return pa.RecordBatch.from_arrays(arrays, schema=document_schema(columns))
