"""The machine share of the parts of a corpus, as sections of the report of a scan."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from curate.amounts import counted, points, span
from curate.cli.draw_share import best, bounds, interval_bar
from curate.cli.pieces import percent, section, snippet
from curate.detect.share import Share
from curate.detect.trend import Trend
from curate.jobs.scan.figures import CorpusShare, ScanFigures

ROWS = 8
READS = "what reads as machine-written"
NO_SIZES: dict[str, int] = {}


def draw_parts(figures: ScanFigures) -> Iterable[RenderableType]:
    """By language, source, month and length; the headline has the languages' sizes."""
    share = figures.machine_share
    tokens = {code: amount.tokens for code, amount in figures.languages.items()}
    for title, parts, sizes in (("By language", share.by_language, tokens), ("By source", share.by_source, {})):
        told = _told(parts)
        ranked = sorted(told, key=lambda name: (-sizes.get(name, 0), *(-end for end in bounds(told[name])), name))
        there = share.parts.get(f"{title[3:]}s", len(parts))
        left = _left_out(min(len(told), ROWS), len(told), len(parts), there)
        yield from _table(title, told, ranked[:ROWS], (READS, left), sizes, figures.tokens)
    yield from _over_time(share)
    lengths = _told(share.by_length)
    left = _left_out(len(lengths), len(lengths), len(share.by_length), len(share.by_length))
    yield from _table("By length", lengths, list(lengths), ("in tokens", READS, left))


def _over_time(share: CorpusShare) -> Iterable[RenderableType]:
    """Before chat models, where 0 is the truth, and since."""
    early, later = share.placebo_by_year, share.by_month
    failed = sum(part.low > 0 for part in early.values())
    told = f"{failed} of {counted(len(early), 'period')} read more: no score of such a language is believed"
    said = [Text(told, "yellow")] if failed else []
    yield from _table("Before chat models", early, list(early), ("human by date: must read 0 %",), after=said)
    lines = [Text(_trend(share.trend), "dim")] if share.trend else []
    notes = ("of texts of unknown writers", READS, "joined until there is an answer")
    yield from _table("Over time", later, list(later), notes, after=lines)


def _trend(trend: Trend) -> str:
    between = f"between {points(trend.low)} and {points(trend.high)}"
    sure = "" if trend.low > 0 or trend.high < 0 else "; it may be none"
    return f"trend over {trend.periods} periods: {points(trend.per_year)} a year, {between}{sure}"


def _told(parts: dict[str, Share]) -> dict[str, Share]:
    """Parts of which anything is known."""
    return {name: part for name, part in parts.items() if bounds(part) != (0.0, 1.0)}


def _table(
    title: str,
    parts: dict[str, Share],
    names: list[str],
    notes: tuple[str, ...],
    sizes: dict[str, int] = NO_SIZES,
    total: int = 0,
    *,
    after: Sequence[Text] = (),
) -> Iterable[RenderableType]:
    if names:
        yield section(title, _share_table(parts, names, sizes, total), *after, note="; ".join(filter(None, notes)))


def _left_out(shown: int, told: int, read: int, there: int) -> str:
    """Which parts are not in a table and why: `told` of those `read` say something, of `there` in the corpus."""
    reasons = [
        (told - shown, "more in scan.json"),
        (read - told, "could have any share"),
        (there - read, "too small to be read"),
    ]
    left = [f"{number:,} {why}" for number, why in reasons if number > 0]
    return f"{shown} of {there:,} shown ({', '.join(left)})" if left else ""


def _share_table(parts: dict[str, Share], names: list[str], amounts: dict[str, int], total: int) -> Table:
    table = Table.grid(padding=(0, 2))
    for name in names:
        figure = parts[name]
        part = percent(amounts[name] / max(1, total)) if name in amounts else ""
        table.add_row(
            snippet(name, 28, ""),
            Text(part, "dim"),
            interval_bar(figure, 24),
            span(*bounds(figure)),
            Text(_shown(figure), "dim"),
        )
    return table


def _shown(figure: Share) -> str:
    estimate = best(figure)
    known = ["cannot tell" if estimate is None else percent(estimate)]
    if figure.low and figure.verdict != "estimated":
        known = [*([] if estimate is None else known), f"at least {percent(figure.low)}"]
    shown = ", ".join(known)
    return f"{shown}, by labels" if figure.evidence == "audited" else shown
