"""Columns of a baseline that name splits: its rows are held out by them as rows of a test file are by its name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from curate.corpus.split_names import held_out
from curate.corpus.taken_columns import FileColumns
from curate.jobs.run.column_names import kept_name
from curate.jobs.run.selection import Chosen, Settled

Flags = NDArray[np.bool_]


def split_columns(taken: Iterable[FileColumns]) -> tuple[str, ...]:
    """The columns of some files that name splits, each once."""
    return tuple(sorted({name for one in taken for name, _ in one.splits}))


def with_columns(settled: Settled, names: Sequence[str]) -> Settled:
    """A file of which these columns are read too."""
    file, columns = settled
    return file, replace(columns, extra=tuple(dict.fromkeys((*columns.extra, *names))))


def that_reads(chosen: Chosen, names: Sequence[str]) -> Chosen:
    """The same files, of all of which these columns are read too."""
    return replace(chosen, settled=tuple(with_columns(one, names) for one in chosen.settled))


def held_out_rows(documents: pa.Table, splits: Sequence[str]) -> Iterator[Flags]:
    """Which documents are held out, bool[n]: by the names of their files, then by each of the columns.

    Where a column names no split, or is not there, the name of the file counts.
    """
    by_path, _ = _said(documents.column("path"))
    yield by_path
    for name in map(kept_name, splits):
        if name in documents.column_names:
            held, says = _said(documents.column(name))
            yield np.where(says, held, by_path)
        else:
            yield by_path


def _said(names: pa.ChunkedArray) -> tuple[Flags, Flags]:
    """Return which names are of a held-out split, and which are of any; every name is looked at once."""
    coded = names.combine_chunks().dictionary_encode()
    said = [held_out(name) for name in coded.dictionary.to_pylist()]
    of_row = np.asarray(coded.indices.fill_null(len(said)))
    held, says = np.array([*map(bool, said), False]), np.array([*(one is not None for one in said), False])
    return held[of_row], says[of_row]
