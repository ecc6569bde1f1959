"""Columns that a mix leaves out: none that is read of a row, and none that no file has."""

from __future__ import annotations

import difflib
import json
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress

from curate.corpus.file_schema import file_schema
from curate.corpus.files import DataFile
from curate.corpus.line_blocks import line_blocks
from curate.corpus.line_bytes import Torn
from curate.corpus.united_columns import used_columns
from curate.errors import UsageError
from curate.schema import Columns


def column_names(files: Sequence[DataFile]) -> dict[str, list[str]]:
    """Names of the columns by file, of lines those of its first rows."""
    return {file.name: [field.name for field in file_schema(file)] for file in files}


def check_dropped(
    dropped: Collection[str], names: Mapping[str, Sequence[str]], columns: Mapping[str, Columns]
) -> list[str]:
    """Return the columns that no file seems to have. Raises UsageError for one that is read of some file."""
    for file, here in names.items():
        used = [name for name in used_columns(columns.get(file, Columns()), here) if name in dropped]
        if used:
            raise UsageError(
                f"column {used[0]!r} is read, and what is read of a row cannot be dropped",
                where=f"--drop-column: {file}",
                hint="leave it out of --drop-column, or name other columns to read",
            )
    known = {name for here in names.values() for name in here}
    return [name for name in dropped if name not in known]


def check_written(missing: Sequence[str], files: Sequence[DataFile], names: Mapping[str, Sequence[str]]) -> None:
    """Raises UsageError for a name that stands in no line either, as a key that few rows have does."""
    known = list(dict.fromkeys(name for here in names.values() for name in here))
    for name in missing:
        if not any(_says(file, name) for file in files):
            close = difflib.get_close_matches(name, known, n=1)
            near = f"did you mean {close[0]}?" if close else "name a whole column, as it is called in the data"
            raise UsageError(f"no file has a column {name!r}", where="--drop-column", hint=near)


def _says(file: DataFile, name: str) -> bool:
    """Return whether a name stands in quotes in any line."""
    spelt = {json.dumps(name, ensure_ascii=ascii).encode(errors="surrogatepass") for ascii in (True, False)}
    with suppress(Torn):
        blocks = (block for shard in file.shards if not file.is_table for block in line_blocks(shard))
        return any(one in block.data for block in blocks for one in spelt)
    return False
