"""Meaning of a column setting: "text", "messages.content", "instruction+output", "text|content". No data is read."""

from __future__ import annotations

import re
from collections.abc import Collection

import pyarrow as pa

from curate.corpus.turns import KEYS, is_turns, turns_of

Path = tuple[str, ...]
_STEPS = re.compile(r"\.(?![^\[\]]*\])|(?=\[[^\[\]=]+=)")  # where a setting is cut into the steps of a path


def alternatives(setting: str, names: Collection[str]) -> tuple[str, ...]:
    """The settings of which each row takes the first that has text: "messages.content|conversations.value"."""
    return (setting,) if setting in names else tuple(part for part in setting.split("|") if part)


def column_paths(setting: str, names: Collection[str]) -> tuple[Path, ...]:
    """The paths a setting names. A column whose very name holds "|", "+" or "." wins over the reading as a path."""
    return tuple(path for one in alternatives(setting, names) for path in joined_paths(one, names))


def joined_paths(setting: str, names: Collection[str]) -> tuple[Path, ...]:
    """Return the paths whose texts one alternative of a setting joins."""
    if setting in names:
        return ((setting,),)
    return tuple((part,) if part in names else tuple(_STEPS.split(part)) for part in setting.split("+"))


def with_turns(setting: str, schema: pa.Schema, role: str) -> str:
    """Limit a setting of columns to the turns of this role, wherever messages name their speakers."""
    names = schema.names
    return "|".join(
        "+".join(_path_of_turns(path, schema, role) for path in joined_paths(one, names))
        for one in alternatives(setting, names)
    )


def _path_of_turns(path: Path, schema: pa.Schema, role: str) -> str:
    """The turns are chosen in the innermost list of messages: of a tree each level is replies to the one above."""
    if any(map(is_turns, path)):
        return _spelt(path)
    type, place, key = column_type(schema, path), 0, ""
    for step in range(1, len(path) + 1):
        inside = is_list(type) if type is not None else False
        type = plain_type(type.value_type) if inside and type is not None else type
        if inside and type is not None and (found := _key_of_turns(type)):
            place, key = step, found
        if step < len(path):
            field = type.get_field_index(path[step]) if type is not None and pa.types.is_struct(type) else -1
            type = plain_type(type.field(field).type) if type is not None and field >= 0 else None
    return _spelt((*path[:place], f"[{key}={role}]", *path[place:])) if key else ".".join(path)


def _key_of_turns(type: pa.DataType) -> str:
    """The field of a message that says who speaks, in text or never; "" where there is none."""
    if not pa.types.is_struct(type):
        return ""
    places = {key: type.get_field_index(key) for key in KEYS}
    said = {key: type.field(place).type for key, place in places.items() if place >= 0}
    return next((key for key, kind in said.items() if is_text(kind) or pa.types.is_null(kind)), "")


def _spelt(path: Path) -> str:
    return ".".join(path).replace(".[", "[")


def top_names(settings: Collection[str], names: Collection[str]) -> list[str]:
    """The columns of a table that the settings need, in table order."""
    wanted = {path[0] for setting in settings if setting for path in column_paths(setting, names)}
    return [name for name in names if name in wanted]


def is_json(type: pa.DataType) -> bool:
    """JSON text, by the extension type that Arrow has for it."""
    return isinstance(type, pa.BaseExtensionType) and type.extension_name == "arrow.json"


def holds_json(type: pa.DataType) -> bool:
    """Is there JSON text in a column, at any depth?"""
    type = plain_type(type)
    return is_json(type) or any(holds_json(type.field(index).type) for index in range(type.num_fields))


def plain_type(type: pa.DataType) -> pa.DataType:
    """Type of the values, without encoding or extension names. JSON stays JSON."""
    if pa.types.is_dictionary(type) or pa.types.is_run_end_encoded(type):
        return plain_type(type.value_type)
    if isinstance(type, pa.BaseExtensionType) and not is_json(type):
        return plain_type(type.storage_type)
    return type


def column_type(schema: pa.Schema, path: Path) -> pa.DataType | None:
    """The type of the column that a path begins with; None where there is none."""
    index = schema.get_field_index(path[0])
    return schema.field(index).type if index >= 0 else None


def reaches(schema: pa.Schema, path: Path) -> bool:
    """Is the whole path in the schema?"""
    type = column_type(schema, path)
    for step in path[1:]:
        while type is not None and is_list(type):
            type = type.value_type
        name = turns_of(step)[0] if is_turns(step) else step
        known = type is not None and pa.types.is_struct(type) and type.get_field_index(name) >= 0
        if not is_turns(step) or not known:
            type = type.field(type.get_field_index(name)).type if known and type is not None else None
    return type is not None


def is_text(type: pa.DataType) -> bool:
    """Return whether the type holds text: strings of any layout, or bytes, which are read as UTF-8."""
    type = plain_type(type)
    strings = (pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view)
    binary = (pa.types.is_binary, pa.types.is_large_binary, pa.types.is_binary_view)
    return any(test(type) for test in strings + binary)


def is_binary(type: pa.DataType) -> bool:
    """Return whether the type holds bytes, of fixed or any length."""
    kinds = (pa.types.is_binary, pa.types.is_large_binary, pa.types.is_binary_view)
    return any(is_kind(type) for is_kind in kinds)


def is_list(type: pa.DataType) -> bool:
    """Return whether the type is a list of any layout."""
    plain = (pa.types.is_list, pa.types.is_large_list, pa.types.is_fixed_size_list)
    return any(test(type) for test in (*plain, pa.types.is_list_view, pa.types.is_large_list_view))


def leads_to_text(type: pa.DataType, path: Path, *, in_list: bool = False) -> bool:
    """Do the names of the path, through lists and structs, end in strings?

    A part of a message may be a struct with a field "text".
    """
    type = plain_type(type)
    if is_list(type):
        return leads_to_text(type.value_type, path, in_list=True)
    if pa.types.is_struct(type):
        if path and in_list and is_turns(path[0]):
            return type.get_field_index(turns_of(path[0])[0]) >= 0 and leads_to_text(type, path[1:], in_list=True)
        path = path or (("text",) if in_list else ())
        index = type.get_field_index(path[0]) if path else -1
        return index >= 0 and leads_to_text(type.field(index).type, path[1:])
    return not path and is_text(type)


def leads_to_value(type: pa.DataType, path: Path) -> bool:
    """Do the names of the path, through structs, end in something that has one value a row?"""
    type = plain_type(type)
    if path:
        index = type.get_field_index(path[0]) if pa.types.is_struct(type) else -1
        return index >= 0 and leads_to_value(type.field(index).type, path[1:])
    return not is_list(type) and not pa.types.is_nested(type)
