"""The machine share of the parts of a corpus, as sections of the report of a scan."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from curate.cli.pieces import percent, section, snippet
from curate.detect.share import Share
from curate.jobs.figures import ScanFigures

ROWS = 8
BAR = 36


def interval_bar(figure: Share, width: int = BAR) -> Text:
    """The interval drawn on a scale from 0 to 100 %, with the estimate as a mark in it."""
    low, high = int(figure.low * (width - 1)), -int(-figure.high * (width - 1) // 1)
    mark = round(figure.estimate * (width - 1)) if figure.estimate is not None else -1
    bar = Text("▕", "dim")
    for i in range(width):
        inside = low <= i <= high
        bar.append("◆" if i == mark else "━" if inside else "·", "bold" if i == mark else "cyan" if inside else "dim")
    return bar.append("▏", "dim")


def draw_parts(figures: ScanFigures) -> Iterable[RenderableType]:
    """By language, source and length, those of which anything can be said; the headline has the languages' sizes."""
    share = figures.machine_share
    tokens = {code: amount.tokens for code, amount in figures.languages.items()}
    for title, parts, sizes in (("By language", share.by_language, tokens), ("By source", share.by_source, {})):
        told = {name: part for name, part in parts.items() if (part.low, part.high) != (0.0, 1.0)}
        if told:
            note = _left_out(min(len(told), ROWS), len(told), len(parts), share.parts.get(f"{title[3:]}s", len(parts)))
            ranked = sorted(told, key=lambda name: (-sizes.get(name, 0), -told[name].low, -told[name].high, name))
            yield section(title, _share_table(told, ranked[:ROWS], sizes, figures.tokens), note=note)
    if share.by_month:
        months = sorted(share.by_month)
        note = _left_out(len(months), len(months), len(months), share.parts.get("months", len(months)))
        note = "; ".join(["of texts of unknown writers", *filter(None, [note])])
        yield section("By month", _share_table(share.by_month, months, {}, 0), note=note)
    lengths = {name: part for name, part in share.by_length.items() if (part.low, part.high) != (0.0, 1.0)}
    if lengths:
        note = _left_out(len(lengths), len(lengths), len(share.by_length), len(share.by_length))
        note = "; ".join(["in tokens", *filter(None, [note])])
        yield section("By length", _share_table(lengths, list(lengths), {}, 0), note=note)


def _left_out(shown: int, told: int, read: int, there: int) -> str:
    """Which parts are not in a table and why: `told` of those `read` say something, of `there` in the corpus."""
    reasons = [
        (told - shown, "more in scan.json"),
        (read - told, "of which anything is possible"),
        (there - read, "with fewer tokens were not read"),
    ]
    left = [f"{number:,} {why}" for number, why in reasons if number > 0]
    return f"{shown} of {there:,} ({', '.join(left)})" if left else ""


def _share_table(parts: dict[str, Share], names: list[str], amounts: dict[str, int], total: int) -> Table:
    table = Table.grid(padding=(0, 2))
    for name in names:
        figure = parts[name]
        shown = f"at least {percent(figure.low)}" if figure.verdict == "at-least" else "cannot tell"
        shown = shown if figure.estimate is None else percent(figure.estimate)
        part = percent(amounts[name] / max(1, total)) if name in amounts else ""
        table.add_row(
            snippet(name, 28, ""),
            Text(part, "dim"),
            interval_bar(figure, 24),
            f"{percent(figure.low)} to {percent(figure.high)}",
            Text(shown, "dim"),
        )
    return table
