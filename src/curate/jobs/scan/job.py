"""The scan: every shard annotated once, near-duplicates clustered, figures summed, all of it kept in the run folder."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial
from importlib import import_module

from curate.corpus.label_words import parse_label_map
from curate.corpus.labels import read_labels
from curate.corpus.not_read import NotRead
from curate.corpus.seals import seal
from curate.corpus.write import write_atomic
from curate.jobs.run.background import Beside
from curate.jobs.run.discovery import Looking
from curate.jobs.run.lost_files import refuse
from curate.jobs.run.manifest import json_bytes
from curate.jobs.run.pipeline import annotate_all, begin, fields_of
from curate.jobs.run.plan import ScanPlan
from curate.jobs.run.progress import Job, Progress
from curate.jobs.run.selection import Chosen
from curate.jobs.scan.clustered import Grouped, cluster, match, with_paragraphs
from curate.jobs.scan.figures import ScanFigures
from curate.jobs.scan.idle_settings import idle_in_scan
from curate.jobs.scan.judged_turns import judged
from curate.jobs.scan.matches import with_index
from curate.jobs.scan.provenance import said_of_scan
from curate.jobs.scan.share import corpus_share, reference_of
from curate.jobs.scan.summary import measure_diversity, summarise
from curate.jobs.scan.unused_settings import without_effect
from curate.report.verdict import Claim
from curate.schema import Columns

CROSSCHECK = "curate.jobs.scan.crosscheck"  # loaded where it is asked for: start-up is every scan's


@dataclass(frozen=True, slots=True)
class Scan(Grouped):
    """All of it summed up."""

    figures: ScanFigures
    reference_not_read: tuple[NotRead, ...] = ()  # files among the human reference that nobody reads
    claims: tuple[Claim, ...] = ()  # of the rows of a change, which count only as the plan trusts them


def scan(plan: ScanPlan, given: Looking | Chosen | None = None) -> Job[Scan]:
    """Scan the corpus; finished shards of an earlier run of the same bytes and measures are reused.

    given: the look at the plan's paths, where that has begun already, or files and rows that take their place. Raises
    DataError when nothing can be read or the input changes meanwhile, UsageError for settings that do not fit the data.
    """
    if plan.crosscheck:
        import_module(CROSSCHECK).import_datasketch()  # said before anything is measured, if it is not there
    with ExitStack() as held:
        begun = yield from begin(plan, given)
        labels = read_labels(plan.labels, parse_label_map(plan.label_map)) if plan.labels else ()
        human = yield from _reference(plan)
        reference = reference_of(judged(human.documents), human.clusters, human.detector) if human else None
        annotated = yield from annotate_all(begun, held)
        run, tasks, book, detector = annotated.run, annotated.tasks, annotated.book, annotated.detector
        run.scan.unlink(missing_ok=True)  # until all is done
        diversity = Beside(partial(measure_diversity, tasks, human.tasks if human else ()))
        clustered = yield from cluster(annotated, declares=not isinstance(given, Chosen))
        said = said_of_scan(book, clustered.documents, tasks, plan.trusted)
        share = Beside(
            partial(
                corpus_share, judged(clustered.documents), clustered.clusters, detector, plan.confidence, reference,
                said, labels, workers=plan.workers,
            )
        )  # fmt: skip
        whole = with_paragraphs(clustered)
        yield Progress("summing up")
        told = without_effect(clustered, said.deciding, human, whole=not isinstance(given, Chosen))
        figures = summarise(whole, share.result, diversity.result, told)
        if figures.mostly_quarantined and plan.index is not None and plan.add_to_index:
            whole = replace(whole, plan=replace(plan, add_to_index=False))
            yield Progress("summing up", remark="nothing is added to the index: most rows of a file cannot be read")
        found = yield from match(whole)
        figures = with_index(figures, found.documents, found.matches)
        idle = idle_in_scan(clustered, said) if not isinstance(given, Chosen) else ()
        figures = replace(figures, reference_columns=human.layouts if human else (), nothing_to_do=idle)
        if plan.crosscheck:
            yield Progress("finding near-duplicates of a sample again")
            figures = replace(figures, crosscheck=import_module(CROSSCHECK).crosscheck(clustered))
        write_atomic(run.scan, json_bytes(figures.to_json()))
        seal(run.figures_seal, [run.scan, run.clusters])
        missed = human.not_read if human else ()
        return Scan(**fields_of(found), figures=figures, reference_not_read=missed, claims=said.claims)


def _reference(plan: ScanPlan) -> Job[Scan | None]:
    """The human reference, scanned like any corpus, into a run folder of its own."""
    if not plan.human_reference:
        return None
    yield Progress("reading the human reference")
    own_columns = Columns(text=plan.columns.text, longest=plan.columns.longest, role=plan.columns.role)
    own = replace(plan, paths=plan.human_reference, output=None, columns=own_columns)
    found = yield from scan(replace(own, human_reference=(), index=None, labels=None, crosscheck=False))
    refuse(found.figures.mostly_quarantined, "--human-reference")
    return found
