"""The scan: every shard annotated once, near-duplicates clustered, figures summed, all of it kept in the run folder."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, fields, replace
from functools import partial
from typing import Any

import pyarrow as pa

from curate.corpus.columns import settle_files
from curate.corpus.files import DataFile, NothingRead
from curate.corpus.labels import read_labels
from curate.corpus.write import write_atomic
from curate.detect.judge import Judge, load_judge
from curate.engines.local import local_engine
from curate.errors import DataError
from curate.jobs.annotate import ShardTask, annotate_shard
from curate.jobs.beside import Beside
from curate.jobs.chosen import Chosen, StoredRun, stored_name
from curate.jobs.cluster import cluster_documents, means_of
from curate.jobs.evidence import check_labels, said_of_scan
from curate.jobs.figures import ScanFigures
from curate.jobs.index import Matches, check_index
from curate.jobs.looking import Looking, look
from curate.jobs.manifest import json_bytes, manifest
from curate.jobs.matches import beside_index, with_index
from curate.jobs.measures import compile_kernels, scan_measures
from curate.jobs.paragraphs import with_repeated_paragraphs
from curate.jobs.plan import ScanPlan
from curate.jobs.progress import Job, Progress
from curate.jobs.rehearse import rehearse
from curate.jobs.run import Run, begin_run, forget_other_files, locked, open_run
from curate.jobs.share import reference_of
from curate.jobs.summarise import measure_diversity, summarise
from curate.jobs.unchanged import Sighting, sight, unchanged
from curate.measuring.measure import Measure
from curate.neardup.clusters import Clusters
from curate.rulebook.read import read_rule_books
from curate.rulebook.rules import RuleBook
from curate.schema import Columns, Quarantined

TASK_MEMORY = 300 << 20  # bytes: a shard of 16 MB, decoded, with its tokens and annotations; room to spare


@dataclass(frozen=True, slots=True)
class _Begun:
    """What is to be measured and by what; `kernels` are being compiled."""

    plan: ScanPlan
    book: RuleBook
    detector: Judge
    measures: tuple[Measure, ...]
    kernels: Beside[None]
    chosen: Chosen
    seen: tuple[Sighting, ...]


@dataclass(frozen=True, slots=True)
class Annotated:
    """A corpus all of whose documents are measured, and where what was found lies."""

    plan: ScanPlan
    run: Run
    tasks: tuple[ShardTask, ...]
    files: tuple[DataFile, ...]
    seen: tuple[Sighting, ...]  # all input files, as they were fingerprinted
    book: RuleBook
    detector: Judge
    quarantined: tuple[Quarantined, ...]
    reused_shards: int


@dataclass(frozen=True, slots=True)
class Grouped(Annotated):
    """Its documents with their near-duplicates: what a mix is chosen from."""

    documents: pa.Table  # one row a document: identity, declared evidence, annotations without signatures
    clusters: Clusters  # over the rows of `documents`
    matches: Matches | None  # of the index, where the plan has one


@dataclass(frozen=True, slots=True)
class Scan(Grouped):
    """All of it summed up."""

    figures: ScanFigures


def scan(plan: ScanPlan, given: Looking | Chosen | None = None) -> Job[Scan]:
    """Scan the corpus; finished shards of an earlier run of the same bytes and measures are reused.

    given: the look at the plan's paths, where that has begun already, or files and rows that take their place. Raises
    DataError when nothing can be read or the input changes meanwhile, UsageError for settings that do not fit the data.
    """
    with ExitStack() as held:
        begun = yield from _begin(plan, given)
        labels = read_labels(plan.labels) if plan.labels else ()
        human = yield from _reference(plan)
        reference = reference_of(human.documents, human.clusters, human.detector) if human else None
        annotated = yield from _annotate(begun, held)
        run, tasks, book, detector = annotated.run, annotated.tasks, annotated.book, annotated.detector
        run.scan.unlink(missing_ok=True)  # until all is done
        diversity = Beside(partial(measure_diversity, tasks, human.tasks if human else ()))
        found = yield from _group(annotated, declares=not isinstance(given, Chosen))
        yield Progress("summing up")
        documents = found.documents
        figures = summarise(
            plan, documents, found.clusters, diversity.result, book, detector, files=len(found.files),
            quarantined=len(found.quarantined), said=said_of_scan(book, documents, tasks), reference=reference,
            labels=labels,
        )  # fmt: skip
        figures = with_index(figures, documents, found.matches)
        write_atomic(run.scan, json_bytes(figures.to_json()))
        return Scan(**_own(found), figures=figures)


def group_holding(plan: ScanPlan, held: ExitStack) -> Job[Grouped]:
    """What a mix needs of a scan, no more; until `held` closes, no other process changes the run. Raises as `scan`."""
    begun = yield from _begin(plan, None)
    if plan.labels:
        read_labels(plan.labels)  # said before anything is measured, if they are none
    annotated = yield from _annotate(begun, held)
    return (yield from _group(annotated, declares=True))


def _begin(plan: ScanPlan, given: Looking | Chosen | None) -> Job[_Begun]:
    check_index(plan)
    yield Progress("looking at the files")
    given = given or look(plan.paths)
    judge = Beside(partial(load_judge, plan.detector))  # unpacked while rules are read
    book = read_rule_books(plan.rules)
    detector = judge.result()
    measures = scan_measures(detector, book, plan.ngram_size, plan.num_perm)
    kernels = Beside(partial(compile_kernels, measures))
    chosen = given if isinstance(given, Chosen) else _found(plan, book, given)
    return _Begun(plan, book, detector, measures, kernels, chosen, sight(chosen.files, chosen.since))


def _annotate(begun: _Begun, held: ExitStack) -> Job[Annotated]:
    """Every shard measured, in a run that is locked until `held` closes."""
    plan, book, detector, files = begun.plan, begun.book, begun.detector, begun.chosen.files
    run = open_run(plan.output, files)
    tasks = _tasks(plan, run, begun.chosen, begun.measures)
    held.enter_context(locked(run))
    begin_run(run, json_bytes(manifest(plan, files, book, detector, begun.measures)))
    yield Progress("compiling kernels (once on this machine; seconds)")
    begun.kernels.result()
    Beside(partial(rehearse, begun.measures, detector.calibration, plan.threshold))  # workers run compiled code
    reused = yield from _annotate_all(tasks, _workers(plan), begun.seen)
    quarantined = _gather_quarantine(run, tasks, list(begun.chosen.unreadable))
    return Annotated(plan, run, tasks, tuple(files), begun.seen, book, detector, quarantined, reused)


def _group(found: Annotated, *, declares: bool) -> Job[Grouped]:
    """`declares`: a label column that is named must say something; a few new rows need not say what others do."""
    yield Progress("comparing near-duplicates")
    plan, tasks = found.plan, found.tasks
    means = means_of(found.run, plan.workers, plan.memory)
    documents, clusters = cluster_documents(found.run, tasks, plan.threshold, means)
    if documents.num_rows == 0:
        hint = f"every row is listed in {found.run.quarantine}"
        raise NothingRead(_nothing_read(found.quarantined), hint=hint, quarantined=found.quarantined)
    if declares:
        check_labels(tasks, documents, plan.columns.label)
    documents = with_repeated_paragraphs(documents, clusters, tasks, means)
    matches = yield from beside_index(plan, found.run, tasks, documents)
    return Grouped(**_own(found), documents=documents, clusters=clusters, matches=matches)


def _own(found: Annotated) -> dict[str, Any]:
    return {each.name: getattr(found, each.name) for each in fields(found)}


def _reference(plan: ScanPlan) -> Job[Scan | None]:
    """The human reference, scanned like any corpus, into a run folder of its own."""
    if not plan.human_reference:
        return None
    yield Progress("reading the human reference")
    own = replace(plan, paths=plan.human_reference, output=None, columns=Columns(text=plan.columns.text))
    return (yield from scan(replace(own, human_reference=(), index=None, labels=None)))


def _workers(plan: ScanPlan) -> int:
    return max(1, min(plan.workers, plan.memory // TASK_MEMORY))


def _found(plan: ScanPlan, book: RuleBook, looking: Looking) -> Chosen:
    """What the paths mean, whole."""
    files, unreadable = looking.files.result()
    try:
        with unchanged(sight(files, looking.since)):
            settled, without_text = settle_files(files, replace(plan.columns, extra=book.columns))
    except NothingRead as error:
        raise NothingRead(error.message, hint=error.hint, quarantined=(*unreadable, *error.quarantined)) from error
    return Chosen(tuple(settled), (*unreadable, *without_text), looking.since)


def _tasks(plan: ScanPlan, run: Run, chosen: Chosen, measures: tuple[Measure, ...]) -> tuple[ShardTask, ...]:
    """One a shard; where there are fewer than workers, each may measure several batches at a time."""
    shards = chosen.shards()
    inside = max(1, _workers(plan) // max(1, len(shards)))
    tasks = tuple(
        ShardTask(run, i, shard, columns, measures, inside, rows) for i, (shard, columns, rows) in enumerate(shards)
    )
    if chosen.store is None:
        return tasks
    stored = StoredRun(run.folder, chosen.store, tuple(map(stored_name, tasks)))
    return tuple(replace(task, run=stored) for task in tasks)


def _annotate_all(tasks: tuple[ShardTask, ...], workers: int, seen: Sequence[Sighting]) -> Job[int]:
    """Annotate every shard; returns how many had been done before."""
    total = sum(sighting.file.text_bytes for sighting in seen)
    fresh: list[ShardTask] = []
    try:
        with unchanged(seen):
            results = local_engine(min(workers, len(tasks))).map(annotate_shard, tasks)
            for number, (task, done) in enumerate(zip(tasks, results, strict=True), start=1):
                if not done.reused:
                    fresh.append(task)
                yield Progress("scanning", total * number // len(tasks), total, "bytes")
    except DataError:
        for task in fresh:  # they may bear the fingerprint of other bytes
            task.run.annotations(task.number).unlink(missing_ok=True)
        raise
    forget_other_files(tasks[0].run, len(tasks))
    return len(tasks) - len(fresh)


def _gather_quarantine(run: Run, tasks: tuple[ShardTask, ...], files: list[Quarantined]) -> tuple[Quarantined, ...]:
    """Every row and file that could not be read, also written to quarantine.jsonl."""
    rows: list[Quarantined] = list(files)
    for task in tasks:
        path = run.quarantined(task.number)
        if path.exists():
            rows += [Quarantined(**json.loads(line)) for line in path.read_bytes().splitlines()]
    lines = "".join(json.dumps(asdict(row), ensure_ascii=False) + "\n" for row in rows)
    write_atomic(run.quarantine, lines.encode())
    return tuple(rows)


def _nothing_read(quarantined: tuple[Quarantined, ...]) -> str:
    if not quarantined:
        return "there is no document in these files"
    reasons = Counter(item.reason for item in quarantined).most_common(3)
    return "no document could be read: " + "; ".join(f"{count} x {reason}" for reason, count in reasons)
