"""Text columns that a row holds beside each other on purpose: none of them is the text by being longer."""

from __future__ import annotations

import re
from collections.abc import Sequence

from curate.corpus.label_words import writer_of_name

_PREFERENCE = ("chosen", "rejected")


def classes(names: Sequence[str]) -> dict[str, str]:
    """Writers by column, where names tell that one holds human text and another machine text; else empty.

    HC3 has `human_answers` and `chatgpt_answers`, other sets `human_text` and `ai_text`.
    """
    found = {name: writer for name in names if (writer := writer_of_name(name))}
    return found if len(set(found.values())) > 1 else {}


def preferences(names: Sequence[str]) -> list[str]:
    """Columns of a better and a worse answer, where both are there; else empty."""
    found = [name for name in names if name.partition(".")[0].lower() in _PREFERENCE]
    return found if len({name.partition(".")[0].lower() for name in found}) > 1 else []


def tree_levels(names: Sequence[str]) -> list[str]:
    """Texts of messages that lie within each other, the outermost first; empty where there is one level.

    `prompt.text` and `prompt.replies.text`: one name, and the second inside a list beside the first.
    """
    by_depth = sorted(names, key=lambda name: name.count("."))
    for outer in by_depth:
        above, _, leaf = outer.rpartition(".")
        within = re.compile(rf"{re.escape(above)}(\.[^.]+)\1*\.{re.escape(leaf)}")
        if above and (inner := [name for name in by_depth if within.fullmatch(name)]):
            return [outer, *inner]
    return []
