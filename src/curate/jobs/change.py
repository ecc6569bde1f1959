"""What a change brings: its new rows, scanned and matched with what was there before, and the files it touches."""

from __future__ import annotations

import glob
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from curate.corpus.files import NothingRead
from curate.corpus.paths import data_suffix, find_paths
from curate.diversity.sample import Sample
from curate.errors import DataError
from curate.jobs.index import match_and_add
from curate.jobs.plan import ScanPlan
from curate.jobs.progress import Job
from curate.jobs.scan import Scan, scan
from curate.jobs.summarise import merged_sample
from curate.jobs.whole import merged_figures
from curate.report.verdict import ChangedFile
from curate.schema import Quarantined


@dataclass(frozen=True, slots=True)
class Spot:
    """A row as the user knows it: the file as given, its 0-based row, its 1-based line where it has lines."""

    path: str
    row: int | None
    line: int | None


@dataclass(frozen=True, slots=True, eq=False)
class Change:
    """The rows that are new, and what was there.

    scan: None where no new row can be read; unreadable: what cannot, by the scan's names. before, whole: figures as in
    `scan --json` of the baseline and of everything after merging, None without a baseline. paths: of the scan's files,
    by the names it gives them. known_sample, known_sources: of the baseline, for what the change adds to it;
    whole_sample: of everything after merging.
    """

    scan: Scan | None
    unreadable: tuple[Quarantined, ...]
    files: tuple[ChangedFile, ...]
    before: Mapping[str, Any] | None = None
    whole: Mapping[str, Any] | None = None
    paths: Mapping[str, str] = field(default_factory=dict)
    known_sample: Sample | None = None
    whole_sample: Sample | None = None
    known_sources: frozenset[str] | None = None

    def spot(self, name: str, row: int | None) -> Spot:
        """Where a row of the scan stands for the user."""
        path = self.paths.get(name, name)
        lined = row is not None and data_suffix(path) in (".jsonl", ".ndjson")
        return Spot(path, row, row + 1 if row is not None and lined else None)


def read_change(plan: ScanPlan, baseline: str) -> Job[Change]:
    """The change that the paths of the plan are, against a baseline ("" for none)."""
    if not baseline:
        return (yield from _scanned(plan, None))
    if not Path(baseline).exists() and not glob.glob(baseline, recursive=True):  # noqa: PTH207
        raise DataError("no such file or folder", where=baseline, hint="--baseline names what was there before")
    before = replace(plan, paths=(baseline,), output=None, human_reference=(), labels=None, index=None)
    base = yield from scan(before)
    index = base.run.folder / f"index-{plan.ngram_size}-{plan.num_perm}-{plan.threshold:g}"
    yield from match_and_add(replace(before, index=index), index, base.tasks, base.documents)
    return (yield from _scanned(replace(plan, index=index, add_to_index=False), base))


def _scanned(plan: ScanPlan, base: Scan | None) -> Job[Change]:
    """All that the paths hold, as new rows."""
    paths = {found.name: found.path for found in find_paths(plan.paths)}
    before = base.figures.to_json() if base else None
    try:
        found = yield from scan(plan)
    except NothingRead as error:
        files = _files(paths, {}, error.quarantined)
        return Change(None, error.quarantined, files, before, before, paths)
    files = _files(paths, _rows(found), found.quarantined)
    whole = merged_figures(base, found).to_json() if base else None
    if base is None:
        return Change(found, found.quarantined, files, paths=paths)
    sources = frozenset(base.documents.column("source").unique().to_pylist())
    samples = (merged_sample(base.tasks), merged_sample((*base.tasks, *found.tasks)))
    return Change(found, found.quarantined, files, before, whole, paths, *samples, sources)


def _files(
    paths: Mapping[str, str], rows: Mapping[str, int], quarantined: tuple[Quarantined, ...]
) -> tuple[ChangedFile, ...]:
    notes = {item.path: item.reason for item in quarantined if item.row is None}
    return tuple(
        ChangedFile(path, "skipped" if name in notes else "added", "", rows.get(name, 0), 0, notes.get(name, ""))
        for name, path in paths.items()
    )


def _rows(found: Scan) -> dict[str, int]:
    counts = found.documents.column("path").value_counts().to_pylist()
    return {item["values"]: item["counts"] for item in counts}
