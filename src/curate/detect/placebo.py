"""Human text of before chat models must read 0 %: of a language where it does not, no score is believed."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from curate.amounts import percent
from curate.detect.periods import Dated, Period, before_chat_models
from curate.detect.share import Share

Rows = NDArray[np.int64]
ReadAs = Callable[[Rows, float], Share]  # rows, and the confidence of their reading
Languages = Callable[[Rows], Sequence[tuple[str, Rows]]]


def placebo(
    early: Dated, read: ReadAs, languages: Languages, confidence: float, *, workers: int = 1
) -> tuple[list[Period], dict[str, str]]:
    """Reading of each period before chat models, and the reason to doubt each language in which one fails.

    read: as text of unknown writers, never as its own reference. The periods share the error (Bonferroni), so that many
    years raise no more false alarms than one does.
    """

    def read_one(rows: Rows, tests: int) -> Share:
        return read(rows, 1 - (1 - confidence) / tests)

    periods = before_chat_models(early, read_one, workers=workers)
    failed: dict[str, list[Period]] = {}
    for period in periods:
        if period.share.low > 0:
            parts = languages(early.rows[period.at])
            for language, rows in parts:
                share = period.share if len(parts) == 1 else read_one(rows, len(periods) * len(parts))
                if share.low > 0:
                    failed.setdefault(language, []).append(period._replace(share=share))
    return periods, {language: _reason(language, some) for language, some in failed.items()}


def _reason(language: str, failed: Sequence[Period]) -> str:
    """Which years read as machine-written and how much at least."""
    worst = max(failed, key=lambda period: period.share.low)
    most = f"at least {percent(worst.share.low)}" + (f" in {worst.name}" if len(failed) > 1 else "")
    *others, last = (period.name for period in failed)
    years = f"{', '.join(others)} and {last}" if others else last
    return (
        f"text of {years} in {language}, which must read 0 %, reads {most}: human text in {language} scores as a "
        "machine's here, or the dates are wrong, so nothing is concluded from its scores"
    )
