"""Duplicate sections of a scan's report: near-duplicates inside the corpus, and copies of an index."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from curate.amounts import counted, span
from curate.cli.pieces import more, percent, place, places, section, snippet
from curate.cli.plain import visible
from curate.jobs.scan.corpus import Corpus
from curate.jobs.scan.figures import DuplicateFigures, ScanFigures
from curate.jobs.scan.highlights import SHOWN, Highlights
from curate.neardup.agreement import Part


def duplicates(figures: ScanFigures, highlights: Highlights) -> Iterable[RenderableType]:
    """Clusters, what they cost, and paragraphs that repeat outside them."""
    found = figures.duplicates
    part = found.paragraph_token_share
    shared = [f"{percent(part)} of the tokens are in paragraphs that other documents contain too"] if part else []
    if not found.clusters:
        yield section("Near-duplicates", *map(Text, shared or ["none"]))
        return
    sentence = (
        f"{counted(found.documents, 'document')} in {counted(found.clusters, 'cluster')}; "
        f"{percent(found.token_share)} of the tokens repeat another document"
    )
    rows = [(f"{one.documents} x", one) for one in highlights.clusters]
    body: list[RenderableType] = [
        Text(sentence),
        *(Text(line, "dim") for line in (_repeats(found), *shared)),
        places(rows),
    ]
    body += [Text(line, "dim") for line in more(found.clusters - len(rows), "in clusters.parquet")]
    yield section("Near-duplicates", *body)


def _repeats(found: DuplicateFigures) -> str:
    """Exact copies told apart from near ones, and those inside a source from those across."""
    kinds = (("exact duplicate", found.exact), ("near-duplicate", found.near))
    parts = [f"{counted(part.documents, how)} ({percent(part.token_share)})" for how, part in kinds if part.documents]
    across = found.exact.across_sources + found.near.across_sources
    parts += [f"{across:,} across sources"] if across else []
    return f"excluding one document per cluster: {', '.join(parts)}"


def crosschecked(figures: ScanFigures) -> Iterable[RenderableType]:
    """Recall and precision beside other software, and beside the truth."""
    found = figures.crosscheck
    if found is None:
        return
    sentence = (
        f"pairs of similarity {found.threshold:g} or more: {found.exact_pairs:,} by comparing every pair, "
        f"{found.clustered_pairs:,} in the clusters ({found.direct_pairs:,} compared), "
        f"{found.datasketch_pairs:,} by datasketch"
    )
    table = Table.grid(padding=(0, 2))
    table.add_row("", Text("recall", "dim"), Text("precision", "dim"))
    rows = (
        ("curate, compared with datasketch", found.ours_against_datasketch),
        ("curate, compared with every pair", found.ours_against_exact),
        ("datasketch, compared with every pair", found.datasketch_against_exact),
    )
    for name, one in rows:
        table.add_row(name, _agreed(one.recall), _agreed(one.precision))
    note = f"{found.documents:,} texts, seed {found.seed}, datasketch {found.datasketch}, {found.seconds:.1f} s"
    yield section("Cross-check", Text(sentence), table, note=note)


def _agreed(part: Part) -> str:
    if part.estimate is None:
        return "no pair"
    return f"{percent(part.estimate)} of {part.of:,} ({span(part.low, part.high)})"


def known(scan: Corpus) -> Iterable[RenderableType]:
    """Who was known from the corpora before this one."""
    found = scan.figures.duplicates.index
    if found is None:
        return
    corpora = f"{found.corpora:,} corp{'us' if found.corpora == 1 else 'ora'}"
    copies = f"{found.documents:,} documents ({percent(found.token_share)} of the tokens) are in the index already: "
    exact, near = counted(found.exact, "exact duplicate"), counted(found.near, "near-duplicate")
    sentence = f"{copies}{exact}, {near}" if found.documents else "no document is in the index already"
    table = Table.grid(padding=(0, 2))
    for one in found.largest[:SHOWN]:
        table.add_row(f"{one.documents} x", Text(place(one.id, None)), snippet(one.source, 40))
    rest = f"new: {counted(found.new_texts, 'text')}"
    rest += f"; every match: {scan.run.matches}" if found.documents else ""
    note = f"{corpora}, {found.texts:,} texts, in {visible(str(scan.plan.index))}"
    yield section("Known from the index", Text(sentence), table, Text(rest, "dim"), note=note)
