"""Declarations in the columns of a corpus, settled once for all its documents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa

from curate.corpus.class_labels import class_names, refuse_bare_numbers
from curate.corpus.label_words import parse_label_map
from curate.jobs.run.annotate import ShardTask
from curate.jobs.run.plan import ScanPlan
from curate.jobs.scan.date_columns import settle_dates
from curate.jobs.scan.label_column import LabelColumn, settle_labels
from curate.rulebook.date_column import DateColumn
from curate.rulebook.rules import RuleBook


@dataclass(frozen=True, slots=True)
class Declared:
    """Label and date columns that were taken, and how they were read."""

    labels: LabelColumn | None = None
    dates: tuple[DateColumn, ...] = ()

    def sentences(self) -> tuple[str, ...]:
        """For people: what was taken, with counts."""
        labels = self.labels.sentences() if self.labels else ()
        return (*labels, *(column.sentence for column in self.dates if column.documents > column.undated))

    def silent(self) -> tuple[str, ...]:
        """Columns that look like dates by their name and declare none."""
        return tuple(one.sentence for one in self.dates if not one.dated and one.documents > one.undated)

    def remarks(self) -> tuple[str, ...]:
        """Of these, what asks for a decision of the user."""
        return self.labels.sentences()[1:] if self.labels else ()


def settle_declared(
    documents: pa.Table, tasks: Sequence[ShardTask], plan: ScanPlan, book: RuleBook, *, declares: bool
) -> tuple[pa.Table, Declared]:
    """The documents with settled labels and days. Raises UsageError as `settle_labels`."""
    name = plan.columns.label
    classes = _class_names(documents, tasks, name, plan) if name else ()
    documents, labels = settle_labels(documents, plan, declares=declares, classes=classes)
    documents, dates = settle_dates(documents, tasks, plan, book)
    return documents, Declared(labels, dates)


def _class_names(documents: pa.Table, tasks: Sequence[ShardTask], column: str, plan: ScanPlan) -> tuple[str, ...]:
    """Names of the numbers in the label column; none where the user says what numbers mean.

    Raises UsageError where a file keeps other names, or numbers and no names.
    """
    said = parse_label_map(plan.label_map)
    if any(word.isdigit() for word in said):
        return ()
    classes = class_names((task.shard for task in tasks), column)
    if classes.names and any(task.shard.path not in classes.paths for task in tasks):
        labels, start = documents.column("label"), 0
        for task in tasks:
            rows = task.documents()
            if task.shard.path not in classes.paths:
                refuse_bare_numbers(classes, task.shard.name, labels.slice(start, rows), said)
            start += rows
    return classes.names
