"""Pairs between two corpora and clusters after merging, beside plain Python and beside clusters found anew."""

from __future__ import annotations

from collections import Counter

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from curate.measuring.matching import equal_texts, gone_and_new
from curate.neardup.copies import Pairs, join_pairs, most_similar, that_stay
from curate.neardup.merged import clusters_of, merged_components

TEXTS = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2)), max_size=12)


def prints(texts: list[tuple[int, int]]) -> np.ndarray:
    return np.array(texts, np.uint64).reshape(-1, 2)


@given(wanted=TEXTS, there=TEXTS)
def test_equal_texts_are_all_pairs_of_the_same_fingerprint(
    wanted: list[tuple[int, int]], there: list[tuple[int, int]]
) -> None:
    found = list(zip(*(side.tolist() for side in equal_texts(prints(wanted), prints(there))), strict=True))
    assert sorted(found) == [(i, k) for i, one in enumerate(wanted) for k, other in enumerate(there) if one == other]


@given(before=TEXTS, after=TEXTS)
def test_rows_without_a_partner_are_those_that_counting_leaves(
    before: list[tuple[int, int]], after: list[tuple[int, int]]
) -> None:
    gone, new = gone_and_new(prints(before), prints(after))
    for rows, mine, others in ((gone, before, after), (new, after, before)):
        left = Counter(others)
        for row, text in enumerate(mine):
            assert bool(rows[row]) is (left[text] == 0)
            left[text] -= left[text] > 0


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 4), st.sampled_from((0.8, 0.9, 1.0)), st.booleans())))
def test_a_new_document_repeats_the_same_text_before_the_most_similar(rows: list[tuple[int, int, float, bool]]) -> None:
    old_prints = prints([(2, 1), (1, 9), (1, 2), (1, 2), (0, 7)])
    columns = list(zip(*rows, strict=True)) or [(), (), (), ()]
    kinds = (np.int64, np.int64, np.float64, np.bool_)
    pairs = Pairs(*(np.array(column, kind) for column, kind in zip(columns, kinds, strict=True)))
    old, similarity, exact = most_similar(pairs, old_prints, 4)
    for new in range(4):
        mine = [row for row in rows if row[0] == new]
        best = min(
            mine, key=lambda r: (not r[3], -r[2], *old_prints[r[1]].tolist(), r[1]), default=(new, -1, 0.0, False)
        )
        assert (old[new], similarity[new], exact[new]) == best[1:]


def test_a_pair_with_a_text_that_is_gone_moves_to_the_first_document_that_still_has_it() -> None:
    there = prints([(1, 1), (2, 2), (1, 1), (1, 1), (3, 3)])
    gone = np.array([True, True, False, False, False])
    pairs = Pairs(np.arange(3), np.array([0, 1, 4]), np.full(3, 0.9), np.zeros(3, np.bool_))
    left = that_stay(join_pairs([pairs]), gone, there)
    assert (left.new.tolist(), left.old.tolist()) == ([0, 2], [2, 4])


def test_documents_connect_through_pairs_but_not_through_a_text_that_is_gone() -> None:
    gone = np.array([False, True, False, False])
    twin, edges = np.arange(4), np.array([[0, 1], [1, 2]])
    root = merged_components(gone, twin, edges, None, None)
    assert len(set(root[[0, 2, 3]].tolist())) == 3
    root = merged_components(np.zeros(4, np.bool_), twin, edges, None, None)
    assert len(set(root[:3].tolist())) == 1


def test_the_representative_has_most_ngrams_and_equal_texts_count_once() -> None:
    texts = prints([(5, 0), (4, 0), (4, 0), (9, 9)])
    clusters = clusters_of(np.array([7, 7, 7, 0]), np.array([10, 20, 20, 3]), texts)
    assert clusters.cluster.tolist() == [0, 0, 0, -1]
    assert clusters.representative.tolist() == [1, 1, 1, 3]
    assert clusters.exact.tolist() == [False, False, True, False]
