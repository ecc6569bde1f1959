"""The placebo doubts the languages that fail it, and many years raise no more false alarms than one does."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from curate.detect.periods import Dated
from curate.detect.placebo import placebo
from curate.detect.share import Share

Rows = NDArray[np.int64]
TEXTS = 60  # of each language, each year


def dated(years: list[str]) -> Dated:
    """Documents of each year; those of even rows are in one language, those of odd rows in another."""
    days = np.repeat(np.array([f"{year}-06-01" for year in years], "datetime64[D]"), 2 * TEXTS)
    count = days.size
    return Dated(np.arange(count), days, np.full(count, 100), np.full(count, True))


def by_parity(rows: Rows) -> list[tuple[str, Rows]]:
    return [(name, rows[rows % 2 == odd]) for odd, name in enumerate(("de", "en")) if (rows % 2 == odd).any()]


def share(low: float, confidence: float) -> Share:
    verdict = "at-least" if low else "cannot-tell"
    return Share(verdict, None, low, 1.0, confidence, "tokens", "detected", (), None)


def test_one_failing_language_is_doubted_alone_and_its_years_are_named() -> None:
    def read(rows: Rows, confidence: float) -> Share:
        failing = (rows % 2 == 0) & (rows < 2 * 2 * TEXTS)  # German of the first two years
        return share(0.4 * float(failing.mean()), confidence)

    periods, doubts = placebo(dated(["2017", "2018", "2019"]), read, by_parity, 0.95)
    assert [period.share.low for period in periods] == pytest.approx([0.2, 0.2, 0.0])
    assert list(doubts) == ["de"]
    assert "text of 2017 and 2018 in de, which must read 0 %, reads at least 40 %" in doubts["de"]


def test_no_year_that_reads_0_raises_a_doubt() -> None:
    periods, doubts = placebo(dated(["2018", "2019"]), lambda _, confidence: share(0.0, confidence), by_parity, 0.95)
    assert [period.name for period in periods] == ["2018", "2019"]
    assert doubts == {}


def test_the_periods_share_the_error() -> None:
    read = []

    def reading(rows: Rows, confidence: float) -> Share:
        read.append((rows.size, confidence))
        return share(0.1, confidence)

    placebo(dated(["2017", "2018", "2019", "2020"]), reading, by_parity, 0.95)
    assert [level for size, level in read if size == 2 * TEXTS] == pytest.approx([1 - 0.05 / 4] * 4)
    assert [level for size, level in read if size == TEXTS] == pytest.approx([1 - 0.05 / 8] * 8)
