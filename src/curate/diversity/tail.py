"""Which rare words of the human reference a sample has, against how many it should have at its size."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from curate.diversity.reference import Reference, reference
from curate.diversity.sample import Sample
from curate.kernels.grams import grams
from curate.measuring.language import LANGUAGES

_GROUP_BITS = np.uint64(16)
LEAST_TOKENS = 20_000  # of a language: with fewer hardly any rare word is expected


@dataclass(frozen=True, slots=True)
class _Units:
    """Units that count a language's documents: types uint64[t] ascending, their groups, and units by group."""

    types: NDArray[np.uint64]
    only_group: NDArray[np.int64]  # the one group a type stands in, -1 if in several
    sizes: NDArray[np.int64]
    total: int


@dataclass(frozen=True, slots=True)
class Known:
    """A language of the sample with a reference, and its share of the tokens."""

    reference: Reference
    share: float


def languages_at(sample: Sample, size: int) -> dict[int, Known]:
    """Return languages with a reference and at least LEAST_TOKENS of `size` tokens of the sample, by code."""
    found = {}
    counts = np.bincount(sample.languages, np.diff(sample.token_offsets), len(LANGUAGES))
    for code, share in enumerate(counts / max(1, sample.token_count)):
        known = reference(LANGUAGES[code]) if share * size >= LEAST_TOKENS else None
        if known is not None and known.keys.size:
            found[code] = Known(known, float(share))
    return found


def tail_recalls(sample: Sample, groups: NDArray[np.int64], count: int, known: dict[int, Known]) -> NDArray[np.float64]:
    """Tail recall without each of `count` groups of documents, then of all; with `count` 0 of all alone.

    For a language: (sum of f over tail words that are there) / (sum of f (1 - (1 - f)^n)), f their frequency in the
    reference, n the sample's tokens of that language. Languages weigh as `known` says, which must not be empty.
    """
    recalls = [
        _recalls(one.reference, _units(sample, groups, count, code, one.reference)) for code, one in known.items()
    ]
    return np.average(recalls, axis=0, weights=[one.share for one in known.values()])


def missing_tail(sample: Sample, language: str, k: int) -> list[str]:
    """The k absent rare words that a human corpus of this size would most surely have; [] where that cannot be said."""
    known = reference(language) if language in LANGUAGES else None
    if known is None:
        return []
    units = _units(sample, np.zeros(len(sample), np.int64), 0, LANGUAGES.index(language), known)
    if units.total < LEAST_TOKENS:
        return []
    absent = np.flatnonzero(~np.isin(known.keys, units.types))
    order = np.lexsort((known.keys[absent], -known.frequencies[absent]))[:k]
    return [known.words[i] for i in absent[order]]


def holders(sample: Sample, known: Reference) -> NDArray[np.int64]:
    """How many documents have each word of the reference."""
    values, documents = np.empty(sample.token_count, np.uint64), np.empty(sample.token_count, np.int64)
    lengths = np.full(len(sample), 2 if known.pairs else 1)
    count = grams(known.read(sample.tokens), sample.token_offsets, lengths, values, documents)
    at = np.minimum(np.searchsorted(known.keys, values[:count]), known.keys.size - 1)
    there = known.keys[at] == values[:count]
    pairs = np.unique(at[there] * max(1, len(sample)) + documents[:count][there])
    return np.bincount(pairs // max(1, len(sample)), minlength=known.keys.size)


def _units(sample: Sample, groups: NDArray[np.int64], count: int, code: int, known: Reference) -> _Units:
    documents = np.flatnonzero(sample.languages == code)
    chosen = sample.take(documents)
    values, of = np.empty(chosen.token_count, np.uint64), np.empty(chosen.token_count, np.int64)
    lengths = np.full(len(chosen), 2 if known.pairs else 1)
    units = grams(known.read(chosen.tokens), chosen.token_offsets, lengths, values, of)
    group = groups[documents][of[:units]]
    values, group = _sorted(values[:units], group, pairs=known.pairs)
    first = np.flatnonzero(np.concatenate([[True], values[1:] != values[:-1]])) if units else np.zeros(0, np.int64)
    last = np.append(first[1:], units)[: first.size] - 1
    only = np.where(group[first] == group[last], group[first], -1)
    return _Units(values[first], only, np.bincount(group, minlength=count)[:count], units)


def _sorted(
    values: NDArray[np.uint64], group: NDArray[np.int64], *, pairs: bool
) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """By value, then group. A single token leaves room for its group, and sorting one array is much faster."""
    if pairs:
        order = np.lexsort((group, values))
        return values[order], group[order]
    keys = values << _GROUP_BITS | group.astype(np.uint64)
    keys.sort()
    return keys >> _GROUP_BITS, (keys & ((np.uint64(1) << _GROUP_BITS) - np.uint64(1))).astype(np.int64)


def _recalls(known: Reference, units: _Units) -> NDArray[np.float64]:
    at = np.minimum(np.searchsorted(known.keys, units.types), known.keys.size - 1)
    there = known.keys[at] == units.types
    masses, only = known.frequencies[at[there]], units.only_group[there]
    lost = np.bincount(only[only >= 0], masses[only >= 0], minlength=units.sizes.size)[: units.sizes.size]
    found = np.append(masses.sum() - lost, masses.sum())
    sizes = np.append(units.total - units.sizes, units.total)
    expected = _expected(known, sizes)
    recalls = np.zeros(found.size)  # where one group is all there is, nothing is expected without it
    np.divide(found, expected, out=recalls, where=expected > 0)
    return recalls


def _expected(known: Reference, sizes: NDArray[np.int64]) -> NDArray[np.float64]:
    """The mass of tail words that so many tokens should have; exact for the last size.

    Smooth in the size: of the others, which lie within a few percent, a cubic through four is as good as exact.
    """
    logs = np.log1p(-known.frequencies)

    def exact(size: float) -> float:
        return float(-np.expm1(size * logs) @ known.frequencies)

    low, high = float(sizes.min()), float(sizes.max())
    if high - low < 4:
        return np.array([exact(size) for size in sizes])
    points = np.linspace(low, high, 4)
    cubic = np.polynomial.Polynomial.fit(points, [exact(size) for size in points], 3)
    return np.append(cubic(sizes[:-1]), exact(sizes[-1]))
