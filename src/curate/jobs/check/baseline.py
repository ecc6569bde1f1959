"""Baseline of a check: scanned once, cached with an index of its texts, and read back at once.

The cache holds shards/ (annotations, by content), segments/ (of the index, by content) and runs/KEY/ (what was found of
one state of the baseline). A state counts as there when its base.json is, which is written last; everything before it
is whole or not there, so that a killed process leaves work that the next one uses.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import time
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from curate.corpus.column_paths import alternatives
from curate.corpus.columns import settle_files
from curate.corpus.files import DataFile, NothingRead, look_into
from curate.corpus.owned import (
    ignore_in_git,
    is_empty,
    is_owned,
    make_owned,
    refuse_link,
    refuse_links,
)
from curate.corpus.paths import Found
from curate.corpus.write import machine_errors
from curate.detect.judge import load_judge
from curate.errors import MachineError, UsageError
from curate.jobs.check.baseline_index import build_segments
from curate.jobs.check.baseline_state import STATE, VERSION, Base, load_base, parts_of, save_base
from curate.jobs.check.split_columns import split_columns, that_reads
from curate.jobs.run.locks import wait_for
from curate.jobs.run.manifest import versions
from curate.jobs.run.measures import scan_measures
from curate.jobs.run.plan import ScanPlan
from curate.jobs.run.progress import Job, Progress
from curate.jobs.run.selection import Chosen
from curate.jobs.scan.job import scan
from curate.kernels.user_cache import cache_folder
from curate.measuring.measure import stamp
from curate.neardup.bands import choose_bands
from curate.schema import Columns, Quarantined

KEPT = 2  # states: the baseline of today's pull requests and that of yesterday's


@dataclass(frozen=True, slots=True)
class Earlier:
    """The files of a baseline: each with what identifies its content, and those whose content is not there."""

    files: tuple[tuple[Found, str], ...]
    missing: tuple[Quarantined, ...] = ()


def open_cache(named: Path | None, about: Path) -> Path:
    """The folder for what is found of baselines: the one named, or that of a folder `about` in the user's cache.

    It never lies where a change could put files. Raises UsageError for a named folder that curate did not make.
    """
    digest = hashlib.blake2b(os.fsencode(about.resolve()), digest_size=8).hexdigest()
    cache = named or cache_folder() / "baselines" / digest
    refuse_link(cache)
    with machine_errors(cache):
        if named and os.path.lexists(cache) and not (is_owned(cache) or (cache.is_dir() and is_empty(cache))):
            raise UsageError(
                "holds files that curate did not put there on this machine", where=str(cache), hint="--cache-dir NEW"
            )
        make_owned(cache)
        refuse_links(cache)
        ignore_in_git(cache)
    return cache


def read_base(plan: ScanPlan, earlier: Earlier, cache: Path) -> Job[Base | None]:
    """The baseline from the cache, or scanned into it; None where it holds no document. Raises MachineError."""
    folder = cache / "runs" / _key(plan, earlier)
    with ExitStack() as held:
        yield from wait_for(cache / ".lock", "the baseline", held)
        found = load_base(folder, cache)
        for again in (False, True):
            if found is not None:
                break
            if (folder / STATE).exists():
                told = f"{cache}: what is kept of the baseline was damaged: it is made anew"
                yield Progress("reading the baseline", remark=told)
            if again or (folder / STATE).exists() or not is_owned(folder):  # damaged, or carried from elsewhere
                shutil.rmtree(folder, ignore_errors=True)
                shutil.rmtree(cache / "segments", ignore_errors=True)
            yield Progress("reading the baseline (once: it is kept)")
            try:
                yield from _build(plan, earlier, folder, cache)
            except NothingRead:
                return None
            found = load_base(folder, cache)
            _forget(cache, folder)
        if found is None:
            raise MachineError("what was written cannot be read back", where=str(folder), hint="--cache-dir NEW")
        (folder / STATE).touch()
    return found


def _key(plan: ScanPlan, earlier: Earlier) -> str:
    """Of everything on which a state depends; nothing is read of the files for it."""
    book = plan.rule_book()
    detector = load_judge(plan.detector)
    measures = stamp(scan_measures(detector, book, plan.ngram_size, plan.num_perm))
    columns = [repr(plan.columns), plan.label_map]
    settings = [VERSION, plan.threshold, plan.confidence, *columns, measures, book.fingerprint, versions()]
    files = [[found.name, content] for found, content in earlier.files]
    said = json.dumps([settings, detector.fingerprint, files, [one.path for one in earlier.missing]])
    return hashlib.blake2b(said.encode(errors="surrogateescape"), digest_size=16).hexdigest()


def _build(plan: ScanPlan, earlier: Earlier, folder: Path, cache: Path) -> Job[None]:
    chosen = _chosen(plan, earlier, cache / "shards")
    if not chosen.settled:
        raise NothingRead("there is nothing to compare with")
    (cache / "shards").mkdir(exist_ok=True)
    alone = replace(plan, output=folder, human_reference=(), labels=None, index=None, trusted=None)
    found = yield from scan(alone, chosen)
    cut = choose_bands(plan.threshold, plan.num_perm)
    segments = yield from build_segments(found.tasks, found.documents, cut, cache / "segments", plan.workers)
    yield Progress("keeping the baseline")
    save_base(found, segments, split_columns(chosen.taken), folder)


def _chosen(plan: ScanPlan, earlier: Earlier, store: Path) -> Chosen:
    """All of the baseline; a column that only the change brings is none of it."""
    since = time.time_ns()
    files, bad = look_into([found for found, _ in earlier.files])
    wanted = replace(plan.columns, extra=plan.rule_book().columns)
    if not files:
        return Chosen((), (*earlier.missing, *bad), since, store=store)
    try:
        found = settle_files(files, wanted)
    except UsageError:
        text = _there(files, wanted)
        found = settle_files(files, replace(wanted, text=text, id="", source="", label="", date=""))
    chosen = Chosen(found.settled, (*earlier.missing, *bad, *found.without), since, store=store, taken=found.taken)
    return that_reads(chosen, split_columns(found.taken))


def _forget(cache: Path, newest: Path) -> None:
    """States that no check has used for longest, and what only they needed."""
    states = sorted((cache / "runs").glob(f"*/{STATE}"), key=lambda path: path.stat().st_mtime, reverse=True)
    kept = [newest / STATE, *(path for path in states if path.parent != newest)][:KEPT]
    read = {path.parent: told for path in kept if (told := parts_of(path.parent)) is not None}
    for folder in (cache / "runs").iterdir():
        if folder not in read:
            shutil.rmtree(folder, ignore_errors=True)
    shards = {shard for told, _ in read.values() for shard in told}
    segments = {name for _, told in read.values() for name in told}
    for path in (cache / "shards").iterdir():
        if path.name.split(".")[0] not in shards:
            path.unlink(missing_ok=True)
    for path in (cache / "segments").iterdir():
        if path.name not in segments:
            shutil.rmtree(path, ignore_errors=True)


def _there(files: Sequence[DataFile], wanted: Columns) -> str:
    """Of the alternatives of the text those that the files have; as it was named where they have none."""
    found = []
    for one in alternatives(wanted.text, ()):
        with suppress(UsageError):
            settle_files(files, Columns(text=one, longest=wanted.longest, txt=wanted.txt))
            found.append(one)
    return "|".join(found) or wanted.text
