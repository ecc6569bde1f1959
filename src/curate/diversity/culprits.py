"""Which documents drive a loss, and which rare words went: what an alarm is about, by row and by name."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from curate.diversity.alarm import Comparison
from curate.diversity.entries import Entries
from curate.diversity.match import Matched
from curate.diversity.reference import reference
from curate.diversity.sides import run_entries
from curate.diversity.tail import holders
from curate.diversity.windows import run_lengths
from curate.kernels.sides import document_sums, own_sums
from curate.measuring.language import LANGUAGES

LEAST_DOCUMENT = 30  # tokens: a shorter one drives nothing


def culprits(comparison: Comparison, k: int) -> list[tuple[int, float]]:
    """The k documents of AFTER, as rows of its sample, that push most of what was lost, with their share of the push.

    A document's push on a figure is its first-order influence: how far its own words lie from what BEFORE would have,
    weighed by how sure the loss of that figure is. Empty where no figure fell.
    """
    metrics, matched = comparison.alarm.metrics, comparison.matched
    silent = comparison.alarm.level == "ok"
    lost = {} if silent else {name: change for name, change in metrics.items() if change.lost(name)}
    push = np.zeros(len(matched.sample))
    for name, change in lost.items():
        own = _influence(matched, name, change.before)
        if own is not None:
            push += own * min(abs(change.log_ratio) / max(change.scale, 1e-12), 100.0)
    sizes = np.diff(matched.sample.token_offsets)
    push[~matched.after | (sizes < LEAST_DOCUMENT)] = 0.0
    total = push[push > 0].sum()
    prints = matched.sample.fingerprints
    order = np.lexsort((prints[:, 1], prints[:, 0], -push))[:k]
    return [(int(matched.rows[i]), float(push[i] / total)) for i in order if push[i] > 0]


def lost_words(comparison: Comparison, k: int) -> list[tuple[str, str, int]]:
    """Rare words of the references that BEFORE has and AFTER lacks: language, word, documents of BEFORE that have it.

    The k that stand in most documents; ties by how common the reference says they are.
    """
    matched = comparison.matched
    found: list[tuple[int, float, str, str]] = []
    for code in np.unique(matched.sample.languages):
        known = reference(LANGUAGES[code])
        if known is None or not known.keys.size:
            continue
        rows = np.flatnonzero(matched.sample.languages == code)
        there = [holders(matched.sample.take(rows[matched.after[rows] == side]), known) for side in (False, True)]
        gone = np.flatnonzero((there[0] > 0) & (there[1] == 0))
        found += [(-int(there[0][i]), -float(known.frequencies[i]), LANGUAGES[code], known.words[i]) for i in gone]
    return [(language, word, -holders) for holders, _, language, word in sorted(found)[:k]]


def _influence(matched: Matched, name: str, before: float) -> NDArray[np.float64] | None:
    """Of every document on the log of a figure, towards loss; None for figures that have no part by document."""
    sample = matched.sample
    ones = np.ones(len(sample), np.int64)
    lengths = {"effective_bigrams": 2 * ones, "repeated_4gram_share": run_lengths(sample)}.get(name, ones)
    if name not in ("singleton_mass", "effective_vocabulary", "effective_bigrams", "repeated_4gram_share"):
        return None
    of = run_entries(sample, lengths)
    tokens, holders = _on_side(of, matched.after)
    runs = np.maximum(np.diff(sample.token_offsets) - lengths + 1, 0)
    size = max(1, int(tokens.sum()))
    if name == "singleton_mass":
        push = before * runs - _sums(of, (tokens == 1).astype(np.float64), len(sample))
        scale = before * size
    elif name == "repeated_4gram_share":
        push = _sums(of, (holders > 1).astype(np.float64), len(sample)) - before * runs
        scale = before * size
    else:
        push = np.log(before) * runs - _sums(of, np.log(size) - np.log(np.maximum(tokens, 1)), len(sample))
        scale = size
    found: NDArray[np.float64] = push / max(1.0, scale)
    return found


def _on_side(of: Entries, after: NDArray[np.bool_]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    tokens, holders = (np.zeros(of.starts.size - 1, np.int64) for _ in range(2))
    own_sums(of.starts, of.documents, of.counts, after, tokens, holders)
    return tokens, holders


def _sums(of: Entries, values: NDArray[np.float64], documents: int) -> NDArray[np.float64]:
    out = np.zeros(documents)
    document_sums(of.starts, of.documents, of.counts, values, out)
    return out
