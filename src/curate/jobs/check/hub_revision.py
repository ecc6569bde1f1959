"""Changes between two revisions of a data set on the Hub: by the ids of their files, so that only changed ones come."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from curate.corpus.git import Revision
from curate.corpus.git_files import Difference
from curate.corpus.not_read import NotRead
from curate.corpus.paths import Found, printable
from curate.corpus.remote.hub_paths import HubPath, is_hub, parse_hub
from curate.corpus.remote.listing import remote_files
from curate.corpus.remote.store import Entry
from curate.errors import UsageError
from curate.jobs.check.paired_files import paired
from curate.jobs.check.revision import Since, since_of
from curate.schema import Columns


@dataclass(frozen=True, slots=True)
class _Side:
    """The data files of one revision by their paths in the data set, and those that are not read."""

    commit: str
    files: Mapping[str, Entry]
    not_read: Sequence[NotRead]


def same_data_set(baseline: str, paths: Sequence[str]) -> bool:
    """Return whether baseline and change are revisions of one data set, and the same part of it."""
    if not is_hub(baseline) or not all(map(is_hub, paths)):
        return False
    was, now = parse_hub(baseline), [parse_hub(path) for path in paths]
    return len(now) == 1 and (now[0].repository, now[0].inside) == (was.repository, was.inside)


def hub_since(baseline: str, path: str, wanted: Columns, workers: int) -> Since:
    """Compare the data files of two revisions. Raises UsageError where both are one, DataError for a refusal."""
    began = time.time_ns()
    place = parse_hub(baseline)
    before, after = _side(place), _side(parse_hub(path))
    if before.commit == after.commit:
        raise UsageError("is the commit that it is compared with", where=path, hint=f"--baseline {baseline}")
    relevant = _differences(before.files, after.files)
    held = {name: _found(entry, name) for name, entry in before.files.items()}
    old = {one.before: held[one.before] for one in relevant if one.before}
    now = [_found(after.files[one.path], one.path) for one in relevant if one.state != "deleted"]
    pairs = paired(relevant, old, now, (), wanted, list(held.values()))
    known = {(one.path, one.bytes) for one in before.not_read}
    return since_of(
        Revision(place.revision, before.commit), pairs, workers, began,
        before=tuple((found, before.files[name].content) for name, found in held.items()),
        missed=tuple(one for one in after.not_read if (one.path, one.bytes) not in known),
    )  # fmt: skip


def _side(place: HubPath) -> _Side:
    entries, passed = remote_files(place.whole)
    files = {parse_hub(entry.path).inside: entry for entry in entries}
    return _Side(parse_hub(entries[0].path).revision, files, passed)


def _found(entry: Entry, name: str) -> Found:
    return Found(entry.path, "", printable(name))


def _differences(before: Mapping[str, Entry], after: Mapping[str, Entry]) -> list[Difference]:
    """As git tells them: a file that went and one of its content that came are one that moved."""
    gone = {before[name].content: name for name in sorted(before.keys() - after.keys())}
    found = []
    for name in sorted(after):
        if name not in before:
            was = gone.pop(after[name].content, "")
            found.append(Difference(name, "renamed" if was else "added", was, submodule=False))
        elif before[name].content != after[name].content:
            found.append(Difference(name, "changed", name, submodule=False))
    found += [Difference(name, "deleted", name, submodule=False) for name in gone.values()]
    return sorted(found, key=lambda one: one.path)
