"""Turns of a chat: the step "[role=assistant]" of a column path, and the names that data gives those who speak."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

SPEAKERS, EVERY = ("assistant", "user"), "all"  # what --role takes
JUDGED = "assistant,"  # turns that the machine share judges by default: the assistant's, and those of nobody named
SPLIT = "the assistant's turns for the machine share, all turns for the rest; --role chooses the same for both"
NO_ASSISTANT = "all turns: no turn is an assistant's"
KEYS = ("role", "from", "speaker", "author")  # fields of a message that say who speaks
_NAMES: Mapping[str, frozenset[str]] = {
    "assistant": frozenset(
        ("assistant", "model", "gpt", "chatgpt", "bot", "ai", "chatbot", "llm", "bing", "bard", "claude", "gemini",
         "gpt-3.5", "gpt-4", "machine", "response", "answer")
    ),
    "user": frozenset(("user", "human", "prompter", "person", "customer", "instruction", "question", "prompt")),
}  # fmt: skip
TURNS = re.compile(r"\[([^\[\]=]+)=([^\[\]]+)\]")  # in a column setting


def is_turns(step: str) -> bool:
    """Return whether a step of a path chooses turns."""
    return step.startswith("[") and TURNS.fullmatch(step) is not None


def unnamed(setting: str) -> str:
    """The same column setting with the turns of those whom nobody names, in place of the turns that it chooses."""
    return TURNS.sub(r"[\1=,]", setting)


@lru_cache(maxsize=64)
def turns_of(step: str) -> tuple[str, frozenset[str]]:
    """The field that says who speaks, and the names that it may have there, in lower case.

    "assistant" and "user" stand for the names that are usual for them; commas part several names. An empty name stands
    for messages that do not say who speaks.
    """
    found = TURNS.fullmatch(step)
    if found is None:
        return "", frozenset()
    names = [name.strip().lower() for name in found[2].split(",")]
    return found[1].strip(), frozenset().union(*(_NAMES.get(name, {name}) for name in names))


def speaks(message: object, step: str) -> bool:
    """Return whether a parsed message is one of those turns."""
    who = message.get(turns_of(step)[0]) if isinstance(message, dict) else None
    return is_name(who if isinstance(who, str) else "", step)


def is_name(who: str, step: str) -> bool:
    """Return whether a name is one of those that have these turns."""
    return who.strip().lower() in turns_of(step)[1]
