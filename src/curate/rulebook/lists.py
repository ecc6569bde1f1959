"""Between a table of yes and no (documents x rules) and a column of lists of rule ids."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

Mask = NDArray[np.bool_]


def lists_of_ids(found: Mask, ids: Sequence[str]) -> pa.ListArray:
    """list<string>: for each row of `found` (documents x ids) the ids of its true columns, in column order."""
    rows, columns = np.divmod(np.flatnonzero(found), max(1, len(ids)))  # numpy is slow to look in two dimensions
    offsets = np.zeros(len(found) + 1, dtype=np.int32)
    np.cumsum(np.bincount(rows, minlength=len(found)), out=offsets[1:])
    names = pa.array(list(ids), pa.string()).take(pa.array(columns))
    return pa.ListArray.from_arrays(pa.array(offsets), names)


def ids_to_mask(lists: pa.Array | pa.ChunkedArray, ids: Sequence[str]) -> Mask:
    """The reverse: documents x ids; ids that are not asked for and null lists leave no trace."""
    found = np.zeros((len(lists), len(ids)), dtype=np.bool_)
    rows = pc.list_parent_indices(lists)
    columns = pc.index_in(pc.list_flatten(lists), value_set=pa.array(list(ids), pa.string()))
    known = pc.is_valid(columns)
    found[pc.filter(rows, known).to_numpy(), pc.filter(columns, known).to_numpy()] = True
    return found
