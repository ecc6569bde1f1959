"""A scanned corpus as one side of a comparison: its sample, and where each document of it stands."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from curate.corpus.own_files import is_manifest
from curate.corpus.seals import damaged_file
from curate.corpus.taken_columns import TakenColumns, read_columns
from curate.diversity.collecting import merge_shards
from curate.diversity.match import Snapshot
from curate.diversity.sample import Sample, read_sample
from curate.diversity.thinned import Part
from curate.errors import DataError
from curate.jobs.run.columns import fingerprints
from curate.jobs.run.folder import Run
from curate.jobs.run.plan import ScanPlan

COLUMNS = ("id", "path", "row", "source", "language", "tokens", "fingerprint_high", "fingerprint_low")
_AGAIN = "scan the corpus again"


@dataclass(frozen=True, slots=True)
class Scanned:
    """A run read back. `places`: id, path, row of the sample's documents, in its order.

    by_source, by_language: of the whole corpus; by_source is None where no column names sources.
    """

    name: str
    snapshot: Snapshot
    places: pa.Table
    documents: int
    tokens: int
    by_source: dict[str, Part] | None
    by_language: dict[str, Part]
    layouts: tuple[TakenColumns, ...]
    mostly_quarantined: tuple[str, ...]  # files of which most rows could not be read, a sentence each


def is_run(path: str) -> bool:
    """Return whether the path is a run folder of an earlier scan."""
    return is_manifest(Path(path) / "manifest.json")


def read_scanned(run: Run, name: str) -> Scanned:
    """Raises DataError for a run that is not whole."""
    files = sorted((run.folder / "annotations").glob("[0-9]*.parquet"))
    if not run.scan.is_file() or not files:
        raise DataError("is a run that was not finished", where=str(run.folder), hint=_AGAIN)
    _check_whole(run, len(files))
    table = pa.concat_tables([pq.read_table(path, columns=list(COLUMNS)) for path in files])
    sample = merge_shards(map(read_sample, sorted((run.folder / "samples").glob("[0-9]*.arrow"))))
    rows = _rows(sample, table)
    said = json.loads(run.scan.read_bytes())
    declared, clusters = _declares_sources(run), _clusters(run, table)
    sources = tuple(table.column("source").take(pa.array(rows)).to_pylist()) if declared else None
    return Scanned(
        name,
        Snapshot(sample, sources, clusters[rows]),
        table.select(["id", "path", "row"]).take(pa.array(rows)),
        table.num_rows,
        int(pc.sum(table.column("tokens")).as_py() or 0),
        _parts_by(table, "source", clusters) if declared else None,
        _parts_by(table, "language", clusters),
        read_columns(said.get("columns")),
        tuple(map(str, said.get("mostly_quarantined") or ())),
    )


def _check_whole(run: Run, shards: int) -> None:
    """Raises DataError where a file that is read here is not as the scan left it."""
    where = str(run.folder)
    kept = [(run.seal(number), run.found(number)) for number in range(shards)]
    kept += [(run.manifest_seal, [run.manifest]), (run.figures_seal, [run.scan, run.clusters])]
    for seal, files in kept:
        if not seal.exists():
            raise DataError("is of a scan that was not finished, or of an earlier curate", where=where, hint=_AGAIN)
        if found := damaged_file(seal, files):
            raise DataError("is damaged: it is not as the scan left it", where=str(found), hint=_AGAIN)


def plan_of(plan: ScanPlan, path: str) -> ScanPlan:
    """The scan of one snapshot, into its own default folder."""
    return ScanPlan(
        (path,), columns=plan.columns, label_map=plan.label_map, threshold=plan.threshold,
        ngram_size=plan.ngram_size, num_perm=plan.num_perm,
        detector=plan.detector, rules=plan.rules, seed=plan.seed, workers=plan.workers, memory=plan.memory,
        origins=plan.origins, book=plan.book,
    )  # fmt: skip


def _rows(sample: Sample, table: pa.Table) -> NDArray[np.int64]:
    """The row of each document of the sample; of copies each has one, in the order of the files."""
    prints = fingerprints(table)
    order = np.lexsort((prints[:, 1], prints[:, 0]))
    keys = np.ascontiguousarray(prints[order]).view([("high", np.uint64), ("low", np.uint64)]).ravel()
    wanted = np.ascontiguousarray(sample.fingerprints).view(keys.dtype).ravel()
    first = np.searchsorted(keys, wanted)
    same = np.concatenate([[False], wanted[1:] == wanted[:-1]])  # copies stand side by side in a sample
    starts = np.flatnonzero(~same)
    copy = np.arange(wanted.size) - np.repeat(starts, np.diff(np.append(starts, wanted.size)))
    found: NDArray[np.int64] = order[np.minimum(first + copy, max(0, order.size - 1))]
    return found


def _clusters(run: Run, table: pa.Table) -> NDArray[np.int64]:
    """Cluster of each document, -1 for those in none."""
    chosen = table.select(["path", "row"]).append_column("place", pa.array(np.arange(table.num_rows)))
    known = pq.read_table(run.clusters, columns=["path", "row", "cluster"])
    joined = chosen.join(known, ["path", "row"], join_type="left outer").sort_by("place")
    found: NDArray[np.int64] = pc.fill_null(joined.column("cluster"), -1).to_numpy().astype(np.int64)
    return found


def _parts_by(table: pa.Table, column: str, clusters: NDArray[np.int64]) -> dict[str, Part]:
    unit = np.where(clusters >= 0, clusters, clusters.max(initial=-1) + 1 + np.arange(clusters.size))
    named = table.select([column, "tokens"]).append_column("unit", pa.array(unit))
    units = named.group_by([column, "unit"]).aggregate([("tokens", "sum")])
    size = pc.cast(units.column("tokens_sum"), pa.float64())
    units = units.append_column("squares", pc.multiply(size, size))
    grouped = units.group_by(column).aggregate([("tokens_sum", "sum"), ("squares", "sum")]).to_pylist()
    return {row[column] or "": Part(int(row["tokens_sum_sum"]), row["squares_sum"]) for row in grouped}


def _declares_sources(run: Run) -> bool:
    settings = json.loads(run.manifest.read_bytes()).get("settings", {})
    columns = settings.get("columns", {}) if isinstance(settings, dict) else {}
    return bool(isinstance(columns, dict) and columns.get("source"))
