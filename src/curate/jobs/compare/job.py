"""Compare: snapshots of a corpus scanned (or their scans reused), their samples compared, the loss named."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import pyarrow as pa

from curate.corpus.not_read import NotRead, unread
from curate.corpus.owned import is_empty, is_owned, make_owned, refuse_link
from curate.corpus.taken_columns import TakenColumns
from curate.corpus.write import machine_errors, write_atomic, write_table
from curate.diversity.alarm import Alarm, Comparison
from curate.diversity.alarm import compare as compare_snapshots
from curate.diversity.alarm_level import LEVELS
from curate.diversity.culprits import culprits, lost_words
from curate.diversity.match import Snapshot
from curate.diversity.thinned import Thinned, thinned_parts
from curate.errors import UsageError
from curate.jobs.compare.git_revision import folder_of
from curate.jobs.compare.snapshot import Scanned, is_run, plan_of, read_scanned
from curate.jobs.run.folder import Run
from curate.jobs.run.lost_files import refuse
from curate.jobs.run.manifest import json_bytes
from curate.jobs.run.plan import ScanPlan
from curate.jobs.run.progress import Job, Progress
from curate.jobs.scan.job import scan
from curate.settings.compare import PERMUTATIONS

NAMED = 1000  # words in tails.parquet and documents in the JSON: all that a person could look at
DOCUMENTS = 20


@dataclass(frozen=True, slots=True)
class ComparePlan:
    """Snapshots, oldest first, and human ones of other times or topics; `scan` says how they are read."""

    paths: tuple[str, ...]
    scan: ScanPlan
    controls: tuple[str, ...] = ()
    output: Path | None = None
    permutations: int = PERMUTATIONS.value

    def __post_init__(self) -> None:
        """Raises UsageError for what cannot be compared."""
        if len(self.paths) < 2:
            raise UsageError("one snapshot is compared with another", hint="curate compare BEFORE AFTER")
        if not PERMUTATIONS.low <= self.permutations <= PERMUTATIONS.high:
            raise UsageError("--permutations must lie between 99 and 99,999: fewer can prove nothing")


@dataclass(frozen=True, slots=True)
class Culprit:
    """Document that drives the loss; part: its share of the loss that documents drive, 0 to 1."""

    id: str
    path: str
    row: int
    part: float


@dataclass(frozen=True, slots=True)
class Step:
    """Comparison of a snapshot with the first one."""

    name: str
    alarm: Alarm
    culprits: tuple[Culprit, ...]
    lost_words: tuple[tuple[str, str, int], ...]  # language, word, documents of BEFORE
    thinned: tuple[Thinned, ...]

    def to_json(self) -> dict[str, object]:
        """Return plain values for `json.dumps`, the keys of the contract first."""
        found = asdict(self.alarm)
        names = ("level", "p_value", "metrics")
        rest = {key: value for key, value in found.items() if key not in names}
        words = [{"language": lang, "word": word, "documents": n} for lang, word, n in self.lost_words[:DOCUMENTS]]
        more = {"culprits": [asdict(one) for one in self.culprits], "lost_words": words}
        more["thinned"] = [asdict(one) for one in self.thinned]
        return {**{key: found[key] for key in names}, **rest, **more}


@dataclass(frozen=True, slots=True)
class Compared:
    """All steps, the first snapshot's name, and the verdict: the step of the worst level, of these the latest."""

    plan: ComparePlan
    first: str
    steps: tuple[Step, ...]
    layouts: dict[str, tuple[TakenColumns, ...]]  # by snapshot
    not_read: tuple[NotRead, ...]  # files among those of snapshots and controls that nobody reads
    without_effect: tuple[str, ...] = ()  # settings that changed nothing in any snapshot, a sentence each

    @property
    def verdict(self) -> Step:
        """Step that decides the exit code."""
        return max(reversed(self.steps), key=lambda step: LEVELS.index(step.alarm.level))

    def to_json(self) -> dict[str, object]:
        """The verdict's step; with more than two snapshots also `series`, every step by its snapshot."""
        found = self.verdict.to_json()
        if len(self.steps) > 1:
            found["series"] = [{"snapshot": step.name, **step.to_json()} for step in self.steps]
        found["columns"] = [[asdict(one) for one in layouts] for layouts in self.layouts.values()]
        found["unread"] = asdict(unread(self.not_read))
        return found


