"""Sums of weights over n-grams are what plain Python says, and so are the steps of training."""

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

import slow_detect
from curate.kernels.linear import SLOTS, ngram_sums
from curate.kernels.sgd import bit_counts, buckets_of, count_documents, count_slots, mark_groups, train_pass

BITS = 10
NONE = np.zeros(SLOTS // 8, np.uint8)
token_lists = st.lists(
    st.lists(st.tuples(st.integers(0, 2**64 - 1), st.sampled_from([0, 0, 1, 1, 1, 2, 3, 4, 5, 6, 7])), max_size=30),
    min_size=1,
    max_size=5,
)


def arrays(texts: list[list[tuple[int, int]]]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    folded = np.array([f for text in texts for f, _ in text], np.uint64)
    kind = np.array([k for text in texts for _, k in text], np.uint8)
    return folded, kind, np.cumsum([0, *map(len, texts)]).astype(np.int64)


def some_common(texts: list[list[tuple[int, int]]]) -> tuple[set[int], np.ndarray]:
    """Every other token's slot, as a set and as the kernels want it."""
    slots = {f >> 48 for text in texts for f, _ in text[::2]}
    flags = np.zeros(SLOTS, np.bool_)
    flags[list(slots)] = True
    return slots, np.packbits(flags, bitorder="little")


@given(token_lists, st.integers(0, 5))
def test_sums_are_those_of_plain_python(texts: list[list[tuple[int, int]]], seed: int) -> None:
    folded, kind, start = arrays(texts)
    tables = np.random.default_rng(seed).integers(-127, 128, (2, 1 << BITS)).astype(np.int8)
    row = np.array([(i + seed) % 3 - 1 for i in range(len(texts))], np.int8)
    sums, grams, counted = (np.full(len(texts), -1, np.int64) for _ in range(3))
    slots, common = some_common(texts)
    ngram_sums(folded, kind, start[:-1], start[1:], row, tables, np.stack([NONE, common]), sums, grams, counted)
    for i, text in enumerate(texts):
        known = slots if row[i] == 1 else set()
        found = slow_detect.ngrams([f for f, _ in text], [k for _, k in text], BITS, known) if row[i] >= 0 else []
        assert sums[i] == sum(int(tables[row[i], bucket]) for bucket in found)
        assert grams[i] == len(found)
        assert counted[i] == (sum(k <= 2 for _, k in text) if row[i] >= 0 else 0)


@given(token_lists, st.sampled_from([BITS, 15]))
def test_training_sees_the_same_ngrams_as_scoring(texts: list[list[tuple[int, int]]], bits: int) -> None:
    folded, kind, start = arrays(texts)
    room = np.empty(5 * folded.size, np.uint64)
    slots, common = some_common(texts)
    for i, text in enumerate(texts):
        found = buckets_of(folded, kind, start[i], start[i + 1], common, bits, room)
        expected = slow_detect.ngrams([f for f, _ in text], [k for _, k in text], bits, slots)
        assert room[:found].tolist() == expected


def test_groups_are_marked_and_counted() -> None:
    texts = [[(7, 0), (8, 0)], [(7, 0)], [(9, 0)]]
    folded, kind, start = arrays(texts)
    marks = np.zeros(1 << BITS, np.uint64)
    rows = np.array([0, 1], np.int64)
    mark_groups(folded, kind, start, rows, np.array([3, 63, 5], np.int64), NONE, BITS, marks)
    counts = bit_counts(marks)
    assert counts[slow_detect.ngrams([7], [0], BITS, set())[0]] == 2
    assert counts[slow_detect.ngrams([8], [0], BITS, set())[0]] == 1
    assert counts.sum() == 4  # 7 twice, 8, and the pair


def test_documents_are_counted_once_a_class_however_often_an_ngram_stands_in_them() -> None:
    folded, kind, start = arrays([[(7, 0), (9, 0), (7, 0)], [(7, 0)], [(8, 0)], [(7, 0)]])
    counts, last = np.zeros((1 << BITS, 2), np.float32), np.full(1 << BITS, -1, np.int64)
    rows, machine = np.array([0, 1, 2], np.int64), np.array([1, 0, 0, 0], np.float32)
    count_documents(folded, kind, start, rows, machine, NONE, BITS, last, counts)
    assert counts[slow_detect.ngrams([7], [0], BITS, set())[0]].tolist() == [1, 1]
    assert counts[slow_detect.ngrams([8], [0], BITS, set())[0]].tolist() == [1, 0]


def test_words_and_characters_are_counted_by_slot_and_group() -> None:
    folded, kind, start = arrays([[(7 << 48, 0), (7 << 48, 3)], [(7 << 48 | 5, 1)], [(9 << 48, 0)]])
    counts = np.zeros((2, SLOTS), np.int64)
    count_slots(folded, kind, start, np.array([0, 1], np.int64), np.array([0, 1, 1], np.int64), counts)
    assert counts[:, 7].tolist() == [1, 1]
    assert counts.sum() == 2


def test_a_step_is_adagrad_on_the_logistic_loss_of_scaled_features() -> None:
    folded, kind, start = arrays([[(1, 0), (2, 0), (3, 0)]])
    state, bias = np.zeros((1 << BITS, 3), np.float32), np.array([0.3])
    buckets = slow_detect.ngrams([1, 2, 3], [0, 0, 0], BITS, set())
    assert len(set(buckets)) == 7
    state[:, 2] = 2
    state[buckets[0], 2] = 0
    order, key = np.zeros(1, np.int64), np.zeros(1, np.uint64)
    one = np.ones(1, np.float32)
    crop = np.array([50, 400])
    train_pass(folded, kind, start, order, key, one, 3 * one, crop, 0.5, NONE, BITS, state, bias)
    error = 3 * (1 / (1 + math.exp(-0.3)) - 1)
    gradient = 2 * error / math.sqrt(7 + 5)
    expected = -0.5 * gradient / math.sqrt(gradient**2 + 1e-8)
    np.testing.assert_allclose(state[buckets[1:], 0], expected, rtol=1e-5)
    assert state[buckets[0], 0] == 0
    assert np.count_nonzero(state[:, 0]) == 6
    assert bias[0] == 0.3 - 0.02 * 0.5 * error
