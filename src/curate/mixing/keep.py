"""Which document of a near-duplicate cluster stays: the order in which deduplication tries them."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from curate.kernels.sorting import order_by, order_few
from curate.mixing.candidates import Candidates


def keep_order(
    keep: str,
    documents: Candidates,
    *,
    sources: pa.Array | pa.ChunkedArray,
    dates: pa.Array | pa.ChunkedArray,
) -> NDArray[np.int64]:
    """Rank of each document, 0 is kept before all others; no two share one, the rows' order does not matter.

    `keep` names what comes first: "human" the strongest evidence, "longest" the most tokens, "first" the earliest date
    (as text; null last), "source" the source with the fewest tokens, so that a rare source is not swallowed by a large
    one. Then follow evidence, length and priority.
    """
    criteria: dict[str, NDArray[np.int64]] = {"human": documents.classes.astype(np.int64), "longest": -documents.tokens}
    if keep == "first":
        dense = pc.rank(_flat(dates), sort_keys="ascending", tiebreaker="dense")
        criteria[keep] = np.asarray(dense, dtype=np.int64)
    if keep == "source":
        criteria[keep] = _source_tokens(_flat(sources), documents.tokens)
    order = order_by(documents.priority, np.arange(len(documents.priority)))
    for name in sorted(criteria, key=lambda name: (name == keep, name == "human")):  # what comes first is sorted last
        order = order[order_few(criteria[name][order])]
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    return rank


def _source_tokens(sources: pa.Array, tokens: NDArray[np.int64]) -> NDArray[np.int64]:
    codes = np.asarray(sources.fill_null("").dictionary_encode().indices, dtype=np.int64)
    sums = np.zeros(int(codes.max(initial=-1)) + 1, dtype=np.int64)
    np.add.at(sums, codes, tokens)
    return sums[codes]


def _flat(values: pa.Array | pa.ChunkedArray) -> pa.Array:
    return (values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values).cast(pa.string())
