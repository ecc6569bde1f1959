"""A mix in the terminal: the promise and what it rests on, what came in, what each step took, what is left."""

from __future__ import annotations

from rich.console import Console
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from curate.cli.pieces import amount, percent
from curate.cli.plain import visible
from curate.jobs.conflicts import conflict_counts
from curate.jobs.mix import Mix
from curate.mixing.certificate import digest


def draw_mix(console: Console, mix: Mix) -> None:
    """Print the certificate's content for people."""
    promise = mix.certificate
    verb = "wrote" if mix.output else "would write"
    console.print(Rule(Text(f"curate mix: {promise.guarantee} guarantee"), style="dim"))
    console.print(
        Text.assemble(
            (f"{verb} {promise.documents:,} documents, {amount(promise.tokens)} tokens", "bold"),
            f", of them at least {_share(promise.bound)} human ({promise.human_tokens_at_least:,} tokens; asked: "
            f"{_share(promise.human_ratio)})",
        )
    )
    for sentence in promise.basis:
        console.print(Padding(Text(f"· {visible(sentence)}", "dim"), (0, 0, 0, 2), expand=False))
    console.print()
    console.print(Text("From corpus to mix", "bold"))
    console.print(Padding(_flow(mix), (0, 0, 0, 2), expand=False))
    _conflicts(console, mix)
    if mix.output:
        _where(console, mix)
    else:
        console.print(Text("\ndry run: nothing was written", "yellow"))


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


def _share(share: float) -> str:
    """At most what was proved: cut, never rounded up."""
    return f"{int(share * 1000) / 10:g} %"


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
                "audited": "human by audit", "declared": "human by declaration", "detected": "human by the detector",
                "other": "machine or unknown",
            }[name]  # fmt: skip
            table.add_row(
                Text(f"    {meaning}", "dim"), "", _right(f"{amount(tokens)}  {percent(tokens / promise.tokens)}")
            )
    return table


def _right(text: str) -> Text:
    return Text(text, justify="right")


def _where(console: Console, mix: Mix) -> None:
    folder = visible(str(mix.output))
    console.print()
    console.print(Text("Written", "bold"))
    lines = [
        f"{folder}/data/  the documents, all original columns; datasets.load_dataset({folder!r}) reads it",
        f"{folder}/certificate.json  the promise; publish its digest: {digest(mix.certificate)}",
        f"{folder}/removed.parquet  every document left out, and why",
        *([f"{folder}/conflicts.parquet  evidence that contradicts itself"] if mix.choice.conflicts.num_rows else []),
        f"→ curate verify {folder} --digest {digest(mix.certificate)[:16]}",
    ]
    for line in lines:
        console.print(Padding(Text(line, overflow="fold"), (0, 0, 0, 2), expand=False))
