"""Clusters against brute force over exact Jaccard similarities, in any order of the documents."""

import random
import time
from functools import cache
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import slow_neardup
from curate.engines.local import local_engine
from curate.errors import UsageError
from curate.measuring.counts import Fingerprint
from curate.measuring.measure import annotate
from curate.neardup.clusters import Clusters, find_clusters
from curate.neardup.duplicates import drop_duplicates
from curate.neardup.means import Means
from curate.neardup.signature import Signature
from curate.neardup.sketches import Sketches

TEXTS = [
    *slow_neardup.families("english", 12, 5, random.Random(11), (8, 80)),
    *slow_neardup.families("chinese", 6, 5, random.Random(12), (10, 80)),
    *("", " ", "one", "One", "a b c d", "a b c d!", "汉字", "汉字汉字汉字", "汉字汉字汉字。"),
]


def sketches_of(texts: list[str]) -> Sketches:
    documents = pa.record_batch([pa.array(texts, pa.large_string())], ["text"])
    return Sketches.from_annotations(pa.Table.from_batches([annotate(documents, (Signature(), Fingerprint()))]))


def clusters_of(texts: list[str], threshold: float = 0.7) -> Clusters:
    return find_clusters(sketches_of(texts), threshold)


def in_terms_of_texts(texts: list[str], found: Clusters, kept: np.ndarray) -> tuple[object, ...]:
    """Everything found, with texts in the place of rows and of their order."""
    by_text = sorted(
        (text, int(found.cluster[i]), texts[found.representative[i]], float(found.similarity[i]), bool(found.exact[i]))
        for i, text in enumerate(texts)
    )
    edges = sorted(
        (*sorted([texts[a], texts[b]]), float(s))
        for (a, b), s in zip(found.edges.tolist(), found.edge_similarity.tolist(), strict=True)
    )
    twins = sorted((text, texts[found.twin[i]]) for i, text in enumerate(texts))
    ranked = [texts[i] for i in np.argsort(found.rank)]
    return by_text, edges, twins, ranked, sorted((text, bool(k)) for text, k in zip(texts, kept, strict=True))


@given(st.lists(st.sampled_from(TEXTS), max_size=40), st.randoms(use_true_random=False), st.sampled_from([0.5, 0.8]))
@example([], random.Random(0), 0.5)
@example([*TEXTS, *TEXTS[::3]], random.Random(0), 0.5)
def test_results_do_not_depend_on_the_order(texts: list[str], generator: random.Random, threshold: float) -> None:
    shuffled = generator.sample(texts, len(texts))
    first, second = clusters_of(texts, threshold), clusters_of(shuffled, threshold)
    assert in_terms_of_texts(texts, first, drop_duplicates(first)) == in_terms_of_texts(
        shuffled, second, drop_duplicates(second)
    )


@cache
def brute_force(kind: str) -> tuple[list[str], list[tuple[int, int, float]]]:
    """Texts, and every pair of them with its exact similarity."""
    texts = slow_neardup.families(kind, 25, 12, random.Random(kind), (80, 400))
    shingles = [set(slow_neardup.shingles(text)) for text in texts]
    pairs = [
        (i, j, slow_neardup.jaccard(a, b)) for j, b in enumerate(shingles) for i, a in enumerate(shingles[:j]) if a & b
    ]
    return texts, pairs


@pytest.mark.parametrize("threshold", [0.5, 0.7, 0.8, 0.9])
@pytest.mark.parametrize("kind", ["english", "chinese"])
def test_pairs_are_those_of_brute_force(kind: str, threshold: float) -> None:
    texts, truth = brute_force(kind)
    found = clusters_of(texts, threshold)
    edges = zip(found.edges.tolist(), found.edge_similarity.tolist(), strict=True)
    pairs = {(min(a, b), max(a, b)): similarity for (a, b), similarity in edges}
    node = found.twin.tolist()
    above = [(i, j) for i, j, similarity in truth if similarity >= threshold + 0.05 and node[i] != node[j]]
    assert len(above) > 40
    assert sum((min(node[i], node[j]), max(node[i], node[j])) in pairs for i, j in above) >= 0.99 * len(above)
    exact = {(i, j): similarity for i, j, similarity in truth}
    assert all(similarity >= threshold - 1e-6 for similarity in pairs.values())
    assert all(similarity == pytest.approx(exact[pair]) for pair, similarity in pairs.items())
    assert all(exact[min(i, k), max(i, k)] == 1.0 for i, k in enumerate(node) if i != k)


