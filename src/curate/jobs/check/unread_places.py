"""Places of a change that cannot be judged: unreadable rows, unread files, unjudged columns."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from curate.corpus.not_read import NotRead
from curate.corpus.prose_beside import MORE
from curate.jobs.check.change import Change
from curate.jobs.check.unjudged_columns import Unjudged
from curate.report.verdict import Place
from curate.rulebook.judge import Judged

MOST = 200  # rows of one gate: more than anybody reads; every figure counts all of them


def unreadable_places(change: Change, judged: Judged) -> Iterator[Place]:
    if judged.gate.metric != "quarantined" or judged.gate.on != "change":
        return
    for item in change.unreadable[:MOST]:
        spot = change.spot(item.path, item.row)
        yield Place(spot.path, spot.row, spot.line, "unreadable", judged.level, item.reason, "", judged.gate.id)


def unread_places(unread: Sequence[NotRead], judged: Judged) -> Iterator[Place]:
    if judged.gate.metric.startswith("unread.") and judged.gate.on == "change":
        for one in unread[:MOST]:
            yield Place(one.path, None, None, "unread", judged.level, one.reason, "", judged.gate.id)


def unjudged_places(change: Change, judged: Judged, counted: Collection[str]) -> Iterator[Place]:
    if judged.gate.metric.startswith("unjudged.") and judged.gate.on == "change":
        for one in [one for one in change.unjudged if one.column in counted][:MOST]:
            for row, begin in one.places:
                spot = change.spot(one.file, row)
                yield Place(
                    spot.path, spot.row, spot.line, "unread", judged.level, _not_judged(one), begin, judged.gate.id
                )


def _not_judged(one: Unjudged) -> str:
    more = f", {MORE}" if one.is_more else ""
    return f"prose in column {one.column} was not judged (here and in {one.rows - 1:,} more rows{more})"
