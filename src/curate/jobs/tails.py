"""What a mix lost or won of its corpus's tail, at equal size, and the refusal of one that lost too much."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from curate.diversity.collecting import merge
from curate.diversity.figures import FIGURES, SIZES, diversity
from curate.diversity.sample import SAMPLE_TOKENS, Sample, empty_sample, priorities
from curate.errors import VerdictError
from curate.jobs.annotate import ShardTask
from curate.jobs.load import fingerprints
from curate.mixing.certificate import Tails

OPTION = "--max-tail-loss"
LEAST_TOKENS = SIZES[-1]  # of a mix, to say anything


def tails_of(tasks: Sequence[ShardTask], documents: pa.Table, order: NDArray[np.int64]) -> Tails | None:
    """Figures of the corpus and of the mix at as many tokens as the smaller sample has; None where those are too few.

    `order`: rows of `documents` as they are written. Samples of the scan are read again, texts are not.
    """
    texts, times = np.unique(priorities(fingerprints(documents)[order]), return_counts=True)
    corpus = mix = empty_sample()
    complete = np.iinfo(np.uint64).max  # up to this place in the order of texts every shard's sample has all
    for task in tasks:
        sample = Sample.from_table(pq.read_table(task.run.samples(task.number)))
        if sample.token_count >= SAMPLE_TOKENS:
            complete = min(complete, int(sample.priorities[np.diff(sample.token_offsets) > 0][-1]))
        corpus = merge([corpus, sample])
        mix = merge([mix, sample.take(np.flatnonzero(_among(sample.priorities, texts)))])
    found, first = np.unique(mix.priorities, return_index=True)
    inside = found <= np.uint64(complete)
    mix = mix.take(np.repeat(first[inside], times[np.searchsorted(texts, found[inside])]))
    size = min(corpus.token_count, mix.token_count)
    if size < LEAST_TOKENS:
        return None
    before, after = (diversity(one, size).to_json() for one in (corpus, mix))
    pairs = {name: (before[name], after[name]) for name in FIGURES}
    told = {name: pair for name, pair in pairs.items() if None not in pair}
    return Tails(size, *({name: float(pair[side] or 0) for name, pair in told.items()} for side in (0, 1)))


def _among(keys: NDArray[np.uint64], ascending: NDArray[np.uint64]) -> NDArray[np.bool_]:
    """np.isin, which would go through the mix anew for every shard."""
    if not len(ascending):
        return np.zeros(len(keys), np.bool_)
    found: NDArray[np.bool_] = ascending[np.searchsorted(ascending, keys).clip(max=len(ascending) - 1)] == keys
    return found


def check_tails(tails: Tails | None, most: float | None) -> None:
    """Raises VerdictError where more than `most` of the tail is lost, or nobody can say; not where nothing is asked."""
    if most is None:
        return
    if tails is None:
        raise VerdictError(
            f"a mix of under {LEAST_TOKENS:,} tokens says nothing of tails",
            where=OPTION,
            hint="ask for more, or leave it out",
        )
    if tails.loss > most:
        before, after = tails.corpus[tails.figure], tails.mix[tails.figure]
        raise VerdictError(
            f"the mix would lose {tails.loss:.1%} of the corpus's tail, more than {most:.1%}: {tails.figure} "
            f"{before:.3f} in the corpus, {after:.3f} in the mix, at {tails.tokens:,} tokens of each",
            where=OPTION,
            hint="a larger --budget, other --weights or a higher --temperature; or allow more",
        )
