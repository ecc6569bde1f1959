"""Prompts and their answers in columns of their own: a chat of two turns, of which the answer is the assistant's."""

from __future__ import annotations

from collections.abc import Collection

import pyarrow as pa

from curate.corpus.column_paths import Path, alternatives, joined_paths, with_turns
from curate.corpus.turns import SPEAKERS

PAIRS = (("instruction", ("output", "response")), ("prompt", ("response", "completion")))


def of_speaker(setting: str, schema: pa.Schema, role: str) -> str:
    """The setting with the turns of this role alone: of chats by who speaks, of a prompt and its answer by column."""
    names = schema.names
    return "|".join(_of_speaker(one, schema, role) for one in alternatives(setting, names))


def has_answers(setting: str, names: Collection[str]) -> bool:
    """Return whether some alternative joins a prompt and its answer."""
    return any(_is_pair(joined_paths(one, names)) for one in alternatives(setting, names))


def _of_speaker(one: str, schema: pa.Schema, role: str) -> str:
    turned, paths = with_turns(one, schema, role), joined_paths(one, schema.names)
    if turned != one or not _is_pair(paths):
        return turned  # messages that name who speaks say it themselves
    return "+".join(map(".".join, paths[:-1] if role == SPEAKERS[1] else paths[-1:]))


def _is_pair(paths: tuple[Path, ...]) -> bool:
    first, last = paths[0][0].lower(), paths[-1][0].lower()
    return len(paths) > 1 and any(first == question and last in answers for question, answers in PAIRS)