def test_members_know_their_representative_and_how_like_it_they_are() -> None:
    found = clusters_of(TEXTS, 0.6)
    shingles = [set(slow_neardup.shingles(text)) for text in TEXTS]
    members = np.flatnonzero(found.cluster >= 0)
    assert len(members) > 40
    for i in members:
        head = found.representative[i]
        assert found.cluster[head] == found.cluster[i]
        assert found.similarity[i] == pytest.approx(slow_neardup.jaccard(shingles[i], shingles[head]))
        assert len(shingles[head]) == max(len(shingles[k]) for k in members if found.cluster[k] == found.cluster[i])
    alone = np.flatnonzero(found.cluster < 0)
    assert found.representative[alone].tolist() == alone.tolist()
    assert (found.similarity[alone] == 1).all()
    assert sorted(set(found.cluster[members].tolist())) == list(range(found.cluster.max() + 1))


@pytest.mark.parametrize(
    ("letters", "joint"),
    [
        ("ابتثجحخدذرز", " "),
        ("กขคงจฉชซญดต", ""),
        ("あいうえおかきくけこ漢字仮名", ""),
        ("가나다라마바사", " "),
        ("अआइईउऊकखग", " "),
    ],
)
def test_any_script_has_near_duplicates(letters: str, joint: str) -> None:
    generator = random.Random(letters)
    size = 1 if joint == "" else 4
    texts = [["".join(generator.choices(letters, k=size)) for _ in range(120)] for _ in range(6)]
    edited = [[*text[:50], letters[:3], *text[51:]] for text in texts]
    found = clusters_of([joint.join(text) for text in texts + edited], 0.7)
    assert sorted(found.cluster[:6].tolist()) == list(range(6))
    assert found.cluster[:6].tolist() == found.cluster[6:].tolist()
    assert 0.85 < found.similarity.min() < 1


def test_short_texts_match_exactly_or_not_at_all_and_empty_ones_never() -> None:
    found = clusters_of(["", "one", "", "one", "One", "a b c d", "a b c d!", "汉字", "汉字", "汉字"])
    groups = [np.flatnonzero(found.cluster == c).tolist() for c in range(found.cluster.max() + 1)]
    assert sorted(groups) == [[1, 3], [7, 8, 9]]
    assert found.exact.tolist() == [False, False, False, True, False, False, False, False, True, True]
    assert drop_duplicates(found).sum() == 7
    assert clusters_of(["", ""]).cluster.tolist() == [-1, -1]


def test_equal_texts_are_told_apart_from_equal_words() -> None:
    text = "one two three four five six seven"
    found = clusters_of([text, text.upper(), text, f"{text}."])
    assert found.cluster.tolist() == [0] * 4
    assert found.exact.sum() == 1
    assert found.exact[[0, 2]].any()
    assert found.similarity.tolist() == [1.0] * 4


def test_a_given_priority_represents() -> None:
    words = slow_neardup.english(200, random.Random(4))
    texts = [" ".join([*words[:k], "changed", *words[k + 1 :]]) for k in range(10, 80, 10)]
    sketches = sketches_of([*texts, texts[3]])
    for first in (2, 7):
        priority = np.full(8, 5)
        priority[first] = -1
        found = find_clusters(sketches, 0.3, priority=priority)
        assert found.representative.tolist() == [first] * 8
        assert drop_duplicates(found, priority)[first]


