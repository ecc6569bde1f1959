"""Proof of a mix by hand labels of drawn documents, independent of detector and declarations.

Draws with replacement and probability proportional to tokens hit human text with just the human share of the tokens.
A mix has one row of draws, by its texts alone, and rounds go on along it. The bound holds after every number of draws
at once (statistics.sequence), so drawing again, stopping early or forgetting a round proves nothing false. Nothing is
assumed but that labels are right.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from math import floor

import numpy as np
from numpy.typing import NDArray

from curate.statistics.draws import drawn_places
from curate.statistics.sequence import STEPS, share_at_least, share_is_above

MOST_DRAWS = 1_000_000


@dataclass(frozen=True, slots=True)
class Audit:
    """One round: of so many draws so many hit a document that is labelled human; a missing label counts as machine.

    Rounds are 1, 2, ...; each begins in the row of draws where the one before ended. `labels` is the SHA-256 of
    audits/round-<round>.jsonl, in hex.
    """

    round: int
    draws: int
    human: int
    labels: str


def so_far(audits: tuple[Audit, ...]) -> Iterator[tuple[int, int]]:
    """Human hits and draws, of all rounds up to each."""
    yield from accumulate(((one.human, one.draws) for one in audits), lambda a, b: (a[0] + b[0], a[1] + b[1]))


def counted_draws(audits: tuple[Audit, ...]) -> tuple[int, int]:
    """Human hits and draws of all rounds."""
    return (sum(one.human for one in audits), sum(one.draws for one in audits))


def proved_share(audits: tuple[Audit, ...], confidence: float) -> float:
    """The human share of the tokens is at least this, in millionths; further rounds take nothing back."""
    level = 1 - confidence
    return max((share_at_least(human, draws, level=level) for human, draws in so_far(audits)), default=0.0)


def proved_tokens(audits: tuple[Audit, ...], tokens: int, confidence: float) -> int:
    """The human tokens that all rounds prove, rounded down."""
    return round(proved_share(audits, confidence) * STEPS) * tokens // STEPS


def proves(ratio: float, human: int, draws: int, *, confidence: float) -> bool:
    """Return whether so many human hits of so many draws prove this share."""
    return ratio <= 0 or share_is_above(human, draws, ratio, level=1 - confidence)


def draws_for(ratio: float, *, confidence: float, before: tuple[int, int] = (0, 0)) -> int:
    """The fewest further draws that prove the ratio if human text is half-way from it to all; in tens.

    `before`: human hits and draws already counted.
    """
    part = (1 + ratio) / 2
    if ratio >= 1:
        return MOST_DRAWS

    def enough(tens: int) -> bool:
        human, draws = before[0] + floor(part * 10 * tens), before[1] + 10 * tens
        return proves(ratio, human, draws, confidence=confidence)

    return min(10 * (1 + bisect_left(range(1, MOST_DRAWS // 10), True, key=enough)), MOST_DRAWS)


def machine_at_most(ratio: float, draws: int, *, confidence: float, before: tuple[int, int] = (0, 0)) -> int:
    """So many machine hits among further draws still prove the ratio; -1 where not even none does."""
    low, high = -1, draws + 1
    while high - low > 1:
        middle = (low + high) // 2
        human = before[0] + draws - middle
        if proves(ratio, human, before[1] + draws, confidence=confidence):
            low = middle
        else:
            high = middle
    return low


def audit_sequence(
    tokens: NDArray[np.int64], prints: NDArray[np.uint64], seed: bytes, start: int, draws: int
) -> NDArray[np.int64]:
    """The document of each draw, int64: draws `start` to `start + draws` of the mix's row.

    `prints` uint64[n, 2] of the texts, `seed` of them (statistics.draws.seed_of).
    """
    order = np.lexsort((prints[:, 1], prints[:, 0]))
    return np.asarray(order[drawn_places(seed, tokens[order], start, draws)], np.int64)


def audit_draw(
    tokens: NDArray[np.int64], prints: NDArray[np.uint64], seed: bytes, start: int, draws: int
) -> tuple[NDArray[np.int64], ...]:
    """Documents of `audit_sequence`, ascending, and how often each is drawn, int64."""
    rows, times = np.unique(audit_sequence(tokens, prints, seed, start, draws), return_counts=True)
    return rows, times.astype(np.int64)


def audit_sentence(audits: tuple[Audit, ...], tokens: int, confidence: float) -> str:
    """All rounds and what they prove together, in plain words."""
    rounds = ", ".join(f"{one.human} human of {one.draws} in round {one.round}" for one in audits)
    return (
        f"Labels of documents drawn from those written, in proportion to tokens: {rounds}. That proves "
        f"{proved_tokens(audits, tokens, confidence):,} of {tokens:,} tokens human at confidence {confidence}, however "
        "many draws or rounds there are, if the labels are right."
    )
