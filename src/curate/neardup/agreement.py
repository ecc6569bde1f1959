"""Result of a cross-check of near-duplicates: pairs, recall and precision."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Part:
    """found of `of` pairs, with a Clopper-Pearson interval; no estimate of no pair."""

    found: int
    of: int
    estimate: float | None
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Agreement:
    """recall: of the other's pairs, those found; precision: of the pairs found, those of the other."""

    recall: Part
    precision: Part


@dataclass(frozen=True, slots=True)
class CrossCheck:
    """Pairs of near-duplicates in a sample, by whom they were found.

    exact: by comparing every pair; direct: by our own comparison, clustered: in one cluster of ours. Recall counts
    pairs that are in one cluster, precision those that we compared.
    """

    datasketch: str  # its version
    documents: int  # distinct texts in the sample
    seed: int
    threshold: float
    confidence: float
    seconds: float
    exact_pairs: int
    direct_pairs: int
    clustered_pairs: int
    datasketch_pairs: int
    ours_against_datasketch: Agreement
    ours_against_exact: Agreement
    datasketch_against_exact: Agreement
