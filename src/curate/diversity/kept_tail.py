"""Share of a corpus's tail that chosen documents have kept, at equal size, from samples of the corpus."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from curate.diversity.collecting import cut_of, in_turns, merge, near
from curate.diversity.figures import SIZES
from curate.diversity.lost import Lost, lost
from curate.diversity.sample import SAMPLE_TOKENS, Sample, empty_sample, priorities

LEAST_TOKENS = SIZES[-1]  # of the chosen documents, to say anything
EVERYWHERE = int(np.iinfo(np.uint64).max)  # no text comes after this place


def tail_lost(samples: Iterable[Sample], chosen: NDArray[np.uint64]) -> Lost | None:
    """Figures of the corpus and of the chosen documents at as many tokens as the smaller sample has.

    samples: of each shard of the corpus; chosen uint64[n, 2]: fingerprints of the chosen documents, repeats included.
    None where the tokens are too few.
    """
    texts, times = np.unique(priorities(chosen), return_counts=True)
    corpus = mix = empty_sample()
    complete = EVERYWHERE  # up to this place in the order of texts every shard's sample has all
    read = ((_complete_to(one), near(one, cut_of(corpus)), _written(one, texts, cut_of(mix))) for one in samples)
    for some in in_turns(read):
        upto, of_corpus, of_mix = zip(*some, strict=True)
        complete = min(complete, *upto)
        corpus, mix = merge([corpus, *of_corpus]), merge([mix, *of_mix])
    places, first = np.unique(mix.priorities, return_index=True)
    inside = places <= np.uint64(complete)
    mix = mix.take(np.repeat(first[inside], times[np.searchsorted(texts, places[inside])]))
    return None if min(corpus.token_count, mix.token_count) < LEAST_TOKENS else lost(corpus, mix)


def _written(sample: Sample, texts: NDArray[np.uint64], cut: np.uint64) -> Sample:
    """Of its documents up to the cut those with these texts, given as ascending places."""
    places = sample.priorities
    places = places[: np.searchsorted(places, cut, side="right")]
    return sample.take(np.flatnonzero(_among(places, texts)))


def _complete_to(sample: Sample) -> int:
    if sample.token_count < SAMPLE_TOKENS:
        return EVERYWHERE
    return int(sample.priorities[np.diff(sample.token_offsets) > 0][-1])


def _among(keys: NDArray[np.uint64], ascending: NDArray[np.uint64]) -> NDArray[np.bool_]:
    """np.isin, which would go through the mix anew for every shard."""
    if not len(ascending):
        return np.zeros(len(keys), np.bool_)
    found: NDArray[np.bool_] = ascending[np.searchsorted(ascending, keys).clip(max=len(ascending) - 1)] == keys
    return found
