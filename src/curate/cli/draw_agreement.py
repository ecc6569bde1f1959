"""Several labellers in the terminal: where they agree, what is in dispute, what it leaves of the answer."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from curate.amounts import counted, percent, span
from curate.cli.plain import one_line, typed, visible
from curate.jobs.audit.agreement import Agreement, Pair

SHOWN = 20  # disputes; --json has all


def draw_agreement(console: Console, found: Agreement) -> None:
    """Print it for people."""
    head = f"{counted(found.documents, 'document')}, {found.labelled:,} labelled, {found.one_alone:,} by one file alone"
    console.print(Text(head, "bold") + Text(f"; intervals at confidence {found.confidence:g}", "not bold"))
    for line in (*_pairs(found), *_disputes(found), *_shares(found), *_next(found)):
        console.print(Padding(Text(line), (0, 0, 0, 2), expand=False))


def _pairs(found: Agreement) -> Iterator[str]:
    for pair in found.pairs:
        one, other = map(visible, pair.files)
        if not pair.both:
            yield f"{one} and {other} have no labelled document in common"
            continue
        alike = f"alike in {pair.agreed:,} of {pair.both:,} ({percent(pair.agreed / pair.both)})"
        yield f"{one} and {other}: {alike}, {_kappa(pair)}"
        (_, more), (less, _) = pair.table
        yield f"  human and machine in {more:,}, machine and human in {less:,}"


def _kappa(pair: Pair) -> str:
    if pair.kappa is None:
        return "kappa unknown, as both say one thing of all"
    return f"Cohen's kappa {pair.kappa.estimate:.2f} ({pair.kappa.low:.2f} to {pair.kappa.high:.2f})"


def _disputes(found: Agreement) -> Iterator[str]:
    if not found.disputes:
        yield "no document is in dispute"
        return
    yield f"in dispute: {counted(len(found.disputes), 'document')}"
    for one in found.disputes[:SHOWN]:
        told = ", ".join(f"{visible(where)} {label}" for where, label in one.labels)
        yield f"  {one_line(one.id, 60)}: {told}"
    if len(found.disputes) > SHOWN:
        yield f"  {len(found.disputes) - SHOWN:,} more with --json"


def _shares(found: Agreement) -> Iterator[str]:
    if found.together is None:
        yield "the shares are told by curate scan PATH --labels, as no record of the draw lies beside these files"
        return
    for name, one in found.alone.items():
        yield f"machine-written by {visible(name)}: {span(one.low, one.high)} of the tokens"
    told = "by all" if not found.disputes else "by all, a disputed document as either"
    yield f"{told}: {span(found.together.low, found.together.high)}"


def _next(found: Agreement) -> Iterator[str]:
    if found.output is None:
        yield "→ the same with -o both.jsonl writes what is agreed"
        return
    name = typed(found.output)
    if found.disputes:
        yield f"→ curate audit label {name}   asks for the disputed documents once more"
    yield f"→ curate scan PATH --labels {name}"
