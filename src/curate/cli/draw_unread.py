"""Files among the data that no figure rests on, as sections of a report and as one line on stderr."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence

from rich.console import RenderableType
from rich.text import Text

from curate.cli.pieces import place, section
from curate.cli.plain import visible
from curate.corpus.not_read import CAUSES, NotRead, Tally, left_out, unread
from curate.corpus.suffixes import READ_SUFFIXES

SHOWN = 8
SUFFIXES_SHOWN = 6
LINKS_SHOWN = 3


def not_read(found: Sequence[NotRead]) -> Iterable[RenderableType]:
    """Sections on data files that were not read, and on files left out on purpose."""
    for title, tally in (("Not read", unread(found)), ("Left out", left_out(found))):
        if tally.files:
            named = [Text(f"{place(one['path'], None)}  {visible(one['reason'])}", "dim") for one in tally.examples]
            why = _why(tally)
            yield section(title, *named[:SHOWN], note=f"{_counted(tally)}: {why}{_more(tally)}")


def say_not_read(found: Sequence[NotRead]) -> None:
    """One line on stderr for each of the two and for links that lead out, where there is any."""
    outside = sorted(one.path for one in found if one.cause == "outside")
    if outside:
        verb = "link leads out of the data and is" if len(outside) == 1 else "links lead out of the data and are"
        named = ", ".join([*map(visible, outside[:LINKS_SHOWN]), *(["…"] if len(outside) > LINKS_SHOWN else [])])
        print(f"curate: {len(outside):,} {verb} not followed ({named}): --follow-links", file=sys.stderr)
    if (tally := unread([one for one in found if one.cause != "outside"])).files:
        kinds = [f"{count:,} {visible(suffix) or 'without suffix'}" for suffix, count in tally.by_suffix.items()]
        more = [f"{len(kinds) - SUFFIXES_SHOWN:,} suffixes more"] if len(kinds) > SUFFIXES_SHOWN else []
        shown = ", ".join([*kinds[:SUFFIXES_SHOWN], *more])
        verb = "looks like data and was" if tally.files == 1 else "look like data and were"
        print(f"curate: {_counted(tally)} {verb} not read ({shown}): {_read_instead(tally)}", file=sys.stderr)
    if (tally := left_out(found)).files:
        print(f"curate: {_counted(tally)} left out: {_why(tally)}", file=sys.stderr)


def _read_instead(tally: Tally) -> str:
    """Suffixes that are read, where a format was the reason; other reasons by name, for their suffix may be read."""
    if CAUSES["format"] not in tally.reasons:
        return _why(tally)
    others = [f"{count:,} {reason}" for reason, count in tally.reasons.items() if reason != CAUSES["format"]]
    return "; ".join([READ_SUFFIXES, *others])


def _why(tally: Tally) -> str:
    if len(tally.reasons) == 1:
        return next(iter(tally.reasons))
    return ", ".join(f"{count:,} {reason}" for reason, count in tally.reasons.items())


def _counted(tally: Tally) -> str:
    return f"{tally.files:,} file{'' if tally.files == 1 else 's'}"


def _more(tally: Tally) -> str:
    return f"; the first {SHOWN}" if tally.files > SHOWN else ""
