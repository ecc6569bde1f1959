"""The machine share of a corpus in the terminal: each claim in words that say what it rests on, and a bar."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import RenderableType
from rich.text import Text

from curate.amounts import exact, span
from curate.cli.pieces import percent, section
from curate.detect.share import Share

BAR = 36


def draw_share(share: Share) -> RenderableType:
    """What is known of the share of the whole corpus."""
    scale = Text.assemble("0 % ", interval_bar(share), " 100 %")
    reasons = [Text(f"· {reason}", "dim") for reason in share.reasons]
    return section("Machine-written", *_claims(share), scale, *reasons)


def interval_bar(figure: Share, width: int = BAR) -> Text:
    """A scale from 0 to 100 %: what is known is drawn thick, what may be beyond it dashed, the estimate a mark."""
    told = figure if figure.verdict == "estimated" else figure.if_known_kinds or figure
    low, high = int(told.low * (width - 1)), -int(-told.high * (width - 1) // 1)
    most = -int(-figure.high * (width - 1) // 1)
    mark = round(told.estimate * (width - 1)) if told.estimate is not None and _narrow(figure) else -1
    bar = Text("▕", "dim")
    for i in range(width):
        sign = "◆" if i == mark else "━" if low <= i <= high else "╌" if high < i <= most else "·"
        bar.append(sign, "bold" if sign == "◆" else "cyan" if sign == "━" else "dim")
    return bar.append("▏", "dim")


def bounds(share: Share) -> tuple[float, float]:
    """Of the share where it is estimated, else of what reads as machine-written."""
    told = share if share.verdict == "estimated" or share.if_known_kinds is None else share.if_known_kinds
    return told.low, told.high


def reads_as(share: Share) -> str:
    """What reads as machine-written, with its interval: "12 % (8 % to 17 %)", or the interval where it is wide."""
    known = share.if_known_kinds
    if known is None:
        return ""
    between = span(known.low, known.high)
    return f"{percent(known.estimate)} ({between})" if _narrow(share) else between


def _narrow(share: Share) -> bool:
    return share.verdict in ("estimated", "recognised")


def _claims(share: Share) -> Iterable[RenderableType]:
    sure = f"{exact(share.confidence)} confidence"
    between = f"between {percent(share.low)} and {percent(share.high)} of the tokens"
    reads = f"{reads_as(share)} of the tokens read as machine-written; text that reads as human is not counted"
    if share.verdict == "estimated" and share.estimate is not None:
        yield Text.assemble((f"about {percent(share.estimate)}", "bold"), f", {between} ({sure})")
    elif share.if_known_kinds is None:
        yield Text.assemble(("cannot tell", "bold yellow"), f": {between} ({sure})")
    elif share.verdict == "recognised":
        yield Text.assemble((reads_as(share), "bold"), reads.removeprefix(reads_as(share)))
    else:
        yield Text.assemble(("cannot tell well", "bold yellow"), f": {reads}")
    if share.verdict == "estimated" and share.if_known_kinds is not None:
        yield Text(reads, "dim")
    elif share.low > 0 and share.verdict != "estimated":
        yield Text.assemble((f"at least {percent(share.low)}", "bold"), f" machine-written, whatever wrote it ({sure})")
