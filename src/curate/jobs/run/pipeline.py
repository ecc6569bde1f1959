"""Find the files of a corpus and annotate every shard once."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial
from typing import NamedTuple

from curate.corpus.taken_columns import TakenColumns, grouped_columns
from curate.detect.judge import Judge, load_judge
from curate.engines.local import local_engine
from curate.engines.room import Room
from curate.errors import DataError
from curate.jobs.run.annotate import ShardTask, annotate_shard
from curate.jobs.run.background import Beside
from curate.jobs.run.discovery import Looking, look, looked
from curate.jobs.run.document_room import DocumentRoom
from curate.jobs.run.folder import Run, begin_run, forget_other_files, locked, open_run
from curate.jobs.run.index import check_index
from curate.jobs.run.input_guard import Sighting, sight, unchanged
from curate.jobs.run.manifest import json_bytes, manifest
from curate.jobs.run.measures import compile_kernels, compiling, scan_measures
from curate.jobs.run.plan import ScanPlan
from curate.jobs.run.prefetch import Ahead
from curate.jobs.run.progress import Job, Progress
from curate.jobs.run.quarantine import gather_quarantine, listed_in_all
from curate.jobs.run.selection import Chosen, StoredRun, stored_name
from curate.jobs.run.warm_up import rehearse
from curate.measuring.judged import Judged
from curate.measuring.measure import Measure, stamp
from curate.rulebook.rules import RuleBook
from curate.schema import Columns, Quarantined

TASK_MEMORY = 300 << 20  # bytes: a shard of 16 MB, decoded, with its tokens and annotations; room to spare


@dataclass(frozen=True, slots=True)
class Begun:
    """Input and measures of a run that has begun; `kernels` are being compiled."""

    plan: ScanPlan
    book: RuleBook
    detector: Judge
    measures: tuple[Measure, ...]
    kernels: Beside[None]
    chosen: Chosen
    seen: tuple[Sighting, ...]
    ahead: Ahead


class Annotated(NamedTuple):
    """Where the annotations of a run lie, the columns they are of, and remarks on rows."""

    run: Run
    tasks: tuple[ShardTask, ...]
    layouts: tuple[TakenColumns, ...]
    quarantined: Sequence[Quarantined]
    mended: Sequence[Quarantined]


def begin(plan: ScanPlan, given: Looking | Chosen | None) -> Job[Begun]:
    """Look at the files, load what measures them; kernels compile meanwhile. Raises as `scan`."""
    check_index(plan)
    yield Progress("looking at the files")
    judge = Beside(partial(load_judge, plan.detector))  # unpacked while rules are read
    looking = looked(plan, given) if isinstance(given, Chosen) else given or look(plan)
    detector = judge.result()
    measures = scan_measures(detector, looking.book, plan.ngram_size, plan.num_perm)
    kernels = Beside(partial(compile_kernels, measures))
    chosen = looking.chosen.result()
    seen = sight(chosen.files, chosen.since)
    return Begun(plan, looking.book, detector, measures, kernels, chosen, seen, looking.ahead)


def annotate_all(begun: Begun, held: ExitStack) -> Job[Annotated]:
    """Every shard measured, in a run that is locked until `held` closes."""
    plan, book, detector, files = begun.plan, begun.book, begun.detector, begun.chosen.files
    run = open_run(plan.output, files)
    tasks = _tasks(begun, run)
    held.enter_context(locked(run))
    layouts = grouped_columns(begun.chosen.taken, plan.origins)
    begin_run(run, json_bytes(manifest(plan, files, book, detector, stamp(begun.measures), layouts)))
    if told := compiling():
        yield Progress(told)
    begun.kernels.result()
    Beside(partial(rehearse, begun.measures, detector.calibration, plan.threshold))  # workers run compiled code
    yield from _annotate_shards(tasks, _workers(plan), begun.seen)
    parts = [run.quarantined(task.number) for task in tasks]
    listed = listed_in_all(file.text_bytes for file in files)
    quarantined, mended = gather_quarantine(run.quarantine, begun.chosen.unreadable, parts, listed)
    return Annotated(run, tasks, layouts, quarantined, mended)


def _workers(plan: ScanPlan) -> int:
    return max(1, min(plan.workers, plan.memory // TASK_MEMORY))


def _measures(begun: Begun, columns: Columns) -> tuple[Measure, ...]:
    return (*begun.measures, Judged()) if columns.judged else begun.measures


def _tasks(begun: Begun, run: Run) -> tuple[ShardTask, ...]:
    """One a shard; where there are fewer than workers, each may measure several batches at a time."""
    chosen = begun.chosen
    shards = chosen.shards()
    inside = max(1, _workers(begun.plan) // max(1, len(shards)))
    room, reading, total = Room(begun.plan.memory), Room(begun.plan.memory), DocumentRoom()
    tasks = tuple(
        ShardTask(run, i, shard, columns, _measures(begun, columns), inside, rows, room, reading, begun.ahead, total)
        for i, (shard, columns, rows) in enumerate(shards)
    )
    if chosen.store is None:
        return tasks
    stored = StoredRun(run.folder, chosen.store, tuple(map(stored_name, tasks)))
    return tuple(replace(task, run=stored) for task in tasks)


def _annotate_shards(tasks: tuple[ShardTask, ...], workers: int, seen: Sequence[Sighting]) -> Job[None]:
    """Annotate every shard that is not done already."""
    total = sum(sighting.file.text_bytes for sighting in seen)
    fresh: list[ShardTask] = []
    damaged = 0
    try:
        with unchanged(seen):
            results = local_engine(min(workers, len(tasks))).map(annotate_shard, tasks)
            for number, (task, done) in enumerate(zip(tasks, results, strict=True), start=1):
                if not done.reused:
                    fresh.append(task)
                damaged += done.damaged
                yield Progress("scanning", total * number // len(tasks), total, "bytes")
        tasks[0].total.check()
    except DataError:
        for task in fresh:  # they may bear the fingerprint of other bytes
            task.run.seal(task.number).unlink(missing_ok=True)
        raise
    if damaged:
        where = tasks[0].run.folder
        yield Progress("scanning", remark=f"{where}: {damaged} of {len(tasks)} kept parts were damaged: measured anew")
    forget_other_files(tasks[0].run, len(tasks))
