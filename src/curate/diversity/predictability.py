"""How well earlier human text foretells a document: a model of three tokens in a row, and who it knows too well.

A generation of text is one that a model of the text before it finds easy: more documents than a tenth lie where the
easiest tenth of the human ones lay (Shumailov et al. 2024, figure 1: mass gathers at low perplexity).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from curate.diversity.sample import GROUPS, Sample
from curate.kernels.grams import least_runs

DISCOUNT = 0.75
EASIEST = 0.1  # of the human documents: what is easier than their limit is predictable
LEAST_DOCUMENT = 20  # tokens: a shorter one is easy or hard by chance
LEAST_DOCUMENTS = 50  # to set the limit by

_HALF = np.uint64(32)


@dataclass(frozen=True, slots=True)
class Model:
    """Counts of one, two and three tokens in a row; arrays of keys ascending, with their counts.

    A pair is its first token in the upper half, its second below; a triple the place of its first two in `pairs` above
    its third. Of what begins with a token or a pair: how many there are, and of how many kinds.
    """

    words: NDArray[np.uint64]
    word_counts: NDArray[np.int64]
    pairs: NDArray[np.uint64]
    pair_counts: NDArray[np.int64]
    triples: NDArray[np.uint64]
    triple_counts: NDArray[np.int64]
    after_word: NDArray[np.int64]  # [words, 2]: tokens that follow, kinds of them
    after_pair: NDArray[np.int64]

    @classmethod
    def of(cls, sample: Sample) -> Model:
        """Of all documents of the sample."""
        tokens = sample.tokens.astype(np.uint64)
        at = _places(sample)
        second, third = tokens[at >= 1], tokens[at >= 2]
        first = tokens[np.flatnonzero(at >= 1) - 1]
        words, word_counts = np.unique(tokens, return_counts=True)
        pairs, pair_counts = np.unique(first << _HALF | second, return_counts=True)
        three = np.flatnonzero(at >= 2)
        begun = np.searchsorted(pairs, tokens[three - 2] << _HALF | tokens[three - 1]).astype(np.uint64)
        triples, triple_counts = np.unique(begun << _HALF | third, return_counts=True)
        after_word = _followed(np.searchsorted(words, pairs >> _HALF), pair_counts, words.size)
        after_pair = _followed((triples >> _HALF).astype(np.int64), triple_counts, pairs.size)
        return cls(words, word_counts, pairs, pair_counts, triples, triple_counts, after_word, after_pair)

    def ease(self, sample: Sample) -> NDArray[np.float64]:
        """Mean log probability of a token of each document, float64[n]; 0 for documents without tokens.

        Absolute discounting: max(c - D, 0) / n of what followed, and the rest of the mass shared out as by one token
        fewer; a single token has (c + 1/2) / (N + (V + 1) / 2).
        """
        tokens, at = sample.tokens.astype(np.uint64), _places(sample)
        size = self.word_counts.sum() + (self.words.size + 1) / 2
        chance = (_counts(self.words, self.word_counts, tokens) + 0.5) / size
        two = np.flatnonzero(at >= 1)
        known, place = _find(self.words, tokens[two - 1])
        found = _counts(self.pairs, self.pair_counts, tokens[two - 1] << _HALF | tokens[two])
        chance[two] = _discounted(chance[two], found, self.after_word, known, place)
        three = np.flatnonzero(at >= 2)
        known, place = _find(self.pairs, tokens[three - 2] << _HALF | tokens[three - 1])
        found = _counts(self.triples, self.triple_counts, place.astype(np.uint64) << _HALF | tokens[three])
        chance[three] = _discounted(chance[three], found * known, self.after_pair, known, place)
        sums = np.concatenate([[0.0], np.cumsum(np.log(chance))])
        sizes = np.diff(sample.token_offsets)
        return np.diff(sums[sample.token_offsets]) / np.maximum(sizes, 1)


def predictable_share(human: Sample, sample: Sample) -> NDArray[np.float64] | None:
    """Share of the sample's documents as easy as the easiest tenth of human ones: without each group, then of all.

    The model is of one half of the human documents, the limit from the other; near-copies fall into either, as they may
    stand in the sample too. None where either has too few documents of LEAST_DOCUMENT tokens. Documents of the human
    text itself are left out.
    """
    known = np.isin(sample.fingerprints[:, 0], human.fingerprints[:, 0])
    rows = np.flatnonzero((np.diff(sample.token_offsets) >= LEAST_DOCUMENT) & ~known)
    half = human.fingerprints[:, 0] & np.uint64(1) == 1
    judged = human.take(np.flatnonzero(~half & (np.diff(human.token_offsets) >= LEAST_DOCUMENT)))
    if len(judged) < LEAST_DOCUMENTS or rows.size < LEAST_DOCUMENTS:
        return None
    model = Model.of(human.take(np.flatnonzero(half)))
    limit = np.sort(model.ease(judged))[-max(1, int(EASIEST * len(judged)))]
    chosen = sample.take(rows)
    easy = (model.ease(chosen) >= limit).astype(np.int64)
    groups = (_least(chosen) % np.uint64(GROUPS)).astype(np.int64)
    here = np.unique(groups)
    count, size = np.bincount(groups, easy, GROUPS)[here], np.bincount(groups, minlength=GROUPS)[here]
    without = (easy.sum() - count) / np.maximum(easy.size - size, 1)
    return np.append(without, easy.mean())


def easy_shares(ease: NDArray[np.float64], member: NDArray[np.uint8]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Of documents divided in many ways: how many of each side are above the limit, and how many there are.

    The limit is where the easiest tenth of the first side begins, in each way anew. Both int64[2, ways].
    """
    order = np.argsort(-ease, kind="stable")
    easy, sizes = (np.zeros((2, member.shape[1]), np.int64) for _ in range(2))
    for way in range(member.shape[1]):
        after = member[order, way].astype(np.int64)
        before = np.cumsum(1 - after)
        cut = int(np.searchsorted(before, max(1, int(EASIEST * before[-1]))))
        easy[:, way] = before[cut], after[: cut + 1].sum()
        sizes[:, way] = before[-1], after.size - before[-1]
    return easy, sizes


