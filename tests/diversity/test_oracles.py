"""Every figure against an implementation by other people: scikit-bio, NLTK, SciPy, GNU gzip."""

import math
import shutil
import subprocess
from collections import Counter

import numpy as np
import pytest
from scipy.stats import binom

from curate.diversity.alarm import compare
from curate.diversity.figures import WINDOW, Diversity, diversity
from curate.diversity.match import Snapshot
from curate.diversity.predictability import DISCOUNT, EASIEST, LEAST_DOCUMENT
from curate.diversity.reference import reference
from curate.diversity.sample import Sample
from curate.diversity.windows import copies_apart
from slow_diversity import collect, counted, identity, zipf_texts

TEXTS = [*zipf_texts(150, 80, seed=1), *("汉字" * k + "很多的字在这里出现了一次又一次" for k in range(1, 12))]


def documents() -> list[list[str]]:
    return [counted(text) for text in TEXTS]


def at_its_own_size(texts: list[str]) -> Diversity:
    """One window, the whole."""
    sample = collect(texts)
    return diversity(sample, sample.token_count)


def test_words_are_as_scikit_bio_counts_species() -> None:
    alpha = pytest.importorskip("skbio.diversity.alpha", reason="scikit-bio is not installed")
    found = at_its_own_size(TEXTS)
    words = np.array(list(Counter(w for d in documents() for w in d).values()))
    assert found.singleton_mass == pytest.approx(1 - alpha.goods_coverage(words))
    assert found.singleton_mass == pytest.approx(alpha.singles(words) / words.sum())
    assert found.effective_vocabulary == pytest.approx(alpha.hill(words, order=1))
    # Chao and Jost write coverage in the species that Chao1 expects unseen.
    n = words.sum()
    unseen = (n - 1) / n * (alpha.chao1(words, bias_corrected=False) - words.size)
    share = n * unseen / (n * unseen + alpha.singles(words))
    assert found.coverage == pytest.approx(1 - alpha.singles(words) / n * share)


