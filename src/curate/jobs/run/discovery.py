"""The data files of a scan, looked for in threads of their own: reading their bytes needs no interpreter."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from functools import partial

from curate.corpus.columns import settle_files
from curate.corpus.files import NothingRead, look_for
from curate.jobs.run.background import Beside
from curate.jobs.run.folder import run_of
from curate.jobs.run.input_guard import sight, unchanged
from curate.jobs.run.plan import ScanPlan
from curate.jobs.run.prefetch import Ahead
from curate.jobs.run.selection import Chosen
from curate.memory import give
from curate.rulebook.rules import RuleBook

AHEAD_BYTES = 96 << 20
AHEAD_SHARE = 16  # of the memory that a scan may use


@dataclass(frozen=True, slots=True)
class Looking:
    """The rule book, files that are being fingerprinted, and documents of them that are being read."""

    book: RuleBook
    chosen: Beside[Chosen]
    ahead: Ahead


def look(plan: ScanPlan) -> Looking:
    """Begin; whoever has much to load loads it meanwhile. `chosen.result()` raises what finding files does."""
    give(plan.memory)
    since, ahead = time.time_ns(), Ahead()
    book = plan.rule_book()
    chosen = Beside(partial(choose, plan, book, since))
    Beside(partial(_read_ahead, plan, chosen, ahead))
    return Looking(book, chosen, ahead)


def looked(plan: ScanPlan, chosen: Chosen) -> Looking:
    """At files that are given."""
    give(plan.memory)
    return Looking(plan.rule_book(), Beside(lambda: chosen), Ahead())


def choose(plan: ScanPlan, book: RuleBook, since: int) -> Chosen:
    """Choose the files that the paths name, whole; since: time.time_ns() before. Raises NothingRead."""
    found = look_for(plan.paths, follow_links=plan.follow_links)
    files, unreadable = found.files, found.bad
    try:
        with unchanged(sight(files, since)):
            settled = settle_files(files, replace(plan.columns, extra=book.columns))
    except NothingRead as error:
        raise NothingRead(error.message, hint=error.hint, quarantined=(*unreadable, *error.quarantined)) from error
    unread = (*unreadable, *settled.without)
    return Chosen(settled.settled, unread, since, not_read=found.not_read, taken=settled.taken)


def _read_ahead(plan: ScanPlan, chosen: Beside[Chosen], ahead: Ahead) -> None:
    """Unless the run is there: its shards may be too."""
    found = chosen.result()
    if not run_of(plan.output, found.files).manifest.exists():
        ahead.fill(found.shards(), min(AHEAD_BYTES, plan.memory // AHEAD_SHARE))
