"""A mix in the terminal: the promise and what it rests on, what came in, what each step took, what is left."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from curate.amounts import at_least, counted, exact, growth, readable
from curate.cli.draw_columns import column_lines
from curate.cli.draw_declared import remarks
from curate.cli.draw_excluded import draw_excluded
from curate.cli.pieces import amount, percent, section, shown
from curate.cli.plain import typed, visible
from curate.diversity.figures import BY_TOKENS, COMPRESSION
from curate.figure_names import diversity_name
from curate.jobs.mix.conflicts import conflict_counts
from curate.jobs.mix.job import Mix
from curate.jobs.mix.tail_loss import tail_said
from curate.mixing.certificate import Certificate, digest
from curate.mixing.guarantee import CONDITIONAL
from curate.report.turns import turns_counted

# As the certificate compares them at the same number of tokens of the corpus and the mix.
FIGURES = (*BY_TOKENS, COMPRESSION)


def promise_name(promise: Certificate) -> str:
    """Name the guarantee, in capitals if it holds on a condition; "no guarantee" for a ratio of 0."""
    if not promise.human_ratio:
        return "no guarantee"
    name = promise.guarantee.upper() if promise.guarantee == CONDITIONAL else promise.guarantee
    return f"{name} guarantee"


def turns_of_chats(promise: Certificate) -> tuple[str, ...]:
    """Which turns of chats count, where not all do."""
    layouts = promise.settings.get("layouts")
    told = turns_counted(layouts.value) if layouts else ""
    return (told,) if told else ()


def draw_mix(console: Console, mix: Mix) -> None:
    """Print the certificate's content for people."""
    promise = mix.certificate
    lost, taken = column_lines(mix.layouts)
    console.print(Rule(Text(f"curate mix: {promise_name(promise)}"), style="dim"))
    if promise.guarantee == CONDITIONAL:
        console.print(Text(visible(promise.basis[0]), "bold yellow"))
    for said in lost:
        console.print(said)
    console.print(_written(mix))
    for doubt in filter(None, (mix.doubled.sentence(), *mix.choice.doubts)):
        console.print(Text(visible(doubt), "yellow"))
    for remark in remarks(mix.declared, mix.choice.without_effect, mix.choice.idle):
        console.print(remark)
    for sentence in (*promise.basis[promise.guarantee == CONDITIONAL :], *turns_of_chats(promise)):
        console.print(Padding(Text(f"· {visible(readable(sentence))}", "dim"), (0, 0, 0, 2), expand=False))
    for said in taken:
        console.print(Padding(said, (0, 0, 0, 2), expand=False))
    console.print()
    console.print(Text("From corpus to mix", "bold"))
    console.print(Padding(_flow(mix), (0, 0, 0, 2), expand=False))
    draw_excluded(console, mix.excluded)
    _conflicts(console, mix)
    _tails(console, mix)
    if mix.output:
        _where(console, mix)
    else:
        console.print(Text("\ndry run: nothing was written", "yellow"))


def _written(mix: Mix) -> Text:
    verb = "wrote" if mix.output else "would write"
    promise = mix.certificate
    amounts = f"{verb} {promise.documents:,} documents, {amount(promise.tokens)} tokens"
    return Text.assemble((amounts, "bold"), _floor(promise), (_unclear(mix), "yellow"))


def _floor(promise: Certificate) -> str:
    tokens = f"{promise.human_tokens_at_least:,} tokens"
    if not promise.human_ratio:
        return f"; nothing is promised (--human-ratio 0); {tokens} count as human"
    return f", of them at least {at_least(promise.bound)} human ({tokens}; asked: {exact(promise.human_ratio)})"


def _unclear(mix: Mix) -> str:
    labels = mix.declared.labels
    if labels is None or not labels.unknown:
        return ""
    return f"; {counted(labels.unknown, 'label')} not known, which no score stands for"


