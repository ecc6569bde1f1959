"""Data sets of the Hugging Face Hub as a store: a revision is pinned to its commit when it is listed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from curate.corpus.remote.hub_card import CARD, CARD_BYTES, has_configs, parts_of
from curate.corpus.remote.hub_paths import HubPath, parse_hub
from curate.corpus.remote.hub_read import read_pieces
from curate.corpus.remote.hub_tree import HubFile, HubTree, fixed_folder, is_glob, tree_of
from curate.corpus.remote.listing import pattern_of
from curate.corpus.remote.store import Entry


class Files:
    """As `Store`. A commit never changes, and its files have ids that tell their content."""

    def entries(self, place: str) -> list[Entry]:
        """As `Store`, of a glob too: in a call for the commit and one for each thousand files.

        Of a whole data set whose card tells configs, the files of one config.
        """
        tree = tree_of(parse_hub(place))
        inside = tree.place.inside
        if not inside:
            return [_entry(tree, file, "") for file in _of_config(tree)]
        if found := [file for file in tree.files if file.path == inside]:  # its name may look like a glob
            return [_entry(tree, file, f"{inside.rpartition('/')[0]}/".lstrip("/")) for file in found]
        if is_glob(inside):
            return _matching(tree)
        return [_entry(tree, file, f"{inside}/") for file in tree.files if file.path.startswith(f"{inside}/")]

    def read(self, entry: Entry, start: int, stop: int) -> Iterator[bytes]:
        """As `Store`."""
        return read_pieces(parse_hub(entry.path), start, stop)

    def changed(self, entries: Sequence[Entry]) -> list[Entry]:
        """None: what is listed is a commit."""
        del entries
        return []


def _matching(tree: HubTree) -> list[Entry]:
    folder = fixed_folder(tree.place.inside)
    below = f"{folder}/" if folder else ""
    wanted = pattern_of(tree.place.inside.removeprefix(below).split("/"))
    return [
        _entry(tree, file, below)
        for file in tree.files
        if file.path.startswith(below) and wanted.fullmatch(file.path.removeprefix(below))
    ]


def _of_config(tree: HubTree) -> Sequence[HubFile]:
    place, names = tree.place, {file.path: file for file in tree.files}
    card = card_of(tree.pinned, names[CARD].size) if CARD in names else ""
    if not (place.config or place.splits or has_configs(card)):
        return tree.files
    splits = parts_of(place, card, list(names)).splits
    return [names[name] for name in dict.fromkeys(name for split in splits.values() for name in split) if name in names]


def card_of(pinned: HubPath, size: int) -> str:
    """The card of a data set, as far as its front matter may reach."""
    data = b"".join(read_pieces(replace(pinned, inside=CARD), 0, min(size, CARD_BYTES)))
    return data.decode(errors="replace")


def _entry(tree: HubTree, file: HubFile, below: str) -> Entry:
    path = replace(tree.pinned, inside=file.path).where
    return Entry(path, file.path.removeprefix(below), file.size, file.blob, file.blob)
