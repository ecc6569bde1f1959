"""Names of the figures that gates may ask for."""

from __future__ import annotations

import re
from collections.abc import Collection
from difflib import get_close_matches
from typing import Literal

from curate.errors import UsageError

Unit = Literal["share", "number"]
COUNTS = ("documents", "tokens", "bytes", "files", "quarantined")
KNOWN = tuple(f"if_known_kinds.{name}" for name in ("low", "high", "estimate"))
SHARES = ("low", "high", "estimate", "placebo", *KNOWN)
DUPLICATES = ("clusters", "documents", "token_share", "paragraph_token_share")
REPEATS = ("documents", "token_share", "across_sources")
KNOWN_COPIES = ("corpora", "texts", "documents", "exact", "near", "token_share", "new_texts")
DIVERSITY = (
    "tail_recall", "singleton_mass", "coverage", "effective_vocabulary", "effective_bigrams", "repeated_4gram_share",
    "compression_ratio", "predictable_share",
)  # fmt: skip
PARTS = ("by_language", "by_source", "by_month", "by_length", "placebo_by_year")
MOVES = ("moved.rows", "moved.pairs", "held_out.rows", "held_out.moved", "held_out.copied", "held_out.near")
FIXED = (
    *COUNTS,
    "mended",
    "doubled_keys.rows",
    "unjudged.columns",
    *MOVES,
    *(f"{kind}.{name}" for kind in ("unread", "left_out") for name in ("files", "bytes")),
    *(f"machine_share.{name}" for name in SHARES),
    *(f"machine_share.parts.{name}" for name in ("languages", "sources", "months")),
    *(f"machine_share.trend.{name}" for name in ("per_year", "low", "high")),
    *(f"duplicates.{name}" for name in DUPLICATES),
    *(f"duplicates.{kind}.{name}" for kind in ("exact", "near") for name in REPEATS),
    *(f"duplicates.index.{name}" for name in KNOWN_COPIES),
    *(f"diversity.{name}" for name in (*DIVERSITY, "tokens", "windows", "documents")),
    *(f"diversity.intervals.{name}.{bound}" for name in DIVERSITY for bound in ("low", "high")),
)
_LOSS = ("documents", "tokens", "token_share")
REMOVED = (
    *(f"removed.{name}" for name in ("rows", "copies", *_LOSS, "sources", "languages", "emptied")),
    *(f"removed.{part}.{name}" for part in ("human", "worst_source", "worst_language") for name in _LOSS),
)
REMOVED_PART = re.compile(
    rf"removed\.by_(?P<part>source|language)\.(?P<name>.+)\.(?P<leaf>{'|'.join(_LOSS)})", re.DOTALL
)
PART = re.compile(
    rf"machine_share\.(?P<part>{'|'.join(PARTS)})\.(?P<name>.+?)\.(?P<leaf>{'|'.join(SHARES)})", re.DOTALL
)
LANGUAGE = re.compile(r"languages\.(?P<name>.+)\.(?P<leaf>documents|tokens|token_share)", re.DOTALL)
_BY_SIZE = re.compile(rf"diversity\.by_size\.[1-9][0-9]*\.({'|'.join(DIVERSITY[:6])})")
_SHARE = re.compile(r".*(_share|tail_recall|singleton_mass|coverage|\.low|\.high|\.estimate|\.placebo)", re.DOTALL)


def unit_of(metric: str) -> Unit:
    """Unit of a figure: a share, which people read as a percentage, or a number."""
    return "share" if _SHARE.fullmatch(metric) and not metric.startswith("rules.") else "number"


def check_metric(metric: str, where: str, rules: Collection[str], books: Collection[str]) -> None:
    """Raises UsageError for a name that no figure has, with the nearest one."""
    names = (*FIXED, *REMOVED, *(f"rules.{one}" for one in rules), *(f"books.{one}" for one in books))
    if metric in names or any(pattern.fullmatch(metric) for pattern in (PART, LANGUAGE, _BY_SIZE, REMOVED_PART)):
        return
    patterns = ("languages.en.tokens", *(f"machine_share.{part}.en.{leaf}" for part in PARTS for leaf in SHARES))
    near = get_close_matches(metric, (*names, *patterns), n=1)
    hint = f"did you mean {near[0]}?" if near else "figures are named as in `curate scan --json`: machine_share.low"
    raise UsageError(f"no figure is called {metric!r}", where=where, hint=hint)
