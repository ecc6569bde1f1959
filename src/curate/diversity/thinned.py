"""Sources and languages whose share of the tokens shrank by more than chance."""

from __future__ import annotations

from dataclasses import dataclass, replace

from curate.diversity.alarm_level import FAMILY_P
from curate.statistics.least import binomial_tail

THINNED = 0.8  # of its earlier share of the tokens: a source or language below has thinned out
LEAST_SHARE = 0.001  # of the earlier tokens: what was less is not named


@dataclass(frozen=True, slots=True)
class Part:
    """Tokens of a source or language, and the sum of their squares over documents; a near-duplicate cluster is one."""

    tokens: int
    squares: float  # whole up to 2^53, so that no order matters; above, whole numbers would run over


@dataclass(frozen=True, slots=True)
class Thinned:
    """A source or a language whose share of the tokens shrank; p_value: how likely, were it drawn like the rest."""

    kind: str  # "source" or "language"
    name: str
    before: float
    after: float
    p_value: float


def thinned_parts(sides: dict[str, tuple[dict[str, Part], dict[str, Part]]]) -> list[Thinned]:
    """Parts with less than THINNED of their earlier share, where that is more than chance, all names together.

    sides: by kind, the parts before and after.
    """
    looked_at, found = 0, []
    for kind, (before, after) in sides.items():
        totals = [max(1, sum(part.tokens for part in side.values())) for side in (before, after)]
        for name, part in before.items():
            if part.tokens < LEAST_SHARE * totals[0]:
                continue
            looked_at += 1
            now = after.get(name, Part(0, 0.0))
            shares = part.tokens / totals[0], now.tokens / totals[1]
            if shares[1] < THINNED * shares[0]:
                found.append(Thinned(kind, name, *shares, _by_chance(part, now, totals)))
    adjusted = [replace(one, p_value=min(1.0, looked_at * one.p_value)) for one in found]
    return [one for one in adjusted if one.p_value < FAMILY_P]


def _by_chance(before: Part, after: Part, totals: list[int]) -> float:
    """How likely so much of a name lies in BEFORE if its documents fall on either side as tokens altogether do.

    Exact for documents of one length; others count as the (sum)^2 / (sum of squares) of equal ones.
    """
    tokens, squares = before.tokens + after.tokens, before.squares + after.squares
    if not tokens:
        return 1.0
    equal = tokens * tokens / squares
    return binomial_tail(equal * before.tokens / tokens, equal, totals[0] / sum(totals))
