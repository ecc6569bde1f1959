"""The machine share over time: months, joined into quarters and years until there is an answer; none is left out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from curate.detect.share import Share
from curate.detect.trend import Trend, trend_of
from curate.engines.local import local_engine

LEAST = 50  # scored documents from which a part of a year is read for itself
MOST = 24  # periods of one length: where more have as much text, longer ones are read
YEARS = 20  # of before chat models: the last ones
CHAT_MODELS = np.datetime64("2022-11-30", "D")  # the day on which the first was public
LENGTHS = (12, 3, 1)  # months of a year, a quarter, a month

Rows = NDArray[np.int64]
Days = NDArray[np.datetime64]
Read = Callable[[Rows], Share]
_Span = tuple[str, Rows]  # its name, and places in Dated.rows


@dataclass(frozen=True, slots=True, eq=False)
class Dated:
    """Rows of a corpus, ascending, and the last day that each may be of; of every document of it its tokens, and
    whether it has a score.
    """

    rows: Rows
    days: Days
    tokens: Rows
    scored: NDArray[np.bool_]


class Period(NamedTuple):
    """Its name, the places in Dated.rows of its text, and the share of that."""

    name: str
    at: NDArray[np.int64]
    share: Share


def by_period(dated: Dated, read: Read, *, workers: int = 1) -> list[Period]:
    """Months ("2024-03"), quarters ("2024-Q1"), years ("2024") or some years ("2022-2023"), in order.

    Of each year the shortest parts that all have an answer; years without one are joined until they have. Where that is
    never, each year stands for itself, with the next where it has too little text to be read.
    """
    lengths: tuple[int, ...] = LENGTHS
    while len(lengths) > 1 and _with_text(dated, lengths[-1]) > MOST:
        lengths = lengths[:-1]
    years = _groups(dated, lengths[0])
    parts = local_engine(workers).map(lambda year: _parts(dated, read, *year, lengths[1:]), years)
    found: list[Period] = []
    waiting: list[_Span] = []
    for year, shares in zip(years, parts, strict=True):
        if shares:
            found += [*_one_by_one(dated, read, waiting), *shares]
            waiting = []
            continue
        waiting.append(year)
        joined = _joined(dated, read, waiting) if len(waiting) > 1 else None
        if joined:
            found.append(joined)
            waiting = []
    return [*found, *_one_by_one(dated, read, waiting)]


def before_chat_models(dated: Dated, read: Callable[[Rows, int], Share], *, workers: int = 1) -> list[Period]:
    """Human text by year ("2019"), or by years that have as much text only together ("2004-2007").

    `read` takes rows and how many periods are read. It must not use the text that it reads as a reference: then 0 is
    the truth, and what is read shows the error.
    """
    spans = list(_spans(dated, _groups(dated, LENGTHS[0])))[-YEARS:]
    shares = local_engine(workers).map(lambda span: read(dated.rows[span[1]], len(spans)), spans)
    return [Period(*span, share) for span, share in zip(spans, shares, strict=True)]


def trend(dated: Dated, periods: list[Period]) -> Trend | None:
    """Over the periods that have an answer."""
    points = []
    for period in periods:
        known = period.share.if_known_kinds
        if known is not None and answers(period.share):
            tokens = dated.tokens[dated.rows[period.at]].astype(np.float64)
            days = dated.days[period.at].astype("datetime64[D]").astype(np.int64)
            points.append((float(days @ tokens / tokens.sum()) / 365.25, float(tokens.sum()), known))
    return trend_of(points)


def answers(share: Share) -> bool:
    """Return whether its interval is narrow and nothing casts doubt on it."""
    return share.verdict in ("estimated", "recognised")


def _parts(dated: Dated, read: Read, name: str, at: NDArray[np.int64], lengths: Sequence[int]) -> list[Period]:
    """The shortest parts of a period that all have an answer, or the period alone if it has one; else nothing."""
    found: list[Period] = []
    for part, inside in _groups(dated, lengths[0], at) if lengths else ():
        answered = _parts(dated, read, part, inside, lengths[1:])
        if not answered:
            break
        found += answered
    else:
        if lengths:
            return found
    if np.count_nonzero(dated.scored[dated.rows[at]]) < LEAST:
        return []
    share = read(dated.rows[at])
    return [Period(name, at, share)] if answers(share) else []


def _joined(dated: Dated, read: Read, years: list[_Span]) -> Period | None:
    """Years as one, if that has an answer."""
    name, at = _span(years)
    if np.count_nonzero(dated.scored[dated.rows[at]]) < LEAST:
        return None
    share = read(dated.rows[at])
    return Period(name, at, share) if answers(share) else None


def _one_by_one(dated: Dated, read: Read, years: list[_Span]) -> list[Period]:
    return [Period(name, at, read(dated.rows[at])) for name, at in _spans(dated, years)]


def _groups(dated: Dated, length: int, at: NDArray[np.int64] | None = None) -> list[_Span]:
    """Places (of these) by period of so many months, in order of time."""
    places = np.arange(dated.days.size) if at is None else at
    of_each = _periods(dated, length)[places]
    order = np.argsort(of_each, kind="stable")
    found, starts = np.unique(of_each[order], return_index=True)
    parts = np.split(places[order], starts[1:])  # one, of nothing, where there is none
    return [(_name(period, length), some) for period, some in zip(found.tolist(), parts, strict=False)]


def _with_text(dated: Dated, length: int) -> int:
    _, code = np.unique(_periods(dated, length), return_inverse=True)
    return int((np.bincount(code, dated.scored[dated.rows]) >= LEAST).sum())


def _spans(dated: Dated, years: list[_Span]) -> Iterator[_Span]:
    """Successive years, joined until they have LEAST documents with a score; what is left over at the end, too."""
    begun: list[_Span] = []
    for year in years:
        begun.append(year)
        name, at = _span(begun)
        if np.count_nonzero(dated.scored[dated.rows[at]]) >= LEAST:
            yield name, at
            begun = []
    if begun:
        yield _span(begun)


def _span(years: list[_Span]) -> _Span:
    name = years[0][0] if len(years) == 1 else f"{years[0][0]}-{years[-1][0]}"
    return name, np.concatenate([at for _, at in years])


def _periods(dated: Dated, length: int) -> NDArray[np.int64]:
    """Of each date, since 1970; whole numbers, as a million names take seconds to sort."""
    months: NDArray[np.int64] = dated.days.astype("datetime64[M]").astype(np.int64) // length
    return months


def _name(period: int, length: int) -> str:
    """Such as 2024, 2024-Q1, 2024-03."""
    years, month = divmod(period * length, 12)
    return f"{1970 + years:04}" + {12: "", 3: f"-Q{month // 3 + 1}", 1: f"-{month + 1:02}"}[length]
