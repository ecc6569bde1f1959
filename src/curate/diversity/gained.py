"""Rare words of the references that a corpus has and another one lacks, by name."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from curate.diversity.reference import reference
from curate.diversity.sample import Sample
from curate.diversity.tail import holders
from curate.measuring.language import LANGUAGES


@dataclass(frozen=True, slots=True)
class Gained:
    """Of a language: how many rare words came, and the first of them, those in most documents first."""

    language: str
    count: int
    words: tuple[str, ...]


def gained_words(before: Sample, new: Sample, k: int) -> tuple[Gained, ...]:
    """By language with a reference, most words first; of each the k words to name.

    Words that the sample of what was there does not have: of a corpus larger than its sample some may be there.
    """
    found = []
    for code in np.unique(new.languages):
        known = reference(LANGUAGES[code])
        if known is None or not known.keys.size:
            continue
        old, fresh = (holders(one.take(np.flatnonzero(one.languages == code)), known) for one in (before, new))
        came = np.flatnonzero((old == 0) & (fresh > 0))
        order = np.lexsort((known.keys[came], -known.frequencies[came], -fresh[came]))[:k]
        if came.size:
            found.append(Gained(LANGUAGES[code], int(came.size), tuple(known.words[i] for i in came[order])))
    return tuple(sorted(found, key=lambda one: (-one.count, one.language)))
