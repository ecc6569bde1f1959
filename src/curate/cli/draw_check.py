"""A check as a page in the terminal: the verdict, every gate, the rows to look at, what is good about the change."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console, Group, RenderableType
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from curate.cli.draw_columns import column_lines
from curate.cli.draw_removed import draw_removed
from curate.cli.pieces import LINE, PLACE, amount, place, section, snippet
from curate.cli.plain import visible
from curate.cli.terminal import WIDTH
from curate.corpus.taken_columns import read_columns
from curate.report.findings import headline, not_looked_at, remarks
from curate.report.verdict import ChangedFile, GateResult, Place, Verdict

PLACES = 10
FILES = 8
PLACE_LINE = WIDTH - 6  # columns beside the mark
LEVELS = ("fail", "warning", "pass")
ALLOWED = "; allowed: "  # in the message of a gate
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
    sections += draw_removed(verdict)
    sections += _other_files(verdict)
    sections += _praise(verdict)
    for one in sections:
        console.print(one)


def _headline(verdict: Verdict) -> RenderableType:
    against = f" against {visible(verdict.baseline)}" if verdict.baseline else ""
    title = Rule(Text(f"curate check{against}"), style="dim")
    missed = not_looked_at(verdict)
    said = _SAID[verdict.level] if verdict.files else "no data changed" if missed else "nothing changed"
    rests = headline(verdict)
    said += f"; {visible(rests)}" if rests else ""
    line = Text.assemble((f" {verdict.level.upper()} ", _STYLES[verdict.level]), f" {said}")
    figures = verdict.change or {}
    parts = [
        f"{figures.get('documents', 0):,} new documents",
        f"{amount(figures.get('tokens', 0))} tokens",
        f"{len(verdict.files):,} file{'s' if len(verdict.files) != 1 else ''}",
    ]
    rest = ["  ·  ".join(parts)] if verdict.files else []
    lost, taken = column_lines(read_columns(figures.get("columns")))
    return Group(title, line, *lost, *taken, *(Text(said, "dim") for said in (*rest, *map(visible, remarks(verdict)))))


def _gates(verdict: Verdict) -> Iterable[RenderableType]:
    """Broken gates first, with reason and advice; passed gates in one line each."""
    if not verdict.gates:
        return
    table = Table.grid(padding=(0, 2))
    for _ in range(2):
        table.add_column(no_wrap=True)
    table.add_column(ratio=1)
    table.add_column(no_wrap=True)
    for gate in sorted(verdict.gates, key=lambda one: (LEVELS.index(one.level), one.known)):
        found, _, allowed = visible(gate.message).rpartition(ALLOWED)
        table.add_row(
            _mark(gate),
            Text(visible(gate.gate), "dim" if gate.level == "pass" else ""),
            _found(gate, found),
            Text(allowed, "dim"),
        )
    yield section("Gates", table, note="what was found, and what is allowed")


def _mark(gate: GateResult) -> Text:
    passed_unknown = gate.level == "pass" and not gate.known
    return Text("?", "bold yellow") if passed_unknown else Text(_MARKS[gate.level], _STYLES[gate.level])


def _found(gate: GateResult, found: str) -> Text:
    if gate.level == "pass":
        return Text(found, "dim")
    lines = [gate.why, *([f"→ {gate.hint}"] if gate.hint else [])]
    return Text.assemble(found, *((f"\n{visible(line)}", "dim") for line in lines if line))


def _places(verdict: Verdict) -> Iterable[RenderableType]:
    """Where and why on one line, the text below."""
    if not verdict.places:
        return
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True, min_width=1)
    table.add_column(no_wrap=True, overflow="ellipsis")
    for one in verdict.places[:PLACES]:
        what = Text.assemble(_where(one), "  ", visible(one.message))
        what.truncate(PLACE_LINE, overflow="ellipsis")
        shown = Group(what, snippet(one.snippet, LINE)) if one.snippet else what
        table.add_row(Text(_MARKS[one.level], _STYLES[one.level]), shown)
    rest = len(verdict.places) - PLACES
    yield section("Look at", table, note=f"the first {PLACES}; {rest:,} more with --format json" if rest > 0 else "")


def _where(one: Place) -> tuple[str, str]:
    return (place(one.path, one.row) if one.line is None else f"{place(one.path, None)}:{one.line}", "bold")


def _files(verdict: Verdict) -> Iterable[RenderableType]:
    told = [one for one in verdict.files if one.state != "added" or len(verdict.files) > 1 or one.note]
    if not told:
        return
    if len(told) == 1 and len(told[0].path) > PLACE:
        yield section("Files", Text(f"{told[0].state}  {visible(told[0].path)}"), Text(_rows(told[0]), "dim"))
        return
    table = Table.grid(padding=(0, 2))
    for one in told[:FILES]:
        table.add_row(one.state, Text(place(one.path, None)), Text(_rows(one), "dim"))
    rest = len(told) - FILES
    yield section("Files", table, note=f"the first {FILES}; {rest:,} more with --format json" if rest > 0 else "")


def _other_files(verdict: Verdict) -> Iterable[RenderableType]:
    if verdict.other_files:
        lines = [Text(place(path, None), "dim") for path in verdict.other_files[:FILES]]
        yield section("Changed, and no data", *lines, note=f"{len(verdict.other_files):,}, not read")


def _rows(one: ChangedFile) -> str:
    parts = [f"from {visible(one.before)}"] if one.before else []
    parts += [f"{one.rows:,} new"] if one.rows else []
    parts += [f"{one.removed:,} removed"] if one.removed else []
    return "  ".join([*parts, visible(one.note)])


def _praise(verdict: Verdict) -> Iterable[RenderableType]:
    if verdict.praise:
        yield section("What it brings", *(Text(f"+ {visible(line)}", "green") for line in verdict.praise))