def _conflicts(console: Console, mix: Mix) -> None:
    counts = conflict_counts(mix.choice.conflicts)
    if not counts:
        return
    console.print()
    console.print(Text("Evidence that contradicts itself  documents", "bold"))
    table = Table.grid(padding=(0, 2))
    for conflict, settled, documents in counts:
        table.add_row(_right(f"{documents:,}"), Text(conflict), Text(settled, "dim"))
    console.print(Padding(table, (0, 0, 0, 2), expand=False))


def _tails(console: Console, mix: Mix) -> None:
    tails = mix.certificate.tails
    if tails is None:
        return
    table = Table.grid(padding=(0, 2))
    table.add_row("", Text("corpus", "dim", justify="right"), Text("mix", "dim", justify="right"))
    for key in FIGURES:
        if key in tails.corpus:
            name, before, after = diversity_name(key), tails.corpus[key], tails.mix[key]
            changed = growth((after - before) / before) if before else ""
            table.add_row(name.name, _right(shown(name, before)), _right(shown(name, after)), _right(changed))
    note = f"{tail_said(tails.loss, tails.interval)}; at {amount(tails.tokens)} tokens of each"
    console.print(section("Against the corpus", table, note=note))


def _flow(mix: Mix) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_row("", Text("documents", "dim", justify="right"), Text("tokens", "dim", justify="right"))
    table.add_row("in the corpus", _right(f"{mix.documents:,}"), _right(amount(mix.tokens)))
    for step in mix.choice.steps:
        table.add_row(Text(f"− {visible(step.reason)}"), _right(f"{step.documents:,}"), _right(amount(step.tokens)))
    again = mix.choice.repeated
    if again.documents:
        table.add_row(Text("+ repeated"), _right(f"{again.documents:,}"), _right(amount(again.tokens)))
    promise = mix.certificate
    table.add_row(Text("in the mix", "bold"), _right(f"{promise.documents:,}"), _right(amount(promise.tokens)))
    for name, tokens in promise.tokens_by_class.items():
        if tokens:
            meaning = {
                "audited": "human by audit", "declared": "human by declaration", "detected": _scored(promise),
                "other": "machine or unknown",
            }[name]  # fmt: skip
            table.add_row(
                Text(f"    {meaning}", "dim"), "", _right(f"{amount(tokens)}  {percent(tokens / promise.tokens)}")
            )
    return table


def _scored(promise: Certificate) -> str:
    """Labels may vouch for text whose score is a machine's; where declarations keep the floor alone, no score does."""
    bound = promise.detected
    if promise.evidence == "declared":
        return "scores as human, counted as 0 % human"
    if bound is None or not bound.labels:
        return "scores as human"
    least = max(0, promise.tokens_by_class["detected"] - bound.machine_below_threshold_at_most)
    return f"below the score that labels vouch for, at least {amount(least)} human"


def _right(text: str) -> Text:
    return Text(text, justify="right")


def _columns(mix: Mix) -> str:
    """The columns that are written."""
    settings = mix.certificate.settings
    dropped = settings["drop_column"].value
    changes = settings["written"].value
    told = f"all original columns but {', '.join(dropped)}" if isinstance(dropped, tuple) and dropped else ""
    other = "; README.md names those in another form" if changes else ""
    return visible(f"{told or 'all original columns'}{other}")


def _where(console: Console, mix: Mix) -> None:
    folder = visible(str(mix.output))
    console.print()
    console.print(Text("Written", "bold"))
    loader = f"; datasets.load_dataset({folder!r}) reads it" if isinstance(mix.output, Path) else ""
    lines = [
        f"{folder}/data/  the documents, {_columns(mix)}{loader}",
        f"{folder}/certificate.json  the promise; publish its digest: {digest(mix.certificate)}",
        f"{folder}/removed.parquet  every document left out, and why",
        *([f"{folder}/excluded.parquet  which documents hold which excluded texts"] if mix.excluded else []),
        *([f"{folder}/conflicts.parquet  evidence that contradicts itself"] if mix.choice.conflicts.num_rows else []),
        f"→ curate verify {typed(str(mix.output))} --digest {digest(mix.certificate)[:16]}",
    ]
    for line in lines:
        console.print(Padding(Text(line, overflow="fold"), (0, 0, 0, 2), expand=False))
