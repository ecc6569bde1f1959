"""Names of the classes of a column of numbers, as `datasets` keeps them beside a table: ClassLabel."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

import pyarrow as pa

from curate.corpus.label_words import MINUS, SILENT, UNKNOWN, normal_labels, spelling
from curate.corpus.tables import table_schema
from curate.errors import UsageError
from curate.schema import Shard

FEATURES = b"huggingface"  # the key of a schema's metadata under which `datasets` keeps them


def declared_features(schema: pa.Schema) -> Any:
    """The features of `datasets` that a table declares, as parsed JSON; None where there are none."""
    return _features((schema.metadata or {}).get(FEATURES, b"null"))


@lru_cache(maxsize=8)
def _features(told: bytes) -> Any:
    try:
        found = json.loads(told)
        return found["info"]["features"] if found else None
    except (ValueError, KeyError, TypeError, RecursionError):
        return None


def class_names(shards: Iterable[Shard], column: str) -> tuple[str, ...]:
    """Names by number of the classes in a column; () where no table names any.

    Raises UsageError where tables name them differently, so that no number means anything.
    """
    first: tuple[str, ...] | None = None
    origin = ""
    for shard in {one.path: one for one in shards if one.is_table}.values():
        schema = table_schema(shard.path, shard.format)
        if column not in schema.names:
            continue
        names = _names(declared_features(schema), column)
        if first is not None and names != first:
            entries = "--label-map 0=human --label-map 1=machine"
            raise UsageError(
                f"column {column!r} names its classes {_list(first)} in {origin} and {_list(names)} in {shard.name}",
                hint=f"scan the files apart, or say what the numbers mean in all of them: {entries}",
            )
        first, origin = names, origin or shard.name
    return first or ()


def class_writers(names: tuple[str, ...], mapping: Mapping[str, str]) -> dict[str, str]:
    """Whom each number means, as a label map has it; a class whose name says nothing known is left out.

    mapping: what a user says of names, as of `parse_label_map`, which comes first.
    """
    if not names:
        return {}
    array = pa.array(names, pa.string())
    spelt, writers = spelling(array).to_pylist(), normal_labels(array, "", mapping).to_pylist()
    found = {str(number): writer for number, writer in enumerate(writers) if writer}
    quiet = {*SILENT, *(name for name, writer in mapping.items() if writer == UNKNOWN)}
    aside = {str(number): UNKNOWN for number, name in enumerate(spelt) if name in quiet}
    return {f"{MINUS}1": UNKNOWN, **found, **aside}  # `datasets` writes -1 where there is no label


def _names(features: Any, column: str) -> tuple[str, ...]:
    told = features.get(column) if isinstance(features, dict) else None
    names = told.get("names") if isinstance(told, dict) and told.get("_type") == "ClassLabel" else None
    return tuple(map(str, names)) if isinstance(names, list) else ()


def _list(names: tuple[str, ...]) -> str:
    return ", ".join(repr(name[:40]) for name in names[:6]) + ("..." if len(names) > 6 else "") if names else "not"
