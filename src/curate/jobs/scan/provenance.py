"""Values of a document that rules of evidence may read: only the data's own, so that anybody can repeat it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from curate.amounts import counted, percent
from curate.errors import UsageError
from curate.jobs.run.annotate import ShardTask
from curate.jobs.run.column_names import dated_name, kept_name
from curate.jobs.run.columns import fingerprints, numbers
from curate.jobs.scan.claims import claims_of, new_rows, without_claims
from curate.jobs.scan.date_columns import DATE, extra_dates
from curate.jobs.scan.label_column import UNCLEAR
from curate.report.verdict import Claim
from curate.rulebook.dates import NEVER, Days, last_day
from curate.rulebook.decide import declared
from curate.rulebook.rules import RuleBook

LIKELY_MACHINE: Final = 3.0  # log-odds: twenty to one
FILLED = ("id", "source")  # where no column gives them they are made from the file's name, which no mix carries


def declarations(book: RuleBook, documents: pa.Table, tasks: Sequence[ShardTask]) -> tuple[pa.Array, pa.Array]:
    """Who wrote each document of a run ("human", "machine", null), and the id of what says so.

    Raises UsageError for evidence on the source of documents where no column is their source.
    """
    columns = {name: said_column(documents, name, tasks) for name in FILLED}
    _check_source(book, tasks)
    return _declared(book, documents, columns)


@dataclass(frozen=True, slots=True, eq=False)
class Said:
    """human, machine bool[n]: documents that say who wrote them; `by` names what says so, of every document or null.

    contested bool[n]: documents declared human, by an equal text declared machine: they count as neither.
    """

    human: NDArray[np.bool_]
    machine: NDArray[np.bool_]
    contested: NDArray[np.bool_]
    by: pa.Array
    claims: tuple[Claim, ...] = ()  # of the documents of a change

    @property
    def deciding(self) -> frozenset[str]:
        """Ids of what decided about a document."""
        return frozenset(self.by.unique().drop_null().to_pylist())

    def without_declarations(self) -> Said:
        """The same documents, none of which says who wrote it."""
        nobody = np.zeros(self.human.size, np.bool_)
        return replace(self, human=nobody, machine=nobody, by=pa.nulls(self.human.size, pa.string()))

    def is_denied_by(self, row: int, writer: str | None) -> bool:
        """Return whether a label of this document says the opposite of the document."""
        return bool(self.human[row] if writer == "machine" else self.machine[row] if writer == "human" else False)

    def sentences(self, documents: pa.Table) -> tuple[str, ...]:
        """How much that is and what said it, in plain words."""
        tokens = numbers(documents, "tokens").astype(np.int64)
        found = []
        for side, writer in ((self.human, "human"), (self.machine, "machine")):
            if side.any():
                said = pc.value_counts(self.by.filter(pa.array(side))).to_pylist()
                ids = ", ".join(f"{one['values']} {one['counts']:,}" for one in sorted(said, key=lambda v: v["values"]))
                part = float(tokens[side].sum() / max(1, tokens.sum()))
                found.append(
                    f"{int(side.sum()):,} documents, {percent(part)} of the tokens, are {writer} by declaration "
                    f"({ids}) and count as such"
                )
        scores = np.nan_to_num(numbers(documents, "machine_score"))
        if count := int((self.human & (scores > LIKELY_MACHINE)).sum()):
            scoring = "scores" if count == 1 else "score"
            told = f"{counted(count, 'document')} declared human {scoring} as machine-written"
            found.append(f"{told}: do dates and labels lie?")
        if count := int(self.contested.sum()):
            several = "s, declared human, have" if count > 1 else ", declared human, has"
            found.append(f"{count:,} document{several} the text of one declared machine: no declaration counts there")
        return tuple(found)


def said_of_scan(
    book: RuleBook, documents: pa.Table, tasks: Sequence[ShardTask], trusted: Sequence[str] | None = None
) -> Said:
    """Declarations that the share may count on: none of texts with contradicting or missing declarations.

    trusted: kinds of claims that count; None: all do.
    """
    columns = {name: said_column(documents, name, tasks) for name in FILLED}
    return said_of(book, documents, columns, None if trusted is None else new_rows(0, documents.num_rows), trusted)


def said_of(
    book: RuleBook,
    documents: pa.Table,
    columns: dict[str, pa.Array | pa.ChunkedArray],
    claiming: NDArray[np.bool_] | None = None,
    trusted: Sequence[str] | None = (),
) -> Said:
    """As `said_of_scan`, from the columns FILLED, null where the data has none.

    claiming bool[n]: documents of which only claims of the kinds trusted count; None: none are.
    """
    who, by = _declared(book, documents, columns)
    claims: tuple[Claim, ...] = ()
    if claiming is not None:
        own, kinds = pa.array(claiming), trusted or ()
        claims = claims_of(book, who.filter(own), by.filter(own), kinds)
        less, label = without_claims(book, documents.column("label"), kinds)
        rest = documents.set_column(documents.schema.get_field_index("label"), "label", label)
        who, by = (pc.if_else(own, *both) for both in zip(_declared(less, rest, columns), (who, by), strict=True))
    human, machine = (np.asarray(pc.fill_null(pc.equal(who, writer), False)) for writer in ("human", "machine"))
    denied = human & contested(documents, who)
    return Said(human & ~denied, machine, denied, by, claims)


def contested(documents: pa.Table, said: pa.Array) -> NDArray[np.bool_]:
    """Documents whose very text another row declares machine: no promise may rest on them, whatever they say."""
    machine = np.asarray(pc.fill_null(pc.equal(said, "machine"), False))
    found = np.zeros(len(machine), np.bool_)
    high, low = fingerprints(documents).T
    rows = np.flatnonzero(np.isin(high, high[machine]) & ~machine)
    found[rows] = np.isin(low[rows], low[machine])
    return found


def early_days(documents: pa.Table, said: pa.Array) -> Days:
    """datetime64[D] of each document: the day of which it is at latest, NaT where that is not known.

    A document that anything declares machine, or whose label nobody knows, has no day: no date outranks that.
    """
    days = last_day(documents.column(dated_name(DATE)))
    denied = pc.or_(pc.fill_null(pc.equal(said, "machine"), False), documents.column(UNCLEAR))
    return np.where(np.asarray(denied), NEVER, days)


def who_wrote(book: RuleBook, documents: pa.Table, said: dict[str, pa.Array | pa.ChunkedArray]) -> pa.Array:
    """By the column `label`, then by the book, from `said`, `date` and the extra columns under their kept names."""
    return _declared(book, documents, said)[0]


def declared_apart(book: RuleBook, documents: pa.Table, tasks: Sequence[ShardTask]) -> tuple[pa.Array, pa.Array]:
    """Who wrote each document by its label alone, and by provenance rules alone."""
    said = {name: said_column(documents, name, tasks) for name in FILLED}
    return documents.column("label"), declared(book, _columns(book, documents, said), None, _days(book, documents))[0]


def _declared(
    book: RuleBook, documents: pa.Table, said: dict[str, pa.Array | pa.ChunkedArray]
) -> tuple[pa.Array, pa.Array]:
    """Who wrote each document, and what says so. A label that nobody knows may say machine: nothing makes it human."""
    who, by = declared(book, _columns(book, documents, said), documents.column("label"), _days(book, documents))
    doubtful = pc.and_(documents.column(UNCLEAR), pc.fill_null(pc.equal(who, "human"), False)).combine_chunks()
    return tuple(pc.if_else(doubtful, None, one) for one in (who, by))


def _columns(book: RuleBook, documents: pa.Table, said: dict[str, pa.Array | pa.ChunkedArray]) -> pa.Table:
    extra = {name: documents.column(kept_name(name)) for name in book.columns}
    return pa.table({**said, DATE: documents.column(DATE), **extra})


def _days(book: RuleBook, documents: pa.Table) -> dict[str, pa.ChunkedArray]:
    return {name: documents.column(dated_name(name)) for name in (DATE, *extra_dates(book))}


def said_column(documents: pa.Table, name: str, tasks: Sequence[ShardTask]) -> pa.ChunkedArray:
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
