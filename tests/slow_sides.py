"""Plain Python definitions of a comparison's figures, for documents as lists of counted tokens."""

import math
from collections import Counter, defaultdict
from itertools import pairwise

Documents = list[list[str]]


def slow_side(documents: Documents) -> dict[str, float]:
    """What of one side; those that need a reference or windows are not here."""
    words = Counter(word for document in documents for word in document)
    pairs = Counter(pair for document in documents for pair in pairwise(document))
    runs: Counter[tuple[str, ...]] = Counter()
    places = defaultdict(set)
    for i, document in enumerate(documents):
        length = 6 if 2 * sum(word[0] == "c" for word in document) > len(document) else 4
        for k in range(len(document) - length + 1):
            run = tuple(document[k : k + length])
            runs[run] += 1
            places[run].add(i)
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
