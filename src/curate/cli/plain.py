"""Document text made fit for a terminal: it is hostile until it has passed through here."""

from __future__ import annotations

import re
import shlex

from curate.visible import visible as visible

KEPT = 60  # characters of each end of a word that is too long
LONG_WORD = re.compile(r"\S{200,}")


def shortened(text: str) -> str:
    """The text with the middle of every overlong word left out: a value quoted in an error may be of any length."""
    return LONG_WORD.sub(lambda found: f"{found[0][:KEPT]}…{found[0][-KEPT:]}", text)


def typed(*names: str) -> str:
    """Names of files as a shell takes them."""
    return visible(shlex.join(names))


def one_line(text: str, most: int) -> str:
    """The beginning of a document on one line, a little more than `most` characters of it."""
    return visible(" ".join(text[: 4 * most].split())[: most + 1])
