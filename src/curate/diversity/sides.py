"""The figures of both sides of a comparison, as they are and as chance would have them: nothing is judged here.

Column 0 is the comparison itself, every further one a way of dividing the same documents at random: blocks of
near-copies change sides within their stratum, as many of them as there were.
"""

from __future__ import annotations

import zlib

import numpy as np
from numpy.typing import NDArray

from curate.diversity.entries import AT_ONCE, Entries, Sides
from curate.diversity.figures import WINDOW
from curate.diversity.match import Matched
from curate.diversity.predictability import LEAST_DOCUMENT, LEAST_DOCUMENTS, Model, easy_shares
from curate.diversity.sample import Sample
from curate.diversity.tail_sides import tail_recall_of_sides
from curate.diversity.windows import run_lengths
from curate.kernels.grams import grams
from curate.kernels.hashing import mix_each
from curate.kernels.sides import ONCE, REPEATED, SQUARES, side_sums

LEAST_WINDOWS = 4  # of each side


def divisions(matched: Matched, permutations: int, seed: int) -> NDArray[np.uint8]:
    """Member uint8[documents, 1 + permutations]: which side each document is on, 1 = after; column 0 as it is.

    Blocks of a stratum are taken in an order that keys on their texts and the seed, until the side after has as many
    tokens as it has in truth (to half a block): figures depend on size, so all divisions are matched as the sides are.
    """
    blocks, block = np.unique(matched.blocks, return_inverse=True)
    sizes = np.diff(matched.sample.token_offsets).astype(np.float64)
    tokens = np.bincount(block, sizes, blocks.size).astype(np.int64)
    tokens_after = np.bincount(block, sizes * matched.after, blocks.size).astype(np.int64)
    key = np.full(blocks.size, np.iinfo(np.uint64).max, np.uint64)
    np.minimum.at(key, block, matched.sample.fingerprints[:, 1])
    stratum = np.zeros(blocks.size, np.int64)
    stratum[block] = np.unique(matched.strata, return_inverse=True)[1]
    targets = np.bincount(stratum, tokens_after).astype(np.int64)
    member = np.repeat(matched.after[:, None].astype(np.uint8), 1 + permutations, axis=1)
    for p in range(permutations):
        draw = mix_each(key ^ mix_each(np.array([seed ^ p + 1 << 32], np.uint64)))
        order = np.lexsort((draw, stratum))
        before = np.cumsum(tokens[order]) - tokens[order]
        first = np.searchsorted(stratum[order], np.arange(targets.size))
        inside = before - before[first][stratum[order]]
        side = np.zeros(blocks.size, np.bool_)
        side[order] = 2 * inside + tokens[order] < 2 * targets[stratum[order]] + (tokens[order] == 0)
        member[:, p + 1] = side[block]
    return member


def sides(matched: Matched, member: NDArray[np.uint8], seed: int) -> dict[str, Sides]:
    """Every figure that can be said of both sides, by name."""
    sample = matched.sample
    sizes = np.diff(sample.token_offsets)
    found: dict[str, Sides] = {}
    recall = tail_recall_of_sides(sample, member)
    if recall is not None:
        found["tail_recall"] = recall
    tokens = _tokens(sizes, member)
    whole, logs = _sums(run_entries(sample, np.ones(len(sample), np.int64)), member)
    found["singleton_mass"] = _share(whole[:, ONCE], tokens)
    found["effective_vocabulary"] = _hill_one(tokens, logs)
    found["common_vocabulary"] = _hill_two(tokens, whole[:, SQUARES])
    whole, logs = _sums(run_entries(sample, np.full(len(sample), 2)), member)
    pairs = _tokens(np.maximum(sizes - 1, 0), member)
    found["singleton_pairs"] = _share(whole[:, ONCE], pairs)
    found["effective_bigrams"] = _hill_one(pairs, logs)
    lengths = run_lengths(sample)
    whole, _ = _sums(run_entries(sample, lengths), member)
    found["repeated_4gram_share"] = _share(whole[:, REPEATED], _tokens(np.maximum(sizes - lengths + 1, 0), member))
    easy = _predictable(matched, member)
    if easy is not None:
        found["predictable_share"] = easy
    packed = _compression(matched, member.shape[1], seed)
    if packed is not None:
        found["compression_ratio"] = packed
    return found


