"""A corpus measured and its near-duplicates found: what a scan sums up and a mix is chosen from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace

import pyarrow as pa

from curate.corpus.files import NothingRead
from curate.corpus.label_words import parse_label_map
from curate.corpus.labels import read_labels
from curate.jobs.run.discovery import Looking
from curate.jobs.run.index import Matches
from curate.jobs.run.pipeline import Annotated, annotate_all, begin, fields_of
from curate.jobs.run.plan import ScanPlan
from curate.jobs.run.progress import Job, Progress
from curate.jobs.scan.declarations import Declared, settle_declared
from curate.jobs.scan.duplicates import cluster_documents, means_of
from curate.jobs.scan.matches import beside_index
from curate.jobs.scan.paragraphs import with_repeated_paragraphs
from curate.jobs.scan.silent_chats import refuse_silent
from curate.neardup.clusters import Clusters
from curate.neardup.means import Means
from curate.schema import Quarantined


@dataclass(frozen=True, slots=True)
class Clustered(Annotated):
    """Its documents with their near-duplicates."""

    documents: pa.Table  # one row a document: identity, declared evidence, annotations without signatures
    clusters: Clusters  # over the rows of `documents`
    declared: Declared  # what the columns were taken to say


@dataclass(frozen=True, slots=True)
class Grouped(Clustered):
    """Beside an index too: what a mix is chosen from."""

    matches: Matches | None  # of the index, where the plan has one


def group_holding(plan: ScanPlan, held: ExitStack, looking: Looking | None = None) -> Job[Grouped]:
    """Group a scan as far as a mix needs it; until `held` closes, the run is locked. Raises as `scan`."""
    begun = yield from begin(plan, looking)
    if plan.labels:
        read_labels(plan.labels, parse_label_map(plan.label_map))  # said before anything is measured, if they are none
    annotated = yield from annotate_all(begun, held)
    clustered = yield from cluster(annotated, declares=True)
    return (yield from match(with_paragraphs(clustered)))


def cluster(found: Annotated, *, declares: bool) -> Job[Clustered]:
    """`declares`: a label column that is named must say something; a few new rows need not say what others do."""
    yield Progress("comparing near-duplicates")
    plan, tasks = found.plan, found.tasks
    documents, clusters = cluster_documents(found.run, tasks, plan.threshold, _means(found))
    if documents.num_rows == 0:
        hint = f"every row is listed in {found.run.quarantine}"
        raise NothingRead(_nothing_read(found.quarantined), hint=hint, quarantined=found.quarantined)
    refuse_silent(documents, tasks, plan)
    documents, declared = settle_declared(documents, tasks, plan, found.book, declares=declares)
    return Clustered(**fields_of(found), documents=documents, clusters=clusters, declared=declared)


def with_paragraphs(found: Clustered) -> Clustered:
    """Its documents know what of them stands in others too."""
    documents = with_repeated_paragraphs(found.documents, found.clusters, found.tasks, _means(found))
    return replace(found, documents=documents)


def match(found: Clustered) -> Job[Grouped]:
    """Match with an index and maybe add to it. Done last, because adding to the index cannot be undone."""
    matches = yield from beside_index(found.plan, found.run, found.tasks, found.documents)
    return Grouped(**fields_of(found), matches=matches)


def _means(found: Annotated) -> Means:
    return means_of(found.run, found.plan.workers, found.plan.memory)


def _nothing_read(quarantined: Sequence[Quarantined]) -> str:
    if not quarantined:
        return "there is no document in these files"
    reasons = Counter(item.reason for item in quarantined).most_common(3)
    return "no document could be read: " + "; ".join(f"{count} x {reason}" for reason, count in reasons)
