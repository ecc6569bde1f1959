"""What was there before a change: scanned once, kept in a cache with an index of its texts, and read back at once.

The cache holds shards/ (annotations, by content), segments/ (of the index, by content) and runs/KEY/ (what was found of
one state of the baseline). A state counts as there when its base.json is, which is written last; everything before it
is whole or not there, so that a killed process leaves work that the next one uses.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from curate.corpus.columns import settle_files
from curate.corpus.files import NothingRead, look_into
from curate.corpus.paths import Found
from curate.corpus.write import machine_errors, write_atomic
from curate.detect.judge import load_judge
from curate.diversity.sample import Sample
from curate.errors import DataError, MachineError, UsageError
from curate.jobs.annotate import ShardTask
from curate.jobs.base_index import BaseSegment, build_segments, open_segments, stretches
from curate.jobs.chosen import Chosen, stored_name
from curate.jobs.load import load_columns
from curate.jobs.manifest import json_bytes, versions
from curate.jobs.measures import scan_measures
from curate.jobs.plan import ScanPlan
from curate.jobs.progress import Job, Progress
from curate.jobs.scan import Scan, scan
from curate.jobs.summarise import merged_sample
from curate.jobs.waiting import wait_for
from curate.measuring.measure import stamp
from curate.neardup.bands import choose_bands
from curate.rulebook.read import read_rule_books
from curate.schema import Columns, Quarantined

VERSION = 1
STATE = "base.json"
DOCUMENTS = "documents.feather"
SAMPLE = "sample.parquet"
KEPT = 2  # states: the baseline of today's pull requests and that of yesterday's
CACHE = ".curate/baseline"
SCRATCH = "tmp-"
LEFTOVER = 86_400  # seconds after which a scratch folder is nobody's any more


@dataclass(frozen=True, slots=True, eq=False)
class Base:
    """A scanned baseline of n documents.

    figures: its scan.json. documents: as of a `Scan`, with minhash_count and whether a column gave id and source. twin
    int64[n], edges int64[m, 2], crowded: as of its `Clusters`. files: by name, the first of its documents and the one
    after the last. samples: of its shards.
    """

    folder: Path
    figures: Mapping[str, Any]
    documents: pa.Table
    twin: NDArray[np.int64]
    edges: NDArray[np.int64]
    crowded: bool
    files: Mapping[str, tuple[int, int]]
    samples: tuple[Path, ...]
    segments: tuple[BaseSegment, ...]

    def rows_of(self, places: Mapping[str, NDArray[np.int64]]) -> NDArray[np.bool_]:
        """Which documents stand at these rows of these files, bool[n]."""
        chosen = np.zeros(self.documents.num_rows, np.bool_)
        for name, rows in places.items():
            start, stop = self.files.get(name, (0, 0))
            here = self.documents.column("row").slice(start, stop - start).to_numpy()
            chosen[start:stop] = np.isin(here, rows)
        return chosen

    def sample(self) -> Sample:
        """The diversity sample of everything."""
        return Sample.from_table(pq.read_table(self.folder / SAMPLE))


@dataclass(frozen=True, slots=True)
class Earlier:
    """The files of a baseline: each with what identifies its content, and those whose content is not there."""

    files: tuple[tuple[Found, str], ...]
    missing: tuple[Quarantined, ...] = ()


def read_base(plan: ScanPlan, earlier: Earlier, cache: Path) -> Job[Base | None]:
    """The baseline from the cache, or scanned into it; None where it holds no document. Raises MachineError."""
    folder = cache / "runs" / _key(plan, earlier)
    with ExitStack() as held:
        yield from wait_for(cache / ".lock", "the baseline", held)
        with machine_errors(cache):
            (cache / ".gitignore").write_text("*\n")
        found = _load(folder, cache)
        for again in (False, True):
            if found is not None:
                break
            if again or (folder / STATE).exists():  # damaged: by what, nobody knows
                shutil.rmtree(folder, ignore_errors=True)
                shutil.rmtree(cache / "segments", ignore_errors=True)
            yield Progress("reading the baseline (once: it is kept)")
            try:
                yield from _build(plan, earlier, folder, cache)
            except NothingRead:
                return None
            found = _load(folder, cache)
            _forget(cache, folder)
        if found is None:
            raise MachineError("what was written cannot be read back", where=str(folder), hint="--cache-dir NEW")
        (folder / STATE).touch()
    return found


def _key(plan: ScanPlan, earlier: Earlier) -> str:
    """Of everything on which a state depends; nothing is read of the files for it."""
    book = read_rule_books(plan.rules)
    detector = load_judge(plan.detector)
    measures = stamp(scan_measures(detector, book, plan.ngram_size, plan.num_perm))
    settings = [VERSION, plan.threshold, plan.confidence, repr(plan.columns), measures, book.fingerprint, versions()]
    files = [[found.name, content] for found, content in earlier.files]
    said = json.dumps([settings, detector.fingerprint, files, [one.path for one in earlier.missing]])
    return hashlib.blake2b(said.encode(errors="surrogateescape"), digest_size=16).hexdigest()


def _build(plan: ScanPlan, earlier: Earlier, folder: Path, cache: Path) -> Job[None]:
    chosen = _chosen(plan, earlier, cache / "shards")
    if not chosen.settled:
        raise NothingRead("there is nothing to compare with")
    (cache / "shards").mkdir(exist_ok=True)
    alone = replace(plan, output=folder, human_reference=(), labels=None, index=None)
    found = yield from scan(alone, chosen)
    cut = choose_bands(plan.threshold, plan.num_perm)
    segments = yield from build_segments(found.tasks, found.documents, cut, cache / "segments", plan.workers)
    yield Progress("keeping the baseline")
    _save(found, segments, folder)


def _chosen(plan: ScanPlan, earlier: Earlier, store: Path) -> Chosen:
    """All of the baseline; a column that only the change brings is none of it."""
    since = time.time_ns()
    files, bad = look_into([found for found, _ in earlier.files])
    wanted = replace(plan.columns, extra=read_rule_books(plan.rules).columns)
    if not files:
        return Chosen((), (*earlier.missing, *bad), since, store=store)
    try:
        settled, without = settle_files(files, wanted)
    except UsageError:
        settled, without = settle_files(files, Columns(text=wanted.text, extra=wanted.extra))
    return Chosen(tuple(settled), (*earlier.missing, *bad, *without), since, store=store)


def _save(found: Scan, segments: Sequence[str], folder: Path) -> None:
    tasks = found.tasks
    documents = found.documents.append_column("minhash_count", load_columns(tasks, ("minhash_count",)).column(0))
    for role in ("id", "source"):
        given = np.repeat([bool(getattr(task.columns, role)) for task in tasks], [task.documents() for task in tasks])
        documents = documents.append_column(f"has_{role}", pa.array(given))
    with machine_errors(folder):
        with pa.ipc.new_file(str(folder / DOCUMENTS), documents.schema) as writer:
            writer.write_table(documents, max_chunksize=1 << 20)
        np.save(folder / "twin.npy", found.clusters.twin)
        np.save(folder / "edges.npy", found.clusters.edges)
        pq.write_table(merged_sample(tasks).to_table(), folder / SAMPLE, compression="zstd")
    state = {
        "version": VERSION,
        "crowded": found.clusters.crowded,
        "files": _files(tasks),
        "shards": [stored_name(task) for task in tasks],
        "segments": list(segments),
        "stretches": stretches(tasks),
    }
    write_atomic(folder / STATE, json_bytes(state))


def _files(tasks: Sequence[ShardTask]) -> dict[str, tuple[int, int]]:
    """A file's shards follow each other."""
    places: dict[str, tuple[int, int]] = {}
    before = 0
    for task in tasks:
        after = before + task.documents()
        places[task.shard.name] = (places.get(task.shard.name, (before, before))[0], after)
        before = after
    return places


