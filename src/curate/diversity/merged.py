"""The sample of a corpus that has lost documents and won others, from samples of both; no text is read again."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from curate.diversity.collecting import merge
from curate.diversity.sample import SAMPLE_HEADS, SAMPLE_TOKENS, Sample
from curate.measuring.matching import Prints, gone_and_new

ALL = np.iinfo(np.uint64).max  # a place after every other


def merged_sample(whole: Sample, parts: Iterable[Sample], lost: Prints, new: Sample) -> Sample | None:
    """The sample of what is there after merging; None where documents that would move up into it were not kept.

    whole: of the earlier documents; parts: of which it was made, read only where a document of it is lost.
    """
    if gone_and_new(whole.fingerprints, lost)[0].all():
        return merge([whole, new])
    kept, cuts = [new], []
    for sample in parts:
        stays, others = gone_and_new(sample.fingerprints, lost)
        lost = lost[others]
        kept.append(sample if stays.all() else sample.take(np.flatnonzero(stays)))
        cuts += [] if stays.all() else [_complete_to(sample)]
    merged = merge(kept)
    reaches = _complete_to(merged)
    fine = all(known == ALL or known > reach for cut in cuts for known, reach in zip(cut, reaches, strict=True))
    return merged if fine else None


def _complete_to(sample: Sample) -> tuple[int, int]:
    """Up to which place in the order a sample has all tokens, and all heads, of its documents."""
    sides = ((sample.token_offsets, SAMPLE_TOKENS), (sample.head_offsets, SAMPLE_HEADS))
    return tuple(  # type: ignore[return-value]
        int(sample.priorities[np.diff(offsets) > 0].max()) if offsets[-1] >= most else ALL for offsets, most in sides
    )
