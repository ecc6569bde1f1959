"""A scanned corpus: what every command asks about its documents."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import pyarrow as pa

from curate.corpus.files import DataFile, NothingRead
from curate.corpus.labels import Label
from curate.corpus.not_read import NotRead
from curate.corpus.taken_columns import TakenColumns
from curate.detect.judge import Judge
from curate.detect.reference import Reference
from curate.diversity.collecting import merge_shards
from curate.diversity.figures import Diversity
from curate.diversity.figures import diversity as diversity_of
from curate.diversity.sample import Sample, read_sample
from curate.jobs.run.annotate import ShardTask
from curate.jobs.run.folder import Run
from curate.jobs.run.index import Matches
from curate.jobs.run.input_guard import Sighting
from curate.jobs.run.parts import Parts, part
from curate.jobs.run.plan import ScanPlan
from curate.jobs.scan.declarations import Declared, settle_declared
from curate.jobs.scan.duplicates import cluster_documents, means_of
from curate.jobs.scan.figures import CorpusShare, ScanFigures
from curate.jobs.scan.judged_turns import judged
from curate.jobs.scan.paragraphs import with_repeated_paragraphs
from curate.jobs.scan.provenance import Said, said_of_scan
from curate.jobs.scan.share import corpus_share, reference_of
from curate.jobs.scan.silent_chats import refuse_silent
from curate.neardup.clusters import Clusters
from curate.neardup.means import Means
from curate.rulebook.rules import RuleBook
from curate.schema import Quarantined


class Grouped(NamedTuple):
    """Documents, one row each, without texts and signatures; clusters over these rows; how declarations were read."""

    documents: pa.Table
    clusters: Clusters
    declared: Declared


@dataclass(frozen=True, eq=False)
class Corpus:
    """A corpus all of whose documents are measured.

    What needs all documents at once is computed when it is first asked for, and kept. Where that takes long, the first
    who asks may be a background task.
    """

    plan: ScanPlan
    run: Run
    tasks: tuple[ShardTask, ...]
    files: tuple[DataFile, ...]
    seen: tuple[Sighting, ...]  # all input files, as they were fingerprinted
    book: RuleBook
    detector: Judge
    quarantined: Sequence[Quarantined]
    not_read: tuple[NotRead, ...]  # files among the data that nobody reads
    layouts: tuple[TakenColumns, ...]  # which columns were taken of which files, and why
    mended: Sequence[Quarantined]  # remarks on rows that are kept
    labels: Sequence[Label] = ()
    human: Corpus | None = None  # the human reference
    complete: bool = True  # False: of some files only given rows are read, of which nothing can be expected
    matches: Matches | None = None  # of the index, where the plan has one and `matched` has asked it
    summed: ScanFigures | None = None  # by `scan`
    parts: Parts = field(default_factory=Parts, repr=False)

    @part
    def grouped(self) -> Grouped:
        """Near-duplicates and declarations. Raises NothingRead without a document, UsageError as `settle_labels`."""
        documents, clusters = cluster_documents(self.run, self.tasks, self.plan.threshold, self.means)
        if documents.num_rows == 0:
            hint = f"every row is listed in {self.run.quarantine}"
            raise NothingRead(_nothing_read(self.quarantined), hint=hint, quarantined=self.quarantined)
        refuse_silent(documents, self.tasks, self.plan)
        documents, declared = settle_declared(documents, self.tasks, self.plan, self.book, declares=self.complete)
        return Grouped(documents, clusters, declared)

    @property
    def clusters(self) -> Clusters:
        """Near-duplicate clusters over the rows of `documents`."""
        return self.grouped.clusters

    @property
    def declared(self) -> Declared:
        """Columns that declare who wrote a document, and how they were read."""
        return self.grouped.declared

    @part
    def documents(self) -> pa.Table:
        """One row a document: identity, declarations, annotations, and how much of it stands in others too."""
        return with_repeated_paragraphs(self.grouped.documents, self.clusters, self.tasks, self.means)

    @part
    def said(self) -> Said:
        """Declarations that the machine share counts on."""
        return said_of_scan(self.book, self.grouped.documents, self.tasks, self.plan.trusted)

    @part
    def share(self) -> CorpusShare:
        """The machine share."""
        documents, reference = judged(self.grouped.documents), self.human.reference if self.human else None
        return corpus_share(
            documents, self.clusters, self.detector, self.plan.confidence, reference, self.said, self.labels,
            workers=self.plan.workers,
        )  # fmt: skip

    @part
    def reference(self) -> Reference:
        """The corpus as human text that the share of another is read against."""
        return reference_of(judged(self.documents), self.clusters, self.detector)

    @part
    def sample(self) -> Sample:
        """The diversity sample."""
        return merge_shards(read_sample(task.run.samples(task.number)) for task in self.tasks)

    @part
    def diversity(self) -> Diversity:
        """From the sample; predictable_share by that of the human reference, where there is one."""
        return diversity_of(self.sample, human=self.human.sample if self.human else None)

    @property
    def figures(self) -> ScanFigures:
        """The figures of a corpus that `scan` has summed up."""
        assert self.summed is not None
        return self.summed

    @property
    def means(self) -> Means:
        """Resources that grouping may use."""
        return means_of(self.run, self.plan.workers, self.plan.memory)

    def with_documents(self, documents: pa.Table, clusters: Clusters | None = None) -> Corpus:
        """As if these were its documents; what follows from them is computed anew."""
        grouped = Grouped(documents, self.clusters if clusters is None else clusters, self.declared)
        return replace(self, parts=Parts({"grouped": grouped, "documents": documents}))


def _nothing_read(quarantined: Sequence[Quarantined]) -> str:
    if not quarantined:
        return "there is no document in these files"
    reasons = Counter(item.reason for item in quarantined).most_common(3)
    return "no document could be read: " + "; ".join(f"{count} x {reason}" for reason, count in reasons)
