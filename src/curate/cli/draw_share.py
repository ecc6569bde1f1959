"""The machine share of a corpus in the terminal: each claim in words that say what it rests on, and a bar."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import RenderableType
from rich.text import Text

from curate.amounts import exact, span
from curate.cli.pieces import percent, section
from curate.detect.share import Share
from curate.detect.sides import WIDEST

BAR = 36
NEARLY = 0.05  # width from which declarations of all the others carry an estimate


def draw_share(share: Share) -> RenderableType:
    """Section on the machine share of the whole corpus."""
    scale = Text.assemble("0 % ", interval_bar(share), " 100 %")
    reasons = [Text(f"· {reason}", "dim") for reason in share.reasons]
    return section("Machine-written", *_claims(share), scale, *reasons)


def interval_bar(figure: Share, width: int = BAR) -> Text:
    """A scale from 0 to 100 %: what is known is drawn thick, what may be beyond it dashed, the estimate a mark."""
    (low, high), estimate = bounds(figure), best(figure)
    first, last, most = int(low * (width - 1)), *(-int(-end * (width - 1) // 1) for end in (high, figure.high))
    mark = round(estimate * (width - 1)) if estimate is not None else -1
    bar = Text("▕", "dim")
    for i in range(width):
        sign = "◆" if i == mark else "━" if first <= i <= last else "╌" if last < i <= most else "·"
        bar.append(sign, "bold" if sign == "◆" else "cyan" if sign == "━" else "dim")
    return bar.append("▏", "dim")


def bounds(share: Share) -> tuple[float, float]:
    """Of the share where labels or declarations carry it, else of what reads as machine-written."""
    told = share if _carried(share) or share.if_known_kinds is None else share.if_known_kinds
    return told.low, told.high


def best(share: Share) -> float | None:
    """The estimate of what `bounds` are of; None where they are wide."""
    known = share.if_known_kinds
    if _carried(share):
        return share.estimate
    return known.estimate if known is not None and known.high - known.low <= WIDEST else None


def reads_as(share: Share) -> str:
    """Sentence on the share that reads as machine-written: "12 % (8 % to 17 %)", or the interval where it is wide."""
    known = share.if_known_kinds
    if known is None:
        return ""
    between = span(known.low, known.high)
    return f"{percent(known.estimate)} ({between})" if known.high - known.low <= WIDEST else between


def _carried(share: Share) -> bool:
    """Return whether labels, or declarations of nearly everything, bound the share."""
    return share.evidence == "audited" or (share.verdict == "estimated" and share.high - share.low <= NEARLY)


def _claims(share: Share) -> Iterable[RenderableType]:
    sure = f"{exact(share.confidence)} confidence"
    between = f"between {percent(share.low)} and {percent(share.high)}"
    reads = f"{reads_as(share)} of the tokens read as machine-written; text that reads as human is not counted"
    known, labelled = share.if_known_kinds, share.evidence == "audited"
    if share.verdict == "estimated" and share.low == share.high and not labelled:
        yield Text.assemble((percent(share.low), "bold"), " of the tokens are machine-written, as all of them declare")
        return
    if labelled or share.verdict == "estimated":
        about = f"about {percent(share.estimate)}, " if _carried(share) and share.estimate is not None else ""
        by = ", by labels" if labelled else ""
        yield Text.assemble((f"{about}{between}", "bold"), f" of the tokens{by} ({sure})")
        if known is not None:
            yield Text(reads, "dim")
        return
    if known is None:
        yield Text.assemble(("cannot tell", "bold yellow"), f": {between} of the tokens ({sure})")
    elif known.high - known.low > WIDEST:
        yield Text.assemble(("cannot tell well", "bold yellow"), f": {reads}")
    else:
        doubt = "" if share.verdict == "recognised" else "; what follows casts doubt on it"
        yield Text.assemble((reads_as(share), "bold"), f"{reads.removeprefix(reads_as(share))}{doubt}")
    if share.low > 0:
        yield Text.assemble((f"at least {percent(share.low)}", "bold"), f" machine-written, whatever wrote it ({sure})")
