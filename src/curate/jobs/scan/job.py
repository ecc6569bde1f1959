"""The scan: every shard annotated once, near-duplicates clustered, figures summed, all of it kept in the run folder."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from importlib import import_module

from curate.corpus.label_words import parse_label_map
from curate.corpus.labels import Label, check_labelled, read_labels
from curate.corpus.seals import seal
from curate.corpus.write import write_atomic
from curate.jobs.run.background import Beside
from curate.jobs.run.discovery import Looking
from curate.jobs.run.lost_files import refuse
from curate.jobs.run.manifest import json_bytes
from curate.jobs.run.pipeline import Begun, annotate_all, begin
from curate.jobs.run.plan import ScanPlan
from curate.jobs.run.progress import Job, Progress
from curate.jobs.run.selection import Chosen
from curate.jobs.scan.corpus import Corpus
from curate.jobs.scan.figures import ScanFigures
from curate.jobs.scan.idle_settings import idle_in_scan
from curate.jobs.scan.matches import beside_index, with_index
from curate.jobs.scan.summary import summarise
from curate.jobs.scan.unused_settings import without_effect

CROSSCHECK = "curate.jobs.scan.crosscheck"  # loaded where it is asked for: start-up is every scan's


def labels_of(plan: ScanPlan) -> Sequence[Label]:
    """Labels that the plan names. Raises DataError."""
    labels = read_labels(plan.labels, parse_label_map(plan.label_map)) if plan.labels else ()
    if labels:
        check_labelled(labels)
    return labels


def measured(
    begun: Begun, held: ExitStack, labels: Sequence[Label], human: Corpus | None = None, *, complete: bool = True
) -> Job[Corpus]:
    """Measure the documents of a corpus; until `held` closes, the run is locked. Raises as `scan`.

    human: the human reference; complete: False where of some files only given rows are read.
    """
    found = yield from annotate_all(begun, held)
    chosen = begun.chosen
    return Corpus(
        begun.plan, found.run, found.tasks, tuple(chosen.files), begun.seen, begun.book, begun.detector,
        found.quarantined, chosen.not_read, found.layouts, found.mended,
        labels, human, complete=complete,
    )  # fmt: skip


def grouped(found: Corpus) -> Job[None]:
    """Ask for near-duplicates and declarations. Raises as `Corpus.grouped`."""
    yield Progress("comparing near-duplicates")
    _ = found.grouped


def matched(found: Corpus) -> Job[Corpus]:
    """Match with an index and maybe add to it. Done last, because adding to the index cannot be undone."""
    matches = yield from beside_index(found.plan, found.run, found.tasks, found.documents)
    return replace(found, matches=matches)


def corpus_for_mix(plan: ScanPlan, held: ExitStack, looking: Looking | None = None) -> Job[Corpus]:
    """Measure, group and match a corpus, as far as a mix needs it; until `held` closes, the run is locked."""
    begun = yield from begin(plan, looking)
    found = yield from measured(begun, held, labels_of(plan))
    yield from grouped(found)
    return (yield from matched(found))


def scan(plan: ScanPlan, given: Looking | Chosen | None = None) -> Job[Corpus]:
    """Scan the corpus; finished shards of an earlier run of the same bytes and measures are reused.

    given: the look at the plan's paths, where that has begun already, or files and rows that take their place. Raises
    DataError when nothing can be read or the input changes meanwhile, UsageError for settings that do not fit the data.
    """
    if plan.crosscheck:
        import_module(CROSSCHECK).import_datasketch()  # said before anything is measured, if it is not there
    with ExitStack() as held:
        begun = yield from begin(plan, given)
        labels = labels_of(plan)
        human = yield from _reference(replace(plan, book=begun.book))
        found = yield from measured(begun, held, labels, human, complete=not isinstance(given, Chosen))
        found.run.scan.unlink(missing_ok=True)  # until all is done
        Beside(lambda: found.diversity)
        yield from grouped(found)
        Beside(lambda: found.share)
        _ = found.documents
        yield Progress("summing up")
        figures = summarise(found, without_effect(found, found.said.deciding))
        if figures.mostly_quarantined and plan.index is not None and plan.add_to_index:
            yield Progress("summing up", remark="nothing is added to the index: most rows of a file cannot be read")
            whole = yield from matched(replace(found, plan=replace(plan, add_to_index=False)))
        else:
            whole = yield from matched(found)
        figures = with_index(figures, whole.documents, whole.matches)
        figures = yield from _checked(whole, replace(figures, nothing_to_do=idle_in_scan(whole)))
        write_atomic(whole.run.scan, json_bytes(figures.to_json()))
        seal(whole.run.figures_seal, [whole.run.scan, whole.run.clusters])
        return replace(whole, summed=figures)


def _checked(found: Corpus, figures: ScanFigures) -> Job[ScanFigures]:
    """The figures with the cross-check, where one is asked for."""
    if not found.plan.crosscheck:
        return figures
    yield Progress("finding near-duplicates of a sample again")
    return replace(figures, crosscheck=import_module(CROSSCHECK).crosscheck(found))


def _reference(plan: ScanPlan) -> Job[Corpus | None]:
    """The human reference, scanned like any corpus, into a run folder of its own."""
    if not plan.human_reference:
        return None
    yield Progress("reading the human reference")
    own_columns = replace(plan.columns, id="", source="", label="", date="")
    own = replace(plan, paths=plan.human_reference, output=None, columns=own_columns)
    found = yield from scan(replace(own, human_reference=(), index=None, labels=None, crosscheck=False))
    refuse(found.figures.mostly_quarantined, "--human-reference")
    return found
