"""Rows that could not be read, and rows that were read with a remark, as sections of a report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from heapq import nsmallest

from rich.console import RenderableType
from rich.text import Text

from curate.cli.pieces import place, section
from curate.cli.plain import visible
from curate.jobs.run.quarantined_rows import told
from curate.jobs.scan.corpus import Corpus
from curate.jobs.scan.figures import ScanFigures
from curate.schema import Quarantined

ROWS = 8  # of each section


def quarantine(scan: Corpus) -> Iterable[RenderableType]:
    """Rows and files that could not be read."""
    if not scan.quarantined:
        return
    shown = _each_file_first(scan.quarantined)
    lines = [Text(f"{place(item.path, item.row)}  {visible(item.reason)}", "dim") for item in shown]
    count = len(scan.quarantined)
    note = f"{count:,} could not be read{_first(count)}; {_where(scan, scan.quarantined)}"
    yield section("Quarantine", *lines, note=note)


def _where(scan: Corpus, items: Sequence[Quarantined]) -> str:
    """Where all are listed; of too many some are only counted there."""
    counted = sum(item.counted for item in told(items))
    return f"all {f'but {counted:,}, which it counts, ' if counted else ''}in {scan.run.quarantine}"


def _each_file_first(items: Sequence[Quarantined]) -> list[Quarantined]:
    """Some of them, the first of every file before the second of any: one bad file does not hide the others."""
    ranked = nsmallest(ROWS, _ranked(items), key=lambda one: one[0])
    return [item for _, item in ranked]


def _ranked(items: Sequence[Quarantined]) -> Iterator[tuple[int, Quarantined]]:
    seen: Counter[str] = Counter()
    for item in told(items):
        yield seen[item.path], item
        seen[item.path] += 1


def mended(scan: Corpus) -> Iterable[RenderableType]:
    """Lines that were read without the bytes around their rows, or with a key that stands twice."""
    if scan.mended:
        lines = [Text(f"{place(item.path, item.row)}  {visible(item.reason)}", "dim") for item in scan.mended[:ROWS]]
        count = len(scan.mended)
        note = f"{_what(scan.figures)}{_first(count)}; {_where(scan, scan.mended)}"
        yield section("Read with a remark", *lines, note=note)


def _what(figures: ScanFigures) -> str:
    """How many rows there are of each kind."""
    kinds = (figures.mended, "bytes that are no part of a row"), (figures.doubled_keys.rows, "a key that stands twice")
    return " and ".join(f"{count:,} with {what}" for count, what in kinds if count)


def _first(count: int) -> str:
    """Say how many of the lines stand here, where that is not all of them."""
    return f", {ROWS} of them here" if count > ROWS else ""
