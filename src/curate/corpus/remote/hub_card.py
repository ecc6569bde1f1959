"""Configs and splits of a data set, as `datasets` reads them off its card and the names of its files."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from curate.corpus.remote.hub_client import datasets
from curate.corpus.remote.hub_paths import HubPath
from curate.errors import DataError, UsageError
from curate.kernels.yaml_lock import YAML
from curate.visible import visible

CARD = "README.md"
CARD_BYTES = 8 << 20  # the front matter alone matters, and cards may hold pictures
_FRONT = re.compile(r"\A\ufeff?---[ \t]*\r?\n(.*?)^---[ \t]*\r?$", re.DOTALL | re.MULTILINE)
_NAMED = 12


@dataclass(frozen=True, slots=True)
class Parts:
    """Files by split of one config, in the card's order."""

    config: str  # "" where the card names none
    splits: dict[str, tuple[str, ...]]


def front_matter(card: str) -> str:
    """The YAML at the top of a card; "" where there is none."""
    found = _FRONT.match(card)
    return found[1] if found else ""


def has_configs(card: str) -> bool:
    """Tell whether a card says which files belong together; `datasets` is loaded for such a one alone."""
    return re.search(r"^configs\s*:", front_matter(card), re.MULTILINE) is not None


def parts_of(place: HubPath, card: str, names: Sequence[str]) -> Parts:
    """The files of the config and the splits that a path asks for.

    Raises UsageError for one that there is not, or where several configs are there and none is asked for, DataError
    for a card that cannot be read.
    """
    configs = _configs(place, card)
    chosen = _config(place, configs)
    said = configs.get(chosen, {})
    patterns = _patterns(place, said, names)
    splits = {str(split): _matching(these, names, str(said.get("data_dir") or "")) for split, these in patterns.items()}
    wanted = place.splits or tuple(splits)
    if missing := [split for split in wanted if split not in splits]:
        hint = f"--split {next(iter(splits), 'train')}; there are {_list(splits)}"
        raise UsageError(f"has no split {missing[0][:80]!r}", where=place.where, hint=hint)
    return Parts(chosen, {split: splits[split] for split in splits if split in wanted})


def _configs(place: HubPath, card: str) -> dict[str, dict[str, Any]]:
    metadata = datasets("utils.metadata").MetadataConfigs
    try:
        with YAML:
            yaml = import_module("yaml")
        data = yaml.safe_load(front_matter(card)) or {}
        found: dict[str, dict[str, Any]] = dict(metadata.from_dataset_card_data(data))
    except Exception as error:  # a stranger's YAML, which fails in many ways
        said = visible(" ".join(str(error).split()))[:120]
        hint = "name the files: .../*.parquet"
        raise DataError(f"its card cannot be read: {said}", where=place.where, hint=hint) from error
    return found


def _config(place: HubPath, configs: dict[str, dict[str, Any]]) -> str:
    if place.config:
        if place.config not in configs and (configs or place.config != "default"):
            hint = f"there are {_list(configs)}" if configs else "leave --config-name out"
            raise UsageError(f"has no config {place.config[:80]!r}", where=place.where, hint=hint)
        return place.config
    defaults = [name for name, said in configs.items() if len(configs) == 1 or name == "default" or said.get("default")]
    if configs and len(defaults) != 1:
        hint = f"--config-name {next(iter(configs))}; there are {_list(configs)}"
        raise UsageError(f"has {len(configs)} configs, and none is asked for", where=place.where, hint=hint)
    return defaults[0] if defaults else ""


def _patterns(place: HubPath, said: dict[str, Any], names: Sequence[str]) -> dict[str, list[str]]:
    files = datasets("data_files")
    if (given := said.get("data_files")) is not None:
        found: dict[str, list[str]] = files.sanitize_patterns(given)
        return found
    folder = str(said.get("data_dir") or "")
    try:
        with _listed(names) as root:
            found = files.get_data_patterns(f"{root}/{folder}".rstrip("/"))
    except FileNotFoundError as error:
        raise DataError("holds no data files", where=place.where) from error
    return found


def _matching(patterns: Sequence[str], names: Sequence[str], folder: str) -> tuple[str, ...]:
    """Files that any of the patterns means, each once; a pattern that means none is nobody's fault here."""
    files, found = datasets("data_files"), dict[str, None]()
    with _listed(names) as root:
        for pattern in patterns:
            try:
                hits = files.resolve_pattern(pattern, f"{root}/{folder}".rstrip("/"))
            except FileNotFoundError:
                continue
            found.update(dict.fromkeys(hit.removeprefix(f"{root}/") for hit in hits))
    return tuple(found)


def _listed(names: Sequence[str]) -> Any:
    return import_module("curate.corpus.remote.hub_listed").listed(names)


def _list(names: Any) -> str:
    shown = [visible(str(name))[:60] for name in list(names)[:_NAMED]]
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(shown) + more
