"""Changes of the working tree since a revision: files, their new rows, and their removed rows."""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from curate.corpus.blobs import place_blobs
from curate.corpus.git import Repository, Revision
from curate.corpus.git_files import Blob, Difference, blob_head, content_of, differences, tree
from curate.corpus.matching import data_paths, own_marks, path_in, paths_under
from curate.corpus.not_read import NotRead, head_of
from curate.corpus.own_files import regular_content
from curate.corpus.paths import Found, find_paths, printable
from curate.corpus.unread_changes import unread_changes
from curate.errors import DataError
from curate.jobs.check.changed_rows import Rows, changed_file, rows_changed, unjudged_rows
from curate.jobs.check.moved_rows import Move
from curate.jobs.check.paired_files import Pair, paired
from curate.jobs.check.unjudged_columns import Unjudged
from curate.jobs.run.selection import Chosen
from curate.report.verdict import ChangedFile
from curate.schema import Columns, Quarantined


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
    gone, fresh, gone_bad, moved = rows_changed(pairs, workers)
    unread = {printable(one.path) for one in missing}
    return Since(
        revision=revision,
        files=tuple(changed_file(pair, gone) for pair in pairs),
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
        unjudged=unjudged_rows(pairs),
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


def _found(folder: Path, path: str) -> Found:
    return Found(str(folder / path), "", printable(path))
