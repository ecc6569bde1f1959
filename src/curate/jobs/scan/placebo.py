"""Human text of before chat models must read 0 %: where it does not, no score of the corpus is believed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from curate.amounts import percent
from curate.detect.share import ASSUMED, Share
from curate.jobs.scan.periods import Period


def failed_years(early: Sequence[Period]) -> str:
    """Which years read as machine-written and how much at least, as a reason; "" where none does."""
    failed = [period for period in early if period.share.low > 0]
    if not failed:
        return ""
    worst = max(failed, key=lambda period: period.share.low)
    most = f"at least {percent(worst.share.low)}" + (f" in {worst.name}" if len(failed) > 1 else "")
    *others, last = (period.name for period in failed)
    years = f"{', '.join(others)} and {last}" if others else last
    return (
        f"text of {years}, which must read 0 %, reads {most}: human text here "
        "scores as a machine's, or the dates are wrong, so nothing is concluded from scores"
    )


def doubted(share: Share, reason: str, machine: float) -> Share:
    """The share without what rests on scores; machine: the part declared to be a machine's."""
    if share.high <= machine:  # where all of it is declared no score counts
        return share
    return replace(
        share,
        verdict="at-least" if machine > 0 else "cannot-tell",
        estimate=None,
        low=min(share.low, machine),
        reasons=(reason, *(one for one in share.reasons if one != ASSUMED)),
    )
