"""The scan as a page in the terminal: what the corpus is, who wrote it, what repeats, what to do next."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console, Group, RenderableType
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from curate.amounts import counted, of_text
from curate.cli.draw_columns import column_lines
from curate.cli.draw_declared import remarks
from curate.cli.draw_duplicates import crosschecked, duplicates, known
from curate.cli.draw_parts import draw_parts
from curate.cli.draw_quarantine import mended, quarantine
from curate.cli.draw_share import draw_share
from curate.cli.draw_unread import not_read
from curate.cli.next_steps import next_steps
from curate.cli.pieces import amount, more, percent, places, right, section, shown
from curate.cli.plain import visible
from curate.diversity.figures import FIGURES, SIZES
from curate.diversity.predictability import LEAST_DOCUMENT, LEAST_DOCUMENTS
from curate.diversity.sample import DOCUMENT_TOKENS
from curate.diversity.tail import LEAST_TOKENS
from curate.figure_names import diversity_name
from curate.jobs.scan.corpus import Corpus
from curate.jobs.scan.highlights import Highlights

LANGUAGES = 6
ROWS = 8  # of any list; the rest is in the run folder, and said so


def draw_scan(console: Console, scan: Corpus, highlights: Highlights) -> None:
    """Print the report."""
    figures = scan.figures
    told = remarks(scan.declared, figures.without_effect, figures.nothing_to_do)
    doubled = [Text(visible(said), "yellow") for said in filter(None, (figures.doubled_keys.sentence(),))]
    sections: list[RenderableType] = [_headline(scan), *doubled, *told]
    sections.append(draw_share(figures.machine_share))
    sections += draw_parts(figures)
    sections += _machine_like(highlights)
    sections += duplicates(figures, highlights)
    sections += crosschecked(figures)
    sections += known(scan)
    sections += _diversity(scan, highlights)
    sections += _rules(scan)
    sections += quarantine(scan)
    sections += mended(scan)
    sections += not_read(scan.not_read)
    sections.append(_next(scan))
    for one in sections:
        console.print(one)


def _headline(scan: Corpus) -> RenderableType:
    f = scan.figures
    parts = [
        f"{f.documents:,} document{'s' * (f.documents != 1)}",
        f"{amount(f.tokens)} token{'s' * (f.tokens != 1)}",
        f"{of_text(f.bytes)} of text",
    ]
    parts.append(f"{f.files} file{'s' if f.files != 1 else ''}")
    if f.quarantined:
        parts.append(f"{f.quarantined:,} in quarantine")
    if scan.declared.labels and scan.declared.labels.unknown:
        parts.append(f"{counted(scan.declared.labels.unknown, 'label')} not known")
    if f.turns and f.turns.without:
        parts.append(f.turns.sentence())
    if f.unread.files:
        parts.append(f"{f.unread.files:,} file{'s' if f.unread.files != 1 else ''} not read")
    languages = sorted(((c, a) for c, a in f.languages.items() if a.tokens), key=lambda item: -item[1].tokens)
    named = [f"{code} {percent(a.tokens / max(1, f.tokens))}" for code, a in languages[:LANGUAGES]]
    spoken = ", ".join([*named, *more(len(languages) - LANGUAGES)])
    where = visible(" ".join(scan.plan.paths))
    lost, taken = column_lines(f.columns)
    unread, beside = column_lines(f.reference_columns)
    reference = [Text.assemble(("human reference ", "dim"), line) for line in (*unread, *beside)]
    first = (*f.mostly_quarantined, *f.lost_files)
    mostly = [Text(visible(line), "bold red") for line in (*first[:ROWS], *more(len(first) - ROWS))]
    lines = [*mostly, *lost, *reference[: len(unread)], Text("  ·  ".join(parts))]
    lines += [Text(spoken, "dim")] if spoken else []
    lines += [Text(visible(one.sentence()), "yellow" if one.partial else "dim") for one in f.hub]
    lines += taken
    lines += reference[len(unread) :]
    return Group(Rule(Text(f"curate scan {where}"), style="dim"), *lines)


def _machine_like(highlights: Highlights) -> Iterable[RenderableType]:
    if not highlights.machine_like:
        return
    rows = [(f"{one.score:+.1f}", one) for one in highlights.machine_like]
    yield section(
        "Most machine-like documents", places(rows), note="log-odds; a place to look, not a verdict on a document"
    )


def _diversity(scan: Corpus, highlights: Highlights) -> Iterable[RenderableType]:
    figures = scan.figures
    table = Table.grid(padding=(0, 2))
    for key in FIGURES:
        value, name = getattr(figures.diversity, key), diversity_name(key)
        if value is not None:
            bounds = figures.diversity.intervals.get(key)
            between = f"{shown(name, bounds[0])} to {shown(name, bounds[1])}" if bounds else ""
            table.add_row(name.name, right(shown(name, value)), Text(between, "dim"), Text(name.meaning, "dim"))
    body: list[RenderableType] = [table] if table.row_count else []
    if highlights.missing:
        absent = ", ".join(visible(word) for word in highlights.missing)
        body.append(Text(f"rare words expected and absent: {absent}", "dim"))
    body += [Text(line, "dim") for line in _unsaid(scan)]
    several = f", means of {figures.diversity.windows}" if figures.diversity.windows > 1 else ""
    note = f"on samples of {amount(figures.diversity.tokens)} tokens{several}" if figures.diversity.tokens else ""
    yield section("Diversity and tail", *body, note=note)


def _unsaid(scan: Corpus) -> Iterable[str]:
    """Which figures there are not, and what they would take."""
    found = scan.figures.diversity
    if not found.tokens:
        yield f"too little to say: it takes {SIZES[-1]:,} tokens, of which a document gives {DOCUMENT_TOKENS:,} at most"
    elif found.tail_recall is None:
        yield f"rare words: no language that has a reference has {LEAST_TOKENS:,} tokens of a sample"
    if found.predictable_share is None and scan.plan.human_reference:
        yield (
            f"predictable documents: it takes about {2 * LEAST_DOCUMENTS} of the reference and {LEAST_DOCUMENTS} "
            f"others here, of {LEAST_DOCUMENT} tokens each"
        )


def _rules(scan: Corpus) -> Iterable[RenderableType]:
    fired = {rule: count for rule, count in scan.figures.rules.items() if count}
    if not fired:
        return
    why = {rule.id: (rule.then, rule.why) for rule in scan.book.rules}
    table = Table.grid(padding=(0, 2))
    for rule, count in sorted(fired.items(), key=lambda item: -item[1])[:ROWS]:
        then, reason = why[rule]
        table.add_row(
            f"{count:,}",
            visible(rule),
            Text(then, "red" if then == "remove" else "yellow"),
            Text(visible(reason), "dim"),
        )
    yield section("Rules that fire", table, note="; ".join([_removes(scan), *more(len(fired) - ROWS, "in scan.json")]))


def _removes(scan: Corpus) -> str:
    note = "documents; `mix` leaves out what is marked remove"
    dated = any(column.dated for column in scan.declared.dates)
    return f"{note}, leaks not where a date is before them" if dated else note


def _next(scan: Corpus) -> RenderableType:
    lines = [Text(f"→ {step}") for step in next_steps(scan)]
    lines.append(Text(f"everything behind these figures: {scan.run.folder}", "dim"))
    return section("Next", *lines)
