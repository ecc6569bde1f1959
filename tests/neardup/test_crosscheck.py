"""A sample's pairs are those of plain Python, its drawing is fair to near-duplicates, and what is missed is seen."""

import random
from dataclasses import replace
from itertools import combinations

import numpy as np
import pyarrow as pa
import pytest

import slow_neardup
from curate.kernels.buffers import text_buffers
from curate.kernels.shingle_sets import alike, shingle_sets
from curate.kernels.tokens import tokenize
from curate.measuring.counts import Fingerprint
from curate.measuring.measure import annotate
from curate.neardup.clusters import Clusters, find_clusters
from curate.neardup.crosscheck import MOST_ALIKE, draw_sample, found_pairs
from curate.neardup.signature import Signature
from curate.neardup.sketches import Sketches

pytest.importorskip("datasketch")
TEXTS = [
    *slow_neardup.families("english", 12, 5, random.Random(11), (8, 80)),
    *slow_neardup.families("chinese", 6, 5, random.Random(12), (10, 80)),
    *(f"if (a[{k}] == b) {{ return f(x + {k} * y) << {k}; }} else {{ g(a, b, c); }}" for k in range(6)),
    *("", "one", "a b c d"),
]


def grouped(texts: list[str]) -> tuple[Sketches, Clusters]:
    documents = pa.record_batch([pa.array(texts, pa.large_string())], ["text"])
    annotated = annotate(documents, (Signature(), Fingerprint()))
    sketches = Sketches.from_annotations(pa.Table.from_batches([annotated]))
    return sketches, find_clusters(sketches, 0.7)


def sets_of(texts: list[str]) -> tuple[np.ndarray, np.ndarray]:
    return shingle_sets(tokenize(*text_buffers(pa.array(texts, pa.large_string()))), (5, 7))


def sizes_of(texts: list[str]) -> np.ndarray:
    return np.array([len(text.encode()) for text in texts], np.int64)


def test_the_sets_are_those_of_plain_python() -> None:
    values, start = sets_of(TEXTS)
    for i, text in enumerate(TEXTS):
        assert values[start[i] : start[i + 1]].tolist() == slow_neardup.shingles(text)


@pytest.mark.parametrize("threshold", [0.3, 0.7, 1.0])
def test_every_pair_is_compared(threshold: float) -> None:
    sets = [set(slow_neardup.shingles(text)) for text in TEXTS]
    wanted = {
        (i, j) for i, j in combinations(range(len(sets)), 2)
        if sets[i] and sets[j] and len(sets[i] & sets[j]) >= threshold * len(sets[i] | sets[j])
    }  # fmt: skip
    left, right = alike(*sets_of(TEXTS), threshold)
    assert wanted
    assert set(zip(left.tolist(), right.tolist(), strict=True)) == wanted


def test_more_pairs_than_there_was_room_for_are_all_found() -> None:
    left, right = alike(*sets_of(["one and the same text of some words"] * 400), 0.7)
    assert len(left) == len(right) == 400 * 399 // 2


def test_what_clusters_miss_and_what_they_invent_is_counted() -> None:
    sketches, clusters = grouped(TEXTS)
    rows = np.flatnonzero(sketches.count > 0)
    sets = sets_of([TEXTS[i] for i in rows])
    found = found_pairs(*sets, rows, clusters, 0.7, 42)
    assert found.direct == found.exact
    assert found.exact <= found.together
    assert found.datasketch & found.exact
    nothing = replace(clusters, cluster=np.full(len(TEXTS), -1), twin=np.arange(len(TEXTS)), edges=clusters.edges[:0])
    missed = found_pairs(*sets, rows, nothing, 0.7, 42)
    assert (missed.direct, missed.together) == (frozenset(), frozenset())
    assert (missed.exact, missed.datasketch) == (found.exact, found.datasketch)
    one = replace(clusters, cluster=np.zeros(len(TEXTS), np.int64))
    assert len(found_pairs(*sets, rows, one, 0.7, 42).together) == rows.size * (rows.size - 1) // 2


def test_the_sample_depends_on_texts_and_seed_alone() -> None:
    texts = [*TEXTS, *TEXTS[:20]]
    shuffled = random.Random(3).sample(texts, len(texts))
    drawn = []
    for order, seed in ((texts, 1), (shuffled, 1), (texts, 2)):
        rows = draw_sample(*grouped(order), sizes_of(order), seed, 30)
        drawn.append(sorted(order[i] for i in rows))
    assert drawn[0] == drawn[1] != drawn[2]
    assert len(set(drawn[0])) == len(drawn[0]) == 30
    assert not {"", "one", "a b c d"} & set(drawn[0])


def test_near_duplicates_fall_into_the_sample_together() -> None:
    single = [" ".join(f"w{i}x{k}" for k in range(30)) for i in range(2000)]
    texts = [*single, *(f"{text} more" for text in single[:100])]
    rows = draw_sample(*grouped(texts), sizes_of(texts), 42, 200)
    together = {i for i in rows.tolist() if i < 100} & {i - 2000 for i in rows.tolist() if i >= 2000}
    assert len(together) > 80


def test_no_group_and_no_text_takes_all_of_the_sample() -> None:
    words = " ".join(f"w{k}" for k in range(40))
    texts = [f"{words} {i}" for i in range(3 * MOST_ALIKE)]
    assert len(draw_sample(*grouped(texts), sizes_of(texts), 42)) <= 2 * MOST_ALIKE
    long = ["word " * 300_000, *TEXTS]
    assert 0 not in draw_sample(*grouped(long), sizes_of(long), 42)
