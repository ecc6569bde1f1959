"""Which columns of a file mean what: those the user names, else those found by their usual names."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import replace

import pyarrow as pa

from curate.corpus.column_paths import column_paths, is_list, is_text, leads_to_text, leads_to_value
from curate.corpus.file_schema import file_schema
from curate.corpus.files import DataFile, nothing_readable
from curate.errors import CurateError, DataError, UsageError
from curate.schema import Columns, Quarantined

_CHATS = ("messages.content", "conversations.value", "messages.value", "conversations.content")
_ANSWERS = (("instruction", ("output", "response")), ("prompt", ("response", "completion")))
_IDS = ("id", "doc_id", "document_id", "uuid", "_id")
_DATES = ("date", "timestamp", "created", "created_at", "published", "dump")


def settle_files(
    files: Sequence[DataFile], wanted: Columns
) -> tuple[list[tuple[DataFile, Columns]], list[Quarantined]]:
    """The columns of every file of a run; a file without text goes to quarantine, a column that others lack is fine.

    Raises UsageError for a named column that is in no file, DataError when no file has text.
    """
    settled: list[tuple[DataFile, Columns]] = []
    bad: list[Quarantined] = []
    schemas = [file_schema(file) for file in files]
    for name in ("text", "id", "source", "label", "date"):
        _check_somewhere(getattr(wanted, name), name, files, schemas)
    for file, schema in zip(files, schemas, strict=True):
        try:
            settled.append((file, _settled(schema, _present(schema, wanted), file.name)))
        except CurateError as error:
            bad.append(Quarantined(file.name, None, f"{error.message} ({error.hint})"))
    if not settled:
        raise nothing_readable(bad, "name the column: --text-column NAME")
    return settled, bad


def _check_somewhere(setting: str, role: str, files: Sequence[DataFile], schemas: Sequence[pa.Schema]) -> None:
    if not setting or any(_has(schema, setting) for schema in schemas):
        return
    names = list(dict.fromkeys(name for schema in schemas for name in schema.names))
    missing = next(
        (part for part in setting.split("+") if part.split(".")[0] not in names and part not in names), setting
    )
    close = difflib.get_close_matches(missing, names, n=1) or _same_but_case(missing, names)
    nearest = f"; did you mean {close[0]}?" if close else ""
    where = files[0].name if len(files) == 1 else f"{len(files)} files"
    raise UsageError(f"no {role} column {missing!r}", where=where, hint=f"columns are {', '.join(names)}{nearest}")


def _same_but_case(name: str, names: Sequence[str]) -> list[str]:
    return [other for other in names if other.lower() == name.lower()]


def _has(schema: pa.Schema, setting: str) -> bool:
    """Is some part of the setting in the file?"""
    return any(
        _type_at(schema, path[:1]) is not None and _reaches(schema, path)
        for path in column_paths(setting, schema.names)
    )


def _reaches(schema: pa.Schema, path: tuple[str, ...]) -> bool:
    type = _type_at(schema, path[:1])
    for name in path[1:]:
        while type is not None and is_list(type):
            type = type.value_type
        known = type is not None and pa.types.is_struct(type) and type.get_field_index(name) >= 0
        type = type.field(type.get_field_index(name)).type if known and type is not None else None
    return type is not None


def _type_at(schema: pa.Schema, path: tuple[str, ...]) -> pa.DataType | None:
    index = schema.get_field_index(path[0])
    return schema.field(index).type if index >= 0 else None


def _present(schema: pa.Schema, wanted: Columns) -> Columns:
    """Named columns that this file lacks are taken back, so that others may be found; the text must be there."""
    return replace(
        wanted,
        id=_if_there(schema, wanted.id),
        source=_if_there(schema, wanted.source),
        label=_if_there(schema, wanted.label),
        date=_if_there(schema, wanted.date),
    )


def _if_there(schema: pa.Schema, setting: str) -> str:
    return setting if setting and _has(schema, setting) else ""


def _settled(schema: pa.Schema, wanted: Columns, name: str) -> Columns:
    text = _named_text(schema, wanted.text, name) if wanted.text else _found_text(schema)
    if not text:
        raise DataError(
            "no text column found",
            where=name,
            hint=f"columns are {', '.join(schema.names)}; name one: --text-column NAME",
        )
    for role in ("id", "source", "label", "date"):
        _check_single(schema, getattr(wanted, role), role, name)
    id = wanted.id or _first_of(schema, _IDS)
    date = wanted.date or _first_of(schema, _DATES)
    return replace(wanted, text=text, id=id, date=date)


def _named_text(schema: pa.Schema, setting: str, name: str) -> str:
    """As named; a chat column named alone ("messages") is completed to the part that holds its text."""
    if _is_text_setting(schema, setting):
        return setting
    for part in ("content", "value", "text"):
        if _is_text_setting(schema, f"{setting}.{part}"):
            return f"{setting}.{part}"
    field = _type_at(schema, column_paths(setting, schema.names)[0])
    what = "is not in this file" if field is None else f"holds {field}, not text"
    raise UsageError(f"text column {setting!r} {what}", where=name, hint=f"columns are {', '.join(schema.names)}")


def _is_text_setting(schema: pa.Schema, setting: str) -> bool:
    types = [(_type_at(schema, path), path) for path in column_paths(setting, schema.names)]
    found = [leads_to_text(type, path[1:]) for type, path in types if type is not None and not pa.types.is_null(type)]
    return bool(found) and all(found)


def _check_single(schema: pa.Schema, setting: str, role: str, name: str) -> None:
    path = column_paths(setting, schema.names)[0] if setting else ()
    type = _type_at(schema, path) if path else None
    if type is not None and not leads_to_value(type, path[1:]):
        raise UsageError(f"{role} column {setting!r} holds {type}, not one value a row", where=name)


def _found_text(schema: pa.Schema) -> str:
    names = _real_names(schema)
    for candidate in ("text", "content", *_CHATS):
        top, _, rest = candidate.partition(".")
        if top in names:
            setting = f"{names[top]}.{rest}" if rest else names[top]
            type = _type_at(schema, (names[top],))
            if type is not None and is_list(type) == bool(rest) and _is_text_setting(schema, setting):
                return setting
    for question, answers in _ANSWERS:
        answer = next((names[name] for name in answers if name in names), "")
        if question in names and answer:
            between = [names["input"]] if question == "instruction" and "input" in names else []
            setting = "+".join([names[question], *between, answer])
            if _is_text_setting(schema, setting):
                return setting
    texts = [field.name for field in schema if "text" in field.name.lower() and is_text(field.type)]
    return texts[0] if len(texts) == 1 else ""


def _first_of(schema: pa.Schema, candidates: Sequence[str]) -> str:
    names = _real_names(schema)
    hits = (names[name] for name in candidates if name in names)
    return next((name for name in hits if leads_to_value(schema.field(name).type, ())), "")


def _real_names(schema: pa.Schema) -> dict[str, str]:
    """Lower-cased name -> the first column that has it."""
    names: dict[str, str] = {}
    for name in schema.names:
        names.setdefault(name.lower(), name)
    return names
