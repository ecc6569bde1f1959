"""Document text made fit for a terminal: it is hostile until it has passed through here."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

from curate.visible import visible as visible

KEPT = 60  # characters of each end of a word that is too long
LONG_WORD = re.compile(r"\S{200,}")


def shortened(text: str) -> str:
    """The text with the middle of every overlong word left out: a value quoted in an error may be of any length."""
    return LONG_WORD.sub(lambda found: f"{found[0][:KEPT]}…{found[0][-KEPT:]}", text)


def typed(*names: str) -> str:
    """Names of files as a shell takes them."""
    return visible(shlex.join(names))


def as_toml(value: object) -> str:
    """A value of a setting as a configuration file has it; TOML has no word for none."""
    if value is None:
        return "(not set)"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(str(key))} = {as_toml(one)}" for key, one in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(as_toml, value))}]"
    return json.dumps(str(value) if isinstance(value, Path) else value, ensure_ascii=False, default=str)


def one_line(text: str, most: int) -> str:
    """The beginning of a document on one line, a little more than `most` characters of it."""
    return visible(" ".join(text[: 4 * most].split())[: most + 1])
