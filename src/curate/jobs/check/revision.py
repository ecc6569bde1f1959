"""Changes of the working tree since a revision: files, their new rows, and their removed rows."""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from curate.corpus.blobs import place_blobs
from curate.corpus.columns import NOTHING_SETTLED, settle_files
from curate.corpus.files import DataFile, NothingRead, look_into
from curate.corpus.git import Repository, Revision
from curate.corpus.git_files import Blob, Difference, blob_head, content_of, differences, tree
from curate.corpus.matching import data_paths, own_marks, path_in, paths_under
from curate.corpus.not_read import NotRead, head_of
from curate.corpus.own_files import regular_content
from curate.corpus.paths import Found, find_paths, printable
from curate.corpus.taken_columns import FileColumns
from curate.corpus.unread_changes import unread_changes
from curate.errors import DataError, UsageError
from curate.jobs.check.moved_rows import Move, is_held_out, moves, renamed
from curate.jobs.check.row_diff import NO_ROWS, FileRows, rows_of, without_moved
from curate.jobs.check.unjudged_columns import Unjudged, unjudged_of
from curate.jobs.run.selection import Chosen
from curate.measuring.matching import gone_and_new
from curate.report.verdict import ChangedFile, FileState
from curate.schema import Columns, Quarantined

Rows = NDArray[np.int64]
Settled = tuple[DataFile, Columns]


@dataclass(frozen=True, slots=True, eq=False)
class Since:
    """The change since a revision. Files bear their paths from the root, on both sides.

    files: `rows` is not counted yet. chosen: what is new, to be scanned. before: every data file of the revision and
    the id of its content; unchanged ones are read from the working tree. missing: those of which no content is there.
    gone: by earlier path, the rows that are no more, those that could not be read left out; gone_bad: how many these
    and the unreadable files that are no more are; gone_files: readable files that are changed, moved or gone.
    unread: changed or gone files whose earlier content is not there. missed: changed files that look like data and are
    not read; others: paths of changed files that are no data. unjudged: new prose beside the text. moved: rows that
    changed their file.
    """

    revision: Revision
    files: tuple[ChangedFile, ...]
    chosen: Chosen
    before: tuple[tuple[Found, str], ...]
    missing: tuple[Quarantined, ...]
    gone: Mapping[str, Rows]
    gone_bad: int
    gone_files: int
    unread: tuple[str, ...]
    missed: tuple[NotRead, ...]
    others: tuple[str, ...]
    unjudged: tuple[Unjudged, ...]
    moved: tuple[Move, ...]


@dataclass(frozen=True, slots=True)
class Pair:
    """One file before (at the path `was`) and after; None: it was not, is no more, or cannot be read (`note`)."""

    state: FileState
    path: str
    was: str
    old: Settled | None
    new: Settled | None
    note: str
    taken: FileColumns | None

    @property
    def same(self) -> bool:
        """Moved, or touched: the bytes are what they were."""
        return self.old is not None and self.new is not None and self.old[0].fingerprint == self.new[0].fingerprint


def changed_since(
    repository: Repository, revision: Revision, paths: Sequence[str], wanted: Columns, scratch: Path, workers: int
) -> Since:
    """Compares the data files that the paths mean; earlier contents of changed ones are written below `scratch`.

    Raises DataError where there is no data file before nor after.
    """
    began = time.time_ns()
    there = {path: blob for path, blob in tree(repository, revision.commit).items() if blob.is_file}
    changed = differences(repository, revision.commit)
    marks = own_marks(there, lambda path: content_of(repository, there[path]))
    unlike = {one.before for one in changed}
    before = data_paths(there, paths, repository.root, marks, lambda path: _head(repository, there[path], unlike))
    after, marks_now = _after(repository, there, changed, paths)
    meant = set(paths_under([one.path for one in changed], paths, repository.root)) - set(after)
    meant -= {one.path for one in changed if one.state == "deleted" and one.before in before}
    rest = [one for one in changed if one.path in meant]
    missed, others = unread_changes(repository.root, rest, after, marks_now)
    if not before and not after:
        found = find_paths(paths)  # has its own words for what is not there
        raise DataError("is no part of the repository", where=found[0].path, hint="git status says what is ignored")
    relevant = _relevant(changed, set(before), set(after))
    old_paths = sorted({one.before for one in relevant if one.before})
    missing = place_blobs(repository, [there[path] for path in old_paths], scratch / "before", scratch, revision.name)
    held = {path: _found(scratch, path) for path in old_paths}
    every = {path: held.get(path, _found(repository.root, path)) for path in before}
    now = [_found(repository.root, one.path) for one in relevant if one.state != "deleted"]
    pairs = paired(relevant, held, now, missing, wanted, list(every.values()))
    lost = {one.path for one in missing}
    return since_of(
        revision, pairs, workers, began,
        before=tuple((found, there[path].id) for path, found in every.items() if path not in lost),
        missing=missing, missed=tuple(missed), others=tuple(others),
    )  # fmt: skip


