"""Every dropped document is explained by a kept one that it really repeats."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from corpora import made_up_texts
from curate.measuring.counts import Fingerprint
from curate.measuring.measure import annotate
from curate.neardup.clusters import find_clusters
from curate.neardup.duplicates import drop_duplicates
from curate.neardup.repeats import repeated_by
from curate.neardup.signature import Signature
from curate.neardup.sketches import Sketches


def shingles(text: str) -> set[tuple[str, ...]]:
    words = text.replace(".", "").split()
    return {tuple(words[i : i + 5]) for i in range(len(words) - 4)}


def test_a_dropped_document_repeats_the_kept_one_it_is_explained_by() -> None:
    texts = made_up_texts(60)
    for i in range(20):  # chains of growing distance, and exact copies
        words = texts[i].split()
        words[5] = "first"
        texts[20 + i] = " ".join(words)
        words[-6] = "second"
        texts[40 + i] = " ".join(words) if i % 3 else texts[i]
    table = pa.Table.from_batches(
        [annotate(pa.record_batch([pa.array(texts, pa.large_string())], ["text"]), (Fingerprint(), Signature()))]
    )
    clusters = find_clusters(Sketches.from_annotations(table), 0.7)
    kept = drop_duplicates(clusters)
    by = repeated_by(clusters, kept)
    assert (~kept).sum() >= 20
    for row in range(60):
        if kept[row]:
            assert by[row] == -1
            continue
        assert kept[by[row]]
        a, b = shingles(texts[row]), shingles(texts[by[row]])
        similarity = len(a & b) / len(a | b)
        assert similarity >= 0.7
        others = [k for k in np.flatnonzero(kept) if k != by[row]]
        assert all(len(a & (s := shingles(texts[k]))) / len(a | s) <= similarity for k in others)
