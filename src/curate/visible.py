"""Decides which characters and words of foreign text may be printed; every report and every JSON text asks here."""

from __future__ import annotations

import json
import re

HIDDEN = "�"  # stands for a character that is not shown
# Default_Ignorable_Code_Point of Unicode 16 and blank symbols: of these Python calls many printable.
BLANK = (
    (0xAD, 0xAD), (0x34F, 0x34F), (0x61C, 0x61C), (0x115F, 0x1160), (0x17B4, 0x17B5), (0x180B, 0x180F),
    (0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x206F), (0x2800, 0x2800), (0x3164, 0x3164), (0xFE00, 0xFE0F),
    (0xFEFF, 0xFEFF), (0xFFA0, 0xFFA0), (0xFFF0, 0xFFF8), (0x16FE4, 0x16FE4), (0x1BCA0, 0x1BCA3), (0x1D159, 0x1D159),
    (0x1D173, 0x1D17A), (0xE0000, 0xE0FFF),
)  # fmt: skip
_WIDE = re.compile(r"[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")  # blanks that are seen as such
# What a runner of jobs obeys in its log: "::error::", "##[error]", "##vso[", "##teamcity[", "section_start:1:name".
JOB_COMMAND = re.compile(r"::|##(?=\w*\[)|section_(?:start|end):(?=\d)")


def visible(text: str) -> str:
    """The text with every character that is not seen as �, line breaks too, and no command to a runner of jobs."""
    hidden = {ord(letter): HIDDEN for letter in _unseen(text)}
    return JOB_COMMAND.sub(_without_effect, text.translate(hidden) if hidden else text)


def visible_text(text: str) -> str:
    """The same with its line breaks and blanks of any width, and with tabs as blanks: for who reads the whole of it."""
    lines = (_WIDE.sub(" ", line.removesuffix("\r").expandtabs(4)) for line in text.split("\n"))
    return "\n".join(map(visible, lines))


def one_line_json(value: object) -> str:
    """JSON on one line, without a character that is not seen and without a command to a runner of jobs."""
    return printable_json(json.dumps(value, ensure_ascii=False))


def printable_json(text: str) -> str:
    r"""The same JSON with \u escapes for what is not seen; spaces and line breaks between values stay."""
    hidden = {ord(letter): _escape(letter) for letter in _unseen(text) if letter != "\n"}
    shown = text.translate(hidden) if hidden else text
    return JOB_COMMAND.sub(lambda found: _escape(found[0][0]) + found[0][1:], shown)


def _unseen(text: str) -> set[str]:
    """The characters of a text that are not seen; of ASCII all that Python calls printable are."""
    plain = text.isascii() and text.isprintable()
    return set() if plain else {letter for letter in set(text) if not _is_seen(letter)}


def _is_seen(letter: str) -> bool:
    point = ord(letter)
    return letter.isprintable() and not any(first <= point <= last for first, last in BLANK)


def _escape(letter: str) -> str:
    return json.dumps(letter)[1:-1] if not letter.isascii() else f"\\u{ord(letter):04x}"


def _without_effect(found: re.Match[str]) -> str:
    """Of the same look, so that a reader sees what stood there."""
    return {"::": "∷", "##": "# #"}.get(found[0], f"{found[0][:-1]}∶")
