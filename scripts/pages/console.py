"""Console blocks of Markdown pages: run their commands and put below each what it prints.

A block of commands with outputs is run in its order; a line "..." stands for lines left out. A block without any output
is a list of commands, of which only the options are looked at. Lines that call another program are left as they are.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterator

BLOCK = re.compile(r"^```console\n(.*?)^```$", re.DOTALL | re.MULTILINE)
LEFT_OUT = "..."
DIGEST = re.compile(r"\b([0-9a-f]{64}|[0-9a-f]{16})\b")  # of a certificate: depends on the releases of packages
DIGITS = re.compile(r"\d+")
Run = Callable[[list[str]], str]  # the words of a command, without "curate"; returns what it prints


def commands(text: str) -> Iterator[list[str]]:
    """The words of every call of curate in the console blocks of a page."""
    for block in BLOCK.findall(text):
        for command, _ in steps(block):
            if words := words_of(command):
                yield words


def words_of(command: str) -> list[str]:
    """The words after "curate"; [] for another program's command. A comment at the end is no part of it."""
    words = shlex.split(command, comments=True)
    return words[1:] if words[:1] == ["curate"] else []


def steps(block: str) -> list[tuple[str, str]]:
    """The commands of a block, each with the output shown below it ("" for none)."""
    parts = re.split(r"^\$ (.*)\n", block, flags=re.MULTILINE)
    return list(zip(parts[1::2], parts[2::2], strict=True))


def renewed(text: str, run: Run) -> str:
    """The page with the outputs that its commands print now.

    Raises ValueError where lines around "..." cannot be found again in the new output.
    """
    return BLOCK.sub(lambda found: f"```console\n{_renewed(found[1], run)}```", text)


def _renewed(block: str, run: Run) -> str:
    told = steps(block)
    if not any(shown.strip() for _, shown in told):
        return block
    return "".join(f"$ {command}\n{_output(command, shown, run)}" for command, shown in told)


def _output(command: str, shown: str, run: Run) -> str:
    words = words_of(command)
    if not words:
        return shown
    printed = "\n".join(line.rstrip() for line in run(words).strip("\n").split("\n")) + "\n"
    if not shown.strip():
        return shown
    if LEFT_OUT in shown.splitlines():
        printed = excerpt(printed, shown)
    return shown if DIGEST.sub("", printed) == DIGEST.sub("", shown) else printed


def excerpt(printed: str, shown: str) -> str:
    """Of what a command prints the lines that the page shows, other numbers in them or not."""
    lines, result, at = printed.splitlines(), [], 0
    for part in re.split(rf"^{re.escape(LEFT_OUT)}$\n?", shown, flags=re.MULTILINE):
        wanted = part.splitlines()
        if wanted:
            first = _find(lines, wanted[0], at)
            last = _find(lines, wanted[-1], first + (len(wanted) > 1)) if len(wanted) > 1 else first
            result += lines[first : last + 1]
            at = last + 1
        result.append(LEFT_OUT)
    return "\n".join(result[:-1]) + "\n"


def _find(lines: list[str], wanted: str, start: int) -> int:
    plain = DIGITS.sub("", wanted)
    for at in range(start, len(lines)):
        if DIGITS.sub("", lines[at]) == plain:
            return at
    raise ValueError(f"no line of the new output is like {wanted!r}")
