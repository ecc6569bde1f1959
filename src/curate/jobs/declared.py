"""What the columns of a corpus declare, settled once for all its documents, however its files are cut."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

from curate.jobs.label_column import LabelColumn, settle_labels
from curate.jobs.plan import ScanPlan


@dataclass(frozen=True, slots=True)
class Declared:
    """What was taken as label, and how it was read."""

    labels: LabelColumn | None = None

    def sentences(self) -> tuple[str, ...]:
        """For people: what was taken, with counts."""
        return self.labels.sentences() if self.labels else ()

    def remarks(self) -> tuple[str, ...]:
        """Of these, what asks for a decision of the user."""
        return self.labels.sentences()[1:] if self.labels else ()


def settle_declared(documents: pa.Table, plan: ScanPlan, *, declares: bool) -> tuple[pa.Table, Declared]:
    """The documents with settled labels. Raises UsageError as `settle_labels`."""
    documents, labels = settle_labels(documents, plan, declares=declares)
    return documents, Declared(labels)
