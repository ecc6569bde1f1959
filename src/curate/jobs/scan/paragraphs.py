"""How much of each document stands in others too that are no near-duplicates of it: a column for rules and figures."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from curate.jobs.run.annotate import ShardTask
from curate.jobs.run.columns import numbers
from curate.jobs.scan.duplicates import RowGroups
from curate.kernels.buffers import binary_values
from curate.neardup.clusters import Clusters
from curate.neardup.means import Means
from curate.neardup.paragraphs import Keys, ParagraphParts, repeated_tokens

COLUMN = "repeated_paragraph_tokens"
SHARE = "repeated_paragraph_share"


def with_repeated_paragraphs(
    documents: pa.Table, clusters: Clusters, tasks: tuple[ShardTask, ...], means: Means
) -> pa.Table:
    """The documents with COLUMN, int64, and SHARE of their tokens, null where there is none.

    Paragraphs of the document's own near-duplicate cluster do not count: that is another finding, and dropping all but
    one of a cluster mends it, which a rule about repeated paragraphs must not keep from happening.
    """
    rows = RowGroups(tasks)

    def read(part: int) -> Keys:
        return binary_values(rows.read(part, "paragraphs"), np.uint64)

    parts = ParagraphParts(rows.starts, rows.bytes_of("paragraphs") // 8, read)
    repeated = repeated_tokens(parts, clusters.representative, means)
    tokens = numbers(documents, "tokens")
    share = pa.array(repeated / np.maximum(tokens, 1), mask=tokens == 0)
    return documents.append_column(COLUMN, pa.array(repeated)).append_column(SHARE, share)