def _load(folder: Path, cache: Path) -> Base | None:
    """None where it is not whole: it is made anew."""
    try:
        state = json.loads((folder / STATE).read_bytes())
        pq.read_metadata(folder / SAMPLE)
        return Base(
            folder=folder,
            figures=json.loads((folder / "scan.json").read_bytes()),
            documents=pa.ipc.open_file(pa.memory_map(str(folder / DOCUMENTS))).read_all(),
            twin=np.load(folder / "twin.npy"),
            edges=np.load(folder / "edges.npy"),
            crowded=state["crowded"],
            files={name: (start, stop) for name, (start, stop) in state["files"].items()},
            samples=tuple(cache / "shards" / f"{shard}.sample.parquet" for shard in state["shards"]),
            segments=tuple(open_segments(cache / "segments", state["segments"], state["stretches"])),
        )
    except (OSError, ValueError, KeyError, TypeError, pa.ArrowException, DataError):
        return None


def _forget(cache: Path, newest: Path) -> None:
    """States that no check has used for longest, what only they needed, and scratch folders of killed processes."""
    states = sorted((cache / "runs").glob(f"*/{STATE}"), key=lambda path: path.stat().st_mtime, reverse=True)
    kept = [newest / STATE, *(path for path in states if path.parent != newest)][:KEPT]
    for folder in (cache / "runs").iterdir():
        if folder / STATE not in kept:
            shutil.rmtree(folder, ignore_errors=True)
    read = [json.loads(path.read_bytes()) for path in kept]
    shards = {shard for state in read for shard in state["shards"]}
    segments = {name for state in read for name in state["segments"]}
    for path in (cache / "shards").iterdir():
        if path.name.split(".")[0] not in shards:
            path.unlink(missing_ok=True)
    for path in (cache / "segments").iterdir():
        if path.name not in segments:
            shutil.rmtree(path, ignore_errors=True)
    for path in cache.glob(f"{SCRATCH}*"):
        if path.stat().st_mtime < time.time() - LEFTOVER:
            shutil.rmtree(path, ignore_errors=True)
