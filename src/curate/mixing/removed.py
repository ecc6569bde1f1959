"""removed.parquet: every document that a mix left out, with every reason it has.

A reason is "kind" or "kind of ID": "rule:too-few-tokens", "indexed-copy of ID" (of an index given with --index),
"exact-duplicate of ID", "near-duplicate of ID", "excluded-text of FILE#ROW" (of a file given with --exclude),
"no-assistant-turn" (the floor counts the assistant's turns of a chat), "human-floor" (the floor had no room for it),
"budget". Several are joined by "; ".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

REMOVED = pa.schema(
    [
        pa.field("id", pa.string(), nullable=False),
        pa.field("path", pa.string(), nullable=False),
        pa.field("row", pa.int64(), nullable=False),
        pa.field("reason", pa.string(), nullable=False),
    ]
)
JOIN = "; "
OF = " of "


@dataclass(frozen=True, slots=True)
class Reason:
    """Documents (bool[n]) left out for one kind of reason; `of` names for each of the n the document it repeats."""

    kind: str
    documents: NDArray[np.bool_]
    of: pa.Array | pa.ChunkedArray | None = None


def removed_table(
    *,
    ids: pa.Array | pa.ChunkedArray,
    paths: pa.Array | pa.ChunkedArray,
    rows: pa.Array | pa.ChunkedArray,
    reasons: Sequence[Reason],
) -> pa.Table:
    """One row per document with a reason, by path and row; its reasons joined in the order given.

    Semicolons in the ids that reasons name become "%3B", so that a reason can be taken apart again.
    """
    document, said = _spoken(reasons)
    order = np.argsort(document, kind="stable")
    left_out, counts = np.unique(document, return_counts=True)
    offsets = np.concatenate((np.zeros(1, np.int64), np.cumsum(counts)))
    lists = pa.LargeListArray.from_arrays(pa.array(offsets, pa.int64()), said.take(pa.array(order)))
    which = pa.array(left_out)
    columns = [
        column.take(which).cast(kind.type)
        for column, kind in zip((ids, paths, rows), REMOVED, strict=False)  # fourth: the reason, next line
    ]
    table = pa.table([*columns, pc.binary_join(lists, JOIN)], schema=REMOVED)
    return table.sort_by([("path", "ascending"), ("row", "ascending")])


def reason_counts(removed: pa.Table) -> dict[str, int]:
    """Documents by kind of reason, sorted; a document counts once for each kind it has."""
    lists = pc.split_pattern(removed.column("reason").combine_chunks(), JOIN)
    kinds = pc.replace_substring_regex(pc.list_flatten(lists), pattern=f"(?s){OF}.*", replacement="")
    each = pa.table({"document": pc.list_parent_indices(lists), "kind": kinds}).group_by(["document", "kind"])
    counts = pc.value_counts(each.aggregate([]).column("kind"))
    return dict(sorted((str(kind), int(count)) for kind, count in zip(*_fields(counts), strict=True)))


def _spoken(reasons: Sequence[Reason]) -> tuple[NDArray[np.int64], pa.Array]:
    """Every reason of every document: which document, and the words."""
    documents: list[NDArray[np.int64]] = [np.zeros(0, np.int64)]
    words: list[pa.Array] = [pa.array([], pa.string())]
    for reason in reasons:
        which = np.flatnonzero(reason.documents)
        documents.append(which)
        words.append(_words(reason, which))
    return np.concatenate(documents), pa.concat_arrays(words)


def _words(reason: Reason, which: NDArray[np.int64]) -> pa.Array:
    if reason.of is None:
        return pa.repeat(pa.scalar(reason.kind, pa.string()), len(which))
    named = reason.of.take(pa.array(which)).cast(pa.string())
    flat = named.combine_chunks() if isinstance(named, pa.ChunkedArray) else named
    clean = pc.replace_substring(flat.fill_null("?"), pattern=";", replacement="%3B")
    return pc.binary_join_element_wise(reason.kind + OF.rstrip(), clean, " ")


def _fields(counts: pa.StructArray) -> tuple[list[str], list[int]]:
    return counts.field("values").to_pylist(), counts.field("counts").to_pylist()
