"""Document text made fit for a terminal: it is hostile until it has passed through here."""

from __future__ import annotations

import re
import unicodedata

JOB_COMMAND = re.compile(
    r"::|##(?=\w*\[)"
)  # what a runner of jobs obeys in its log: "::error::", "##[error]", "##vso["

KEPT = 60  # characters of each end of a word that is too long
LONG_WORD = re.compile(r"\S{200,}")


def visible(text: str) -> str:
    """The text with control and direction characters, line breaks and unassigned points shown as �, "::" as ∷."""
    shown = "".join(c if _harmless(c) else "�" for c in text)
    return JOB_COMMAND.sub(lambda found: "∷" if found[0] == "::" else "# #", shown)


def shortened(text: str) -> str:
    """The text with the middle of every overlong word left out: a value quoted in an error may be of any length."""
    return LONG_WORD.sub(lambda found: f"{found[0][:KEPT]}…{found[0][-KEPT:]}", text)


def one_line(text: str, most: int) -> str:
    """The beginning of a document on one line, a little more than `most` characters of it."""
    return visible(" ".join(text[: 4 * most].split())[: most + 1])


def _harmless(character: str) -> bool:
    category = unicodedata.category(character)
    return character == " " or (category[0] != "C" and category not in ("Zl", "Zp"))
