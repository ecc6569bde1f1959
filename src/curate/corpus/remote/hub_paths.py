"""Paths of data sets on the Hugging Face Hub: `hf://datasets/org/name[@revision][/file, folder or glob]`.

A path of a whole data set may end with `#config=NAME&split=NAME`, which is how --config-name and --split travel.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import parse_qs, quote, unquote, urlencode

from curate.errors import UsageError

HUB = "hf://"
_DATASETS = f"{HUB}datasets/"
_NAME = re.compile(r"[A-Za-z0-9._-]{1,96}/[A-Za-z0-9._-]{1,96}")
_REF = re.compile(r"refs/(?:convert|pr)/[^/@]+")  # revisions that hold slashes and need no %2F
CONVERTED = "refs/convert/parquet"
_PULL_REQUEST = re.compile(r"refs/pr/(\d+)")
_FORM = "hf://datasets/ORG/NAME[@REVISION][/FILE, FOLDER or GLOB]"


@dataclass(frozen=True, slots=True)
class HubPath:
    """A place in a data set repository."""

    repository: str  # "org/name"
    revision: str = "main"  # branch, tag, "refs/pr/7", commit
    inside: str = ""  # a file, folder or glob; "" for all of it
    config: str = ""
    splits: tuple[str, ...] = ()

    @property
    def where(self) -> str:
        """As a user types it."""
        revision = "" if self.revision == "main" else f"@{_quoted(self.revision)}"
        return f"{_DATASETS}{self.repository}{revision}" + (f"/{self.inside}" if self.inside else "")

    @property
    def whole(self) -> str:
        """The same with config and splits."""
        chosen = [*([("config", self.config)] if self.config else []), *(("split", split) for split in self.splits)]
        return self.where + (f"#{urlencode(chosen)}" if chosen else "")

    @property
    def pull_request(self) -> int | None:
        """The number of the pull request whose ref this is."""
        found = _PULL_REQUEST.fullmatch(self.revision)
        return int(found[1]) if found else None


def is_hub(path: str) -> bool:
    """Tell whether a path leads to the Hub."""
    return path.startswith(HUB)


def parse_hub(path: str) -> HubPath:
    """The parts of a path. Raises UsageError for one that names no data set."""
    if path.startswith(f"{HUB}buckets/"):
        hint = "copy it first: hf buckets sync " + path + " FOLDER"
        raise UsageError("buckets of the Hub are not read yet", where=path, hint=hint)
    if not path.startswith(_DATASETS):
        hint = f"data sets begin with {_DATASETS}: {_FORM}"
        raise UsageError("is no data set of the Hub", where=path, hint=hint)
    body, _, asked = _without_choice(path.removeprefix(_DATASETS))
    chosen = parse_qs(asked, keep_blank_values=True)
    pieces = body.split("/", 2)
    name, at, revision = "/".join(pieces[:2]).partition("@")
    inside = pieces[2] if len(pieces) > 2 else ""
    if at:
        revision, inside = _revision(body.partition("@")[2])
    if not _NAME.fullmatch(name) or (at and not revision) or ".." in name:
        raise UsageError("names no data set of the Hub", where=path, hint=_FORM)
    config, splits = chosen.get("config", [""])[-1], tuple(chosen.get("split", ()))
    return HubPath(name, revision or "main", inside.strip("/"), config, splits)


def with_choice(paths: Sequence[str], config: str, splits: Sequence[str], *, asked: bool = True) -> tuple[str, ...]:
    """The paths, those of whole data sets with --config-name and --split.

    Raises UsageError where there is no such path and somebody `asked` on the command line.
    """
    if not config and not splits:
        return tuple(paths)
    places = [parse_hub(path) if is_hub(path) else None for path in paths]
    if asked and not any(place and not place.inside for place in places):
        option = "--config-name" if config else "--split"
        raise UsageError("chooses a part of a data set on the Hub, and none is named", where=option, hint=_FORM)
    return tuple(
        replace(place, config=config, splits=tuple(splits)).whole if place and not place.inside else path
        for path, place in zip(paths, places, strict=True)
    )


def _without_choice(body: str) -> tuple[str, str, str]:
    """A path in the data set may hold any letter, so that only what follows the name or revision is a choice."""
    before, mark, asked = body.rpartition("#")
    return (before, mark, asked) if mark and re.match(r"(?:config|split)=", asked) else (body, "", "")


def _revision(rest: str) -> tuple[str, str]:
    """The revision and what follows it."""
    if found := _REF.match(rest):
        return found[0], rest[found.end() :].lstrip("/")
    revision, _, inside = rest.partition("/")
    return unquote(revision), inside


def _quoted(revision: str) -> str:
    return revision if _REF.fullmatch(revision) else quote(revision, safe="")
