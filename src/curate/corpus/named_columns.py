"""Columns that the user names, looked up in the schema of a file."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

import pyarrow as pa

from curate.corpus.column_paths import alternatives, column_paths, column_type, joined_paths, leads_to_value, reaches
from curate.corpus.file_sample import Sample
from curate.corpus.files import DataFile
from curate.corpus.taken_columns import Taken
from curate.corpus.text_settings import text_type
from curate.errors import UsageError

_ELSE = {
    "id": "; rows are numbered",
    "source": "; the file's name stands for it",
    "date": "; no column is called date",
}
_SHOWN = 30  # columns that an error lists
ROWS_NEED = 'write rows with a column of text, such as {"text": "..."}'
_PARTS = ("content", "value", "text")  # of a chat


class ManyValues(UsageError):
    """A named column holds lists or objects."""


def listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more


def check_somewhere(setting: str, role: str, files: Sequence[DataFile], samples: list[Sample]) -> list[Sample]:
    """The samples, searched further where no file seems to have a part of the setting. Raises UsageError."""
    missing = _missing(setting, role, samples)
    if not missing:
        return samples
    samples = [sample.searched() or sample for sample in samples]
    missing = _missing(setting, role, samples)
    if not missing:
        return samples
    names = list(dict.fromkeys(name for sample in samples for name in sample.schema.names))
    close = difflib.get_close_matches(missing, names, n=1) or _same_but_case(missing, names)
    nearest = f"; did you mean {close[0]}?" if close else ""
    where = files[0].name if len(files) == 1 else f"{len(files)} files"
    hint = f"columns are {listed(names)}{nearest}" if names else ROWS_NEED
    raise UsageError(
        f"no {role} column {missing!r}{'' if names else ': no row holds a column'}", where=where, hint=hint
    )


def _missing(setting: str, role: str, samples: Sequence[Sample]) -> str:
    """The first part of a setting that no file has; "" for none. Only a text has parts."""
    if any(setting in sample.schema.names for sample in samples):
        return ""
    if role != "text" and ("+" in setting or "|" in setting):
        return setting
    parts = [part for one in alternatives(setting, ()) for part in one.split("+")]
    return next((part for part in parts if not any(_has(sample.schema, part) for sample in samples)), "")


def _same_but_case(name: str, names: Sequence[str]) -> list[str]:
    return [other for other in names if other.lower() == name.lower()]


def _has(schema: pa.Schema, setting: str) -> bool:
    """Is some part of the setting in the file?"""
    return any(reaches(schema, path) for path in column_paths(setting, schema.names))


def named_column(schema: pa.Schema, setting: str, role: str, where: str) -> Taken:
    """A named column that this file lacks is taken back, so that another may be found."""
    rest = _ELSE.get(role, "")
    if not setting:
        return Taken(None, f"none: not named{rest}")
    if not _has(schema, setting):
        return Taken(None, f"none: --{role}-column {setting} is not in these files{rest}")
    path = column_paths(setting, schema.names)[0]
    type = column_type(schema, path)
    if type is not None and not leads_to_value(type, path[1:]):
        hint = f"name a column of one value a row: --{role}-column NAME"
        raise ManyValues(f"{role} column {setting!r} holds {type}, not one value a row", where=where, hint=hint)
    return Taken(setting, f"named by --{role}-column")


def named_text(schema: pa.Schema, setting: str, name: str) -> str:
    """As named; of alternatives those that the file has."""
    found: list[str] = []
    first: UsageError | None = None
    for one in alternatives(setting, schema.names):
        try:
            found.append(_completed(schema, one, name))
        except UsageError as error:
            first = first or error
    if not found:
        raise first or UsageError("names no column", where="--text-column")
    return "|".join(found)


def _completed(schema: pa.Schema, setting: str, name: str) -> str:
    """A chat column named alone ("messages") is completed to the part that holds its text."""
    if text_type(schema, setting):
        return setting
    for part in _PARTS:
        if text_type(schema, f"{setting}.{part}"):
            return f"{setting}.{part}"
    field = column_type(schema, joined_paths(setting, schema.names)[0])
    what = "is not in this file" if field is None else f"holds {field}, not text"
    raise UsageError(f"text column {setting!r} {what}", where=name, hint=f"columns are {listed(schema.names)}")
