"""Strings from data made harmless in Markdown and YAML; what is said is decided elsewhere."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence

LONGEST = 160  # characters of a foreign string
SPECIAL = re.compile(r"([\\`*_\[\]<>|~$&]|:(?=//)|(?<=www)\.|@)")


def visible(text: str) -> str:
    """One line without control, bidirectional or other invisible characters, cut to LONGEST characters."""
    line = " ".join(text.split())
    shown = "".join(letter if letter.isprintable() else "\ufffd" for letter in line)
    return shown if len(shown) <= LONGEST else f"{shown[: LONGEST - 1]}…"


def markdown(text: str) -> str:
    """A foreign string as inline text: no markup, no HTML, no link, no table cell begins in it."""
    return SPECIAL.sub(r"\\\1", visible(text))


def yaml_scalar(text: str) -> str:
    """A double-quoted YAML scalar: "no" stays a language and a line break stays inside."""
    return json.dumps(visible(text), ensure_ascii=False)


def yaml_list(values: Iterable[str]) -> str:
    """A YAML list on one line."""
    return f"[{', '.join(yaml_scalar(value) for value in values)}]"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A GitHub table, the first column to the left and the others to the right; cells are Markdown already."""
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
