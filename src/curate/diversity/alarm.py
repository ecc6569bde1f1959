"""The collapse alarm: which figures of a snapshot fell by more than chance, and by more than topics alone explain.

Max-T over all figures (Westfall and Young 1993), one-sided towards loss: one p-value for "anything was lost", one a
figure that holds although several are looked at. Levels and floors: docs/evidence/diversity.md.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from curate.diversity.alarm_level import KINDS, WATCH_P, Change, Kind, level_of
from curate.diversity.entries import Sides
from curate.diversity.match import LEAST_DOCUMENTS, LEAST_TOKENS, Matched, Snapshot, match
from curate.diversity.sides import divisions, sides
from curate.settings.compare import PERMUTATIONS

DRIFT_ALLOWANCE = 2.0  # times what the control moved in the same figure
CONTROL_DIVISIONS = 49  # of a control and the first snapshot, for the standard error of what it moved
CONTROL_ERRORS = 2.0  # standard errors added: with none, 8 of 100 pairs of human topics rang; with these, 1
_HAIR = 1e-9  # scores that differ by less are equal
NO_CONTROL = "a control has too little in common with the first snapshot to show how far topics alone go"
MOSTLY_SHARED, ALL_SHARED = 0.5, 0.99  # of AFTER's tokens, in documents of BEFORE


@dataclass(frozen=True, slots=True)
class Alarm:
    """The level, what it rests on, and why it is not another one. p_value None: nothing could be compared."""

    level: str
    p_value: float | None
    metrics: dict[str, Change]
    reasons: tuple[str, ...]
    tokens: int  # compared, of each side
    documents: tuple[int, int]
    shared: float  # share of AFTER's tokens in documents that BEFORE has too
    same_kind: bool

    @property
    def controlled(self) -> bool:
        """Return whether a control could be compared."""
        return any(change.drift is not None for change in self.metrics.values())


@dataclass(frozen=True, slots=True)
class Comparison:
    """The alarm and the documents it is about."""

    alarm: Alarm
    matched: Matched


def compare(
    before: Snapshot,
    after: Snapshot,
    controls: tuple[Snapshot, ...] = (),
    *,
    permutations: int = PERMUTATIONS.value,
    seed: int = 42,
) -> Comparison:
    """Test whether AFTER lost what BEFORE has. controls: human snapshots that show normal variation."""
    matched = match(before, after)
    if not matched.comparable:
        return Comparison(_nothing(matched), matched)
    found = sides(matched, divisions(matched, permutations, seed), seed)
    moved = [one for one in (_moved(before, control, seed) for control in controls) if one]
    metrics = _changes(found, _allowances(moved) if moved else None)
    p_value = min((change.p_value for change in metrics.values()), default=1.0)
    level, reasons = level_of(metrics, p_value, matched.edited, trusted=bool(moved) or matched.same_kind)
    if len(moved) < len(controls):
        reasons = (*reasons, NO_CONTROL)
    return Comparison(_alarm(matched, level, p_value, metrics, reasons), matched)


def _changes(found: dict[str, Sides], drift: dict[str, float] | None) -> dict[str, Change]:
    loss = np.array([KINDS[name].loss * s.log_ratios for name, s in found.items()])
    chance = loss[:, 1:]
    centre, scale = chance.mean(axis=1, keepdims=True), chance.std(axis=1, keepdims=True)
    scores = np.divide(loss - centre, scale, out=np.zeros_like(loss), where=scale > 1e-12)
    most = scores[:, 1:].max(axis=0)
    critical = _critical(most)
    return {
        name: Change(
            float(s.values[0, 0]),
            float(s.values[1, 0]),
            float(s.log_ratios[0]),
            _p_value(scores[i, 0], most),
            _p_value(scores[i, 0], scores[i, 1:]),
            float(scale[i, 0]),
            None if critical is None or scale[i, 0] <= 1e-12 else float(centre[i, 0] + critical * scale[i, 0]),
            None if drift is None else drift[name],
        )
        for i, (name, s) in enumerate(found.items())
    }


def _p_value(score: float, most: NDArray[np.float64]) -> float:
    """With the comparison itself as one of the ways: never 0. A hair below counts as equal."""
    return float(1 + np.count_nonzero(most >= score - _HAIR)) / (1 + most.size)


def _critical(most: NDArray[np.float64]) -> float | None:
    """The score above which `_p_value` is below WATCH_P; None for too few divisions."""
    allowed = math.ceil(WATCH_P * (1 + most.size)) - 2
    return None if allowed < 0 else float(np.sort(most)[-1 - allowed]) + _HAIR


def _moved(before: Snapshot, control: Snapshot, seed: int) -> dict[str, float]:
    """How far each figure moved from BEFORE to the control, at most: by CONTROL_ERRORS more than was seen.

    Empty where nothing of the control can be compared.
    """
    matched = match(before, control)
    if not matched.comparable:
        return {}
    found = sides(matched, divisions(matched, CONTROL_DIVISIONS, seed), seed)
    return {
        name: _apart(KINDS[name], float(s.log_ratios[0])) + CONTROL_ERRORS * float(s.log_ratios[1:].std())
        for name, s in found.items()
    }


def _allowances(controls: list[dict[str, float]]) -> dict[str, float]:
    """How far each figure may move without being lost: by the control that moved most in that very figure.

    What a control moves in one figure says nothing of another: repeated 4-grams double with a change of mail software.
    """
    return {
        name: DRIFT_ALLOWANCE * max((control.get(name, kind.drift) for control in controls), default=0.0)
        for name, kind in KINDS.items()
    }


def _apart(kind: Kind, ratio: float) -> float:
    """How far a figure moved; text of another topic is always harder to foretell, which says nothing of loss."""
    return max(0.0, ratio) if kind.family == "predictability" else abs(ratio)


def _nothing(matched: Matched) -> Alarm:
    if matched.shared > ALL_SHARED:
        return _alarm(matched, "ok", 1.0, {}, ("both are the same documents",))
    if matched.shared > MOSTLY_SHARED:
        return _alarm(matched, "ok", None, {}, ("what changed is too little to compare",))
    if not matched.tokens:
        return _alarm(
            matched, "watch", None, {}, ("nothing in common: no language, or no source where both name them",)
        )
    documents = min(int(matched.after.sum()), int((~matched.after).sum()))
    reason = (
        f"too little in common: {matched.tokens:,} tokens in {documents:,} documents of one side, of the same "
        f"languages and sources; it takes {LEAST_TOKENS:,} in {LEAST_DOCUMENTS}"
    )
    return _alarm(matched, "watch", None, {}, (reason,))


def _alarm(
    matched: Matched, level: str, p_value: float | None, metrics: dict[str, Change], reasons: tuple[str, ...]
) -> Alarm:
    sides_of = (int((~matched.after).sum()), int(matched.after.sum()))
    return Alarm(level, p_value, metrics, reasons, matched.tokens, sides_of, matched.shared, matched.same_kind)
