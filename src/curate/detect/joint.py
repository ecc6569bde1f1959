"""Parts of a corpus read beside the whole: no part is told more surely than the whole allows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from curate.detect.known import KnownKinds
from curate.detect.share import Share
from curate.detect.sides import WIDEST

STEPS = 40  # halvings: of what parts are widened by, finer than any share is told
FINEST = 1e-6  # a lower bound below this is what halving leaves of 0
BY_WHOLE = "widened to what the reading of the whole corpus leaves open"

Floats = NDArray[np.float64]


def beside_whole(
    whole: Share,
    parts: Mapping[str, Share],
    weight: Mapping[str, float],
    rest: float,
    machine: Mapping[str, float] = MappingProxyType({}),
) -> dict[str, Share]:
    """The parts, widened alike until their sum may be all that the whole may be; doubts of the whole are theirs.

    weight: the part of all tokens that each has; rest: that of tokens in no part which may be a machine's; machine: of
    each part's tokens those declared a machine's, by part of them. Whole and parts are read from the same scores, each
    with kinds of its own drawn for it, or by the same labels, each with an error of its own: parts alone would be surer
    than that.
    """
    widened = _allowing_no_less(_widened(whole, parts, weight, rest), whole.high - rest, weight)
    return _proving_no_more(widened, whole.low, weight, machine)


def _allowing_no_less(parts: dict[str, Share], least: float, weight: Mapping[str, float]) -> dict[str, Share]:
    """The parts with upper bounds that together exclude no more than the whole's; there are more if all are 1."""
    if not parts:
        return parts
    masses, highs = (np.array(some) for some in ([weight[name] for name in parts], [p.high for p in parts.values()]))
    more = _widening(highs, masses, min(least, float(masses.sum())))
    return {name: _allowing(one, min(1.0, one.high + more)) if more else one for name, one in parts.items()}


def _allowing(share: Share, high: float) -> Share:
    return _told(replace(share, high=high)) if high > share.high else share


def _proving_no_more(
    parts: dict[str, Share], most: float, weight: Mapping[str, float], machine: Mapping[str, float]
) -> dict[str, Share]:
    """The parts with lower bounds that together prove no more than `most`; what is declared is proved anyway."""
    masses, lows = (np.array(values) for values in ([weight[name] for name in parts], [p.low for p in parts.values()]))
    floors = np.minimum(lows, [machine.get(name, 0.0) for name in parts])
    if masses @ lows <= most + 1e-9:
        return parts
    low, high = 0.0, 1.0
    for _ in range(STEPS):
        middle = (low + high) / 2
        low, high = (low, middle) if masses @ np.maximum(floors, lows - middle) <= most + 1e-9 else (middle, high)
    proved = np.maximum(floors, np.where(lows - high < FINEST, 0.0, lows - high))
    return {
        name: _proving(share, float(least)) if least < share.low else share
        for (name, share), least in zip(parts.items(), proved, strict=True)
    }


def _proving(share: Share, least: float) -> Share:
    return _told(replace(share, low=least))


def _told(share: Share) -> Share:
    """A part whose bounds were moved outwards, with the verdict that is left."""
    verdict, estimate = share.verdict, share.estimate
    if verdict == "estimated" and share.high - share.low > WIDEST:
        verdict, estimate = "at-least", None
    verdict = "cannot-tell" if verdict == "at-least" and share.low == 0 else verdict
    reasons = share.reasons if BY_WHOLE in share.reasons else (*share.reasons, BY_WHOLE)
    return replace(share, verdict=verdict, estimate=estimate, reasons=reasons)


def _widened(whole: Share, parts: Mapping[str, Share], weight: Mapping[str, float], rest: float) -> dict[str, Share]:
    read = {name: share.if_known_kinds for name, share in parts.items() if share.if_known_kinds is not None}
    known = whole.if_known_kinds
    if known is None or not read:
        return dict(parts)
    masses = np.array([weight[name] for name in read])
    lows, highs = (np.array([getattr(one, end) for one in read.values()]) for end in ("low", "high"))
    up = _widening(highs, masses, known.high - rest)
    down = _widening(1 - lows, masses, float(masses.sum()) - known.low)
    doubted = whole.verdict not in ("estimated", "recognised") and known.high - known.low <= WIDEST
    return {
        name: _beside(share, whole, weight[name], (down, up), doubted=doubted) if name in read else share
        for name, share in parts.items()
    }


def _widening(values: Floats, masses: Floats, least: float) -> float:
    """Amount added to each value, up to 1, so that their weighted sum reaches `least`; 0 where it does."""

    def total(more: float) -> float:
        return float(masses @ np.minimum(1.0, values + more))

    if total(0.0) >= least - 1e-9:
        return 0.0
    low, high = 0.0, 1.0
    for _ in range(STEPS):
        middle = (low + high) / 2
        low, high = (low, middle) if total(middle) >= least else (middle, high)
    return high


def _beside(share: Share, whole: Share, part: float, widening: tuple[float, float], *, doubted: bool) -> Share:
    """One part; where evidence bounds the whole, its tokens cannot be more than all, or all the others too few."""
    known = share.if_known_kinds
    assert known is not None
    down, up = widening
    known = KnownKinds(known.estimate, max(0.0, known.low - down), min(1.0, known.high + up))
    low, high, verdict = share.low, share.high, share.verdict
    if share.evidence != "audited":
        low = min(low, known.low)
    if whole.verdict == "estimated" and part > 0:
        high = max(low, min(high, whole.high / part))
        low = min(max(low, 1 - (1 - whole.low) / part), high)
    if verdict == "recognised" and (doubted or known.high - known.low > WIDEST):
        verdict = "at-least" if low > 0 else "cannot-tell"
    reasons = (*share.reasons, BY_WHOLE) if max(widening) > 0 else share.reasons
    return replace(share, verdict=verdict, low=low, high=high, if_known_kinds=known, reasons=reasons)
