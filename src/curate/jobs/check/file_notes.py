"""Changed files with their rows, and what was remarked on reading them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from curate.jobs.scan.corpus import Corpus
from curate.report.verdict import ChangedFile
from curate.schema import DOUBLED, Quarantined


def changed_files(
    paths: Mapping[str, str], rows: Mapping[str, int], quarantined: Sequence[Quarantined], remarks: Mapping[str, str]
) -> tuple[ChangedFile, ...]:
    lost = {item.path: item.reason for item in quarantined if item.row is None}
    notes = {**remarks, **lost}
    return tuple(
        ChangedFile(path, "skipped" if name in lost else "added", "", rows.get(name, 0), 0, notes.get(name, ""))
        for name, path in paths.items()
    )


def remarks_of(found: Corpus | None) -> dict[str, str]:
    """By file: how many lines are read without bytes that are no part of a row, and the first."""
    remarked = found.mended if found else ()
    mended = [item for item in remarked if item.kind != DOUBLED]  # such keys stand among what is read for nothing
    counts = Counter(item.path for item in mended)
    first = {item.path: item for item in reversed(mended)}
    return {
        path: f"bytes that are no part of a row in {count:,} line{'' if count == 1 else 's'}; "
        f"row {first[path].row}: {first[path].reason}"
        for path, count in counts.items()
    }


def row_counts(found: Corpus | None) -> dict[str, int]:
    if found is None:
        return {}
    counts = found.documents.column("path").value_counts().to_pylist()
    return {item["values"]: item["counts"] for item in counts}
