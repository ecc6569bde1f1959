"""Folders into data files, each once; what lies there and is not read is noted with the reason."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath

from curate.corpus.caches import (
    blobs_of,
    check_one_build,
    chosen_revision,
    is_cache,
    is_hub_cache,
    other_revisions,
    saved_files,
    unfinished_downloads,
)  # fmt: skip
from curate.corpus.file_facts import Key, identity, shown_name, size_of
from curate.corpus.looks import data_in, is_data_name
from curate.corpus.not_read import Cause, NotRead, is_data, looked_at
from curate.corpus.owned_folders import Owner, owners_of

_NEVER_DATA = frozenset((".git", ".curate", ".venv"))  # folders of a repository, of runs, of programs
LEADS_OUT = "is a link that leads out of the folder, and is followed with --follow-links only"


@dataclass(frozen=True, slots=True)
class Walk:
    """Walk over files and folders that reads each once, by device and inode, however many links lead to it.

    follow_links: also read links that lead out of the places named. not_read: files passed over so far.
    """

    follow_links: bool = False
    not_read: list[NotRead] = field(default_factory=list)
    _inside: list[Path] = field(default_factory=list)  # real paths of the places named
    _outside: set[Path] = field(default_factory=set)
    _met: dict[Key, tuple[str, str]] = field(default_factory=dict)  # whole path and name
    _strangers: set[str] = field(default_factory=set)

    def allow(self, place: Path) -> None:
        """Let links lead into a place that the user named; of a snapshot in a Hub cache also into its blobs."""
        real = Path(os.path.realpath(place))
        self._inside.extend((real, *blobs_of(real)))

    def leads_out(self, path: Path, name: str) -> bool:
        """Return whether a path leads out of all places named and is not followed; that is noted."""
        real = Path(os.path.realpath(path))
        if self.follow_links or any(real.is_relative_to(place) for place in self._inside):
            return False
        if self._outside.isdisjoint(path.parents):  # what a wildcard finds behind such a link is not named
            self._note(path, name, LEADS_OUT, "outside")
        self._outside.add(path)
        return True

    def below(self, folder: Path) -> list[Path]:
        """Data files of a folder in depth; links come last, so that a file counts where it lies.

        Raises DataError where several revisions of a data set lie there and nothing says which is meant.
        """
        links: list[Path] = []
        found = list(self._in_folder(folder, folder, links, ()))
        while links:
            path = links.pop(0)
            if path.is_dir():
                found += self._in_folder(path, folder, links, ())
            elif not is_data(path, shown_name(path, folder)):
                self.stranger(path, shown_name(path, folder))
            elif self.is_new(path, shown_name(path, folder)):
                found.append(path)
        return found

    def is_new(self, path: Path, name: str) -> bool:
        """Return whether the file was not met under another path; else note that. Unreadable files are new."""
        whole = os.path.abspath(path)  # noqa: PTH100 (resolve() would follow links)
        first, called = self._first(path, whole, name)
        if first != whole:
            self._note(path, name, f"is another name of {called}", "copy")
        return first == whole

    def name_by(self, argument: str, first: int) -> None:
        """Put the argument in front of the names noted from number `first` on, and make them printable."""
        for index in range(first, len(self.not_read)):
            one = self.not_read[index]
            name = f"{PurePosixPath(argument).as_posix()}/{one.path}" if argument else one.path
            self.not_read[index] = replace(one, path=os.fsencode(name).decode(errors="replace"))

    def has_met(self, path: Path) -> bool:
        """Return whether a file or folder was met, under whatever name."""
        return identity(path) in self._met

    def _first(self, path: Path, whole: str, name: str) -> tuple[str, str]:
        key = identity(path)
        return (whole, name) if key is None else self._met.setdefault(key, (whole, name))

    def stranger(self, path: Path, name: str) -> None:
        """A file that no suffix says how to read."""
        whole = os.path.abspath(path)  # noqa: PTH100 (resolve() would follow links)
        if whole in self._strangers:
            return
        self._strangers.add(whole)
        if (found := looked_at(path, name)) is not None:
            self.not_read.append(found)

    def _note(self, path: Path, name: str, reason: str, cause: Cause) -> None:
        self.not_read.append(NotRead(name, size_of(path), reason, cause))

    def _in_folder(self, folder: Path, top: Path, links: list[Path], owners: tuple[Owner, ...]) -> Iterator[Path]:
        name = shown_name(folder, top)
        if self.has_met(folder):
            self.is_new(folder, name)
            return
        self.is_new(folder, name)
        entries = self._entries(folder, name)
        names = frozenset(entry.name for entry in entries)
        if is_hub_cache(folder, names):
            yield from self._in_folder(self._revision(folder, top), top, links, ())
            return
        check_one_build(folder, names)
        owners = (*owners, *owners_of(folder, names))
        saved = saved_files(folder, names)
        for entry in entries:
            path = Path(entry.path)
            if entry.name.startswith("."):
                self._hidden(path, top)
            elif entry.is_symlink():
                self._link(path, top, links)
            elif entry.is_dir():
                yield from self._in_folder(path, top, links, owners)
            elif self._is_data(path, top, owners, saved):
                yield path

    def _is_data(self, path: Path, top: Path, owners: tuple[Owner, ...], saved: frozenset[str] | None) -> bool:
        """Return whether a file that is no link is to be read; else why not is noted."""
        name = shown_name(path, top)
        owner = next((one for one in owners if one.is_own(path.relative_to(one.folder).as_posix())), None)
        if owner is not None:
            self._note(path, name, owner.reason, owner.cause)
        elif not is_data(path, name):
            self.stranger(path, name)
        elif saved is not None and path.suffix.lower() == ".arrow" and path.name not in saved:
            reason, cause = _unlisted(path.name)
            self._note(path, name, reason, cause)
        else:
            return self.is_new(path, name)
        return False

    def _entries(self, folder: Path, name: str) -> list[os.DirEntry[str]]:
        try:
            with os.scandir(folder) as found:
                return sorted(found, key=lambda entry: entry.name)
        except OSError as error:
            self.not_read.append(NotRead(name, 0, f"cannot be opened: {error.strerror or error}", "special"))
            return []

    def _revision(self, folder: Path, top: Path) -> Path:
        chosen = chosen_revision(folder)
        for path in other_revisions(chosen):
            self._note(path, shown_name(path, top), f"is of another revision than {chosen.name[:12]}", "revision")
        for path in unfinished_downloads(folder):
            self._note(path, shown_name(path, top), "is a download that was not finished", "special")
        return chosen

    def _link(self, path: Path, top: Path, links: list[Path]) -> None:
        """Links to folders and to data files inside are followed later, others are not opened."""
        if path.is_dir() or is_data_name(shown_name(path, top)):
            if not self.leads_out(path, shown_name(path, top)):
                links.append(path)
        elif kind := data_in(path.name, b"?", 1):
            self._note(path, shown_name(path, top), f"looks like {kind}, which is not read", "link")

    def _hidden(self, path: Path, top: Path) -> None:
        """A hidden file is looked at; of a hidden folder only the names of its files are."""
        if path.is_symlink() or not path.is_dir():
            found = looked_at(path, shown_name(path, top))
            if found is not None:
                self._note(path, found.path, "is hidden", "hidden")
        elif path.name not in _NEVER_DATA:
            for place, _, files in os.walk(path):
                for each in (Path(place, name) for name in sorted(files) if data_in(name, b"?", 1)):
                    self._note(each, shown_name(each, top), "lies in a hidden folder", "hidden")


def _unlisted(name: str) -> tuple[str, Cause]:
    if is_cache(name):
        return "is a cache of `datasets`, beside the data set itself", "cache"
    return "is not among the files that state.json lists", "unlisted"
