"""The shingle kernel is its plain-Python definition, on anything, and small edits change few shingles."""

import random
from itertools import pairwise

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st

import slow_neardup
from curate.kernels.minhash import KEPT_SHINGLES, sketch
from curate.kernels.shingles import sort_distinct
from curate.kernels.tokens import tokenize

WORDS = [
    "one", "two", "don't", "THREE", "three", "汉", "字", "ก", "42", "٤٢", ",", "\n", "**", "http://a.b", "한국어",
    "(x)", "= [", "==", "===", "; {", "_", "a + b", "a & b", "^",
]  # fmt: skip
texts = st.lists(st.lists(st.sampled_from(WORDS), max_size=40).map(" ".join), min_size=1, max_size=5)


def kernel_shingles(strings: list[str], words: int, characters: int) -> list[list[int]]:
    encoded = [s.encode() for s in strings]
    offsets = np.concatenate([[0], np.cumsum([len(e) for e in encoded])]).astype(np.int64)
    tokens = tokenize(np.frombuffer(b"".join(encoded), np.uint8), offsets)
    found = sketch(tokens.folded, tokens.kind, tokens.script, tokens.document_start, (words, characters), 16)
    assert found.shingle_count.tolist() == np.diff(found.shingle_start).tolist()
    bounds = found.shingle_start.tolist()
    return [found.shingles[a:b].tolist() for a, b in pairwise(bounds)]


@given(texts, st.integers(1, 6), st.integers(1, 6))
@example(["", "a b c d e", "a a a a a a a", "a b c d", "汉字汉字汉字汉字"], 5, 7)
def test_the_kernel_is_its_definition(strings: list[str], words: int, characters: int) -> None:
    expected = [slow_neardup.shingles(s, words, characters) for s in strings]
    assert kernel_shingles(strings, words, characters) == expected


PARTS = (
    "so it goes on and on as all of them do",
    "a = b + (c - d); x_1 = {y: [z]}",
    "(one) of, the; others",
    "<a@b> >",
)


@given(st.lists(st.sampled_from(PARTS), min_size=4, max_size=16).map("\n".join))
def test_the_kernel_is_its_definition_where_prose_becomes_program_text(text: str) -> None:
    assert kernel_shingles([text], 5, 7) == [slow_neardup.shingles(text)]


def marked_words(size: int, structure: float, operators: float, draw: random.Random) -> list[str]:
    """Different words, some in brackets, some behind an operator."""
    words = []
    for k in range(size):
        mark = draw.random()
        words.append(f"(w{k})" if mark < structure / 2 else f"= w{k}" if mark < structure / 2 + operators else f"w{k}")
    return words


EDITS = {
    "replaced": "other",
    "dropped": "",
    "doubled": "{0} {0}",
    "in brackets": "[{0}]",
    "behind an operator": "| {0}",
    "in a phrase": "{0} as all of them said in those days",
}


@given(
    st.integers(500, 950),
    st.floats(0.0, 0.5),
    st.floats(0.0, 0.2),
    st.lists(st.sampled_from(sorted(EDITS)), min_size=1, max_size=4),
    st.randoms(use_true_random=False),
)
@example(532, 0.24, 0.0, ["dropped"], random.Random(1))
@example(500, 0.26, 0.0, ["in a phrase"], random.Random(1))
@example(507, 0.25, 0.0, ["in brackets"], random.Random(1))
@example(518, 0.0, 0.105, ["behind an operator"], random.Random(1))
def test_small_edits_change_few_shingles(
    size: int, structure: float, operators: float, edits: list[str], draw: random.Random
) -> None:
    words = marked_words(size, structure, operators, random.Random(size))
    edited = list(words)
    for edit, k in zip(edits, draw.sample(range(size), len(edits)), strict=True):
        edited[k] = EDITS[edit].format(words[k])
    before, after = (set(found) for found in kernel_shingles([" ".join(words), " ".join(edited)], 5, 7))
    assert len(before - after) <= 100 * len(edits)


def test_texts_that_differ_in_form_have_the_same_shingles() -> None:
    plain, formed = "Don't panic: the 3 towels are here today", "**don’t PANIC** -\n\n(the ٣ towels) are\there, today!"
    assert len(set(map(tuple, kernel_shingles([plain, formed], 5, 7)))) == 1


@given(st.lists(st.integers(0, 50) | st.integers(0, 2**32 - 2), max_size=60))
@example([2**32 - 2] * 3 + [2**32 - 3, 2**32 - 2, 0])
def test_hashes_are_sorted_and_each_is_there_once(hashes: list[int]) -> None:
    table = np.zeros(3 * len(hashes) + 1, np.uint32)
    found = sort_distinct(np.array(hashes, np.uint32), len(hashes), table)
    assert table[:found].tolist() == sorted(set(hashes))


def test_a_long_text_keeps_its_smallest_hashes_and_counts_them_all() -> None:
    text = " ".join(f"w{i % 3000}" for i in range(5000))
    expected = slow_neardup.shingles(text)
    tokens = tokenize(np.frombuffer(text.encode(), np.uint8), np.array([0, len(text)], np.int64))
    found = sketch(tokens.folded, tokens.kind, tokens.script, tokens.document_start, (5, 7), 16)
    assert found.shingle_count.tolist() == [len(expected)] == [3000]
    assert found.shingles.tolist() == expected[:KEPT_SHINGLES]
