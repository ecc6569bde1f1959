"""In which order texts of several layouts are looked for in rows that stand together, as those of a mix do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pyarrow as pa

from curate.corpus.column_paths import alternatives
from curate.corpus.file_schema import file_schema
from curate.corpus.files import DataFile
from curate.corpus.text_settings import text_type
from curate.errors import DataError


def text_order(files: Sequence[DataFile], texts: Mapping[str, str]) -> tuple[str, ...]:
    """The text settings, so that each row is read by its own: before any other that its file could be read by.

    texts: setting by file name. Raises DataError where two files stand in each other's way.
    """
    left = sorted(set(texts.values()), key=lambda text: (text != "text", text))
    if len(left) < 2:
        return tuple(left)
    later: dict[str, dict[str, str]] = {text: {} for text in left}  # what stands behind a setting, by which file
    for file in files:
        own, schema = texts[file.name], file_schema(file)
        mine = _there(schema, own)
        for other in left:
            if other != own and _there(schema, other) not in ((), mine):
                later[own].setdefault(other, file.name)
    found: list[str] = []
    while left:
        free = next((text for text in left if not any(text in later[before] for before in left if before != text)), "")
        if not free:
            raise _in_the_way(left, later)
        left.remove(free)
        found.append(free)
    return tuple(found)


def _there(schema: pa.Schema, setting: str) -> tuple[str, ...]:
    return tuple(one for one in alternatives(setting, schema.names) if text_type(schema, one))


def _in_the_way(left: Sequence[str], later: Mapping[str, Mapping[str, str]]) -> DataError:
    first = left[0]
    before = next(text for text in left if first in later[text])
    return DataError(
        f"its text is {before!r}, and {first!r} stands in it too, which is the text of other files: nobody could tell "
        "them apart in a mix",
        where=later[before][first],
        hint="mix the files apart, or rename the column",
    )