def compare(plan: ComparePlan) -> Job[Compared]:
    """Scan what has not been scanned, compare every snapshot with the first, write `output` if there is one."""
    if plan.output is not None:
        _check_output(plan.output)
    if not all(map(is_run, (*plan.paths, *plan.controls))):
        plan = replace(plan, scan=plan.scan.with_book())
    missed: list[NotRead] = []
    idle: list[frozenset[str]] = []
    first = yield from _read(plan, plan.paths[0], missed, idle)
    controls: tuple[Snapshot, ...] = ()
    for path in plan.controls:
        control = yield from _read(plan, path, missed, idle)
        controls = (*controls, control.snapshot)
    steps, tables, layouts = [], [], {first.name: first.layouts}
    for path in plan.paths[1:]:
        after = yield from _read(plan, path, missed, idle)
        yield Progress(f"comparing with {Path(path).name}")
        found = compare_snapshots(
            first.snapshot, after.snapshot, controls, permutations=plan.permutations, seed=plan.scan.seed
        )
        step = _step(first, after, found)
        layouts[after.name] = after.layouts
        steps.append(step)
        tables.append(_tails(step))
    result = Compared(plan, first.name, tuple(steps), layouts, tuple(missed), _idle(idle))
    if plan.output is not None:
        _check_output(plan.output)
        make_owned(plan.output)
        write_atomic(plan.output / "compare.json", json_bytes(result.to_json()))
        write_table(plan.output / "tails.parquet", pa.concat_tables(tables))
    return result


def _check_output(folder: Path) -> None:
    """Raises UsageError for a link, and for a folder with files that no comparison on this machine wrote."""
    refuse_link(folder)
    with machine_errors(folder):
        if not os.path.lexists(folder) or is_owned(folder):
            return
        if not folder.is_dir() or not is_empty(folder):
            raise UsageError(
                "holds files that are not a comparison made on this machine, and nothing of yours is overwritten",
                where=str(folder), hint="-o NEW",
            )  # fmt: skip


def _idle(scans: Sequence[frozenset[str]]) -> tuple[str, ...]:
    """Settings that a comparison reads and that did nothing in any scan."""
    told = frozenset.intersection(*scans) if scans else frozenset()
    return tuple(sorted(one for one in told if one.startswith(("--role", "--source-column"))))


def _read(plan: ComparePlan, path: str, missed: list[NotRead], idle: list[frozenset[str]]) -> Job[Scanned]:
    """Read a snapshot; add unread files to `missed` and settings without effect to `idle`. Raises DataError.

    A run folder's own scan has named them.
    """
    run = Run(Path(path))
    if not is_run(path):
        found = yield from scan(plan_of(plan.scan, folder_of(path)))
        missed += found.not_read
        idle.append(frozenset(found.figures.without_effect))
        run = found.run
    read = read_scanned(run, path)
    refuse(read.mostly_quarantined, path)
    return read


def _step(before: Scanned, after: Scanned, found: Comparison) -> Step:
    pushing = culprits(found, DOCUMENTS)
    places = after.places.take(pa.array([row for row, _ in pushing], pa.int64())).to_pylist()
    named = [Culprit(p["id"], p["path"], p["row"], part) for p, (_, part) in zip(places, pushing, strict=True)]
    sides = {"language": (before.by_language, after.by_language)}
    if before.by_source is not None and after.by_source is not None:
        sides["source"] = before.by_source, after.by_source
    thinned = thinned_parts(sides)
    thinned.sort(key=lambda one: (one.after - one.before, one.name))  # a report shows the first, of whatever kind
    return Step(after.name, found.alarm, tuple(named), tuple(lost_words(found, NAMED)), tuple(thinned))


def _tails(step: Step) -> pa.Table:
    """tails.parquet: everything lost by name."""
    words = [(step.name, "word", word, language, float(n), 0.0) for language, word, n in step.lost_words]
    parts = [(step.name, one.kind, one.name, "", one.before, one.after) for one in step.thinned]
    names = ("snapshot", "kind", "name", "language", "before", "after")
    types = (pa.string(), pa.string(), pa.string(), pa.string(), pa.float64(), pa.float64())
    rows = [*parts, *words]
    columns = [pa.array([row[i] for row in rows], kind) for i, kind in enumerate(types)]
    return pa.Table.from_arrays(columns, names=list(names))
