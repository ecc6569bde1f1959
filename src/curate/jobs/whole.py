"""The figures of two scanned corpora taken together, from their annotations: no text is read again."""

from __future__ import annotations

from functools import partial

from curate.jobs.cluster import cluster_documents, means_of
from curate.jobs.evidence import said_of_scan
from curate.jobs.figures import ScanFigures
from curate.jobs.paragraphs import with_repeated_paragraphs
from curate.jobs.run import Run
from curate.jobs.scan import Scan
from curate.jobs.summarise import measure_diversity, summarise


def merged_figures(base: Scan, change: Scan) -> ScanFigures:
    """What a scan of the files of both would say, settings as of the base."""
    run = Run(change.run.folder / "merged")
    run.folder.mkdir(exist_ok=True)
    tasks = (*base.tasks, *change.tasks)
    means = means_of(run, base.plan.workers, base.plan.memory)
    documents, clusters = cluster_documents(run, tasks, base.plan.threshold, means)
    documents = with_repeated_paragraphs(documents, clusters, tasks, means)
    return summarise(
        base.plan, documents, clusters, partial(measure_diversity, tasks), base.book, base.detector,
        files=len(base.files) + len(change.files), quarantined=len(base.quarantined) + len(change.quarantined),
        said=said_of_scan(base.book, documents, tasks),
    )  # fmt: skip