def test_pairs_and_runs_are_as_nltk_takes_them_and_scipy_weighs_them() -> None:
    nltk = pytest.importorskip("nltk", reason="NLTK is not installed")
    found = at_its_own_size(TEXTS)
    pairs = nltk.FreqDist(pair for d in documents() for pair in nltk.bigrams(d))
    chances = nltk.MLEProbDist(pairs)
    assert found.effective_bigrams == pytest.approx(2 ** nltk.probability.entropy(chances))
    sample = collect(TEXTS)
    half = diversity(sample, sample.token_count // 2)
    chance = (sample.token_count // 2) / sample.token_count
    holders = nltk.FreqDist(w for d in documents() for w in set(d))
    alone = sum(binom.pmf(0, holders[w] - 1, chance) for d in documents() for w in nltk.FreqDist(d).hapaxes())
    assert half.singleton_mass == pytest.approx(alone / sample.token_count)
    lengths = [6 if sum(w[0] == "c" for w in d) * 2 > len(d) else 4 for d in documents()]
    runs = [list(nltk.ngrams(d, n)) for d, n in zip(documents(), lengths, strict=True)]
    places = nltk.FreqDist(run for own in runs for run in set(own))
    shared = sum(binom.sf(0, places[run] - 1, chance) for own in runs for run in own)
    assert half.repeated_4gram_share == pytest.approx(shared / sum(map(len, runs)))


def test_both_sides_of_a_comparison_are_as_scikit_bio_and_nltk_count_them() -> None:
    alpha = pytest.importorskip("skbio.diversity.alpha", reason="scikit-bio is not installed")
    nltk = pytest.importorskip("nltk", reason="NLTK is not installed")
    sides = [zipf_texts(150, 80, seed=2), zipf_texts(150, 80, seed=3)]
    metrics = compare(*(Snapshot(collect(texts)) for texts in sides), permutations=9).alarm.metrics
    for side, texts in zip(("before", "after"), sides, strict=True):
        words = np.array(list(Counter(w for text in texts for w in counted(text)).values()))
        pairs = nltk.FreqDist(pair for text in texts for pair in nltk.bigrams(counted(text)))
        assert getattr(metrics["common_vocabulary"], side) == pytest.approx(alpha.inv_simpson(words, finite=True))
        assert getattr(metrics["effective_vocabulary"], side) == pytest.approx(alpha.hill(words, order=1))
        assert getattr(metrics["singleton_mass"], side) == pytest.approx(1 - alpha.goods_coverage(words))
        assert getattr(metrics["singleton_pairs"], side) == pytest.approx(len(pairs.hapaxes()) / pairs.N())


def test_tail_recall_is_as_scipy_expects_it() -> None:
    known = reference("en")
    assert known is not None
    draw = np.random.default_rng(1)
    rare = draw.choice(known.words, (300, 2), replace=False)
    said = "It was the best that they could do with what they had at the time, and so they went home for the night. "
    texts = [f"{said * 4}Then there were the {one} and the {other} that we have not seen." for one, other in rare]
    sample = collect(texts)
    there = [identity(word) for word in {word for text in texts for word in counted(text)}]
    mass = known.frequencies[np.isin(known.keys, there)].sum()
    expected = known.frequencies @ binom.sf(0, sample.token_count, known.frequencies)
    assert diversity(sample, sample.token_count).tail_recall == pytest.approx(mass / expected)


def test_compression_is_as_gzip_packs() -> None:
    program = shutil.which("gzip")
    if program is None:
        pytest.skip("there is no gzip here")
    sample = collect(zipf_texts(400, 150, seed=6))
    heads = copies_apart(sample).heads.tobytes()
    whole = [heads[i : i + WINDOW] for i in range(0, len(heads) - WINDOW + 1, WINDOW)]
    packed = [
        len(subprocess.run([program, "-6", "-n"], input=w, capture_output=True, check=True).stdout) for w in whole
    ]
    # Its frame is 12 bytes longer than zlib's; where blocks end is the compressor's own choice.
    found = WINDOW * len(whole) / (sum(packed) - 12 * len(whole))
    assert diversity(sample).compression_ratio == pytest.approx(found, rel=0.002)


def test_predictability_is_as_nltk_discounts() -> None:
    lm = pytest.importorskip("nltk.lm", reason="NLTK is not installed")
    human, judged = collect(zipf_texts(240, 30, seed=1)), collect(zipf_texts(240, 30, seed=2))
    half = human.fingerprints[:, 0] & np.uint64(1) == 1
    taught, others = (list_of(human.take(np.flatnonzero(which))) for which in (half, ~half))

    model = lm.AbsoluteDiscountingInterpolated(3, discount=DISCOUNT)
    model.fit(
        ([tuple(d[i : i + n]) for n in (1, 2, 3) for i in range(len(d) - n + 1)] for d in taught), vocabulary(taught)
    )
    words = model.counts.unigrams
    size = words.N() + (len(words) + 1) / 2
    model.estimator.unigram_score = lambda word: (words[word] + 0.5) / size  # NLTK gives a new word no chance at all

    def ease(document: list[str]) -> float:
        logs = [math.log(model.score(word, document[max(0, i - 2) : i])) for i, word in enumerate(document)]
        return sum(logs) / len(logs)

    assert min(map(len, others)) >= LEAST_DOCUMENT
    limit = sorted(map(ease, others))[-int(EASIEST * len(others))]
    share = np.mean([ease(document) >= limit for document in list_of(judged)])
    assert diversity(judged, human=human).predictable_share == pytest.approx(share)


def list_of(sample: Sample) -> list[list[str]]:
    return [[str(t) for t in part.tolist()] for part in np.split(sample.tokens, sample.token_offsets[1:-1])]


def vocabulary(taught: list[list[str]]) -> list[str]:
    return [word for document in taught for word in document]
