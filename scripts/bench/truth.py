"""Every pair of sets of at least some Jaccard similarity, by sparse products: slow, exact, nothing of curate in it."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sparse
from numpy.typing import NDArray

ROWS = 500  # of the product at a time
Pairs = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]


def similar_pairs(sets: list[NDArray[np.generic]], least: float) -> Pairs:
    """Left < right, and their similarity, for sets given as arrays of distinct values."""
    sizes = np.array([len(one) for one in sets], np.int64)
    _, column = np.unique(np.concatenate(sets), return_inverse=True)
    used = np.bincount(column) > 1  # what stands in one set only is in no intersection
    row = np.repeat(np.arange(len(sets)), sizes)[used[column]]
    column = (np.cumsum(used) - 1)[column[used[column]]]
    shape = (len(sets), int(used.sum()))
    matrix = sparse.csr_matrix((np.ones(len(row), np.int32), (row, column)), shape=shape)
    turned = matrix.T.tocsr()
    found = []
    for begin in range(0, len(sets), ROWS):
        common = (matrix[begin : begin + ROWS] @ turned).tocoo()
        left, right = common.row.astype(np.int64) + begin, common.col.astype(np.int64)
        similarity = common.data / (sizes[left] + sizes[right] - common.data)
        keep = (left < right) & (similarity >= least)
        found.append((left[keep], right[keep], similarity[keep]))
    left, right, similarity = (np.concatenate(part) for part in zip(*found, strict=True))
    return left, right, similarity
