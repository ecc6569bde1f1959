"""What a corpus teaches follows from its texts alone, is bounded, tells the classes better and never invents one."""

from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

import slow_detect
from curate.detect import adapting
from curate.detect.adapting import CERTAIN, FULL_SAMPLE, Adaptation, Grams, Texts, adapt, levelled
from curate.kernels.buffers import text_buffers
from curate.kernels.hashing import fingerprints
from curate.kernels.linear import SLOTS, ngram_sums
from curate.kernels.tokens import tokenize

BITS = 12
COMMON = ["the", "of", "and", "to", "in", "that", "was", "for", "with", "on", "it", "he"]
# Signs that the detector knows well, and others that it hardly does: those a corpus can teach it.
SIGNS = {"human": ["anyway", "bit", "roof"], "machine": ["crucial", "overall", "delve"]}
WEAK = {"human": ["leaked", "twice", "odd", "mud"], "machine": ["tapestry", "realm", "vivid", "foster"]}


@dataclass(frozen=True)
class Corpus:
    strings: list[str]
    machine: np.ndarray
    texts: Texts
    log_odds: np.ndarray
    grams: Grams


def bucket_of(word: str) -> int:
    token = tokenize(*text_buffers(pa.array([word], pa.large_string()))).folded[0]
    return slow_detect.ngrams([int(token)], [0], BITS, set())[0]


