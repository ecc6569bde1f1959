"""Orders of whole arrays: for keys of which few are the same, and for whole numbers of which there are few."""

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


def order_few(numbers: NDArray[np.int64]) -> NDArray[np.int64]:
    """As np.argsort(numbers, kind="stable"), but by counting where all lie within 65,536 of each other."""
    least = numbers.min(initial=0)
    few = numbers.max(initial=0) - least < 1 << 16  # numpy counts 16 bits
    return np.argsort((numbers - least).astype(np.uint16) if few else numbers, kind="stable")
