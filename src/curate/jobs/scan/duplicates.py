"""Near-duplicates of a run: signatures from the annotation files, clusters into clusters.parquet."""

from __future__ import annotations

import json

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from curate.engines.local import local_engine
from curate.jobs.run.annotate import ShardTask
from curate.jobs.run.column_names import kept_name
from curate.jobs.run.columns import fingerprints, load_columns, numbers
from curate.jobs.run.folder import Run
from curate.jobs.run.stamped_tables import write_table
from curate.jobs.scan.judged_turns import judged_columns
from curate.measuring.measure import stamp
from curate.measuring.quality import Quality
from curate.memory import give_back
from curate.neardup.clusters import Clusters, find_clusters
from curate.neardup.means import Means
from curate.neardup.sketches import Sketches, num_perm_of, shingles_of, slots_of

DOCUMENT_COLUMNS = (
    "id", "path", "row", "source", "label", "date", "tokens", "text_bytes", "fingerprint_high", "fingerprint_low",
    "language", "machine_score", "rules_hits",
)  # fmt: skip
FOOTERS_KEPT = 500  # of annotation files: parsed, each takes 30 KB
MEMORY_SHARE = 16  # of the memory that a scan may use, what grouping does: it comes beside some numbers a document


def means_of(run: Run, workers: int, memory: int) -> Means:
    """Resources that the grouping of a run may use; keys that do not fit lie in its folder meanwhile."""
    return Means(local_engine(workers), memory // MEMORY_SHARE, run.folder)


def cluster_documents(
    run: Run, tasks: tuple[ShardTask, ...], threshold: float, means: Means
) -> tuple[pa.Table, Clusters]:
    """One row a document of the run (DOCUMENT_COLUMNS and what evidence reads), and the clusters over those rows."""
    extra = tasks[0].columns.extra if tasks else ()
    pa.default_memory_pool().release_unused()  # what annotating kept for the next batch
    give_back()
    clusters = find_clusters(sketches(tasks), threshold, means=means)
    pa.default_memory_pool().release_unused()
    give_back()
    quality = (
        [f"{m.name}_{field}" for m in tasks[0].measures if m.name == Quality.name for field in m.fields]
        if tasks
        else []
    )
    documents = load_columns(
        tasks, (*DOCUMENT_COLUMNS, *judged_columns(tasks), *quality, *map(kept_name, extra))
    )  # when what grouping held is gone
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
    of = documents.select(["id", "path", "row", "source"]).take(pa.array(rows))
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


def sketches(tasks: tuple[ShardTask, ...]) -> Sketches:
    """Input of clustering; signatures and n-grams are read only when they are asked for."""
    table = load_columns(tasks, ("minhash_count", "minhash_set", "fingerprint_high", "fingerprint_low"))
    groups = RowGroups(tasks)
    return Sketches(
        num_perm=groups.num_perm,
        count=numbers(table, "minhash_count"),
        sets=numbers(table, "minhash_set"),
        fingerprints=fingerprints(table),
        starts=groups.starts,
        slots=lambda part: slots_of(groups.read(part, "minhash_signature")),
        shingles=lambda part: shingles_of(groups.read(part, "minhash_shingles")),
    )


class RowGroups:
    """The row groups of all annotation files, one after the other, read one column at a time."""

    def __init__(self, tasks: tuple[ShardTask, ...]) -> None:
        self._paths = [task.run.annotations(task.number) for task in tasks]
        self._kept = [pq.read_metadata(path) for path in self._paths[:FOOTERS_KEPT]]  # a file is opened often
        self._groups: list[tuple[int, int]] = []
        rows = [0]
        for number in range(len(self._paths)):
            footer = self._footer(number)
            self._groups += [(number, group) for group in range(footer.num_row_groups)]
            rows += [footer.row_group(group).num_rows for group in range(footer.num_row_groups)]
        self.starts = np.cumsum(rows, dtype=np.int64)

    def _footer(self, number: int) -> pq.FileMetaData:
        return self._kept[number] if number < len(self._kept) else pq.read_metadata(self._paths[number])

    @property
    def num_perm(self) -> int:
        """Slots of the signatures."""
        return num_perm_of(self._footer(0).schema.to_arrow_schema())

    def bytes_of(self, column: str) -> int:
        """Of a column in all files, decoded; some more than its values have."""
        schema = self._footer(0).schema
        place = [schema.column(i).path for i in range(len(schema))].index(column)
        footers = map(self._footer, range(len(self._paths)))
        groups = (footer.row_group(group) for footer in footers for group in range(footer.num_row_groups))
        return sum(group.column(place).total_uncompressed_size for group in groups)

    def read(self, group: int, column: str) -> pa.Array:
        """From any thread."""
        number, index = self._groups[group]
        with pq.ParquetFile(self._paths[number], metadata=self._footer(number)) as file:
            return file.read_row_group(index, [column], use_threads=False).column(0).combine_chunks()
