"""Strings from data made harmless in Markdown and YAML; what is said is decided elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from curate.visible import one_line_json
from curate.visible import visible as printable

LONGEST = 160  # characters of a foreign string
SPECIAL = re.compile(r"([\\`*_\[\]<>|~$&]|:(?=//)|(?<=www)\.|@)")
# Words that neither Markdown nor GitHub reads anything into: no mark-up, list, link, @name, #1, GH-1, :emoji:
PROSE = re.compile(
    r"(?![-+=>]|\d+[.)](?: |$))(?!.*(?i:www\.|gh-\d))"
    r"(?:(?!_)\w|[ .,;%()'\"+/=?!…·–—-]|(?<=\w)_(?=\w)|:(?= |$)|<(?=0\.1 %)|>(?=99\.9 %))*"
)
IN_CODE = str.maketrans({"`": "ˋ", "|": "¦"})  # what ends a code span, and a cell: no escape holds in every renderer


def visible(text: str, longest: int = LONGEST) -> str:
    """One line of what may be printed of the text, cut to `longest`."""
    shown = printable(" ".join(text[: 4 * longest].split()))
    return shown if len(shown) <= longest else f"{shown[: longest - 1]}…"


def code(text: str, longest: int = LONGEST) -> str:
    """A foreign string as a code span, in a table or out of it: there GitHub notifies nobody and links nothing."""
    shown = visible(text, longest).translate(IN_CODE)
    return f"`{shown}`" if shown else ""


def prose(text: str, longest: int = LONGEST) -> str:
    """A sentence that may quote foreign strings: as it is where it is nothing but words, else as a code span."""
    shown = visible(text, longest)
    return shown if PROSE.fullmatch(shown) else code(text, longest)


def markdown(text: str) -> str:
    """A foreign string as inline text: no markup, no HTML, no link, no table cell begins in it."""
    return SPECIAL.sub(r"\\\1", visible(text))


def yaml_scalar(text: str) -> str:
    """A double-quoted YAML scalar: "no" stays a language and a line break stays inside."""
    return one_line_json(visible(text))


def yaml_list(values: Iterable[str]) -> str:
    """A YAML list on one line."""
    return f"[{', '.join(yaml_scalar(value) for value in values)}]"


def table(head: Sequence[str], rows: Iterable[Sequence[str]], words: int = 1) -> str:
    """A GitHub table, the first `words` columns to the left and the others to the right; cells are Markdown already."""
    lines = [head, [*["---"] * words, *["---:"] * (len(head) - words)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
