"""Windows by chance: what every window holds, drawn or not; copies stand apart; a tenth of a corpus says the same."""

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from curate.diversity import windows
from curate.diversity.figures import diversity
from curate.diversity.sample import priorities
from curate.diversity.windows import copies_apart
from slow_diversity import collect, counted, counted_runs, rows, zipf_texts

WORDS = ["the", "and", "can't", "汉", "字", "x1", "42", "!", "zebra"]


def of_every_window(documents: list[list[str]], chance: Fraction) -> dict[str, float]:
    """All windows that there can be, each with its chance: mean counts over mean tokens."""
    sums = {"once": Fraction(0), "tokens": Fraction(0), "repeated": Fraction(0), "runs": Fraction(0)}
    for which in range(1 << len(documents)):
        window = [d for i, d in enumerate(documents) if which >> i & 1]
        likely = chance ** len(window) * (1 - chance) ** (len(documents) - len(window))
        words, _, runs, places = counted_runs(window)
        sums["once"] += likely * sum(count == 1 for count in words.values())
        sums["tokens"] += likely * words.total()
        sums["repeated"] += likely * sum(count for run, count in runs.items() if len(places[run]) > 1)
        sums["runs"] += likely * runs.total()
    found = {"singleton_mass": sums["once"] / sums["tokens"]}
    if sums["runs"]:
        found["repeated_4gram_share"] = sums["repeated"] / sums["runs"]
    return {name: float(value) for name, value in found.items()}


@given(st.lists(st.lists(st.sampled_from(WORDS), max_size=10).map(" ".join), min_size=1, max_size=6), st.integers(1, 3))
def test_what_chance_makes_is_the_mean_over_every_window(texts: list[str], parts: int) -> None:
    sample = collect(texts)
    size = sample.token_count // parts
    if not size:
        return
    documents = [counted(text) for text in texts if counted(text)]
    expected = of_every_window(documents, Fraction(size, sample.token_count))
    found = diversity(sample, size)
    assert {name: getattr(found, name) for name in expected} == pytest.approx(expected, rel=1e-9, abs=1e-12)


def test_copies_are_no_neighbours_and_nothing_is_lost_of_a_whole_corpus() -> None:
    texts = zipf_texts(200, 60, seed=1)
    sample = collect([*texts, *texts[:100], *texts[:50]])
    apart = copies_apart(sample)
    assert sorted(rows(apart)) == sorted(rows(sample))
    same = [a == b for a, b in pairwise(map(tuple, apart.fingerprints.tolist()))]
    assert sum(same) < 5  # of 150 that were neighbours
    alone = collect(texts)
    assert rows(copies_apart(alone)) == rows(alone)


def test_of_a_sample_that_is_full_copies_past_its_end_are_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = zipf_texts(3000, 30, seed=2)
    whole = collect([text for text in texts for _ in range(2)])
    cut = int(np.sort(priorities(whole.fingerprints))[600])  # a tenth of the texts
    part = whole.take(np.flatnonzero(whole.priorities <= np.uint64(cut)))
    monkeypatch.setattr(windows, "SAMPLE_TOKENS", part.token_count)
    monkeypatch.setattr(windows, "SAMPLE_HEADS", part.heads.size)
    apart = copies_apart(part)
    kept, times = np.unique(apart.fingerprints, axis=0, return_counts=True)
    assert {tuple(f) for f in kept.tolist()} == {tuple(f) for f in part.fingerprints.tolist()}
    assert 10 < (times == 2).sum() < 60  # a tenth of 300
    assert (apart.token_count, apart.heads.size) == (30 * len(apart), sum(len(r[4]) for r in rows(apart)))


def test_a_tenth_of_a_corpus_with_copies_has_the_same_figures() -> None:
    texts = zipf_texts(2700, 60, seed=3)
    everything = [*texts, *texts[::3]]
    whole = diversity(collect(everything), 10_000).by_size["10000"]
    order = np.random.default_rng(4).permutation(len(everything))
    tenths = [diversity(collect([everything[i] for i in order[k::10]]), 10_000).by_size["10000"] for k in range(10)]
    for name, value in whole.items():
        rel = 0.25 if name == "repeated_4gram_share" else 0.03  # 90 of 900 pairs of copies are left: chance
        assert np.mean([tenth[name] for tenth in tenths]) == pytest.approx(value, rel=rel), name
