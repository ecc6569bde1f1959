"""The model is its plain-Python definition; the share is a tenth of more of the same, and more of a generation."""

import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from curate.diversity.figures import diversity
from curate.diversity.predictability import DISCOUNT, Model, easy_shares, predictable_share
from slow_diversity import collect, zipf_texts

TEXTS = st.lists(st.lists(st.sampled_from(["a", "b", "c", "汉", "d1"]), max_size=12).map(" ".join), max_size=8)


def lists(texts: list[str]) -> list[list[int]]:
    sample = collect(texts)
    ends = sample.token_offsets
    return [sample.tokens[ends[i] : ends[i + 1]].tolist() for i in range(len(sample))]


def slow_ease(taught: list[list[int]], document: list[int]) -> float:
    counts: list[Counter] = [Counter() for _ in range(4)]
    for words in taught:
        for k in (1, 2, 3):
            counts[k].update(tuple(words[i : i + k]) for i in range(len(words) - k + 1))

    def chance(run: tuple[int, ...]) -> float:
        if len(run) == 1:
            return (counts[1][run] + 0.5) / (counts[1].total() + (len(counts[1]) + 1) / 2)
        following = [c for other, c in counts[len(run)].items() if other[:-1] == run[:-1]]
        lower = chance(run[1:])
        if not following:
            return lower
        n = sum(following)
        return max(counts[len(run)][run] - DISCOUNT, 0) / n + DISCOUNT * len(following) / n * lower

    logs = [math.log(chance(tuple(document[max(0, i - 2) : i + 1]))) for i in range(len(document))]
    return sum(logs) / max(1, len(logs))


@given(TEXTS, TEXTS)
def test_the_ease_of_a_document_is_its_definition(taught: list[str], judged: list[str]) -> None:
    found = Model.of(collect(taught)).ease(collect(judged))
    assert found.tolist() == pytest.approx([slow_ease(lists(taught), d) for d in lists(judged)], rel=1e-9, abs=1e-12)


def test_chances_of_what_may_follow_sum_to_one() -> None:
    taught = collect(["a b c a b d a b c b a c d"])
    words = sorted({t for d in lists(["a b c d"]) for t in d})
    known = lists(["a b c a b d a b c b a c d"])
    for first in words:
        for second in words:
            ease = [
                slow_ease(known, [first, second, third]) * 3 - slow_ease(known, [first, second]) * 2 for third in words
            ]
            unseen = DISCOUNT  # mass of words never seen is not in the sum
            assert 1 - unseen < sum(map(math.exp, ease)) <= 1 + 1e-9
    assert Model.of(taught).words.size == 4


def test_more_of_the_same_is_a_tenth_and_a_generation_is_more() -> None:
    human, same = zipf_texts(800, 60, seed=1), zipf_texts(800, 60, seed=2)
    draw = np.random.default_rng(3)
    pieces = [" ".join(text.split()[i : i + 20]) for text in human for i in (0, 20, 40)]
    generated = [" ".join(draw.choice(pieces, 3)) for _ in range(800)]
    figures = diversity(collect(same), human=collect(human))
    assert figures.predictable_share == pytest.approx(0.1, abs=0.05)
    assert figures.intervals["predictable_share"][0] < 0.1
    made = diversity(collect(generated), human=collect(human)).predictable_share
    assert made is not None
    assert made > 0.5
    assert diversity(collect(same)).predictable_share is None


def test_documents_of_the_reference_itself_and_small_references_say_nothing() -> None:
    human = collect(zipf_texts(400, 60, seed=1))
    assert predictable_share(human, human) is None
    assert predictable_share(collect(zipf_texts(20, 60, seed=2)), human) is None
    assert predictable_share(human, collect(["too short"] * 100)) is None


@given(st.lists(st.tuples(st.floats(-9, 0), st.booleans()), min_size=4, max_size=60))
def test_the_limit_is_where_the_easiest_tenth_of_the_first_side_begins(rows: list[tuple[float, bool]]) -> None:
    ease = np.array([e for e, _ in rows]) - np.arange(len(rows)) * 1e-6
    member = np.array([[after] for _, after in rows], np.uint8)
    if member.all() or not member.any():
        return
    easy, sizes = easy_shares(ease, member)
    before, after = ease[member[:, 0] == 0], ease[member[:, 0] == 1]
    limit = np.sort(before)[-max(1, int(0.1 * before.size))]
    assert sizes[:, 0].tolist() == [before.size, after.size]
    assert easy[:, 0].tolist() == [(before >= limit).sum(), (after >= limit).sum()]
