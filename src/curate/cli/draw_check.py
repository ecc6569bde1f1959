"""A check as a page in the terminal: the verdict, every gate, the rows to look at, what is good about the change."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console, Group, RenderableType
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from curate.cli.pieces import LINE, amount, place, section, snippet
from curate.cli.plain import visible
from curate.report.verdict import ChangedFile, GateResult, Place, Verdict

PLACES = 10
FILES = 8
_STYLES = {"pass": "bold green", "warning": "bold yellow", "fail": "bold red"}
_MARKS = {"pass": "✓", "warning": "!", "fail": "✗"}
_SAID = {
    "pass": "nothing here speaks against merging",
    "warning": "may be merged; look at the warnings first",
    "fail": "not to be merged as it is",
}


def draw_check(console: Console, verdict: Verdict) -> None:
    """Print the report."""
    sections: list[RenderableType] = [_headline(verdict)]
    sections += _gates(verdict)
    sections += _places(verdict)
    sections += _files(verdict)
    sections += _praise(verdict)
    for one in sections:
        console.print(one)


def _headline(verdict: Verdict) -> RenderableType:
    against = f" against {visible(verdict.baseline)}" if verdict.baseline else ""
    title = Rule(Text(f"curate check{against}"), style="dim")
    said = _SAID[verdict.level] if verdict.files else "nothing changed"
    line = Text.assemble((f" {verdict.level.upper()} ", _STYLES[verdict.level]), f" {said}")
    figures = verdict.change or {}
    parts = [
        f"{figures.get('documents', 0):,} new documents",
        f"{amount(figures.get('tokens', 0))} tokens",
        f"{len(verdict.files):,} file{'s' if len(verdict.files) != 1 else ''}",
    ]
    return Group(title, line, *([Text("  ·  ".join(parts), "dim")] if verdict.files else []))


def _gates(verdict: Verdict) -> Iterable[RenderableType]:
    if not verdict.gates:
        return
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    for gate in sorted(verdict.gates, key=lambda one: list(_STYLES)[::-1].index(one.level)):
        table.add_row(Text(_MARKS[gate.level], _STYLES[gate.level]), visible(gate.gate), _told(gate))
    yield section("Gates", table)


def _told(gate: GateResult) -> Text:
    """The sentence; of a gate that is not kept also why it is there and what to do."""
    if gate.level == "pass":
        return Text(visible(gate.message), "dim")
    lines = [visible(line) for line in (gate.why, gate.hint and f"→ {gate.hint}") if line]
    return Text.assemble(visible(gate.message), *((f"\n{line}", "dim") for line in lines))


def _places(verdict: Verdict) -> Iterable[RenderableType]:
    if not verdict.places:
        return
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    for one in verdict.places[:PLACES]:
        what = Group(Text(visible(one.message)), *([snippet(one.snippet, LINE - 24)] if one.snippet else []))
        table.add_row(Text(_MARKS[one.level], _STYLES[one.level]), _where(one), what)
    rest = len(verdict.places) - PLACES
    yield section("Look at", table, note=f"the first {PLACES}; {rest:,} more with --format json" if rest > 0 else "")


def _where(one: Place) -> Text:
    return Text(place(one.path, one.row) if one.line is None else f"{place(one.path, None)}:{one.line}")


def _files(verdict: Verdict) -> Iterable[RenderableType]:
    told = [one for one in verdict.files if one.state != "added" or len(verdict.files) > 1 or one.note]
    if not told:
        return
    table = Table.grid(padding=(0, 2))
    for one in told[:FILES]:
        table.add_row(one.state, Text(place(one.path, None)), Text(_rows(one), "dim"))
    rest = len(told) - FILES
    yield section("Files", table, note=f"the first {FILES}; {rest:,} more with --format json" if rest > 0 else "")


def _rows(one: ChangedFile) -> str:
    parts = [f"from {visible(one.before)}"] if one.before else []
    parts += [f"{one.rows:,} new"] if one.rows else []
    parts += [f"{one.removed:,} removed"] if one.removed else []
    return "  ".join([*parts, visible(one.note)])


def _praise(verdict: Verdict) -> Iterable[RenderableType]:
    if verdict.praise:
        yield section("What it brings", *(Text(f"+ {visible(line)}", "green") for line in verdict.praise))
