"""Names of the classes of a column of numbers, as `datasets` keeps them beside a table: ClassLabel."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from curate.corpus.label_words import MINUS, SILENT, UNKNOWN, WRITERS, normal_labels, spelling
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


@dataclass(frozen=True, slots=True)
class ClassNames:
    """Names by number of the classes in a column, and the paths of the tables that keep them."""

    column: str
    names: tuple[str, ...] = ()
    paths: frozenset[str] = frozenset()
    example: str = ""  # name of one of these tables


def class_names(shards: Iterable[Shard], column: str) -> ClassNames:
    """Names that tables keep of the classes in a column; empty where none names any.

    Raises UsageError where tables name them differently, so that no number means anything.
    """
    tables = {one.path: one for one in shards if one.is_table}.values()
    schemas = ((one, table_schema(one.path, one.format)) for one in tables)
    told = [(one, named_classes(schema, column)) for one, schema in schemas if column in schema.names]
    if not told:
        return ClassNames(column)
    first, names = told[0]
    for shard, others in told[1:]:
        if others != names:
            raise _unlike(column, (first.name, names), (shard.name, others))
    return ClassNames(column, names, frozenset(shard.path for shard, _ in told if names), first.name)


def named_classes(schema: pa.Schema, column: str) -> tuple[str, ...]:
    """Names by number of the classes in a column of one table; () where it keeps none."""
    return _names(declared_features(schema), column)


def refuse_bare_numbers(classes: ClassNames, file: str, labels: pa.ChunkedArray, said: Mapping[str, str]) -> None:
    """Raise UsageError where labels of a file that keeps no names hold numbers: the names of others are not theirs.

    said: what a user says of words, as of `parse_label_map`.
    """
    spelt = spelling(labels.cast(pa.string()).unique())
    numbers = pc.match_substring_regex(spelt, f"^{MINUS}?[0-9]*\\.?[0-9]+$")
    known = pc.is_in(spelt, pa.array(list(said), pa.string()))
    if pc.any(pc.and_not(numbers, known)).as_py():
        raise _unlike(classes.column, (classes.example, classes.names), (file, ()))


def _unlike(column: str, one: tuple[str, tuple[str, ...]], other: tuple[str, tuple[str, ...]]) -> UsageError:
    """Error for two files, as (name, classes), whose numbers need not mean the same."""
    one, other = (one, other) if one[1] else (other, one)
    means = [class_writers(names, {}) for _, names in (one, other) if names]
    known = set(WRITERS) <= set(means[0].values()) and all(writers == means[0] for writers in means)
    entries = " ".join(f"--label-map {number}={word}" for number, word in means[0].items() if number.isdigit())
    entries = entries if known else ""
    return UsageError(
        f"column {column!r} names its classes {_list(one[1])} in {one[0]} and {_list(other[1])} in {other[0]}",
        hint="scan the files apart" + (f", or say what the numbers mean in all of them: {entries}" if entries else ""),
    )


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
