"""Change under review: its new rows, scanned and matched with the baseline, and the files it touches."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from curate.corpus.files import NothingRead, find_files
from curate.corpus.git import Repository, Revision, compared_with, find_repository
from curate.corpus.held_folders import scratch_folder
from curate.corpus.not_read import NotRead
from curate.corpus.paths import Found, find_paths
from curate.corpus.remote.hub_paths import parse_hub
from curate.corpus.walk import Walk
from curate.diversity.sample import Sample, empty_sample
from curate.errors import DataError
from curate.jobs.check.baseline import Earlier, open_cache, read_base
from curate.jobs.check.baseline_copies import beside_base, find_pairs
from curate.jobs.check.baseline_place import check_single, is_path
from curate.jobs.check.baseline_state import Base
from curate.jobs.check.file_notes import changed_files, remarks_of, row_counts
from curate.jobs.check.hub_revision import hub_since, same_data_set
from curate.jobs.check.merged_clusters import merged_diversity_sample
from curate.jobs.check.merged_figures import merged_figures
from curate.jobs.check.moved_rows import Copied, Move, copied_rows
from curate.jobs.check.removed_text import Losses, losses_of
from curate.jobs.check.revision import Since, changed_since
from curate.jobs.check.split_columns import that_reads
from curate.jobs.check.spot import Spot, lined
from curate.jobs.check.unjudged_columns import Unjudged, unjudged_of
from curate.jobs.run.discovery import choose
from curate.jobs.run.plan import ScanPlan
from curate.jobs.run.progress import Job, Progress
from curate.jobs.run.selection import Chosen
from curate.jobs.scan.corpus import Corpus
from curate.jobs.scan.job import scan
from curate.neardup.copies import join_pairs
from curate.report.verdict import ChangedFile
from curate.schema import Quarantined

SCRATCH = "tmp-"  # begins names of folders in the cache
ADDED = "These files are added to the baseline, so nothing of it counts as removed."


@dataclass(frozen=True, slots=True, eq=False)
class Change:
    """The rows that are new, and what was there.

    scan: None where no new row can be read; unreadable: what cannot, by the scan's names. before, whole: figures as in
    `scan --json` of the baseline and of everything after merging, None without a baseline. paths: of the scan's files,
    by the names it gives them. base: what was there, whole_sample: of everything after merging. note: a sentence on
    what it was compared with, "" for none. losses: None where nothing can be removed. unread: files that look like data
    and nobody reads; others: paths of changed files that are no data. unjudged: new prose beside the text.
    moved: rows that changed their file. copied: new rows that repeat held-out ones.
    """

    scan: Corpus | None
    unreadable: Sequence[Quarantined]
    files: tuple[ChangedFile, ...]
    before: Mapping[str, Any] | None = None
    whole: Mapping[str, Any] | None = None
    paths: Mapping[str, str] = field(default_factory=dict)
    base: Base | None = None
    whole_sample: Sample | None = None
    note: str = ""
    losses: Losses | None = None
    unread: tuple[NotRead, ...] = ()
    others: tuple[str, ...] = ()
    unjudged: tuple[Unjudged, ...] = ()
    moved: tuple[Move, ...] = ()
    copied: Copied = field(default_factory=Copied)

    def spot(self, name: str, row: int | None) -> Spot:
        """Where a row of the scan stands for the user."""
        path = self.paths.get(name, name)
        return Spot(path, row, row + 1 if row is not None and lined(path) else None)


def read_change(plan: ScanPlan, baseline: str, cache: Path | None, held: ExitStack) -> Job[Change]:
    """The change that the paths of the plan are, against a baseline ("" for none).

    A path is what was there besides, files of the change left out; a revision of git is what was there instead, and
    rows are new that it did not have. cache: where what was found of the baseline is kept. Until `held` closes the scan
    of the change lies on disk.
    """
    if not baseline:
        return (yield from _added(plan, None))
    if same_data_set(baseline, plan.paths):
        return (yield from _since_on_hub(plan, baseline, cache, held))
    check_single(baseline)
    repository = None if is_path(baseline) else find_repository(Path.cwd())
    if repository is not None:
        place = open_cache(cache, repository.root)
        return (yield from _since(plan, repository, compared_with(repository, baseline), place, held))
    if not is_path(baseline):
        raise DataError(
            "no such file or folder, and no git repository to have such a revision", where=baseline,
            hint="--baseline names what was there before",
        )  # fmt: skip
    files, bad = find_files([baseline], follow_links=plan.follow_links)
    new = {os.path.realpath(found.path) for found in find_paths(plan.paths, Walk(plan.follow_links))}
    there = [file for file in files if os.path.realpath(file.path) not in new]
    if not there:
        raise DataError("holds nothing but the change", where=baseline, hint="--baseline names what was there before")
    earlier = Earlier(tuple((Found(f.path, "", f.name), f.fingerprint) for f in there), tuple(bad))
    base = yield from read_base(replace(plan, paths=(baseline,)), earlier, open_cache(cache, Path(baseline)))
    return replace((yield from _added(plan, base)), note=ADDED)


def _added(plan: ScanPlan, base: Base | None) -> Job[Change]:
    """All that the paths hold, as new rows."""
    walk = Walk(plan.follow_links)
    paths = {found.name: found.path for found in find_paths(plan.paths, walk)}
    found, quarantined = yield from _scanned(plan, None, base)
    files = changed_files(paths, row_counts(found), quarantined, remarks_of(found))
    others = tuple(one.path for one in walk.not_read if one.cause in ("mix", "copy"))
    unread = tuple(one for one in walk.not_read if one.cause not in ("mix", "copy"))
    settled = {task.shard.name: task.columns for task in found.tasks} if found else {}
    unjudged = unjudged_of([], [(file, settled[file.name]) for file in found.files] if found else [])
    change = Change(found, quarantined, files, paths=paths, unread=unread, others=others, unjudged=unjudged)
    return (yield from _merged(plan, base, None, change))


def _since(plan: ScanPlan, repository: Repository, revision: Revision, cache: Path, held: ExitStack) -> Job[Change]:
    """Rows under the paths that are new since a revision."""
    yield Progress(f"comparing with {revision.name}")
    scratch = held.enter_context(scratch_folder(cache, SCRATCH))
    wanted = replace(plan.columns, extra=plan.rule_book().columns)
    since = changed_since(repository, revision, plan.paths, wanted, scratch, plan.workers)
    return (yield from _changed(plan, since, cache, scratch))


def _since_on_hub(plan: ScanPlan, baseline: str, cache: Path | None, held: ExitStack) -> Job[Change]:
    """The same of two revisions of a data set on the Hub."""
    yield Progress(f"comparing with {baseline}")
    place = open_cache(cache, Path("/hub", parse_hub(baseline).repository))
    scratch = held.enter_context(scratch_folder(place, SCRATCH))
    since = hub_since(baseline, plan.paths[0], replace(plan.columns, extra=plan.rule_book().columns), plan.workers)
    return (yield from _changed(plan, since, place, scratch))


def _changed(plan: ScanPlan, since: Since, cache: Path, scratch: Path) -> Job[Change]:
    """The new rows of changed files beside what was there."""
    base = yield from read_base(plan, Earlier(since.before, since.missing), cache)
    found, quarantined = yield from _scanned(replace(plan, output=scratch / "change"), since.chosen, base)
    rows, remarks = row_counts(found), remarks_of(found)
    files = tuple(
        replace(file, rows=rows.get(file.path, 0), note=file.note or remarks.get(file.path, "")) for file in since.files
    )
    note = since.revision.note
    change = Change(found, quarantined, files, note=note, unread=since.missed, others=since.others)
    change = replace(change, unjudged=since.unjudged, moved=since.moved)
    return (yield from _merged(plan, base, since, change))


def _scanned(
    plan: ScanPlan, chosen: Chosen | None, base: Base | None
) -> Job[tuple[Corpus | None, Sequence[Quarantined]]]:
    """The scan, None where no row can be read or there is none to read; and what cannot be read."""
    if chosen is not None and not chosen.shards():
        return None, chosen.unreadable
    try:
        if base is not None and base.splits:
            chosen = that_reads(chosen or choose(plan, plan.rule_book(), time.time_ns()), base.splits)
        found = yield from scan(plan, chosen)
    except NothingRead as error:
        return None, error.quarantined
    return found, found.quarantined


def _merged(plan: ScanPlan, base: Base | None, since: Since | None, change: Change) -> Job[Change]:
    """The change beside the baseline, and what merging makes of it."""
    found = change.scan
    if base is None:
        return replace(change, whole=found.figures.to_json() if found and since else None)
    gone = base.rows_of(since.gone if since else {})
    pairs, replaced, copied = None, None, Copied()
    if found is not None:
        pairs, replaced = yield from find_pairs(base, gone, found)
        copied = copied_rows(found, base, join_pairs([pairs, replaced]))
        found = beside_base(base, gone, found, pairs)
    yield Progress("summing up what merging makes of it")
    less = (since.gone_files, since.gone_bad) if since else (0, 0)
    more = (len(since.chosen.files) if since else len(found.files) if found else 0, len(change.unreadable))
    files, quarantined = (
        base.figures[key] - minus + plus for key, minus, plus in zip(("files", "quarantined"), less, more, strict=True)
    )
    losses = None
    if since is not None:
        losing = tuple(file.path for file in since.files if file.removed)
        losses = losses_of(base, gone, found, replaced, plan.rule_book(), losing, since.unread)
    sample = merged_diversity_sample(base, gone, found.sample if found else empty_sample())
    whole = merged_figures(plan, base, gone, found, pairs, sample, files=files, quarantined=quarantined)
    change = replace(change, scan=found, before=base.figures, whole=whole, base=base, losses=losses)
    return replace(change, whole_sample=sample, copied=copied)
