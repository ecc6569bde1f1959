"""Turns of a chat: the step "[role=assistant]" of a column path, and the names that data gives those who speak."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

import pyarrow as pa
import pyarrow.compute as pc

SPEAKERS, EVERY = ("assistant", "user"), "all"  # what --role takes
ALL_TURNS = "all turns, prompts too; --role assistant takes those that a model may have written"
KEYS = ("role", "from", "speaker", "author")  # fields of a message that say who speaks
_NAMES: Mapping[str, frozenset[str]] = {
    "assistant": frozenset(
        ("assistant", "model", "gpt", "chatgpt", "bot", "ai", "chatbot", "llm", "bing", "bard", "claude", "gemini",
         "gpt-3.5", "gpt-4", "machine", "response", "answer")
    ),
    "user": frozenset(("user", "human", "prompter", "person", "customer", "instruction", "question", "prompt")),
}  # fmt: skip
TURNS = re.compile(r"\[[^\[\]=]+=[^\[\]]+\]")  # in a column setting
_STEP = re.compile(r"\[([^\[\]=]+)=([^\[\]]+)\]")


def is_turns(step: str) -> bool:
    """Whether a step of a path chooses turns."""
    return step.startswith("[") and _STEP.fullmatch(step) is not None


@lru_cache(maxsize=64)
def turns_of(step: str) -> tuple[str, frozenset[str]]:
    """The field that says who speaks, and the names that it may have there, in lower case.

    "assistant" and "user" stand for the names that are usual for them; commas part several names.
    """
    found = _STEP.fullmatch(step)
    if found is None:
        return "", frozenset()
    names = [name.strip().lower() for name in found[2].split(",")]
    return found[1].strip(), frozenset().union(*(_NAMES.get(name, {name}) for name in names))


def speaks(message: object, step: str) -> bool:
    """Whether a parsed message is one of those turns."""
    key, names = turns_of(step)
    who = message.get(key) if isinstance(message, dict) else None
    return isinstance(who, str) and who.strip().lower() in names


def speaking(messages: pa.Array, step: str) -> pa.Array:
    """bool[n], without nulls: the same of Arrow's messages."""
    key, names = turns_of(step)
    type = messages.type
    if not pa.types.is_struct(type) or type.get_field_index(key) < 0:
        return pa.array([False] * len(messages), pa.bool_())
    from_field = pc.struct_field(messages, key)
    if pa.types.is_null(from_field.type):
        return pa.array([False] * len(messages), pa.bool_())
    who = pc.utf8_lower(pc.utf8_trim_whitespace(from_field.cast(pa.string())))
    return pc.is_in(who, pa.array(sorted(names), pa.string()))


def key_of_turns(type: pa.DataType) -> str:
    """The field of a message that says who speaks; "" where there is none."""
    if not pa.types.is_struct(type):
        return ""
    return next((key for key in KEYS if type.get_field_index(key) >= 0), "")
