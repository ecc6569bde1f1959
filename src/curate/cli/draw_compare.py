"""The alarm as a page in the terminal: the level, what moved and how far, what drives it, what to do."""

from __future__ import annotations

import math
from collections.abc import Iterable

from rich.console import Console, Group, RenderableType
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from curate.amounts import growth
from curate.cli.draw_columns import column_lines
from curate.cli.pieces import amount, more, percent, section, shown
from curate.cli.plain import typed, visible
from curate.diversity.alarm import Alarm
from curate.diversity.alarm_level import KINDS, Change
from curate.figure_names import diversity_name
from curate.jobs.compare.job import Compared, Step

ROWS = 5
WORDS = 14
HALF = 12  # columns of a bar on each side of the middle
FULL = 0.5  # log ratio that fills it

_STYLES = {"ok": "bold green", "watch": "bold yellow", "early": "bold red", "late": "bold white on red"}
_SAID = {
    "ok": "nothing was lost that chance does not explain",
    "watch": "something moved; look before you train",
    "early": "the tail is going: early collapse",
    "late": "the text has narrowed: late collapse",
}
_UNCOMPARED = {"ok": "nothing to compare", "watch": "could not be compared; look before you train"}
_BLOCKS = "▁▂▃▄▅▆▇█"


def draw_compare(console: Console, found: Compared) -> None:
    """Print the report."""
    step = found.verdict
    sections: list[RenderableType] = [_headline(found, step)]
    sections += _trend(found)
    sections += _metrics(step.alarm)
    sections += _culprits(step)
    sections += _lost(step)
    sections.append(_next_steps(found, step))
    for one in sections:
        console.print(one)


def _headline(found: Compared, step: Step) -> RenderableType:
    alarm = step.alarm
    title = Rule(Text(f"curate compare {visible(found.first)} {visible(step.name)}"), style="dim")
    p = "" if alarm.p_value is None or not alarm.metrics else f"  p {_p(alarm.p_value)}"
    said = f"{_SAID[alarm.level]}{_unseen(alarm)}" if alarm.metrics else _UNCOMPARED[alarm.level]
    verdict = Text.assemble((f" {alarm.level.upper()} ", _STYLES[alarm.level]), f" {said}", (p, "dim"))
    sides = f"{alarm.documents[0]:,} documents compared with {alarm.documents[1]:,}, {amount(alarm.tokens)} tokens each"
    sides = sides if any(alarm.documents) else "no document is on one side only, so nothing can be compared"
    parts = [sides, "sources matched" if alarm.same_kind else "languages matched"]
    if alarm.shared:
        parts.append(f"{percent(alarm.shared)} of {visible(step.name)} was there before")
    reasons = [Text(f"· {reason}", "yellow") for reason in alarm.reasons]
    return Group(title, verdict, *_columns(found), *reasons, Text("  ·  ".join(parts), "dim"))


def _unseen(alarm: Alarm) -> str:
    """How much of the tail may be gone all the same, where nothing seems to be."""
    chance = ((name, alarm.metrics[name].unseen) for name in KINDS if name in alarm.metrics)
    name, most = next((one for one in chance if one[1] is not None), ("", None))
    if most is None or alarm.level != "ok":
        return ""
    return f"; a loss of up to {percent(-math.expm1(-most))} of {diversity_name(name).name} would not show"


def _columns(found: Compared) -> Iterable[RenderableType]:
    """Unread files of each snapshot, and the columns taken: once where all snapshots agree."""
    lines = {name: column_lines(layouts) for name, layouts in found.layouts.items()}
    for name, (lost, _) in lines.items():
        yield from (Text.assemble(f"{visible(name)}  ", line) for line in lost)
    plain = {tuple(line.plain for line in taken) for _, taken in lines.values()}
    for name, (_, taken) in lines.items() if len(plain) > 1 else [("", next(iter(lines.values())))]:
        yield from (Text.assemble((f"{visible(name)}  " if name else "", "dim"), line) for line in taken)


def _p(value: float) -> str:
    return f"{value:.3f}" if value >= 0.001 else "< 0.001"


def _trend(found: Compared) -> Iterable[RenderableType]:
    """Every figure from the first snapshot on, if there are more than two."""
    if len(found.steps) < 2:
        return
    table = Table.grid(padding=(0, 2))
    levels = Text("  ").join(Text(step.alarm.level, _STYLES[step.alarm.level]) for step in found.steps)
    for name in KINDS:
        changes = [step.alarm.metrics.get(name) for step in found.steps]
        ratios = [0.0, *(c.log_ratio if c else 0.0 for c in changes)]
        if any(changes):
            last = changes[-1]
            table.add_row(
                _spark(ratios),
                Text(_change(last.log_ratio) if last else "", justify="right"),
                diversity_name(name).name,
            )
    names = " → ".join(visible(name) for name in (found.first, *(step.name for step in found.steps)))
    yield section("Trend", Text(names, "dim"), levels, table, note="each snapshot against the first, at equal size")


