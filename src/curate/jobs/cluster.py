"""Near-duplicates of a run: signatures from the annotation files, clusters into clusters.parquet."""

from __future__ import annotations

import json
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from curate.engines.local import local_engine
from curate.jobs.annotate import ShardTask
from curate.jobs.load import fingerprints, load_columns
from curate.jobs.names import kept_name
from curate.jobs.run import Run, write_table
from curate.measuring.measure import stamp
from curate.neardup.clusters import Clusters, find_clusters
from curate.neardup.sketches import Shingles, Sketches, shingles_of

DOCUMENT_COLUMNS = (
    "id", "path", "row", "source", "label", "date", "tokens", "text_bytes", "fingerprint_high", "fingerprint_low",
    "language", "machine_score", "rules_hits",
)  # fmt: skip
CACHE_BYTES = 256 << 20  # of n-gram hashes


def cluster_documents(
    run: Run, tasks: tuple[ShardTask, ...], threshold: float, workers: int
) -> tuple[pa.Table, Clusters]:
    """One row a document of the run (DOCUMENT_COLUMNS and what evidence reads), and the clusters over those rows."""
    extra = tasks[0].columns.extra if tasks else ()
    documents = load_columns(tasks, (*DOCUMENT_COLUMNS, *map(kept_name, extra)))
    clusters = find_clusters(sketches(tasks, documents, workers), threshold)
    table = cluster_table(documents, clusters)
    mark = json.dumps([threshold, [task.stamp.decode() for task in tasks[:1]], stamp(tasks[0].measures)]).encode()
    write_table(run.clusters, table.to_batches(), table.schema, mark)
    return documents, clusters


def cluster_table(documents: pa.Table, clusters: Clusters) -> pa.Table:
    """clusters.parquet: members with their cluster, its representative's id, the similarity to it, exact, both sources.

    exact: the very text stands in another row, which is the one counted; all others resemble their representative.
    """
    rows = np.flatnonzero(clusters.cluster >= 0)
    order = np.lexsort((clusters.rank[rows], clusters.cluster[rows]))
    rows = rows[order]
    of = documents.take(pa.array(rows))
    representative = documents.select(["id", "source"]).take(pa.array(clusters.representative[rows]))
    return pa.table(
        {
            "id": of.column("id"),
            "path": of.column("path"),
            "row": of.column("row"),
            "cluster": clusters.cluster[rows],
            "representative": representative.column("id"),
            "similarity": clusters.similarity[rows],
            "exact": clusters.exact[rows],
            "source": of.column("source"),
            "representative_source": representative.column("source"),
        }
    ).combine_chunks()


def sketches(tasks: tuple[ShardTask, ...], documents: pa.Table, workers: int) -> Sketches:
    """What clustering reads of the run; shingles only when they are asked for."""
    table = load_columns(tasks, ("minhash_signature", "minhash_count"))
    slots = np.zeros((table.num_rows, table.schema.field("minhash_signature").type.list_size), np.uint32)
    row = 0
    for chunk in table.column("minhash_signature").chunks:
        here, found = slots[row : row + len(chunk)], chunk.flatten().to_numpy().reshape(-1, slots.shape[1])
        if chunk.null_count:
            here[chunk.is_valid().to_numpy(zero_copy_only=False)] = found
        else:
            here[:] = found
        row += len(chunk)
    count = table.column("minhash_count").to_numpy()
    return Sketches(slots, count, fingerprints(documents), ShingleReader(tasks, workers))


class ShingleReader:
    """Reads the kept n-gram hashes of chosen documents from the annotation files, row group by row group.

    Clustering asks a few times, mostly for the same groups: those that fit in CACHE_BYTES are kept.
    """

    def __init__(self, tasks: tuple[ShardTask, ...], workers: int) -> None:
        self._cached: dict[int, pa.ChunkedArray] = {}
        self._cached_bytes = 0
        self._engine = local_engine(workers)
        self._paths = [task.run.annotations(task.number) for task in tasks]
        self._metadata = [pq.read_metadata(path) for path in self._paths]  # parsed once: a file is opened often
        self._groups = [(n, g) for n, m in enumerate(self._metadata) for g in range(m.num_row_groups)]
        rows = [self._metadata[n].row_group(g).num_rows for n, g in self._groups]
        self._starts = np.concatenate([np.zeros(1, np.int64), np.cumsum(rows, dtype=np.int64)])

    def __call__(self, rows: NDArray[np.int64]) -> Shingles:
        """Values uint32 and start int64[len(rows) + 1], in the order of `rows`."""
        order = np.argsort(rows, kind="stable")
        ascending = rows[order]
        group = np.searchsorted(self._starts, ascending, side="right") - 1
        edges = np.flatnonzero(np.diff(group, prepend=-1, append=-1)) if len(group) else np.zeros(0, np.int64)
        runs = [(int(group[a]), ascending[a:b] - self._starts[group[a]]) for a, b in pairwise(edges)]
        taken = [chunk for column in self._engine.map(self._read, runs) for chunk in column.chunks]
        back = np.empty(len(rows), np.int64)
        back[order] = np.arange(len(rows))
        return shingles_of(pa.chunked_array(taken, pa.large_binary()).take(pa.array(back)))

    def _read(self, run: tuple[int, NDArray[np.int64]]) -> pa.ChunkedArray:
        """Shingles of some rows of one row group."""
        group, rows = run
        column = self._cached.get(group)
        if column is None:
            number, index = self._groups[group]
            with pq.ParquetFile(self._paths[number], metadata=self._metadata[number]) as file:
                column = file.read_row_group(index, ["minhash_shingles"], use_threads=False).column(0)
            if self._cached_bytes + column.nbytes <= CACHE_BYTES:
                self._cached[group] = column
                self._cached_bytes += column.nbytes
        return column.take(pa.array(rows))
