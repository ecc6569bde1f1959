"""Population that labels are asked of, from the documents of a scan."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from curate.detect.label_pool import Population
from curate.jobs.run.columns import fingerprints, first_copies, numbers
from curate.jobs.scan.provenance import Said
from curate.statistics.draws import seed_of


def population(documents: pa.Table, said: Said) -> Population:
    """Return the texts with tokens of documents that declare no writer; the others count as they declare."""
    tokens = numbers(documents, "tokens").astype(np.int64, copy=False)
    rows = np.flatnonzero(~said.human & ~said.machine & (tokens > 0))
    copies = first_copies(fingerprints(documents)[rows], tokens[rows])
    is_first = copies == np.arange(rows.size)
    first, text = np.flatnonzero(is_first), (np.cumsum(is_first) - 1)[copies]
    score = numbers(documents, "machine_score")[rows[first]].astype(np.float64)
    of_all = np.bincount(text, tokens[rows], first.size).astype(np.int64)
    return Population(rows[first], score, of_all, numbers(documents, "fingerprint_high")[rows[first]], rows, text)


def content_seed(documents: pa.Table) -> bytes:
    """Return the random seed of a draw: a hash of all texts, also of those that declare their writer."""
    return seed_of(fingerprints(documents))
