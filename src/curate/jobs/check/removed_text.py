"""Text that a change removes: documents of the baseline whose text stands nowhere after merging."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from curate.jobs.check.baseline_copies import Gone
from curate.jobs.check.baseline_state import Base
from curate.jobs.run.columns import fingerprints, numbers
from curate.jobs.scan.corpus import Corpus
from curate.jobs.scan.provenance import FILLED, said_of
from curate.measuring.matching import equal_texts
from curate.neardup.copies import Pairs
from curate.rulebook.rules import RuleBook

LISTED = 20  # sources and languages in the figures, those that lost most first
UNKNOWN_LANGUAGE = "und"  # is not a language that can be lost
LEAST_PART = 0.01  # of the tokens before: a smaller source or language is never the worst

Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Loss:
    """Documents and tokens that a part of the baseline loses; token_share: of its tokens, None where it had none."""

    documents: int
    tokens: int
    token_share: float | None


@dataclass(frozen=True, slots=True)
class WorstPart:
    """The part that loses the largest share, of those with at least LEAST_PART of the tokens; name "" for none."""

    name: str = ""
    documents: int = 0
    tokens: int = 0
    token_share: float = 0.0


@dataclass(frozen=True, slots=True)
class Removed:
    """Figures of what a change removes.

    rows: all that are in the files no more; copies: those whose text, or a near-duplicate as long, stays. documents:
    the others; tokens: theirs, less those of a near-duplicate that stays. human: of documents declared human.
    by_source, by_language: the LISTED parts that lost most, of as many as `sources` and `languages` say. emptied: rows
    of the files concerned that have no text now. unread: files whose earlier content is not there to be compared.
    """

    rows: int
    copies: int
    documents: int
    tokens: int
    token_share: float
    human: Loss
    worst_source: WorstPart
    worst_language: WorstPart
    sources: int
    languages: int
    by_source: Mapping[str, Loss]
    by_language: Mapping[str, Loss]
    emptied: int = 0
    unread: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Losses:
    """Documents of the baseline that lose tokens (documents: k rows; tokens int64[k]; human bool[k]), and figures."""

    documents: pa.Table
    tokens: Numbers
    human: NDArray[np.bool_]
    figures: Removed


def losses_of(
    base: Base, gone: Gone, change: Corpus | None, replaced: Pairs | None, book: RuleBook, files: Sequence[str],
    unread: tuple[str, ...],
) -> Losses:  # fmt: skip
    """Losses of the baseline where rows bool[n] are gone.

    replaced: new rows beside the texts among these; files: those that lost rows; unread: as of `Removed`.
    """
    tokens = numbers(base.documents, "tokens").astype(np.int64)
    short = np.where(gone, np.maximum(0, tokens - _staying(base, gone, change, replaced, tokens)), 0)
    human = _declared_human(base, book)
    rows = np.flatnonzero(short)
    parts = {name: _by(base.documents, name, tokens, short) for name in ("source", "language")}
    worst = {name: _worst(part, int(tokens.sum())) for name, part in parts.items()}
    figures = Removed(
        rows=int(gone.sum()),
        copies=int(gone.sum()) - len(rows),
        documents=len(rows),
        tokens=int(short.sum()),
        token_share=int(short.sum()) / max(1, int(tokens.sum())),
        human=_loss(short[human], tokens[human]),
        worst_source=worst["source"],
        worst_language=worst["language"],
        sources=len(parts["source"]),
        languages=len(parts["language"]),
        by_source=_listed(parts["source"]),
        by_language=_listed(parts["language"]),
        emptied=0 if change is None else len(emptied_rows(change, files)),
        unread=unread,
    )
    return Losses(base.documents.take(pa.array(rows)), short[rows], human[rows], figures)


def emptied_rows(change: Corpus, files: Sequence[str]) -> Numbers:
    """New rows of these files that hold no text."""
    here = np.asarray(pc.is_in(change.documents.column("path"), pa.array(files, pa.string())))
    return np.flatnonzero(here & (numbers(change.documents, "text_bytes") == 0))


def _staying(base: Base, gone: Gone, change: Corpus | None, replaced: Pairs | None, tokens: Numbers) -> Numbers:
    """Tokens of the longest text after merging that is the same as, or a near-duplicate of, each document: int64[n]."""
    most = np.zeros(len(tokens), np.int64)  # by document; that of a set of n-grams stands at its first, its twin
    np.maximum.at(most, base.twin[~gone], tokens[~gone])
    if change is not None and replaced is not None:
        new = numbers(change.documents, "tokens").astype(np.int64)
        np.maximum.at(most, base.twin[replaced.old], new[replaced.new])
    for _ in range(2 if base.crowded else 1):  # in a crowd all were compared with its first alone: a step more
        near = most.copy()
        left, right = base.edges.T
        np.maximum.at(near, left, most[right])
        np.maximum.at(near, right, most[left])
        most = near
    found: Numbers = most[base.twin]
    if change is not None:  # a row that only says something else of itself, such as its source
        texts = fingerprints(base.documents)
        same = equal_texts(texts[gone], fingerprints(change.documents))[0]
        rows = np.flatnonzero(gone)[same]
        found[rows] = tokens[rows]
    return found


def _declared_human(base: Base, book: RuleBook) -> NDArray[np.bool_]:
    documents = base.documents
    columns = {name: pc.if_else(documents.column(f"has_{name}"), documents.column(name), None) for name in FILLED}
    return said_of(book, documents, columns).human


@dataclass(frozen=True, slots=True)
class _Part:
    before: int  # tokens
    loss: Loss


def _by(documents: pa.Table, column: str, tokens: Numbers, short: Numbers) -> dict[str, _Part]:
    """The parts that lost anything, most tokens first, ties by name."""
    names = pc.fill_null(documents.column(column), "").cast(pa.string())
    table = pa.table({"name": names, "before": tokens, "short": short, "count": (short > 0).astype(np.int64)})
    sums = table.group_by("name").aggregate([("before", "sum"), ("short", "sum"), ("count", "sum")])
    rows = sums.filter(pc.greater(sums.column("short_sum"), 0)).to_pylist()
    rows.sort(key=lambda row: (-row["short_sum"], row["name"]))
    found = {}
    for row in rows:
        before, lost = row["before_sum"], row["short_sum"]
        found[row["name"]] = _Part(before, Loss(row["count_sum"], lost, lost / before))
    return found


def _worst(parts: Mapping[str, _Part], before: int) -> WorstPart:
    large = [
        (name, part) for name, part in parts.items() if part.before >= LEAST_PART * before and name != UNKNOWN_LANGUAGE
    ]
    if not large:
        return WorstPart()
    name, part = max(large, key=lambda item: item[1].loss.tokens / item[1].before)  # of equal ones what lost most
    return WorstPart(name, part.loss.documents, part.loss.tokens, part.loss.tokens / part.before)


def _listed(parts: Mapping[str, _Part]) -> dict[str, Loss]:
    return {name: part.loss for name, part in list(parts.items())[:LISTED]}


def _loss(short: Numbers, tokens: Numbers) -> Loss:
    had = int(tokens.sum())
    return Loss(int((short > 0).sum()), int(short.sum()), int(short.sum()) / had if had else None)