def test_a_similarity_of_exactly_the_threshold_is_enough() -> None:
    words = [f"w{i}" for i in range(104)]  # 100 n-grams, of which the first 59 words hold 55; 0.55 * 100 > 55 in floats
    found = clusters_of([" ".join(words), " ".join(words[:59])], 0.55)
    assert found.edge_similarity.tolist() == pytest.approx([0.55])


def test_a_crowd_does_not_depend_on_the_order() -> None:
    generator = random.Random(3)
    texts = [boilerplate(generator, 5, i) for i in range(700)]
    shuffled = generator.sample(texts, len(texts))
    first, second = clusters_of(texts, 0.6), clusters_of(shuffled, 0.6)
    assert first.crowded
    assert in_terms_of_texts(texts, first, drop_duplicates(first)) == in_terms_of_texts(
        shuffled, second, drop_duplicates(second)
    )


@pytest.mark.parametrize("memory", [1 << 12, 1 << 16, 1 << 30])
@pytest.mark.parametrize("workers", [1, 3])
def test_threads_and_memory_change_nothing(memory: int, workers: int, tmp_path: Path) -> None:
    texts = [*brute_force("english")[0], *TEXTS, *(boilerplate(random.Random(i), 5, i) for i in range(200))]
    expected = clusters_of(texts, 0.6)
    assert expected.crowded
    documents = pa.record_batch([pa.array(texts, pa.large_string())], ["text"])
    measured = annotate(documents, (Signature(), Fingerprint()))
    parts = pa.Table.from_batches([measured.slice(at, 37) for at in range(0, len(texts), 37)])
    means = Means(local_engine(workers), memory, tmp_path)
    found = find_clusters(Sketches.from_annotations(parts), 0.6, means=means)
    for name in Clusters.__dataclass_fields__:
        assert np.array_equal(getattr(found, name), getattr(expected, name)), name
    assert not list(tmp_path.iterdir())


def test_nothing_comes_of_nothing() -> None:
    found = clusters_of([])
    assert len(found.cluster) == len(found.edges) == len(drop_duplicates(found)) == 0
    assert not found.crowded


@pytest.mark.parametrize("threshold", [0.0, 1.5])
def test_a_threshold_that_cannot_be_meant_is_refused(threshold: float) -> None:
    with pytest.raises(UsageError):
        clusters_of(TEXTS, threshold)


def boilerplate(generator: random.Random, own_words: int, number: int) -> str:
    frame = "all rights reserved no part of this page may be copied without leave of the one who wrote it " * 2
    return f"{frame} page {number} " + " ".join(f"w{generator.randrange(10**6)}" for _ in range(own_words))


def test_twenty_thousand_texts_with_the_same_words_are_one_cluster_at_once() -> None:
    words = "all rights reserved no part of this page may be copied without leave"
    texts = [words + "!" * (i % 141) + "?" * (i // 141) + ";" for i in range(20_000)]
    assert len(set(texts)) > 19_000
    sketches = sketches_of(texts)
    clusters_of(TEXTS)
    began = time.perf_counter()
    found = find_clusters(sketches, 0.7)
    kept = drop_duplicates(found, np.random.default_rng(0).permutation(20_000))
    assert time.perf_counter() - began < 10
    assert found.cluster.tolist() == [0] * 20_000
    assert kept.sum() == 1


def test_a_crowd_of_boilerplate_with_a_few_words_of_its_own_is_linear_and_whole() -> None:
    generator = random.Random(9)
    sketches = sketches_of([boilerplate(generator, 4, i) for i in range(20_000)])
    clusters_of(TEXTS)
    began = time.perf_counter()
    found = find_clusters(sketches, 0.5)
    assert time.perf_counter() - began < 20
    assert (found.cluster == 0).mean() > 0.99
    assert len(found.edges) < 60 * 20_000
    assert drop_duplicates(found).sum() < 10
    assert found.crowded
    other = np.random.default_rng(0).permutation(20_000)
    assert drop_duplicates(find_clusters(sketches, 0.5, priority=other), other).sum() < 10
    assert not clusters_of(TEXTS).crowded
