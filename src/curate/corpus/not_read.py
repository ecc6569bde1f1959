"""Files among the data on which no figure rests: what they are, and why nobody read them."""

from __future__ import annotations

import os
import stat
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Literal

from curate.corpus.looks import SEEN_BYTES, data_in, holds_data, is_data_name, needs_look, suffix_of
from curate.corpus.wrapped_rows import why_wrapped

Cause = Literal[
    "format", "wrapped", "hidden", "link", "outside", "special", "marked", "submodule", "unlisted", "own", "mix",
    "cache", "revision", "copy",
]  # fmt: skip
LEFT_OUT: frozenset[Cause] = frozenset(("own", "mix", "cache", "revision", "copy"))  # counted elsewhere, or ours
CAUSES: dict[Cause, str] = {
    "format": "in a format that is not read",
    "wrapped": "with rows inside one JSON object",
    "hidden": "hidden",
    "link": "links",
    "outside": "links that lead out of the folder (--follow-links reads them)",
    "special": "not to be opened",
    "marked": "in a folder that is marked as curate's own",
    "submodule": "repositories of their own",
    "unlisted": "not listed by the data set's state.json",
    "own": "part of a run or an index of curate",
    "mix": "beside the data of a mix of curate",
    "cache": "caches of `datasets`",
    "revision": "of another revision of the same data",
    "copy": "other names of what is read",
}
EXAMPLES = 20
_PIECE_BYTES = 1 << 14


@dataclass(frozen=True, slots=True)
class NotRead:
    """A file by the name that reports show, its bytes, and a reason that follows the name in a sentence."""

    path: str
    bytes: int
    reason: str
    cause: Cause

    @property
    def is_left_out(self) -> bool:
        """Left out on purpose: it would be counted twice, or curate wrote it."""
        return self.cause in LEFT_OUT


@dataclass(frozen=True, slots=True)
class Tally:
    """How many there are and why, with a few by name; all of it is in scan.json."""

    files: int
    bytes: int
    by_suffix: dict[str, int]
    reasons: dict[str, int]
    examples: tuple[dict[str, str], ...]


def tally(items: Iterable[NotRead]) -> Tally:
    """Their sums; suffixes and reasons by number, the commonest first."""
    found = sorted(items, key=lambda item: item.path)
    suffixes = Counter(suffix_of(item.path) for item in found)
    causes = Counter(CAUSES[item.cause] for item in found)
    return Tally(
        len(found), sum(item.bytes for item in found), dict(suffixes.most_common()), dict(causes.most_common()),
        tuple({"path": item.path, "reason": item.reason} for item in found[:EXAMPLES]),
    )  # fmt: skip


def unread(items: Sequence[NotRead]) -> Tally:
    """Of those that look like data and were read nowhere."""
    return tally(item for item in items if not item.is_left_out)


def left_out(items: Sequence[NotRead]) -> Tally:
    """Of those that were left out on purpose."""
    return tally(item for item in items if item.is_left_out)


def is_data(path: Path, name: str) -> bool:
    """Tell whether a file among others is to be read, by its name and, of text and JSON, by its first bytes."""
    return is_data_name(name) and (not needs_look(name) or holds_data(name, head_of(path)))


def head_of(path: Path) -> bytes:
    """The first bytes of a regular file; b"" where there are none."""
    try:
        if not path.is_file():  # opening a pipe would wait for whoever writes into it
            return b""
        with path.open("rb") as stream:
            return stream.read(SEEN_BYTES)
    except OSError:
        return b""


def looked_at(path: Path, name: str) -> NotRead | None:
    """A file that no suffix says how to read; None where it is no data. Nothing but a regular file is opened."""
    try:
        found = os.lstat(path)
        if stat.S_ISLNK(found.st_mode):
            return NotRead(name, 0, "is a symbolic link", "link")
        if not stat.S_ISREG(found.st_mode):
            return NotRead(name, 0, "is no regular file", "special")
        with path.open("rb") as stream:
            head = stream.read(min(found.st_size, SEEN_BYTES))
            later = b"\n".join(_pieces(stream, found.st_size)) if found.st_size > SEEN_BYTES else b""
    except OSError as error:
        return NotRead(name, 0, f"cannot be opened: {error.strerror or error}", "special")
    return of_looks(name, found.st_size, data_in(name, head, found.st_size, later), head)


def of_looks(name: str, size: int, kind: str, head: bytes) -> NotRead | None:
    """A file of what `data_in` called it, None for no data: JSON may hold its rows inside an object."""
    if kind == "JSON" and (reason := why_wrapped(head, lambda: b"\n" not in head.strip())):
        return NotRead(name, size, reason, "wrapped")
    return NotRead(name, size, f"looks like {kind}, which is not read", "format") if kind else None


def _pieces(stream: BinaryIO, size: int) -> Iterator[bytes]:
    """From the middle and the end of a file."""
    for start in (size // 2, max(SEEN_BYTES, size - _PIECE_BYTES)):
        stream.seek(start)
        yield stream.read(_PIECE_BYTES)
