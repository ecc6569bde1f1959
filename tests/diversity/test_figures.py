"""Every figure against its slow definition, closed forms and scipy; what is too small says nothing."""

import math
import zlib
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import entropy

from curate.diversity.collecting import merge
from curate.diversity.figures import FIGURES, coverage, diversity
from curate.diversity.jackknife import interval
from curate.diversity.sample import DOCUMENT_TOKENS, Sample, priorities
from curate.kernels.grams import times_log
from slow_diversity import collect, counted, counted_runs, identity, slow_windows, zipf_texts

BY_CHANCE = ("singleton_mass", "repeated_4gram_share")  # of windows drawn at random; test_windows.py
WORDS = ["the", "and", "can't", "汉", "字", "x1", "42", "!", "\n", "zebra"]


def slow_figures(documents: list[list[str]]) -> dict[str, float]:
    """Plain definitions, for documents as lists of counted tokens."""
    words, pairs, runs, places = counted_runs(documents)
    n, once, twice = words.total(), *(sum(c == k for c in words.values()) for k in (1, 2))
    unseen = (n - 1) / n * (once**2 / (2 * twice) if twice else once * (once - 1) / 2)
    figures = {
        "singleton_mass": once / n,
        "coverage": 1 - once / n * (n * unseen / (n * unseen + once) if once else 0),
        "effective_vocabulary": math.exp(entropy(list(words.values()))),
    }
    if pairs:
        figures["effective_bigrams"] = math.exp(entropy(list(pairs.values())))
    if runs:
        repeated = sum(count for run, count in runs.items() if len(places[run]) > 1)
        figures["repeated_4gram_share"] = repeated / runs.total()
    return figures


@given(st.lists(st.lists(st.sampled_from(WORDS), max_size=14).map(" ".join), min_size=1, max_size=20))
def test_figures_are_their_definitions(texts: list[str]) -> None:
    documents = [counted(text) for text in texts]
    sample = collect(texts)
    if not sample.token_count:
        return
    found = {k: v for k, v in diversity(sample, sample.token_count).to_json().items() if v is not None}
    assert found == pytest.approx(slow_figures(documents), rel=1e-12)


def test_intervals_come_from_the_figures_without_each_group() -> None:
    texts = zipf_texts(100, 120, seed=5)
    measured = diversity(collect(texts))
    assert measured.tokens == 10_000
    kept = kept_documents(texts, 10_000)
    everything = kept_documents(texts, 12_000)
    check_intervals(
        measured, everything, kept, 10_000, ("coverage", "effective_vocabulary", "effective_bigrams"), slow_figures
    )
    check_intervals(measured, everything, everything, 12_000, BY_CHANCE, lambda d: slow_windows(d, 10_000 / 12_000))


def check_intervals(measured, everything, kept, tokens, names, slow) -> None:
    groups = {least_run(document) % 64: [] for document in everything}
    for i, document in enumerate(kept):
        groups[least_run(document) % 64].append(i)
    without = [slow([d for i, d in enumerate(kept) if i not in set(groups[g])]) for g in sorted(groups)]
    left = tokens - np.array([sum(len(kept[i]) for i in groups[g]) for g in sorted(groups)])
    whole = slow(kept)
    for name in names:
        values = np.array([w[name] for w in without])
        line = np.polynomial.Polynomial.fit(left, values, 1)
        expected = interval(np.append(values - line(left) + values.mean(), whole[name]))
        assert measured.intervals[name] == pytest.approx(expected, rel=1e-9)


def kept_documents(texts: list[str], size: int) -> list[list[str]]:
    """The documents that a cut to `size` tokens leaves, in order."""
    sample = collect(texts).part(0, size)
    words = {identity(word): word for text in texts for word in counted(text)}
    bounds = sample.token_offsets.tolist()
    return [[words[t] for t in sample.tokens[a:b].tolist()] for a, b in pairwise(bounds)]


def least_run(document: list[str]) -> int:
    """kernels.grams.least_runs in plain Python, for three tokens or more."""
    import slow

    best = slow.MASK
    for k in range(len(document) - 2):
        value = 0
        for word in document[k : k + 3]:
            value = slow.mix64((value * 0x9E3779B97F4A7C15 & slow.MASK) ^ identity(word))
        best = min(best, value)
    return slow.mix64(best)


def test_counts_past_32_bits_are_exact() -> None:
    n, once, twice = 2**40 + 1, 2**33 + 1, 2**32 + 3
    rate = Fraction((n - 1) * once, (n - 1) * once + 2 * twice)
    found = coverage(*(np.array([count]) for count in (n, once, twice)))
    assert found == pytest.approx([float(1 - Fraction(once, n) * rate)], rel=1e-12)
    assert times_log(2**33 + 1) == pytest.approx((2**33 + 1) * math.log(2**33 + 1), rel=1e-15)


def test_an_even_vocabulary_has_its_own_size() -> None:
    figures = diversity(collect([" ".join(f"w{i}" for i in range(100))] * 200))
    assert figures.effective_vocabulary == pytest.approx(100)
    assert figures.effective_bigrams == pytest.approx(99)
    assert figures.repeated_4gram_share == 1
    assert figures.singleton_mass == pytest.approx(0, abs=1e-12)
    assert figures.coverage == 1


