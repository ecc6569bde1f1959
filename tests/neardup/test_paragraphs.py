"""Paragraphs that other documents have too, against the plain-Python definition."""

from __future__ import annotations

import random
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

import slow_neardup
from curate.engines.local import local_engine
from curate.kernels.buffers import binary_values
from curate.measuring.measure import annotate
from curate.neardup.means import Means
from curate.neardup.paragraphs import Keys, ParagraphParts, Paragraphs, repeated_tokens

DRAW = random.Random(11)
LINES = [" ".join(slow_neardup.english(size, DRAW)) for size in (3, 9, 9, 10, 10, 11, 14, 30)]
LINES += ["".join(slow_neardup.chinese(size, DRAW)) for size in (9, 10, 25)]
LINES += [
    " ".join(DRAW.choices(["สวัสดี", "مرحبا", "🎉", "..", "12", "don't", "<b>", "http://a.b/c"], k=18)),
    "",
    "  ",
    "!?" * 20,
]
BREAKS = ("\n", "\r\n", "\n\n", "<br>", "\\n", " \n\t\n ", "\u2028")


def keys_of(texts: list[str]) -> Keys:
    column = annotate(pa.record_batch([pa.array(texts, pa.large_string())], ["text"]), (Paragraphs(),)).column(0)
    return binary_values(column, np.uint64)


def counted(texts: list[str], groups: list[int], cuts: list[int], means: Means) -> list[int]:
    """By the code, in parts that begin at the cuts."""
    starts = [0, *cuts, len(texts)]
    parts = [keys_of(texts[a:b]) for a, b in pairwise(starts)]
    most = sum(len(keys) for keys, _ in parts)
    found = repeated_tokens(
        ParagraphParts(np.array(starts), most, lambda part: parts[part]), np.array(groups, np.int64), means
    )
    return [int(tokens) for tokens in found]


@given(st.data())
def test_tokens_in_paragraphs_of_other_groups(data: st.DataObject) -> None:
    chosen = data.draw(st.lists(st.lists(st.sampled_from(LINES), max_size=6), min_size=1, max_size=12))
    texts = ["".join(line + data.draw(st.sampled_from(BREAKS)) for line in lines) for lines in chosen]
    groups = [data.draw(st.integers(0, 12)) for _ in texts]
    cuts = sorted(data.draw(st.lists(st.integers(0, len(texts)), max_size=3)))
    means = Means(local_engine(data.draw(st.integers(1, 2))), data.draw(st.sampled_from([100, 400, 1 << 20])))
    assert counted(texts, groups, cuts, means) == slow_neardup.repeated_tokens(texts, groups)


@pytest.mark.parametrize("other", [str.upper, lambda s: s.replace(" ", "  "), lambda s: f"“{s}”!", lambda s: s + "\r"])
def test_formatting_makes_no_other_paragraph(other: object) -> None:
    text = LINES[6]
    assert callable(other)
    assert counted([text, other(text)], [0, 1], [], Means()) == [14, 14]
    assert counted([text, " ".join(reversed(text.split()))], [0, 1], [], Means()) == [0, 0]
    assert counted([text, text + " more"], [0, 1], [], Means()) == [0, 0]


def test_one_paragraph_in_every_document_is_counted_in_all_of_them() -> None:
    texts = [LINES[7] + "\n" + " ".join(f"own{i}w{k}" for k in range(12)) for i in range(3000)]
    assert counted(texts, list(range(3000)), [1000], Means(memory=5000)) == [30] * 3000
    assert counted(texts, [5] * 3000, [], Means()) == [0] * 3000


def test_a_paragraph_of_over_a_million_tokens_counts_a_million() -> None:
    assert counted(["w " * 1_100_000] * 2, [0, 1], [], Means()) == [(1 << 20) - 1] * 2
