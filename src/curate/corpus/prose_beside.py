"""Prose that stands beside the text of a file and is not judged: a loader may give it to training all the same."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import islice

import pyarrow as pa

from curate.corpus.column_paths import Path, column_paths, is_binary, is_list, is_text, plain_type
from curate.corpus.file_sample import Sample
from curate.corpus.prose_inside import prose_in
from curate.corpus.taken_columns import Taken
from curate.corpus.text_looks import MARKUP, PROSE, looks_of
from curate.corpus.turns import is_turns

NOT_JUDGED = "prose, not judged"
MORE = "more of it than of the text"
MOST_COLUMNS = 1000  # columns that are looked at
_DEEP = 4  # lists and structs within each other


def prose_beside(sample: Sample, text: str, others: Collection[str]) -> tuple[Taken, ...]:
    """Columns of prose or markup that the text setting does not read, in the order of the file.

    others: columns that are read for something else. A column whose values stand in the text too was judged with it.
    """
    names = sample.schema.names
    judged = without_turns(column_paths(text, names))
    settings = [one for one in islice(string_settings(sample.schema), MOST_COLUMNS) if one not in others]
    settings = [one for one in settings if not is_judged(column_paths(one, names)[0], judged)]
    if not settings:
        return ()
    texts, *columns = sample.texts(text, *settings)
    size = looks_of(texts).weight
    found = []
    for setting, values in zip(settings, columns, strict=True):
        if all(not value or (whole and value in whole) for value, whole in zip(values, texts, strict=True)):
            continue
        look = looks_of(["\n".join(prose_in(value)) or value if value else value for value in values])
        if look.kind in (PROSE, MARKUP):
            found.append(Taken(setting, f"{NOT_JUDGED}; {MORE}" if look.weight > size else NOT_JUDGED))
    return tuple(found)


def packed_prose(sample: Sample) -> str:
    """The first column that holds its prose inside strings of JSON, as a chat that was written by `json.dumps`."""
    names = list(islice(string_settings(sample.schema), MOST_COLUMNS))
    for name, values in zip(names, sample.texts(*names) if names else (), strict=True):
        inside = ["\n".join(prose_in(value)) if value else value for value in values]
        if looks_of(values).kind == "JSON" and looks_of(inside).kind == PROSE:
            return name
    return ""


def string_settings(schema: pa.Schema) -> Iterator[str]:
    """Every column that holds strings, and every part of one, through lists and structs."""
    for field in schema:
        yield from _strings_in(field.name, field.type, _DEEP)


def _strings_in(name: str, type: pa.DataType, deep: int) -> Iterator[str]:
    type = plain_type(type)
    while is_list(type):
        type = plain_type(type.value_type)
    if pa.types.is_struct(type):
        for field in type if deep else ():
            if "." not in field.name:
                yield from _strings_in(f"{name}.{field.name}", field.type, deep - 1)
    elif is_text(type) and not is_binary(type):
        yield name


def without_turns(paths: Collection[Path]) -> frozenset[Path]:
    """The paths as columns have them; turns that nobody asked for are left out on purpose."""
    return frozenset(tuple(step for step in one if not is_turns(step)) for one in paths)


def is_judged(path: Path, judged: Collection[Path]) -> bool:
    """Return whether a column, as of `without_turns`, is judged; a list of parts may be judged by its name alone."""
    return path in judged or any(path[: len(one)] == one and path[len(one) :] in ((), ("text",)) for one in judged)
