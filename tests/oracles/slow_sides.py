"""Plain Python definitions of a comparison's figures, for documents as lists of counted tokens."""

import math
from collections import Counter

from slow_diversity import counted_runs

Documents = list[list[str]]


def slow_side(documents: Documents) -> dict[str, float]:
    """Figures of one side, without those that need a reference or windows."""
    words, pairs, runs, places = counted_runs(documents)
    n = words.total()
    equal = sum(c * (c - 1) for c in words.values())
    return {
        "singleton_mass": sum(c == 1 for c in words.values()) / max(n, 1),
        "singleton_pairs": sum(c == 1 for c in pairs.values()) / max(pairs.total(), 1),
        "effective_vocabulary": math.exp(_entropy(words)),
        "common_vocabulary": n * (n - 1) / max(equal, 1),
        "effective_bigrams": math.exp(_entropy(pairs)),
        "repeated_4gram_share": sum(c for run, c in runs.items() if len(places[run]) > 1) / max(runs.total(), 1),
    }


def _entropy(counts: Counter) -> float:
    n = counts.total()
    return -sum(c / n * math.log(c / n) for c in counts.values()) if n else 0.0
