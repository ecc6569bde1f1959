"""A window of so many tokens as chance makes it: documents in an order that sets copies apart, and who meets whom.

Each document stands in a window with a chance of its own, the window's tokens over those of the sample. What follows is
in expectation the same for a tenth of the corpus (a tenth of the documents, each with ten times the chance), and of all
such estimates the surest: no pair of documents goes unused.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from curate.diversity.jackknife import at_one_size
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


@dataclass(frozen=True, slots=True, eq=False)
class Runs:
    """Of tokens in documents; keys uint64[r] and groups int64[documents] as `kernels.windows.expected` wants them.

    bits: of a key that name its document. inside int64[count]: runs by group. tokens: of the sample.
    """

    keys: NDArray[np.uint64]
    bits: np.uint64
    groups: NDArray[np.int64]
    inside: NDArray[np.int64]
    tokens: int


def runs_of(sample: Sample, lengths: NDArray[np.int64], groups: NDArray[np.int64], count: int) -> Runs:
    """The runs of lengths[i] tokens of document i, which is in one of `count` groups."""
    order = np.argsort(groups, kind="stable")
    taken, groups = sample.take(order), groups[order]
    values, documents = np.empty(taken.token_count, np.uint64), np.empty(taken.token_count, np.int64)
    runs = grams(taken.tokens, taken.token_offsets, lengths[order], values, documents)
    bits = np.uint64(max(1, (len(taken) - 1).bit_length()))
    keys = mix_each(values[:runs]) >> bits << bits | documents[:runs].astype(np.uint64)
    keys.sort()
    inside = np.bincount(groups[documents[:runs]], minlength=count)[:count]
    return Runs(keys, bits, groups, inside, taken.token_count)


def alone_and_shared(runs: Runs, count: int, size: int) -> NDArray[np.float64]:
    """The shares of runs that stand alone, and in another document too, in windows of `size` tokens.

    float64[2, count + 1]: without each of `count` groups, and last of all; with `count` 0 of all alone.
    """
    chance = min(1.0, size / max(1, runs.tokens))
    out = np.zeros((2, count + 1))
    expected(runs.keys, runs.bits, runs.groups, (1 - chance) ** np.arange(runs.groups.size + 1), *out)
    left = runs.keys.size - np.append(runs.inside[:count], 0)
    shares: NDArray[np.float64] = out / np.maximum(left, 1)
    return shares


def runs_by_figure(sample: Sample, groups: NDArray[np.int64], count: int) -> dict[str, Runs]:
    """Input of `by_chance`, by figure."""
    lengths = run_lengths(sample)
    runs = {"singleton_mass": runs_of(sample, np.ones(len(sample), np.int64), groups, count)}
    if (np.diff(sample.token_offsets) >= lengths).any():
        runs["repeated_4gram_share"] = runs_of(sample, lengths, groups, count)
    return runs


def by_chance(
    sample: Sample, size: int, groups: NDArray[np.int64], count: int, runs: dict[str, Runs]
) -> dict[str, NDArray[np.float64]]:
    """Singletons and shared runs, averaged over all windows that chance could make."""
    shares = {name: alone_and_shared(some, count, size) for name, some in runs.items()}
    figures = {name: share[0 if name == "singleton_mass" else 1] for name, share in shares.items()}
    inside = np.bincount(groups, np.diff(sample.token_offsets), count).astype(np.int64)[:count]
    left = sample.token_count - np.append(inside, 0)
    return {name: at_one_size(values, left) for name, values in figures.items()} if count else figures


def run_lengths(sample: Sample) -> NDArray[np.int64]:
    """Six for documents of which most tokens are characters of an unspaced script, else four."""
    before = np.concatenate([[0], np.cumsum(sample.tokens & np.uint32(1), dtype=np.int64)])
    characters = np.diff(before[sample.token_offsets])
    return np.where(2 * characters > np.diff(sample.token_offsets), 6, 4)


def _end(places: NDArray[np.uint64], sizes: NDArray[np.int64], limit: int) -> np.uint64:
    """The last place of a sample that is full."""
    return places[np.flatnonzero(sizes)[-1]] if sizes.sum() >= limit else np.uint64(0xFFFFFFFFFFFFFFFF)
