"""Data sets of the Hub that files come from: the commit that was read, and whether it is the Hub's own conversion."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from curate.corpus.remote.hub_paths import CONVERTED, HubPath, is_hub, parse_hub

_COMMIT = re.compile(r"[0-9a-f]{40}")
_PARTIAL = re.compile(r"(?:^|/)partial-[^/]+/")


@dataclass(frozen=True, slots=True)
class HubOrigin:
    """A data set at one commit. partial: the conversion holds only the beginning of a split."""

    path: str  # as it was asked for
    commit: str
    config: str = ""
    splits: tuple[str, ...] = ()
    converted: bool = False
    partial: bool = False

    def sentence(self) -> str:
        """For people."""
        said = f"{self.path} at commit {self.commit[:12]}"
        if self.partial:
            return f"{said}: partial, as the Hub's automatic Parquet conversion holds the first 5 GB of a split at most"
        if self.converted:
            return f"{said}: the Hub's automatic Parquet conversion; by the names of its folders none is partial"
        return said

    def pinned(self) -> str:
        """The data set with its commit, as a path that reads the same again."""
        place = parse_hub(self.path)
        return HubPath(place.repository, self.commit, place.inside, self.config, self.splits).whole


def hub_origins(arguments: Sequence[str], paths: Iterable[str]) -> tuple[HubOrigin, ...]:
    """Of the arguments those on the Hub, with the commits of the files found for them; paths: of files as opened."""
    found = [parse_hub(path) for path in paths if is_hub(path)]
    origins = []
    for place in (parse_hub(argument) for argument in arguments if is_hub(argument)):
        mine = [one for one in found if one.repository == place.repository and _fits(place, one)]
        converted = place.revision == CONVERTED
        for commit in dict.fromkeys(one.revision for one in mine):
            names = [one.inside for one in mine if one.revision == commit]
            partial = any(_PARTIAL.search(name) for name in names)
            origins.append(
                HubOrigin(place.where, commit, place.config, place.splits, converted or partial, partial)
            )  # fmt: skip
    return tuple(dict.fromkeys(origins))


def _fits(place: HubPath, file: HubPath) -> bool:
    """Return whether a file can be of this revision: a commit names itself, of a branch nobody knows any more."""
    return not _COMMIT.fullmatch(place.revision) or place.revision == file.revision
