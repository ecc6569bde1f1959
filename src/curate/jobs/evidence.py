"""What rules of evidence may read of a document: only what the data itself says, so that anybody can read it again."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from curate.errors import UsageError
from curate.jobs.annotate import ShardTask
from curate.jobs.names import kept_name
from curate.rulebook.decide import declared
from curate.rulebook.rules import RuleBook

FILLED = ("id", "source")  # where no column gives them they are made from the file's name, which no mix carries


def declarations(book: RuleBook, documents: pa.Table, tasks: Sequence[ShardTask]) -> pa.Array:
    """Who wrote each document of a run: "human", "machine" or null.

    Raises UsageError for evidence on the source of documents where no column is their source.
    """
    columns = {name: _said(documents, name, tasks) for name in FILLED}
    _check_source(book, tasks)
    return who_wrote(book, documents, columns)


def who_wrote(book: RuleBook, documents: pa.Table, said: dict[str, pa.Array | pa.ChunkedArray]) -> pa.Array:
    """By the column `label`, then by the book, from `said`, `date` and the extra columns under their kept names."""
    columns = {**said, "date": documents.column("date")}
    columns |= {name: documents.column(kept_name(name)) for name in book.columns}
    return declared(book, pa.table(columns), documents.column("label"))[0]


def _said(documents: pa.Table, name: str, tasks: Sequence[ShardTask]) -> pa.ChunkedArray:
    """The column, null for documents of files that do not have it."""
    there = [bool(getattr(task.columns, name)) for task in tasks]
    if all(there):
        return documents.column(name)
    mask = np.repeat(there, [task.documents() for task in tasks])
    return pc.if_else(pa.chunked_array([pa.array(mask)]), documents.column(name), None)


def _check_source(book: RuleBook, tasks: Sequence[ShardTask]) -> None:
    rule = next((one for one in book.evidence if one.column == "source"), None)
    if rule is not None and not any(task.columns.source for task in tasks):
        raise UsageError(
            "reads the source of documents, and no column of the data is named as it",
            where=f"rule {rule.id}",
            hint="--source-column NAME",
        )
