"""A corpus as its share sees it: tokens by language, length and score, and how many independent documents those are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from curate.detect.calibration import LENGTHS, Calibration, length_bucket, score_bin


@dataclass(frozen=True, slots=True, eq=False)
class LanguageHistogram:
    """tokens, documents int64[len(LENGTHS), bins]; effective float64[len(LENGTHS)].

    `effective` is (sum of tokens)^2 / (sum of squares), over clusters of near-duplicates: as many equal independent
    documents carry as much knowledge about the distribution of TOKENS over scores.
    """

    tokens: NDArray[np.int64]
    documents: NDArray[np.int64]
    effective: NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class ScoreHistogram:
    """Calibrated languages with what they hold, and the tokens of documents that have no score at all."""

    languages: Mapping[str, LanguageHistogram]
    unscored_tokens: int

    @property
    def scored_tokens(self) -> int:
        """Tokens of documents with a score."""
        return sum(int(one.tokens.sum()) for one in self.languages.values())


def score_histogram(
    calibration: Calibration,
    language: pa.Array | pa.ChunkedArray,
    score: NDArray[Any],
    tokens: NDArray[np.int64],
    cluster: NDArray[np.int64] | None = None,
    *,
    mass: NDArray[np.int64] | None = None,
) -> ScoreHistogram:
    """Histogram of documents: language (strings, also as a dictionary), score, tokens and cluster.

    score: log-odds, nan for null; in a language without calibration it counts as none. cluster: -1 for alone. `mass`
    takes the place of the tokens as what is summed, where documents stand for more or less than themselves.
    """
    weight = tokens if mass is None else mass
    code, names = _codes(language)
    length = length_bucket(tokens)
    known = ~np.isnan(score) & (length >= 0)
    owner = np.full(score.size, -1, np.int64) if cluster is None else cluster
    found, unscored = {}, int(weight.sum())
    for number, name in sorted(enumerate(names), key=lambda item: str(item[1])):
        if name not in calibration.languages:
            continue
        here = np.flatnonzero(known & (code == number))
        if here.size:
            edges = calibration.languages[name].edges
            found[name] = _language(edges, score[here], length[here], weight[here], owner[here])
            unscored -= int(weight[here].sum())
    return ScoreHistogram(found, unscored)


def _codes(language: pa.Array | pa.ChunkedArray) -> tuple[NDArray[Any], list[Any]]:
    """Of each document the place of its language among the names, -1 for null; and the names."""
    chunks = [language] if isinstance(language, pa.Array) else language.chunks
    encoded = pa.chunked_array(chunks, chunks[0].type if chunks else pa.string()).combine_chunks()
    if not pa.types.is_dictionary(encoded.type):
        encoded = encoded.dictionary_encode()
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.combine_chunks()
    return np.asarray(encoded.indices.fill_null(-1)), encoded.dictionary.to_pylist()


def _language(
    edges: NDArray[np.float64],
    score: NDArray[Any],
    length: NDArray[np.int64],
    mass: NDArray[np.int64],
    owner: NDArray[np.int64],
) -> LanguageHistogram:
    """Histogram of scored documents; length int64[documents]: places in LENGTHS."""
    bins = edges.size + 1
    place = length * bins + score_bin(edges, score)
    shape = (len(LENGTHS), bins)
    sums = np.zeros(len(LENGTHS) * bins, np.int64)
    np.add.at(sums, place, mass)
    documents = np.bincount(place, minlength=sums.size).reshape(shape)
    effective = np.array([_effective(mass[length == i], owner[length == i]) for i in range(len(LENGTHS))])
    return LanguageHistogram(sums.reshape(shape), documents, effective)


def _effective(tokens: NDArray[np.int64], owner: NDArray[np.int64]) -> float:
    if not tokens.size:
        return 0.0
    together = owner >= 0  # the others are alone: each is an owner of its own, and need not be sorted to be told apart
    clusters = np.bincount(owner[together], tokens[together])
    mass = np.concatenate([tokens[~together].astype(np.float64), clusters[clusters > 0]])
    mass = np.sort(mass)  # sorted: the sum of squares does not depend on the documents' order
    return float(mass.sum() ** 2 / (mass**2).sum())
