"""A baseline that people wrote, as the human reference of what is new; its texts are not read again."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from curate.jobs.check.change import Change
from curate.jobs.check.merged_clusters import merged_clusters
from curate.jobs.scan.judged_turns import judged
from curate.jobs.scan.share import corpus_share, reference_of


def by_human_baseline(change: Change) -> Change:
    """Return the change with its machine share read against the baseline as human text; unchanged without either."""
    base, found = change.base, change.scan
    if base is None or found is None:
        return change
    nothing = np.zeros(base.documents.num_rows, np.bool_)
    reference = reference_of(judged(base.documents), merged_clusters(base, nothing, None, None), found.detector)
    documents = judged(found.documents)
    share = corpus_share(documents, found.clusters, found.detector, found.plan.confidence, reference, found.said)
    return replace(change, scan=replace(found, summed=replace(found.figures, machine_share=share)))
