"""A window of so many tokens as chance makes it: documents in an order that sets copies apart, and who meets whom.

Each document stands in a window with a chance of its own, the window's tokens over those of the sample. What follows is
in expectation the same for a tenth of the corpus (a tenth of the documents, each with ten times the chance), and of all
such estimates the surest: no pair of documents goes unused.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from curate.diversity.sample import SAMPLE_HEADS, SAMPLE_TOKENS, Sample
from curate.kernels.grams import grams
from curate.kernels.hashing import mix_each
from curate.kernels.windows import expected


def copies_apart(sample: Sample) -> Sample:
    """The documents in an order in which copies are no neighbours, without the copies that would lie past its end.

    A sample has all copies of a text or none, in one place; but of a large corpus a window seldom holds two. So each
    further copy has a place of its own, and where the sample ends before it, it is not there.
    """
    places = sample.priorities
    first = np.concatenate([[True], places[1:] != places[:-1]])
    number = np.arange(places.size) - np.maximum.accumulate(np.where(first, np.arange(places.size), 0))
    own = np.where(number > 0, mix_each(places ^ mix_each(number.astype(np.uint64))), places)
    counts, sizes = np.diff(sample.token_offsets), np.diff(sample.head_offsets)
    counts = np.where(own <= _end(places, counts, SAMPLE_TOKENS), counts, 0)
    sizes = np.where(own <= _end(places, sizes, SAMPLE_HEADS), sizes, 0)
    order = np.argsort(own, kind="stable")
    return sample.shorten(counts, sizes).take(order[(counts + sizes)[order] > 0])


def alone_and_shared(
    sample: Sample, lengths: NDArray[np.int64], groups: NDArray[np.int64], count: int, size: int
) -> NDArray[np.float64]:
    """Of runs of lengths[i] tokens of document i: the shares that stand alone, and in another document too.

    float64[2, count + 1]: without each of `count` groups, and last of all; with `count` 0 of all alone. Windows are of
    `size` tokens.
    """
    order = np.argsort(groups, kind="stable")
    taken, groups = sample.take(order), groups[order]
    values, documents = np.empty(taken.token_count, np.uint64), np.empty(taken.token_count, np.int64)
    runs = grams(taken.tokens, taken.token_offsets, lengths[order], values, documents)
    bits = np.uint64(max(1, (len(taken) - 1).bit_length()))
    keys = mix_each(values[:runs]) >> bits << bits | documents[:runs].astype(np.uint64)
    keys.sort()
    chance = min(1.0, size / max(1, taken.token_count))
    out = np.zeros((2, count + 1))
    expected(keys, bits, groups, (1 - chance) ** np.arange(len(taken) + 1), *out)
    in_group = np.bincount(groups[documents[:runs]], minlength=count)[:count]
    shares: NDArray[np.float64] = out / np.maximum(np.append(runs - in_group, runs), 1)
    return shares


def _end(places: NDArray[np.uint64], sizes: NDArray[np.int64], limit: int) -> np.uint64:
    """The last place of a sample that is full."""
    return places[np.flatnonzero(sizes)[-1]] if sizes.sum() >= limit else np.uint64(0xFFFFFFFFFFFFFFFF)