def _least(sample: Sample) -> NDArray[np.uint64]:
    out = np.empty(len(sample), np.uint64)
    least_runs(sample.tokens, sample.token_offsets, 3, out)
    return out


def _places(sample: Sample) -> NDArray[np.int64]:
    """Of every token, how many stand before it in its document."""
    sizes = np.diff(sample.token_offsets)
    return np.arange(sample.token_count) - np.repeat(sample.token_offsets[:-1], sizes)


def _followed(of: NDArray[np.int64], counts: NDArray[np.int64], size: int) -> NDArray[np.int64]:
    tokens = np.bincount(of, counts, size).astype(np.int64)
    return np.stack([tokens, np.bincount(of, minlength=size)], axis=1)


def _find(keys: NDArray[np.uint64], wanted: NDArray[np.uint64]) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
    if not keys.size:
        return np.zeros(wanted.size, np.bool_), np.zeros(wanted.size, np.int64)
    order = np.argsort(wanted)  # asked in order, neighbours are near: several times as fast
    place = np.empty(wanted.size, np.int64)
    place[order] = np.minimum(np.searchsorted(keys, wanted[order]), keys.size - 1)
    return keys[place] == wanted, place


def _counts(keys: NDArray[np.uint64], counts: NDArray[np.int64], wanted: NDArray[np.uint64]) -> NDArray[np.int64]:
    there, place = _find(keys, wanted)
    return np.where(there, counts[place], 0) if keys.size else np.zeros(wanted.size, np.int64)


def _discounted(
    lower: NDArray[np.float64],
    count: NDArray[np.int64],
    after: NDArray[np.int64],
    known: NDArray[np.bool_],
    place: NDArray[np.int64],
) -> NDArray[np.float64]:
    """The chance given what stands before, where that was ever followed by anything; else the lower one."""
    if not after.size:
        return lower
    tokens, kinds = after[place, 0], after[place, 1]
    told = known & (tokens > 0)
    n = np.maximum(tokens, 1)
    return np.where(told, np.maximum(count - DISCOUNT, 0) / n + DISCOUNT * kinds / n * lower, lower)