def grams() -> Grams:
    table = np.random.default_rng(0).integers(-3, 4, 1 << BITS).astype(np.int8)
    for signs, size in ((SIGNS, 40), (WEAK, 12)):
        for writer, sign in (("human", -1), ("machine", 1)):
            for word in signs[writer]:
                # every other weak sign points the wrong way: true elsewhere, not in this corpus
                wrong = signs is WEAK and signs[writer].index(word) % 2
                table[bucket_of(word)] = sign * size * (-1 if wrong else 1)
    return Grams(table, np.zeros(SLOTS // 8, np.uint8))


def made(count: int, share: float, seed: int = 0) -> Corpus:
    draws, strings, machine = np.random.default_rng(seed), [], []
    for i in range(count):
        writer = "machine" if i < share * count else "human"
        other = "human" if writer == "machine" else "machine"
        some = COMMON * 6 + SIGNS[writer] * 2 + SIGNS[other] + WEAK[writer] * 2
        strings.append(" ".join(draws.choice(some, int(draws.integers(40, 120)))))
        machine.append(writer == "machine")
    return scored(strings, np.array(machine), grams())


def scored(strings: list[str], machine: np.ndarray, known: Grams) -> Corpus:
    buffers = text_buffers(pa.array(strings, pa.large_string()))
    tokens, prints = tokenize(*buffers), np.empty((len(strings), 2), np.uint64)
    fingerprints(*buffers, prints)
    begin, end = tokens.document_start[:-1], tokens.document_start[1:]
    sums, total, counted = (np.empty(len(strings), np.int64) for _ in range(3))
    ngram_sums(
        tokens.folded,
        tokens.kind,
        begin,
        end,
        np.zeros(len(strings), np.int8),
        known.table[None],
        known.common[None],
        sums,
        total,
        counted,
    )
    log_odds = 0.06 * sums / np.sqrt(total + 5)
    log_odds[counted < 5] = np.nan
    return Corpus(strings, machine, Texts(tokens, begin, end, prints[:, 0].copy()), log_odds, known)


def adapted(corpus: Corpus, known: np.ndarray | None = None) -> np.ndarray:
    learned = adapt(corpus.texts, corpus.log_odds, corpus.grams, known)
    return learned.scores(corpus.texts, corpus.log_odds, corpus.grams)


def auroc(machine: np.ndarray, scores: np.ndarray) -> float:
    above = scores[machine][:, None] > scores[~machine][None]
    return float(above.mean() + 0.5 * (scores[machine][:, None] == scores[~machine][None]).mean())


def same(first: Adaptation, second: Adaptation) -> bool:
    arrays = all(
        getattr(first, name).tobytes() == getattr(second, name).tobytes() for name in ("bucket", "deviation", "last")
    )
    return arrays and (first.mean, first.trust, first.documents) == (second.mean, second.trust, second.documents)


def test_scores_are_those_of_a_regression_written_plainly(monkeypatch: pytest.MonkeyPatch) -> None:
    corpus = made(90, 0.4)
    monkeypatch.setattr(adapting, "SAMPLE", 60)
    learned = adapt(corpus.texts, corpus.log_odds, corpus.grams)
    inside = adapting._place(corpus.texts.key) <= learned.last
    assert inside.sum() == learned.documents == 60
    tokens, start, rows = corpus.texts.tokens, corpus.texts.tokens.document_start, []
    for i in range(90):
        part = slice(start[i], start[i + 1])
        rows.append(set(slow_detect.ngrams(tokens.folded[part].tolist(), tokens.kind[part].tolist(), BITS, set())))
    often = [sum(b in row for row, here in zip(rows, inside, strict=True) if here) for b in range(1 << BITS)]
    kept = [b for b in range(1 << BITS) if corpus.grams.table[b] != 0 and often[b] >= adapting.LEAST_TEXTS]
    matrix = np.array([[abs(int(corpus.grams.table[b])) * (b in row) for b in kept] for row in rows], float)
    matrix /= np.sqrt((matrix**2).sum(axis=1, keepdims=True))
    level, ridge, known = CERTAIN * np.tanh(corpus.log_odds / CERTAIN), 60 / FULL_SAMPLE, matrix[inside]
    inner, mean = np.linalg.inv(known @ known.T + ridge * np.eye(60)), level[inside].mean()
    told = mean + matrix @ known.T @ inner @ (level[inside] - mean)
    trust = np.trace(known @ known.T @ inner) / 60  # what a text's own score counts for, on the average
    assert abs(learned.trust - trust) < 0.05
    expected = np.where(inside, told, learned.trust * level + (1 - learned.trust) * told)
    np.testing.assert_allclose(learned.scores(corpus.texts, corpus.log_odds, corpus.grams), expected, atol=0.02)
    assert np.abs(told - level)[~inside].mean() > 0.08


def test_the_order_of_texts_and_copies_of_them_change_nothing() -> None:
    corpus = made(300, 0.3)
    learned = adapt(corpus.texts, corpus.log_odds, corpus.grams)
    order = np.random.default_rng(1).permutation(300)
    again = np.concatenate([order, order[:50]])
    mixed = scored([corpus.strings[i] for i in again], corpus.machine[again], corpus.grams)
    assert same(learned, adapt(mixed.texts, mixed.log_odds, mixed.grams))
    np.testing.assert_array_equal(adapted(mixed), adapted(corpus)[again])


def test_only_the_sample_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adapting, "SAMPLE", 100)
    corpus = made(300, 0.3)
    learned = adapt(corpus.texts, corpus.log_odds, corpus.grams)
    sampled = np.flatnonzero(adapting._place(corpus.texts.key) <= learned.last)
    assert sampled.size == 100
    part = scored([corpus.strings[i] for i in sampled], corpus.machine[sampled], corpus.grams)
    assert same(learned, adapt(part.texts, part.log_odds, part.grams))


@pytest.mark.parametrize("share", [0.1, 0.3, 0.6])
def test_signs_of_this_corpus_are_learned(share: float) -> None:
    corpus = made(1500, share, seed=3)
    base = auroc(corpus.machine, corpus.log_odds)
    assert 0.6 < base < 0.95
    assert auroc(corpus.machine, adapted(corpus)) > base + 0.01


@pytest.mark.parametrize("count", [30, 100, 300])
@pytest.mark.parametrize("seed", [0, 1])
def test_small_corpora_are_not_harmed(count: int, seed: int) -> None:
    corpus = made(count, 0.3, seed)
    assert auroc(corpus.machine, adapted(corpus)) > auroc(corpus.machine, corpus.log_odds) - 0.01


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_a_corpus_of_one_class_is_not_split_in_two(share: float) -> None:
    corpus = made(1000, share)
    before, after = levelled(corpus.log_odds), adapted(corpus)
    assert after.std() < before.std()
    assert abs(after.mean() - before.mean()) < 0.05
    assert np.mean((after > before.mean() + 2 * before.std()) | (after < before.mean() - 2 * before.std())) <= 0.06


@given(st.lists(st.lists(st.sampled_from(COMMON + WEAK["human"]), min_size=5, max_size=30), min_size=2, max_size=25))
def test_scores_never_spread(words: list[list[str]]) -> None:
    strings = sorted({" ".join(some) for some in words})
    corpus = scored(strings, np.zeros(len(strings), np.bool_), grams())
    assert adapted(corpus).std() <= levelled(corpus.log_odds).std() + 1e-3


def test_known_texts_teach_more_and_the_wrong_labels_less() -> None:
    corpus = made(1500, 0.3, seed=3)
    known = np.zeros(1500, np.int8)
    judged = np.random.default_rng(0).permutation(1500)[:300]
    known[judged] = np.where(corpus.machine[judged], 1, -1)
    rest = known == 0
    without, right, wrong = (
        auroc(corpus.machine[rest], adapted(corpus, labels)[rest]) for labels in (None, known, -known)
    )
    assert right > without + 0.005
    assert wrong < without - 0.005


def test_texts_without_a_score_neither_teach_nor_get_one() -> None:
    corpus = made(200, 0.3)
    short = scored([*corpus.strings, "so it is", ""], np.append(corpus.machine, [False, False]), corpus.grams)
    assert same(adapt(corpus.texts, corpus.log_odds, corpus.grams), adapt(short.texts, short.log_odds, short.grams))
    assert np.isnan(adapted(short)[-2:]).all()
    np.testing.assert_array_equal(adapted(short)[:-2], adapted(corpus))


def test_nothing_to_learn_from_leaves_scores_as_they_are() -> None:
    corpus = made(5, 0.4)
    none = replace(corpus, grams=replace(corpus.grams, table=np.zeros_like(corpus.grams.table)))
    np.testing.assert_array_equal(adapted(none), levelled(none.log_odds))
    nothing = adapt(corpus.texts, np.full(5, np.nan), corpus.grams)
    assert nothing.documents == 0
    np.testing.assert_array_equal(
        nothing.scores(corpus.texts, corpus.log_odds, corpus.grams), levelled(corpus.log_odds)
    )
