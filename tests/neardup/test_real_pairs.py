"""Pairs whose relation is known, among real articles and abstracts."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from curate.measuring.counts import Fingerprint
from curate.measuring.measure import annotate
from curate.neardup.clusters import find_clusters
from curate.neardup.signature import Signature
from curate.neardup.sketches import Sketches


def sketches_of(texts: list[str]) -> Sketches:
    documents = pa.record_batch([pa.array(texts, pa.large_string())], ["text"])
    return Sketches.from_annotations(pa.Table.from_batches([annotate(documents, (Signature(), Fingerprint()))]))


def shuffled_words(text: str) -> set[tuple[str, ...]]:
    words = "".join(c.lower() if c.isalnum() else " " for c in text).split()
    return set(zip(*(words[k:] for k in range(5)), strict=False))


def test_the_planted_pairs_are_found_among_2500_articles(data: Path) -> None:
    pairs = pq.read_table(data / "neardup" / "minhash_planted_pairs.parquet").to_pylist()
    articles = pq.read_table(data / "neardup" / "minhash_articles_en.parquet").column("text").to_pylist()
    planted = [text for pair in pairs for text in (pair["text_a"], pair["text_b"])]
    others = [text for text in articles if text not in set(planted)]
    found = find_clusters(sketches_of(planted + others), 0.5)
    for k in range(len(pairs)):
        a, b = shuffled_words(planted[2 * k]), shuffled_words(planted[2 * k + 1])
        truth = len(a & b) / len(a | b)
        assert truth >= 0.55, "the pair is what the test takes it for"
        assert found.cluster[2 * k] == found.cluster[2 * k + 1] >= 0
        assert abs(found.similarity[2 * k : 2 * k + 2].min() - truth) < 0.05
    members = np.flatnonzero(found.cluster >= 0)
    assert (members < len(planted)).mean() > 0.5
