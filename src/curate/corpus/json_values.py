"""The same texts and values as `arrow_values`, out of one parsed JSON object: for blocks that Arrow refuses."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from curate.corpus.column_paths import Path, alternatives, column_paths, joined_paths
from curate.corpus.json_numbers import Number
from curate.corpus.turns import is_turns, speaks


class NotText(Exception):
    """A row that goes to quarantine; its text is the reason."""


def json_text(row: dict[str, Any], setting: str) -> str:
    """Raises NotText where there is no text or something else stands in its place."""
    found: list[str] = []
    refused: NotText | None = None
    for one in alternatives(setting, row):
        try:
            parts = [_text(row.get(path[0]), path[1:]) for path in joined_paths(one, row)]
        except NotText as error:
            refused = refused or error
            continue
        present = [part for part in parts if part is not None]
        found += ["\n".join(present)] if present else []
        if found and found[-1]:
            return _unicode(found[-1])
    if found:
        return ""
    raise refused or NotText(no_text(setting))


def json_judged(row: dict[str, Any], text: str, judged: str) -> str:
    """Of the alternative that the row's text is, the part that is judged; "" where there is none."""
    for whole, part in zip(alternatives(text, row), alternatives(judged, row), strict=True):
        try:
            if json_text(row, whole):
                return json_text(row, part)
        except NotText:
            continue
    return ""


def json_value(row: dict[str, Any], setting: str) -> str | None:
    """One declared value, as Arrow would cast it to a string; None for lists, objects and what is missing."""
    value: Any = row
    for name in column_paths(setting, row)[0]:
        value = value.get(name) if isinstance(value, dict) else None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Number):
        return value.text
    if isinstance(value, float):
        return str(pa.scalar(value).cast(pa.string()).as_py())
    if isinstance(value, str):
        return value.encode(errors="replace").decode()
    return str(value) if isinstance(value, int) else None


def no_text(setting: str) -> str:
    """The reason given for a null text."""
    return f"has no text: {setting} is null or missing"


def _text(value: Any, path: Path, *, in_list: bool = False) -> str | None:
    if value is None:
        return None
    if isinstance(value, NotText):
        raise value
    if isinstance(value, list):
        return _list_text(value, path)
    if isinstance(value, dict) and (path or in_list):
        name, *rest = path or ("text",)
        return _text(value.get(name), tuple(rest))
    if isinstance(value, str) and not path:
        return value
    raise NotText(f"the text is {_kind(value)}, not a string")


def _list_text(parts: list[Any], path: Path) -> str:
    texts: list[str] = []
    if path and is_turns(path[0]):
        parts, path = [part for part in parts if speaks(part, path[0])], path[1:]
    for part in parts:
        if part is None or isinstance(part, (str, dict, NotText)):
            texts.append(_text(part, () if isinstance(part, str) else path, in_list=True) or "")
        else:
            raise NotText(f"the text is a list that holds {_kind(part)}")
    return "\n".join(texts)


def _unicode(text: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise NotText(f"invalid unicode: half a surrogate pair at character {error.start}") from error
    return text


def _kind(value: Any) -> str:
    kinds = {bool: "true or false", int: "a number", float: "a number", dict: "an object", list: "a list"}
    return kinds.get(type(value), f"a {type(value).__name__}")
