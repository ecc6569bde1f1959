"""Tail recall of both sides of a comparison."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from curate.diversity.entries import AT_ONCE, Entries, Sides
from curate.diversity.reference import Reference, reference
from curate.diversity.sample import Sample
from curate.diversity.tail import LEAST_TOKENS as LEAST_OF_LANGUAGE
from curate.kernels.grams import grams
from curate.kernels.sides import present_mass
from curate.measuring.language import LANGUAGES


def tail_recall_of_sides(sample: Sample, member: NDArray[np.uint8]) -> Sides | None:
    """Mass of rare reference words that stand on a side, over what the reference expects at its size, all languages.

    None where no language with a reference is large enough. Languages weigh what they have of the tokens.
    """
    found, size = np.zeros((2, member.shape[1])), np.diff(sample.token_offsets)
    everything, least = 0.0, np.inf
    for code in np.unique(sample.languages):
        rows = np.flatnonzero(sample.languages == code)
        tokens = size[rows].sum() / 2  # of each side: sizes are matched by language
        known = reference(LANGUAGES[code]) if tokens >= LEAST_OF_LANGUAGE else None
        if known is None or not known.keys.size:
            continue
        expected = float((-np.expm1(tokens * np.log1p(-known.frequencies))) @ known.frequencies)
        of, types = _rare(sample.take(rows), known)
        weights = known.frequencies[types] * (tokens / expected)
        least = min(least, float(known.frequencies.min()) * tokens / expected)
        for at in range(0, member.shape[1], AT_ONCE):
            part = np.ascontiguousarray(member[rows, at : at + AT_ONCE])
            mass = np.zeros((2, part.shape[1]))
            present_mass(of.starts, of.documents, weights, part, mass)
            found[:, at : at + AT_ONCE] += mass
        everything += tokens
    if not everything:
        return None
    rate = np.log(found + least)
    return Sides(found / everything, rate[1] - rate[0])


def _rare(sample: Sample, known: Reference) -> tuple[Entries, NDArray[np.int64]]:
    """Types of the reference in the sample, and which of its words each is."""
    lengths = np.full(len(sample), 2 if known.pairs else 1)
    values, documents = np.empty(sample.token_count, np.uint64), np.empty(sample.token_count, np.int64)
    count = grams(known.read(sample.tokens), sample.token_offsets, lengths, values, documents)
    at = np.minimum(np.searchsorted(known.keys, values[:count]), known.keys.size - 1)
    there = known.keys[at] == values[:count]
    shift = np.uint64(40)  # the word's number above, room for the document below
    of = Entries.of(at[there].astype(np.uint64) << shift, documents[:count][there], len(sample))
    return of, np.unique(at[there])
