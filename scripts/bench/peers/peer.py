"""Shared parts of the peers of `scripts/bench/neardup`: texts in, a cluster number a document out."""

import json
import re
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

THRESHOLD = 0.7
SLOTS = 128
WORD = re.compile(r"\w+")


def read_texts(folder: Path) -> list[str]:
    """All texts, files by name."""
    return [text for path in sorted(folder.glob("*.parquet")) for text in pq.read_table(path)["text"].to_pylist()]


def word_5_grams(text: str) -> set[str]:
    """Of lower-cased runs of letters and digits: what the peers that leave shingles to the caller are given."""
    words = WORD.findall(text.lower())
    return {" ".join(words[k : k + 5]) for k in range(len(words) - 4)}


def clusters_of(pairs: Iterable[tuple[int, int]], documents: int) -> np.ndarray:
    """The smallest document connected with each."""
    root = list(range(documents))

    def find(a: int) -> int:
        while root[a] != a:
            root[a] = root[root[a]]
            a = root[a]
        return a

    for a, b in pairs:
        a, b = find(a), find(b)
        root[max(a, b)] = min(a, b)
    return np.array([find(a) for a in range(documents)])


def report(cluster: Callable[[Path], tuple[np.ndarray, dict[str, float]]]) -> None:
    """Run `cluster` on the folder argv[1], save its clusters as argv[2], print its seconds and those of its stages."""
    began = time.perf_counter()
    labels, stages = cluster(Path(sys.argv[1]))
    seconds = time.perf_counter() - began
    np.save(sys.argv[2], labels)
    print(json.dumps({"seconds": seconds, "stages": stages}))