def since_of(
    revision: Revision, pairs: Sequence[Pair], workers: int, began: int, *, before: tuple[tuple[Found, str], ...],
    missing: Sequence[Quarantined] = (), missed: tuple[NotRead, ...] = (), others: tuple[str, ...] = (),
) -> Since:  # fmt: skip
    """The change that changed files make: their rows are read and told apart. Arguments as the fields of `Since`."""
    gone, fresh, gone_bad, moved = _rows(pairs, workers)
    unread = {printable(one.path) for one in missing}
    return Since(
        revision=revision,
        files=tuple(_changed_file(pair, gone) for pair in pairs),
        chosen=Chosen(
            tuple(sorted((pair.new for pair in pairs if pair.new), key=lambda item: item[0].name)),
            tuple(
                Quarantined(pair.path, None, pair.note) for pair in pairs if pair.state != "deleted" and not pair.new
            ),
            began,
            fresh,
            taken=tuple(pair.taken for pair in pairs if pair.taken and pair.state != "deleted"),
        ),
        before=before,
        missing=tuple(replace(one, path=printable(one.path)) for one in missing),
        gone=gone,
        gone_bad=gone_bad + sum(bool(pair.was and not pair.old) for pair in pairs),
        gone_files=sum(pair.old is not None for pair in pairs),
        unread=tuple(pair.path for pair in pairs if pair.was in unread),
        missed=missed,
        others=others,
        unjudged=_unjudged(pairs),
        moved=moved,
    )


def _head(repository: Repository, blob: Blob, unlike: Collection[str]) -> bytes:
    """The first bytes of a file of the revision, from the working tree where it is the same there."""
    return blob_head(repository, blob) if blob.path in unlike else head_of(repository.root / blob.path)


def _head_now(path: Path) -> bytes:
    return b"" if path.is_symlink() else head_of(path)


def _after(
    repository: Repository, there: Mapping[str, Blob], changed: Sequence[Difference], paths: Sequence[str]
) -> tuple[list[str], frozenset[str]]:
    """The data files of the working tree, and curate's own marks; what git ignores is meant only if named itself."""
    names = set(there) - {one.before for one in changed if one.state in ("deleted", "renamed")}
    names |= {one.path for one in changed if one.state != "deleted" and not one.submodule}
    names |= {path_in(repository.root, path) for path in paths if Path(path).is_file()}
    marks = own_marks(names, lambda path: regular_content(repository.root / path))
    found = data_paths(names, paths, repository.root, marks, lambda path: _head_now(repository.root / path))
    return [path for path in found if not (repository.root / path).is_symlink()], marks


def _relevant(changed: Sequence[Difference], before: set[str], after: set[str]) -> list[Difference]:
    """Differences seen from the paths that were asked for: what moved out is gone, what moved in is new."""
    found = []
    seen = set()
    for one in changed:
        was, now = one.before in before, one.path in after and one.state != "deleted"
        if was or now:
            state = one.state if was and now else "deleted" if was else "added"
            found.append(
                replace(one, path=one.path if now else one.before, before=one.before if was else "", state=state)
            )
            seen.add(one.path)
    found += [Difference(path, "added", "", False) for path in sorted(after - before - seen)]
    return sorted(found, key=lambda one: one.path)


def paired(
    relevant: Sequence[Difference], held: Mapping[str, Found], now: Sequence[Found], missing: Sequence[Quarantined],
    wanted: Columns, every: Sequence[Found],
) -> list[Pair]:  # fmt: skip
    """Changed files before and after. held: the earlier ones by path; now: the later ones; every: all earlier ones."""
    lost = {printable(one.path): one.reason for one in missing}
    old, unreadable, _ = _settled([found for found in held.values() if found.name not in lost], wanted, every)
    lost |= unreadable
    new, new_bad, taken = _settled(now, wanted, every)
    pairs = []
    for one in relevant:
        path, was, stays = printable(one.path), printable(one.before), one.state != "deleted"
        note = new_bad.get(path, "") if stays else ""
        if was in lost and not note:
            note = f"its earlier content {lost[was]}; every row counts as new"
        pairs.append(Pair(one.state, path, was, old.get(was), new.get(path) if stays else None, note, taken.get(path)))
    return pairs


