"""Cohen's kappa of two people who labelled the same documents: agreement beyond what chance alone would give."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from curate.statistics.stratified import Interval

DRAWS = 20_000
Table = NDArray[np.int64]


def cohens_kappa(table: Table, *, confidence: float) -> Interval | None:
    """Kappa (Cohen 1960) of counts int64[2, 2] by the label of either; None where chance alone agrees always.

    The bounds are those of the posterior under Jeffreys' prior: where all labels agree, the usual error would be 0.
    """
    found = _kappa(table[None].astype(np.float64))[0]
    if np.isnan(found):
        return None
    shares = np.random.default_rng(0).dirichlet(table.ravel() + 0.5, DRAWS).reshape(-1, 2, 2)
    tail = (1 - confidence) / 2
    low, high = np.quantile(_kappa(shares), [tail, 1 - tail])
    return Interval(float(found), min(float(low), float(found)), max(float(high), float(found)))


def _kappa(tables: NDArray[np.float64]) -> NDArray[np.float64]:
    """float64[n] of float64[n, 2, 2]; nan where both always say the same one thing."""
    shares = tables / tables.sum(axis=(1, 2), keepdims=True)
    seen = np.trace(shares, axis1=1, axis2=2)
    chance = (shares.sum(axis=1) * shares.sum(axis=2)).sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.where(chance < 1, (seen - chance) / (1 - chance), np.nan))
