"""Orders of whole arrays, for keys of which few are the same."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def order_by(first: NDArray[Any], second: NDArray[Any]) -> NDArray[np.int64]:
    """As np.lexsort((second, first)), and sooner where `first` hardly repeats: `second` is looked at in ties alone."""
    order = np.argsort(first)
    ordered = first[order]
    same = ordered[1:] == ordered[:-1]
    if same.any():
        tied = np.concatenate([same, [False]]) | np.concatenate([[False], same])
        rows = np.sort(order[tied])
        order[tied] = rows[np.lexsort((second[rows], first[rows]))]
    return order
