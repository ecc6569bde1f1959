"""The rows behind a gate that is not kept, worst first, with a piece of their text for a reviewer to judge."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from curate.amounts import percent
from curate.corpus.not_read import NotRead
from curate.jobs.check.change import Change
from curate.jobs.check.moved_places import held_out_places
from curate.jobs.check.moved_rows import Copied
from curate.jobs.check.removed_places import removed_places
from curate.jobs.check.spot import lined
from curate.jobs.check.unread_places import MOST, unjudged_places, unread_places, unreadable_places
from curate.jobs.run.columns import fingerprints, numbers
from curate.jobs.scan.corpus import Corpus
from curate.jobs.scan.highlights import judged_texts, texts_of
from curate.jobs.scan.judged_turns import judged as as_judged
from curate.report.verdict import Place, PlaceKind
from curate.rulebook.decide import fired
from curate.rulebook.judge import Judged
from curate.rulebook.rules import RuleBook, Then

SNIPPET = 240  # characters
BEFORE = 60  # bytes shown before what a pattern found
KINDS: tuple[PlaceKind, ...] = ("rule", "copy", "machine-like", "removed", "unreadable", "unread")
LEVELS = ("fail", "warning", "pass")


@dataclass(frozen=True, slots=True)
class _Row:
    """A row of the scan that is evidence for a gate; pattern: what in its text says so, "" for all of it."""

    row: int
    kind: PlaceKind
    message: str
    judged: Judged
    pattern: str = ""


def places_of(
    change: Change, judged: tuple[Judged, ...], unread: Sequence[NotRead] = (), counted: Collection[str] = ()
) -> tuple[Place, ...]:
    """Places to look at, failures before warnings; each row once, gates in turn, so that the first show every kind.

    unread: files that look like data and are not read. counted: columns of prose that are not judged and should be.
    """
    broken = sorted((one for one in judged if one.level != "pass"), key=lambda one: LEVELS.index(one.level))
    found = [place for one in broken for place in (*unreadable_places(change, one), *removed_places(change, one))]
    found += [
        place for one in broken for place in (*unread_places(unread, one), *unjudged_places(change, one, counted))
    ]
    found += [place for one in broken for place in held_out_places(change, one)]
    if change.scan is not None:
        rows = [row for one in broken for row in (*_rows(change.scan, one), *_copied(change.copied, one))]
        found += _places(change, change.scan, rows)
    ordered = sorted(found, key=lambda place: (LEVELS.index(place.level), KINDS.index(place.kind)))
    single = list({(place.path, place.row, place.kind): place for place in reversed(ordered)}.values())[::-1]
    turns: Counter[tuple[str, PlaceKind]] = Counter()
    ranked = []
    for place in single:
        ranked.append((LEVELS.index(place.level), turns[place.gate, place.kind], place))
        turns[place.gate, place.kind] += 1
    return tuple(place for _, _, place in sorted(ranked, key=lambda one: one[:2]))


def _rows(scan: Corpus, judged: Judged) -> Iterator[_Row]:
    kind, _, name = judged.gate.metric.partition(".")
    if kind in ("rules", "books"):
        yield from _ruled(scan, judged, kind, name)
    elif judged.gate.metric.startswith("duplicates.index."):
        yield from _copies(scan, judged)
    elif kind == "duplicates":
        yield from _repeats(scan, judged)
    elif kind == "machine_share" and judged.gate.at_most is not None:
        yield from _machine_like(scan, judged)


def _ruled(scan: Corpus, judged: Judged, kind: str, name: str) -> Iterator[_Row]:
    rules = [rule for rule in scan.book.rules if name == (scan.book.home[rule.id] if kind == "books" else rule.id)]
    by_id = {rule.id: rule for rule in rules}
    thens: tuple[Then, ...] = ("remove",) if kind == "books" else ("remove", "flag")
    for then in thens:
        hits = fired(RuleBook(tuple(rules)), scan.documents, then=then)
        rows = np.flatnonzero(pc.list_value_length(hits).to_numpy(zero_copy_only=False) > 0)[:MOST]
        for row in rows:
            rule = by_id[hits[int(row)].as_py()[0]]
            yield _Row(int(row), "rule", f"{rule.id}: {rule.why}", judged, rule.pattern)


def _copies(scan: Corpus, judged: Judged) -> Iterator[_Row]:
    if scan.matches is None:
        return
    found, alike = scan.matches.found, scan.matches.similarity
    rows = np.flatnonzero(found)
    for row in _first(scan, rows, -alike[rows]):
        known = _known(scan.matches.documents.slice(row, 1).to_pylist()[0])
        exact = bool(scan.matches.exact[row])
        how = "the same text as" if exact else f"{percent(float(alike[row]))} like"
        yield _Row(row, "copy", f"{how} {known} in the baseline", judged)


def _copied(copied: Copied, judged: Judged) -> Iterator[_Row]:
    """New rows that repeat held-out ones, of the gates on these."""
    if copied.known is None:
        return
    of_rows = np.concatenate([copied.exact, copied.same])
    named = {"held_out.rows": of_rows, "held_out.copied": copied.exact, "held_out.near": copied.near}
    exact = set(copied.exact.tolist())
    for row in named.get(judged.gate.metric, copied.exact[:0])[:MOST].tolist():
        known = _known(copied.known.slice(row, 1).to_pylist()[0])
        how = "the same text as" if row in exact else f"{percent(float(copied.similarity[row]))} like"
        yield _Row(row, "copy", f"{how} {known}, which is held out", judged)


def _known(there: dict[str, Any]) -> str:
    """A document of the baseline as a reviewer finds it."""
    line = f"line {there['row'] + 1}" if lined(there["path"]) else f"row {there['row']}"
    return f"{there['id']} ({there['path']}, {line})"


def _repeats(scan: Corpus, judged: Judged) -> Iterator[_Row]:
    clusters = scan.clusters
    rows = np.flatnonzero((clusters.cluster >= 0) & (clusters.representative != np.arange(clusters.cluster.size)))
    ids = scan.documents.column("id")
    for row in _first(scan, rows, -clusters.similarity[rows]):
        other = ids[int(clusters.representative[row])].as_py()
        how = "the same text as" if clusters.exact[row] else f"{percent(float(clusters.similarity[row]))} like"
        yield _Row(row, "copy", f"{how} {other} of the same change", judged)


def _machine_like(scan: Corpus, judged: Judged) -> Iterator[_Row]:
    """The highest scores above even odds, one a cluster, of the language or source that the gate is on."""
    scores = numbers(scan.documents, "machine_score").astype(np.float64)
    own = scan.clusters.representative == np.arange(scores.size)
    part = re.fullmatch(r"machine_share\.by_(language|source)\.(.+)\.[a-z]+", judged.gate.metric, re.DOTALL)
    if part:
        own &= np.asarray(pc.fill_null(pc.equal(as_judged(scan.documents).column(part[1]), part[2]), False))
    rows = np.flatnonzero(own & (scores > 0))
    for row in _first(scan, rows, -scores[rows]):
        yield _Row(row, "machine-like", f"reads as machine-written, log-odds {scores[row]:+.1f}", judged)


def _first(scan: Corpus, rows: NDArray[np.int64], rank: NDArray[Any]) -> list[int]:
    """The MOST rows of lowest rank, ties by their text, so that no order of files matters."""
    prints = fingerprints(scan.documents)[rows]
    return [int(row) for row in rows[np.lexsort((prints[:, 1], prints[:, 0], rank))[:MOST]]]


def _places(change: Change, scan: Corpus, rows: list[_Row]) -> list[Place]:
    liked = [one.row for one in rows if one.kind == "machine-like"]
    judged_of, whole = judged_texts(scan, liked), texts_of(scan, [one.row for one in rows])
    path, row = scan.documents.column("path"), scan.documents.column("row")
    found = []
    for one in rows:
        spot = change.spot(path[one.row].as_py(), row[one.row].as_py())
        texts = judged_of if one.kind == "machine-like" else whole
        text = _snippet(texts.get(one.row, ""), one.pattern)
        found.append(
            Place(spot.path, spot.row, spot.line, one.kind, one.judged.level, one.message, text, one.judged.gate.id)
        )
    return found


def _snippet(text: str, pattern: str) -> str:
    """From a little before what the pattern finds, or the beginning."""
    data = text.encode()
    at = pc.find_substring_regex(pa.array([text]), pattern)[0].as_py() if pattern else 0
    start = max(0, at - BEFORE)
    shown = data[start:].decode(errors="ignore")[:SNIPPET].strip()
    return f"…{shown}" if start else shown
