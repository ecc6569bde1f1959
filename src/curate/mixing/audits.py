"""What labels of drawn documents prove of a mix: exact, of its tokens, whatever any detector or declaration says.

Draws with replacement and probability proportional to tokens hit human text with just the human share of the tokens, so
Clopper and Pearson's bound holds without any assumption but that labels are right. Round r costs delta / (r (r + 1)) of
the error: all rounds together cost no more than delta, so that the best may be quoted and no round need be hidden.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from math import floor

import numpy as np
from numpy.typing import NDArray

from curate.statistics.least import binomial_low

MOST_DRAWS = 1_000_000


@dataclass(frozen=True, slots=True)
class Audit:
    """One round: of so many draws so many hit a document that is labelled human; a missing label counts as machine.

    `labels` is the SHA-256 of audits/round-<round>.jsonl, in hex.
    """

    round: int
    draws: int
    human: int
    labels: str


def error_of_round(confidence: float, round: int) -> float:
    """The part of the error that this round pays."""
    return (1 - confidence) / (round * (round + 1))


def proved_share(human: int, draws: int, *, confidence: float, round: int) -> float:
    """The human share of the tokens is at least this."""
    level = error_of_round(confidence, round)
    return float(binomial_low(np.array([float(human)]), float(draws), level)[0])


def proved_tokens(audits: tuple[Audit, ...], tokens: int, confidence: float) -> int:
    """The most human tokens that any round proves, rounded down."""
    shares = (proved_share(one.human, one.draws, confidence=confidence, round=one.round) for one in audits)
    return max((floor(share * tokens) for share in shares), default=0)


def draws_for(ratio: float, *, confidence: float, round: int) -> int:
    """The fewest draws that prove the ratio if human text is half-way from it to all of the tokens; in tens."""
    part = (1 + ratio) / 2
    for draws in range(10, MOST_DRAWS, 10):
        if proved_share(floor(part * draws), draws, confidence=confidence, round=round) >= ratio:
            return draws
    return MOST_DRAWS


def audit_draw(tokens: NDArray[np.int64], draws: int, *, digest: str, round: int) -> tuple[NDArray[np.int64], ...]:
    """Documents drawn, ascending, and how often each, int64: a function of the mix's digest and the round alone."""
    seed = hashlib.sha256(f"{digest}/{round}".encode()).digest()
    ends = np.cumsum(tokens)
    spots = np.random.default_rng(list(seed)).integers(0, ends[-1], draws)
    rows, times = np.unique(np.searchsorted(ends, spots, side="right"), return_counts=True)
    return rows, times.astype(np.int64)


def audit_sentence(audits: tuple[Audit, ...], tokens: int, confidence: float) -> str:
    """All rounds and what the best of them proves, in plain words."""
    rounds = ", ".join(f"{one.human} human of {one.draws} in round {one.round}" for one in audits)
    best = proved_tokens(audits, tokens, confidence)
    return (
        f"Labels of documents drawn from those written, in proportion to tokens: {rounds}. That proves {best:,} of "
        f"{tokens:,} tokens human at confidence {confidence} over all rounds, if the labels are right."
    )