def _spark(values: list[float]) -> Text:
    low, high = min(values), max(values)
    reach = (high - low) or 1.0
    return Text("".join(_BLOCKS[round((v - low) / reach * (len(_BLOCKS) - 1))] for v in values), "cyan")


def _metrics(alarm: Alarm) -> Iterable[RenderableType]:
    if not alarm.metrics:
        return
    table = Table.grid(padding=(0, 2))
    family = ""
    for name in KINDS:
        change = alarm.metrics.get(name)
        if change is None:
            continue
        lost = alarm.level != "ok" and change.lost(name)
        kind, figure = KINDS[name].family, diversity_name(name)
        table.add_row(
            Text(kind if kind != family else "", "dim"),
            figure.name,
            Text(shown(figure, change.before), justify="right"),
            Text(shown(figure, change.after), "bold" if lost else "", justify="right"),
            _bar(change, KINDS[name].loss, lost=lost),
            Text(_change(change.log_ratio), "red" if lost else "dim", justify="right"),
            Text(f"p {_p(change.p_value)}" if change.p_value < 1 else "", "dim"),
            *([Text(_allowed(name, change), "dim")] if alarm.controlled else []),  # an empty column takes room too
        )
        family = kind
    note = "at equal size; loss to the left; p: probability of such a loss by chance"
    if alarm.controlled:
        note += "; control: normal variation"
    yield section("What changed", table, note=note)


def _allowed(name: str, change: Change) -> str:
    if change.drift is None:
        return ""
    loss = KINDS[name].loss
    inside = " (within)" if 0 < loss * change.log_ratio <= change.drift else ""
    return f"control {_change(loss * change.drift)}{inside}"


def _bar(change: Change, loss: int, *, lost: bool) -> Text:
    """Towards loss to the left of the middle, whichever way the figure itself moves."""
    gain = -loss * change.log_ratio
    length = min(HALF, round(abs(gain) / FULL * HALF))
    left = " " * (HALF - length) + "━" * length if gain < 0 else " " * HALF
    right = "━" * length + " " * (HALF - length) if gain > 0 else " " * HALF
    return Text.assemble((left, "red" if lost else "dim"), ("│", "dim"), (right, "dim"))


def _change(log_ratio: float) -> str:
    return growth(math.expm1(log_ratio))


def _culprits(step: Step) -> Iterable[RenderableType]:
    if not step.culprits:
        return
    table = Table.grid(padding=(0, 2))
    for one in step.culprits[:ROWS]:
        table.add_row(Text(percent(one.part), justify="right"), Text(f"{visible(one.path)}#{one.row}"))
    left = more(len(step.culprits) - ROWS, "with --json")
    note = "; ".join(["share of the loss that a document explains", "a place to look", *left])
    yield section("Documents behind the change", table, note=note)


def _lost(step: Step) -> Iterable[RenderableType]:
    body: list[RenderableType] = [
        Text(f"{one.kind} {visible(one.name)}: {percent(one.before)} of the tokens, now {percent(one.after)}")
        for one in step.thinned[:ROWS]
    ]
    body += [Text(line, "dim") for line in more(len(step.thinned) - ROWS, "with --json")]
    words = [visible(word) for _, word, _ in step.lost_words[:WORDS]] + more(len(step.lost_words) - WORDS)
    if words and step.alarm.level != "ok":
        body.append(Text(f"rare words that are gone: {', '.join(words)}", "dim"))
    if body:
        yield section("Thinned out", *body)


def _next_steps(found: Compared, step: Step) -> RenderableType:
    alarm, steps = step.alarm, []
    if alarm.level == "watch" and alarm.p_value is None:
        steps.append("compare snapshots of the same languages and sources, larger ones if these are small")
    elif alarm.level == "watch" and not alarm.same_kind and not alarm.controlled:
        steps.append("--control PATH: a second human snapshot tells a change of topic from a loss")
        steps.append("--source-column NAME: compare source by source")
    if alarm.level in ("early", "late"):
        steps.append(f"curate scan {typed(step.name)}: its machine share, source by source")
        steps.append(f"curate mix {typed(step.name)} --human-ratio 0.7 -o mix/")
    if found.plan.output is not None:
        steps.append(f"every lost word and part: {found.plan.output / 'tails.parquet'}")
    return section("Next", *(Text(f"→ {one}") for one in steps)) if steps else Text()