def _found(folder: Path, path: str) -> Found:
    return Found(str(folder / path), "", printable(path))


def _settled(
    found: Sequence[Found], wanted: Columns, every: Sequence[Found]
) -> tuple[dict[str, Settled], dict[str, str], dict[str, FileColumns]]:
    """By path: files with their columns, why others cannot be read, what was taken of each.

    A named column may stand in others alone.
    """
    files, bad = look_into(found)
    reasons = {item.path: item.reason for item in bad}
    try:
        settlement = settle_files(files, wanted) if files else NOTHING_SETTLED
    except NothingRead as error:
        settlement = replace(NOTHING_SETTLED, without=tuple(error.quarantined))
    except UsageError:
        others = [file for file in look_into(every)[0] if file.name not in {own.name for own in files}]
        settlement = settle_files([*files, *others], wanted)
    names = {file.name for file in files}
    reasons |= {item.path: item.reason for item in settlement.without if item.path in names}
    settled = {file.name: (file, columns) for file, columns in settlement.settled if file.name in names}
    return settled, reasons, {one.file: one for one in settlement.taken if one.file in names}


def _rows(pairs: Sequence[Pair], workers: int) -> tuple[dict[str, Rows], dict[str, Rows], int, tuple[Move, ...]]:
    """Rows gone by earlier path, rows that are new by path (absent: all of the file), unreadable rows gone, and moves.

    A row that only moved, within its file or to another, is neither gone nor new.
    """
    changing = {pair.path: pair for pair in pairs if not pair.same}
    old = _read({path: pair.old for path, pair in changing.items()}, workers)
    new = _read({path: pair.new for path, pair in changing.items() if pair.old}, workers)
    moved = _renamed(pairs, workers)
    for path, after in new.items():
        gone, fresh = gone_and_new(old[path].prints, after.prints)
        moved += renamed(changing[path].was, path, after.rows[~fresh & ~after.bad])
        old[path], new[path] = old[path].only(gone), after.only(fresh)
    if any(len(part.rows) for part in old.values()):  # else nothing can have moved to an added file
        new |= _read({path: pair.new for path, pair in changing.items() if not pair.old}, workers)
        before, later = old, new
        old, new = without_moved(before, later)
        sides = ({changing[path].was: part for path, part in side.items()} for side in (before, old))
        moved += moves(next(sides), later, next(sides), new)
    rows = {path: part.rows for path, part in new.items()} | {p.path: NO_ROWS.rows for p in pairs if p.same}
    gone_rows = {changing[path].was: part.rows[~part.bad] for path, part in old.items()}
    return gone_rows, rows, sum(int(part.bad.sum()) for part in old.values()), moved


def _renamed(pairs: Sequence[Pair], workers: int) -> tuple[Move, ...]:
    """Rows of files that are the same under a name of another split; other files that moved whole are not read."""
    same = {p.path: p for p in pairs if p.same and is_held_out(p.was) and not is_held_out(p.path)}
    rows = _read({path: pair.new for path, pair in same.items()}, workers)
    return tuple(one for path, pair in same.items() for one in renamed(pair.was, path, rows[path].rows))


def _unjudged(pairs: Sequence[Pair]) -> tuple[Unjudged, ...]:
    """Of files that are not the same: what moved from one to another is not new."""
    changing = [pair for pair in pairs if not pair.same]
    return unjudged_of([pair.old for pair in changing if pair.old], [pair.new for pair in changing if pair.new])


def _read(files: Mapping[str, Settled | None], workers: int) -> dict[str, FileRows]:
    there = {path: file for path, file in files.items() if file is not None}
    return dict(zip(there, rows_of(list(there.values()), workers), strict=True))


def _changed_file(pair: Pair, gone: Mapping[str, Rows]) -> ChangedFile:
    state = pair.state
    if pair.note and pair.state != "deleted" and not pair.new:
        state = "pointer" if "LFS pointer" in pair.note else "skipped"
    before = pair.was if pair.state == "renamed" else ""
    return ChangedFile(pair.path, state, before, 0, len(gone.get(pair.was, ())), pair.note)
