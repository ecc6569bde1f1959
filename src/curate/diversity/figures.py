"""The eight figures of a sample at a fixed size, each with a jackknife interval; nothing is drawn or judged here.

Figures that grow or shrink with the number of tokens are those of a window of a fixed number of tokens, so two corpora
can be compared whatever their length, and a larger sample makes them surer, not other: expected ones where that has a
closed form (diversity.windows), else means over the windows that the sample falls into. Definitions and sources: Good
1953 (singletons), Chao and Jost 2012 (coverage), Hill 1973 (effective numbers), Shaib et al. 2024, arXiv:2403.00553
(compression).
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from curate.diversity.jackknife import LEAST_GROUPS, at_one_size, group_numbers, interval
from curate.diversity.predictability import predictable_share
from curate.diversity.sample import Sample
from curate.diversity.tail import Known, languages_at, tail_recalls
from curate.diversity.windows import Runs, by_chance, copies_apart, runs_by_figure
from curate.kernels.grams import ONCE, TOKENS, TWICE, grams, tally
from curate.kernels.hashing import mix_each

SIZES = (100_000, 30_000, 10_000)  # tokens of a window; below the last there is nothing to say
WINDOW = 1 << 16  # bytes compressed at once: zlib looks back half as far
LEAST_WINDOWS = 2

BY_TOKENS = (
    "tail_recall",
    "singleton_mass",
    "coverage",
    "effective_vocabulary",
    "effective_bigrams",
    "repeated_4gram_share",
)
COMPRESSION = "compression_ratio"
FIGURES = (*BY_TOKENS, COMPRESSION, "predictable_share")


@dataclass(frozen=True, slots=True)
class Diversity:
    """Figures of a sample at the largest of SIZES that it reaches; None where it is too small to say.

    tail_recall: mass of rare words of the human reference that is there, over what the reference predicts for so many
    tokens (1 = as many). singleton_mass: share of tokens whose word stands once in a window, the chance that the next
    word is new. coverage: share of the source's word mass that the sample's words make up. effective_vocabulary,
    effective_bigrams: the number of equally common words (pairs) of the same entropy, exp(H). repeated_4gram_share:
    share of 4-grams (6-grams of characters) that stand in another document of a window too. compression_ratio: bytes
    over zlib's bytes. predictable_share: documents as easy for a model of the human reference as the easiest tenth of
    its own; None without a reference. tokens: of a window, 0 if the sample has none; windows: how many. intervals:
    95 %, by name. by_size: the first six at every size reached, to set beside smaller corpora.
    """

    tokens: int
    windows: int
    documents: int
    tail_recall: float | None
    singleton_mass: float | None
    coverage: float | None
    effective_vocabulary: float | None
    effective_bigrams: float | None
    repeated_4gram_share: float | None
    compression_ratio: float | None
    predictable_share: float | None
    intervals: dict[str, tuple[float, float]]
    by_size: dict[str, dict[str, float]]

    def to_json(self) -> dict[str, float | None]:
        """Return the figures by name, without intervals and other sizes."""
        return {name: getattr(self, name) for name in FIGURES}


def diversity(sample: Sample, size: int | None = None, human: Sample | None = None) -> Diversity:
    """Every figure of the sample, at each of SIZES it reaches or at `size` tokens if it has them.

    human: the sample of a human reference of the same kind, for predictable_share.
    """
    sample = copies_apart(sample)
    reached = [s for s in ((size,) if size else SIZES) if sample.token_count >= s]
    sized = _at_sizes(sample, reached)
    measured = compression_ratios(sample) | (sized[reached[0]] if reached else {})
    predictable = predictable_share(human, sample) if human is not None else None
    if predictable is not None:
        measured["predictable_share"] = predictable
    whole = {name: float(values[-1]) for name, values in measured.items()}
    windows = sample.token_count // reached[0] if reached else 0
    return Diversity(
        tokens=reached[0] if reached else 0,
        windows=windows,
        documents=len(sample.part(0, windows * reached[0])) if reached else 0,
        **{name: whole.get(name) for name in FIGURES},
        intervals={n: interval(measured[n]) for n in FIGURES if n in measured and measured[n].size > LEAST_GROUPS},
        by_size={str(s): {n: float(found[n][-1]) for n in FIGURES if n in found} for s, found in sized.items()},
    )


def coverage(tokens: NDArray[np.int64], once: NDArray[np.int64], twice: NDArray[np.int64]) -> NDArray[np.float64]:
    """Chao and Jost 2012, equation 4a: coverage of n tokens with f1 types seen once and f2 twice.

    Where no type is seen twice, f2 = 0 gives way to the bias-corrected form (f1 - 1) / ((n - 1)(f1 - 1) + 2).
    """
    n, f1, f2 = (np.asarray(a, np.float64) for a in (tokens, once, twice))
    unseen_rate = np.where(f2 > 0, (n - 1) * f1, (n - 1) * (f1 - 1))
    with np.errstate(divide="ignore", invalid="ignore"):
        factor = np.where(unseen_rate > 0, unseen_rate / (unseen_rate + np.where(f2 > 0, 2 * f2, 2)), 0.0)
    return 1 - f1 / n * factor


def compression_ratios(sample: Sample) -> dict[str, NDArray[np.float64]]:
    """Raw over compressed bytes (zlib, level 6) of whole windows of the heads; each window left out once, then all."""
    windows = sample.heads.size // WINDOW
    if windows < LEAST_WINDOWS:
        return {}
    heads = sample.heads.tobytes()
    packed = np.array([len(zlib.compress(heads[i * WINDOW : (i + 1) * WINDOW], 6)) for i in range(windows)])
    without = (windows - 1) * WINDOW / (packed.sum() - packed)
    return {COMPRESSION: np.append(without, windows * WINDOW / packed.sum())}


def at_size(sample: Sample, size: int, groups: NDArray[np.int64], count: int) -> dict[str, NDArray[np.float64]]:
    """Figures of windows of `size` tokens, without each of `count` groups of documents, then of all.

    groups int64[documents]; with `count` 0 of all alone.
    """
    return _at_size(sample, size, groups, count, runs_by_figure(sample, groups, count))


def _at_sizes(sample: Sample, sizes: list[int]) -> dict[int, dict[str, NDArray[np.float64]]]:
    """At the first of the sizes without each group too; what stands with what is looked up once for all of them."""
    if not sizes:
        return {}
    kinds, groups = np.unique(group_numbers(sample), return_inverse=True)
    groups = groups.astype(np.int64)
    runs = runs_by_figure(sample, groups, kinds.size)
    return {size: _at_size(sample, size, groups, kinds.size if size == sizes[0] else 0, runs) for size in sizes}


def _at_size(
    sample: Sample, size: int, groups: NDArray[np.int64], count: int, runs: dict[str, Runs]
) -> dict[str, NDArray[np.float64]]:
    whole = sample.part(0, sample.token_count // size * size)
    known = languages_at(whole, size)
    found: dict[str, list[NDArray[np.float64]]] = {}
    for begin in range(0, whole.token_count, size):
        first = int(np.searchsorted(whole.token_offsets, begin, "right")) - 1
        window = whole.part(begin, begin + size)
        for name, values in _by_tokens(window, groups[first : first + len(window)], count, known).items():
            found.setdefault(name, []).append(values)
    # Not np.mean: with and without groups it adds in another order, and the last digit would differ.
    means = {name: reduce(np.add, values) / len(values) for name, values in found.items()}
    return by_chance(sample, size, groups, count, runs) | means


def _by_tokens(
    sample: Sample, groups: NDArray[np.int64], count: int, known: dict[int, Known]
) -> dict[str, NDArray[np.float64]]:
    """Of one window, with the groups of its documents, of which there are `count`."""
    if count:
        order = np.argsort(groups, kind="stable")
        sample, groups = sample.take(order), groups[order]
    words, word_logs = _tally(sample, groups, count, np.ones(len(sample), np.int64))
    pairs, pair_logs = _tally(sample, groups, count, np.full(len(sample), 2))
    n = words[:, TOKENS]
    figures = {
        "coverage": coverage(np.maximum(n, 1), words[:, ONCE], words[:, TWICE]),
        "effective_vocabulary": _effective(n, word_logs),
    }
    if pairs[-1, TOKENS]:
        figures["effective_bigrams"] = _effective(pairs[:, TOKENS], pair_logs)
    if known:
        figures = {"tail_recall": tail_recalls(sample, groups, count, known), **figures}
    return {name: at_one_size(values, n) for name, values in figures.items()} if count else figures


def _tally(
    sample: Sample, groups: NDArray[np.int64], group_count: int, lengths: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Types are told apart by 44 bits and more: one in thirty samples takes two of its million for one."""
    values, documents = np.empty(sample.token_count, np.uint64), np.empty(sample.token_count, np.int64)
    count = grams(sample.tokens, sample.token_offsets, lengths, values, documents)
    bits = np.uint64(max(1, (len(sample) - 1).bit_length()))
    keys = mix_each(values[:count]) >> bits << bits | documents[:count].astype(np.uint64)
    keys.sort()  # a tenth of the time of sorting types and taking documents along
    totals, logs = np.zeros((group_count + 1, 4), np.int64), np.zeros(group_count + 1)
    tally(keys, bits, groups, totals, logs)
    return totals, logs


def _effective(tokens: NDArray[np.int64], logs: NDArray[np.float64]) -> NDArray[np.float64]:
    """exp(H): H = ln n - (sum of x ln x) / n."""
    n = np.maximum(tokens, 1)
    effective: NDArray[np.float64] = np.exp(np.log(n) - logs / n)
    return effective