def _predictable(matched: Matched, member: NDArray[np.uint8]) -> Sides | None:
    """Share of documents as easy as the easiest tenth of BEFORE, for a model of a half of BEFORE that is not judged."""
    sample = matched.sample
    # By document, not by block: AFTER may have near-copies of what was taught, so what is judged of BEFORE must too.
    keys = sample.fingerprints[:, 0]
    teach = ~matched.after & (keys & np.uint64(1) == 1)
    rows = np.flatnonzero(~teach & (np.diff(sample.token_offsets) >= LEAST_DOCUMENT))
    if min(int(teach.sum()), int((~matched.after[rows]).sum()), int(matched.after[rows].sum())) < LEAST_DOCUMENTS:
        return None
    ease = Model.of(sample.take(np.flatnonzero(teach))).ease(sample.take(rows))
    return _share(*easy_shares(ease, member[rows]))


def run_entries(sample: Sample, lengths: NDArray[np.int64]) -> Entries:
    """Runs of lengths[i] tokens of document i, as types."""
    values, documents = np.empty(sample.token_count, np.uint64), np.empty(sample.token_count, np.int64)
    count = grams(sample.tokens, sample.token_offsets, lengths, values, documents)
    return Entries.of(mix_each(values[:count]), documents[:count], len(sample))


def _sums(of: Entries, member: NDArray[np.uint8]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    ways = member.shape[1]
    whole, logs = np.zeros((2, 3, ways), np.int64), np.zeros((2, ways))
    for at in range(0, ways, AT_ONCE):
        part = np.ascontiguousarray(member[:, at : at + AT_ONCE])
        some, some_logs = np.zeros((2, 3, part.shape[1]), np.int64), np.zeros((2, part.shape[1]))
        side_sums(of.starts, of.documents, of.counts, part, some, some_logs)
        whole[:, :, at : at + AT_ONCE], logs[:, at : at + AT_ONCE] = some, some_logs
    return whole, logs


def _tokens(sizes: NDArray[np.int64], member: NDArray[np.uint8]) -> NDArray[np.int64]:
    """int64[2, ways]; whole numbers below 2^53, so that a float product is exact."""
    after = (sizes.astype(np.float64) @ member).astype(np.int64)
    return np.stack([sizes.sum() - after, after])


def _share(count: NDArray[np.int64], of: NDArray[np.int64]) -> Sides:
    rate = np.log((count + 0.5) / (of + 1.0))
    return Sides(count / np.maximum(of, 1), rate[1] - rate[0])


def _hill_one(tokens: NDArray[np.int64], logs: NDArray[np.float64]) -> Sides:
    """exp(H), H = ln n - (sum of x ln x) / n."""
    n = np.maximum(tokens, 1)
    entropy = np.log(n) - logs / n
    return Sides(np.exp(entropy), entropy[1] - entropy[0])


def _hill_two(tokens: NDArray[np.int64], squares: NDArray[np.int64]) -> Sides:
    """Pairs of tokens over pairs of equal ones: Simpson's estimator without bias, whatever the size."""
    n = tokens.astype(np.float64)
    values = n * (n - 1) / np.maximum(squares - tokens, 1)
    rate = np.log(np.maximum(values, 1.0))
    return Sides(values, rate[1] - rate[0])


def _compression(matched: Matched, ways: int, seed: int) -> Sides | None:
    """Raw over compressed bytes of whole windows of each side's heads; by chance, the windows change sides."""
    packed = []
    for side in (~matched.after, matched.after):
        heads = matched.sample.take(np.flatnonzero(side)).heads
        whole = range(0, heads.size - WINDOW + 1, WINDOW)
        packed.append([len(zlib.compress(heads[i : i + WINDOW].tobytes(), 6)) for i in whole])
    windows = min(map(len, packed))
    if windows < LEAST_WINDOWS:
        return None
    sizes = np.array([*packed[0][:windows], *packed[1][:windows]], np.int64)
    draws = np.random.default_rng(seed)
    orders = [np.arange(2 * windows), *(draws.permutation(2 * windows) for _ in range(ways - 1))]
    sums = np.array([sizes[order].reshape(2, windows).sum(axis=1) for order in orders]).T
    rate = -np.log(sums)
    return Sides(windows * WINDOW / sums, rate[1] - rate[0])
