"""A verdict in the formats that were asked for, on stdout or in files; and the exit code that it means."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from rich.console import Console

from curate.cli.draw_check import draw_check
from curate.cli.streams import print_answer
from curate.cli.terminal import WIDTH, terminal
from curate.corpus.write import write_atomic
from curate.errors import UsageError
from curate.report.check_formats import FORMATS
from curate.report.verdict import Verdict
from curate.settings.compare import FAILING

TEXT = "text"
HUB = "hub-comment"  # Markdown, as a pull request on the Hub shows it
NAMES = (TEXT, *FORMATS, HUB)


@dataclass(frozen=True, slots=True)
class Output:
    """A format and where it goes; file None: stdout."""

    format: str
    file: Path | None


def asked_outputs(formats: Sequence[str]) -> tuple[Output, ...]:
    """Outputs that `--format NAME[=FILE]` asks for; by default the terminal's report. Raises UsageError."""
    outputs = []
    for asked in formats or (TEXT,):
        name, equals, file = asked.partition("=")
        if name not in NAMES or (equals and not file):
            hint = "NAME prints it, NAME=FILE writes it to a file"
            raise UsageError(f"is {asked!r}, not one of {', '.join(NAMES)}", where="--format", hint=hint)
        outputs.append(Output(name, Path(file) if file else None))
    printed = [output.format for output in outputs if output.file is None]
    if len(printed) > 1:
        hint = f"--format {printed[0]}=FILE writes one of them to a file"
        raise UsageError(f"{' and '.join(printed)} cannot both be printed", where="--format", hint=hint)
    return tuple(outputs)


def write(verdict: Verdict, outputs: Sequence[Output]) -> None:
    """Each of them, from the one verdict, files first: stdout may have a reader who leaves."""
    for output in sorted(outputs, key=lambda output: output.file is None):
        if output.file is not None:
            write_atomic(output.file, as_text(verdict, output.format).encode(errors="backslashreplace"))
        elif output.format == TEXT:
            draw_check(terminal(), verdict)
        else:
            print_answer(as_text(verdict, output.format))


def as_text(verdict: Verdict, format: str) -> str:
    """The verdict in one format; the page of the terminal without colours."""
    if format != TEXT:
        return FORMATS["markdown" if format == HUB else format](verdict)
    page = StringIO()
    draw_check(Console(file=page, highlight=False, markup=False, emoji=False, width=WIDTH), verdict)
    return page.getvalue()


def exit_code(verdict: Verdict, fail_on: str) -> int:
    """3 where most new rows of a file could not be read, 1 for a verdict that is to fail, else 0."""
    return 3 if verdict.mostly_quarantined else int(verdict.level in FAILING[fail_on])