def test_compression_is_of_whole_windows_in_order_of_priority() -> None:
    texts = zipf_texts(400, 150, seed=6)
    sample = collect(texts)
    joined = sample.heads.tobytes()
    assert any(joined.startswith(text[:1024].encode()) for text in texts)
    windows = [joined[i : i + 65536] for i in range(0, len(joined) - 65535, 65536)]
    expected = sum(map(len, windows)) / sum(len(zlib.compress(w, 6)) for w in windows)
    assert diversity(sample).compression_ratio == expected
    assert (np.diff(priorities(sample.fingerprints).astype(np.float64)) >= 0).all()


@pytest.mark.parametrize("texts", [[], [""], ["one document of few words"], ["!?", "\n"], ["a"] * 500, ["汉" * 900]])
def test_too_small_a_sample_says_nothing(texts: list[str]) -> None:
    figures = diversity(collect(texts))
    assert figures.to_json() == dict.fromkeys(FIGURES)
    assert (figures.tokens, figures.intervals) == (0, {})


def test_identical_documents_have_figures_and_no_intervals_but_of_compression() -> None:
    figures = diversity(collect(["the same words in every document of this corpus " * 30] * 200))
    assert figures.repeated_4gram_share == 1
    assert figures.tail_recall == pytest.approx(0, abs=0.01)
    assert set(figures.intervals) <= {"compression_ratio"}


def test_one_endless_document_is_cut_and_measured() -> None:
    assert diversity(collect([" ".join(zipf_texts(40, 400, seed=7))])).tokens == 0
    assert collect([" ".join(zipf_texts(40, 400, seed=7))]).token_count == DOCUMENT_TOKENS


def test_the_size_is_the_same_for_a_corpus_ten_times_as_large() -> None:
    texts = zipf_texts(12_000, 100, seed=8)
    small, large = diversity(collect(texts[:1200])), diversity(collect(texts), 100_000)
    assert small.tokens == large.tokens == 100_000
    for name in ("singleton_mass", "coverage", "effective_vocabulary", "effective_bigrams"):
        assert getattr(small, name) == pytest.approx(getattr(large, name), rel=0.05)


@pytest.mark.parametrize("name", ["reuters_en", "misc_zh"])
def test_halves_of_one_corpus_are_alike_as_their_intervals_say(data: Path, name: str) -> None:
    texts = pq.read_table(data / "human" / f"{name}.parquet", columns=["text"])["text"].to_pylist()[:12_000]
    first, second = (diversity(collect(half), 100_000) for half in (texts[::2], texts[1::2]))
    for figure, (low, high) in first.intervals.items():
        other_low, other_high = second.intervals[figure]
        gap = abs(getattr(first, figure) - getattr(second, figure))
        # Half an interval is two standard errors: this is four of the difference.
        assert gap < math.hypot(high - low, other_high - other_low), figure
        if figure not in ("repeated_4gram_share", "singleton_mass"):
            assert gap < 0.10 * getattr(first, figure), figure


def test_shards_give_the_same_figures() -> None:
    texts = zipf_texts(1500, 100, seed=9)
    parts = merge([collect(texts[1::3]), collect(texts[::3]), collect(texts[2::3])])
    assert diversity(parts) == diversity(collect(texts))


def test_figures_are_means_over_windows_at_every_size_reached() -> None:
    sample = collect(zipf_texts(700, 100, seed=10))
    found = diversity(sample)
    assert (found.tokens, found.windows) == (30_000, 2)
    assert set(found.by_size) == {"30000", "10000"}
    for size, figures in found.by_size.items():
        windows = [kept_documents_of(sample, k, int(size)) for k in range(sample.token_count // int(size))]
        slow = [slow_figures(documents) for documents in windows]
        for name, value in ((n, v) for n, v in figures.items() if n not in BY_CHANCE):
            assert value == pytest.approx(np.mean([figures[name] for figures in slow]), rel=1e-12), (size, name)


def kept_documents_of(sample: Sample, window: int, size: int) -> list[list[str]]:
    """A window's documents, in order, with tokens for words."""
    part = sample.tokens[window * size : (window + 1) * size].tolist()
    ends = [end - window * size for end in sample.token_offsets.tolist() if 0 < end - window * size < size]
    return [[f"w{token}" for token in part[a:b]] for a, b in pairwise([0, *ends, size])]


def test_a_larger_corpus_has_more_windows_and_the_same_figures() -> None:
    texts = zipf_texts(6000, 100, seed=11)
    large, small = diversity(collect(texts)), diversity(collect(texts[:1200]))
    assert (large.tokens, small.tokens, large.windows, small.windows) == (100_000, 100_000, 6, 1)
    for name in ("singleton_mass", "coverage", "effective_vocabulary", "effective_bigrams"):
        # Of words that stand once a window has 400: chance alone moves their number by a twentieth.
        assert getattr(small, name) == pytest.approx(getattr(large, name), rel=0.15 if "singleton" in name else 0.02)
        low, high = large.intervals[name]
        small_low, small_high = small.intervals[name]
        assert high - low < 0.7 * (small_high - small_low)
