"""Sums over the tokens of each document."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from curate.kernels.compile import kernel


@kernel
def count_tokens(kind: NDArray[np.uint8], document_start: NDArray[np.int64], out: NDArray[np.int64]) -> None:
    """out[i] = words, characters of unspaced scripts and numbers in document i (kinds 0, 1, 2 of kernels.tokens)."""
    for i in range(document_start.size - 1):
        total = 0
        for k in range(document_start[i], document_start[i + 1]):
            total += kind[k] <= 2
        out[i] = total
