"""Settings that could name the text of a file, by its schema alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pyarrow as pa

from curate.corpus.answers import PAIRS
from curate.corpus.column_paths import column_paths, column_type, is_binary, is_list, leads_to_text

_PARTS = ("content", "value", "text")  # of a message
_USUAL = ("text", "content", "messages.content", "conversations.value", "messages.value", "conversations.content")
_BETWEEN = ("input", "context")  # what an instruction is about
_DEEP = 3  # structs in structs
_NESTED = 16  # objects in lists in each other: trees of messages


def text_settings(schema: pa.Schema) -> Iterator[str]:
    """Every column, or part of one, that holds strings."""
    for field in schema:
        yield from _strings_in(field.name, field.type, _DEEP)


def holds_text(schema: pa.Schema) -> bool:
    """Could any column, or a part of one, be named as the text? None of numbers or nulls alone."""
    found = (next(settings(schema), "") for settings in (text_settings, nested_settings))
    return any(found) or any(is_binary(field.type) for field in schema)


def text_type(schema: pa.Schema, setting: str) -> bool:
    """Do all columns of the setting that the file has hold text?"""
    types = [(column_type(schema, path), path) for path in column_paths(setting, schema.names)]
    found = [leads_to_text(type, path[1:]) for type, path in types if type is not None and not pa.types.is_null(type)]
    return bool(found) and all(found)


def _strings_in(name: str, type: pa.DataType, deep: int) -> Iterator[str]:
    if is_list(type):
        chat = (f"{name}.{part}" for part in _PARTS if leads_to_text(type, (part,)))
        named = next(chat, name if leads_to_text(type, ()) else "")
        yield from [named] if named else []
    elif pa.types.is_struct(type):
        for field in type if deep else ():
            if "." not in field.name:
                yield from _strings_in(f"{name}.{field.name}", field.type, deep - 1)
    elif leads_to_text(type, ()) and not is_binary(type):
        yield name


def nested_settings(schema: pa.Schema) -> Iterator[str]:
    """Strings of any name in lists of objects: `paragraphs.context`. Looked at where nothing else is text."""
    known = set(text_settings(schema))
    inside = (name for field in schema for name in _strings_below(field.name, field.type, _NESTED))
    yield from (name for name in inside if name not in known)


def _strings_below(name: str, type: pa.DataType, deep: int) -> Iterator[str]:
    while is_list(type):
        type = type.value_type
    if pa.types.is_struct(type):
        for field in type if deep else ():
            if "." not in field.name:
                yield from _strings_below(f"{name}.{field.name}", field.type, deep - 1)
    elif leads_to_text(type, ()) and not is_binary(type):
        yield name


def usual_settings(schema: pa.Schema) -> Iterator[str]:
    names: dict[str, str] = {}
    for name in schema.names:
        names.setdefault(name.lower(), name)
    for candidate in _USUAL:
        top, _, rest = candidate.partition(".")
        if top in names:
            setting = f"{names[top]}.{rest}" if rest else names[top]
            type = column_type(schema, (names[top],))
            if type is not None and is_list(type) == bool(rest) and text_type(schema, setting):
                yield setting
    for question, answers in PAIRS:
        answer = next((names[name] for name in answers if name in names), "")
        if question in names and answer:
            between = [names[name] for name in _BETWEEN if question == "instruction" and name in names]
            yield from _joined(schema, [names[question], *between, answer])


def _joined(schema: pa.Schema, names: Sequence[str]) -> Iterator[str]:
    """The columns as strings, else as the contents of chats."""
    for setting in ("+".join(names), "+".join(f"{name}.content" for name in names)):
        if text_type(schema, setting):
            yield setting
            return
