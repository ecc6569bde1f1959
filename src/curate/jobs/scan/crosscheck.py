"""The cross-check of a scan: its near-duplicates of a sample beside those of `datasketch`, and beside every pair."""

from __future__ import annotations

import time
from collections.abc import Sequence
from importlib.metadata import version

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from curate.corpus.originals import read_texts
from curate.jobs.run.annotate import ShardTask
from curate.jobs.run.columns import numbers
from curate.jobs.scan.corpus import Corpus
from curate.jobs.scan.duplicates import sketches
from curate.kernels.buffers import text_buffers
from curate.kernels.shingle_sets import shingle_sets
from curate.kernels.tokens import tokenize
from curate.neardup.agreement import Agreement, CrossCheck, Part
from curate.neardup.crosscheck import Pairs, draw_sample, found_pairs, import_datasketch
from curate.neardup.signature import Signature
from curate.statistics.least import binomial_high, binomial_low

__all__ = ["crosscheck", "import_datasketch"]


def crosscheck(found: Corpus) -> CrossCheck:
    """Draw, read the texts again, find the pairs of the sample three times over. Raises DependencyError."""
    begin, plan = time.monotonic(), found.plan
    text_bytes = numbers(found.documents, "text_bytes").astype(np.int64)
    rows = draw_sample(sketches(found.tasks), found.clusters, text_bytes, plan.seed)
    texts = pa.array(_texts(found.tasks, numbers(found.documents, "row"), rows), pa.large_string())
    signature = Signature(ngram_size=plan.ngram_size)
    values, start = shingle_sets(tokenize(*text_buffers(texts)), (plan.ngram_size, signature.character_ngram_size))
    pairs = found_pairs(values, start, rows, found.clusters, plan.threshold, plan.seed)

    def agreement(recalled: Pairs, said: Pairs, truth: Pairs) -> Agreement:
        return Agreement(
            _part(len(recalled & truth), len(truth), plan.confidence),
            _part(len(said & truth), len(said), plan.confidence),
        )

    return CrossCheck(
        version("datasketch"), rows.size, plan.seed, plan.threshold, plan.confidence,
        round(time.monotonic() - begin, 2),
        len(pairs.exact), len(pairs.direct), len(pairs.together), len(pairs.datasketch),
        agreement(pairs.together, pairs.direct, pairs.datasketch),
        agreement(pairs.together, pairs.direct, pairs.exact),
        agreement(pairs.datasketch, pairs.datasketch, pairs.exact),
    )  # fmt: skip


def _part(found: int, of: int, confidence: float) -> Part:
    if not of:
        return Part(0, 0, None, 0.0, 1.0)
    level = (1 - confidence) / 2
    low, high = (float(bound(np.array([float(found)]), of, level)[0]) for bound in (binomial_low, binomial_high))
    return Part(found, of, found / of, low, high)


def _texts(tasks: Sequence[ShardTask], in_file: NDArray[np.int64], rows: NDArray[np.int64]) -> list[str]:
    """The texts of ascending rows of the run, each shard opened once."""
    ends = np.cumsum([task.documents() for task in tasks])
    of = np.searchsorted(ends, rows, side="right")
    texts: list[str] = []
    for number in np.unique(of).tolist():
        wanted = in_file[rows[of == number]].astype(np.int64)
        there = read_texts(tasks[number].shard, tasks[number].columns, np.sort(wanted))
        texts += [there.get(int(row), "") for row in wanted]
    return texts
