"""The machine share of the parts of a corpus: by language, source, length and time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from curate.detect.calibration import LENGTHS, length_bucket
from curate.detect.joint import beside_whole
from curate.detect.periods import CHAT_MODELS, Dated, Period
from curate.detect.placebo import placebo
from curate.detect.scored import Mask, Rows, Scored, codes
from curate.detect.share import Share

LENGTH_NAMES = (*(f"{low}-{high - 1}" for low, high in pairwise(LENGTHS)), f"{LENGTHS[-1]}+")  # tokens
PARTS = 20  # languages, sources: the largest by tokens


class Part(NamedTuple):
    """Rows of a corpus that are read for themselves; by "": all of it."""

    by: str
    name: str
    rows: Rows
    of: int  # how many such parts there are in all


def parts_of(documents: Scored) -> Iterator[Part]:
    """All of a corpus, then its languages, sources and lengths where there are several."""
    yield Part("", "", np.arange(documents.annotations.num_rows), 1)
    columns = {by: documents.annotations.column(by) for by in ("language", "source")}
    for by, column in (columns | {"length": _lengths(documents)}).items():
        largest, count = largest_parts(column, documents.tokens)
        yield from (Part(by, name, rows, count) for name, rows in largest)


def largest_parts(column: pa.ChunkedArray, tokens: Rows) -> tuple[list[tuple[str, Rows]], int]:
    """The values of a column with most tokens, at most PARTS, and their rows, none if there is one; and how many."""
    names, code = codes(column)
    if len(names) < 2:
        return [], len(names)
    known = code >= 0
    size = np.bincount(code[known], tokens[known], len(names))
    largest = sorted(range(len(names)), key=lambda i: (-size[i], names[i]))[:PARTS]
    return [(names[i], np.flatnonzero(code == i)) for i in largest], len(names)


def parts_beside_whole(documents: Scored, whole: Share, parts: dict[str, tuple[Rows, Share]]) -> dict[str, Share]:
    """As `beside_whole`, of parts with their rows."""
    tokens = documents.tokens
    total, outside = max(1, int(tokens.sum())), ~documents.human
    for rows, _ in parts.values():
        outside[rows] = False
    weight = {name: int(tokens[rows].sum()) / total for name, (rows, _) in parts.items()}
    shares = {name: share for name, (_, share) in parts.items()}
    machine = {
        name: int(tokens[rows[documents.machine[rows]]].sum()) / max(1, int(tokens[rows].sum()))
        for name, (rows, _) in parts.items()
    }
    return beside_whole(whole, shares, weight, int(tokens[outside].sum()) / total, machine)


def placebo_of(documents: Scored, confidence: float, *, workers: int = 1) -> tuple[list[Period], dict[str, str]]:
    """Reading of documents dated before chat models by year, and of each language that fails there the reason."""

    def read(rows: Rows, level: float) -> Share:
        others = documents.human.copy()
        others[rows] = False
        return replace(documents, human=others).share(rows, None, level)

    def languages(rows: Rows) -> list[tuple[str, Rows]]:
        names, code = codes(documents.annotations.column("language").take(pa.array(rows)))
        return [(name, rows[code == number]) for number, name in enumerate(names)]

    early = dated(documents, documents.human, CHAT_MODELS)
    return placebo(early, read, languages, confidence, workers=workers)


def dated(documents: Scored, which: Mask, until: np.datetime64 | None = None) -> Dated:
    """Of these documents those with a date, at the latest of the day `until`."""
    days = documents.days
    which = which & ~np.isnat(days) & (days <= until if until is not None else True)
    return Dated(np.flatnonzero(which), days[which], documents.tokens, documents.has_score)


def doubts_of(documents: Scored, rows: Rows, doubts: Mapping[str, str]) -> dict[str, str]:
    """Of these doubts about languages those of languages that some of the rows are in."""
    if not doubts:
        return {}
    names, _ = codes(documents.annotations.column("language").take(pa.array(rows)))
    return {name: doubts[name] for name in names if name in doubts}


def _lengths(documents: Scored) -> pa.ChunkedArray:
    """Such as "60-149"; null where a document is too short for a score."""
    length = length_bucket(documents.tokens)
    return pa.chunked_array([pa.array(LENGTH_NAMES).take(pa.array(length, mask=length < 0))])
