"""Files of a change paired with what they were before, with their columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from curate.corpus.columns import NOTHING_SETTLED, settle_files
from curate.corpus.files import NothingRead, look_into
from curate.corpus.git_files import Difference
from curate.corpus.paths import Found, printable
from curate.corpus.taken_columns import FileColumns
from curate.errors import UsageError
from curate.jobs.check.split_columns import split_columns, with_columns
from curate.jobs.run.selection import Settled
from curate.report.verdict import FileState
from curate.schema import Columns, Quarantined


@dataclass(frozen=True, slots=True)
class Pair:
    """One file before (at the path `was`) and after; None: it was not, is no more, or cannot be read (`note`)."""

    state: FileState
    path: str
    was: str
    old: Settled | None
    new: Settled | None
    note: str
    taken: FileColumns | None

    @property
    def same(self) -> bool:
        """Moved, or touched: the bytes are what they were."""
        return self.old is not None and self.new is not None and self.old[0].fingerprint == self.new[0].fingerprint


def paired(
    relevant: Sequence[Difference], held: Mapping[str, Found], now: Sequence[Found], missing: Sequence[Quarantined],
    wanted: Columns, every: Sequence[Found],
) -> list[Pair]:  # fmt: skip
    """Changed files before and after. held: the earlier ones by path; now: the later ones; every: all earlier ones."""
    lost = {printable(one.path): one.reason for one in missing}
    old, unreadable, was_taken = _settled([found for found in held.values() if found.name not in lost], wanted, every)
    lost |= unreadable
    new, new_bad, taken = _settled(now, wanted, every)
    splits = split_columns(was_taken.values())  # those that the change brings tell no row from what it was
    old, new = ({path: with_columns(one, splits) for path, one in side.items()} for side in (old, new))
    pairs = []
    for one in relevant:
        path, was, stays = printable(one.path), printable(one.before), one.state != "deleted"
        note = new_bad.get(path, "") if stays else ""
        if was in lost and not note:
            note = f"its earlier content {lost[was]}; every row counts as new"
        pairs.append(Pair(one.state, path, was, old.get(was), new.get(path) if stays else None, note, taken.get(path)))
    return pairs


def _settled(
    found: Sequence[Found], wanted: Columns, every: Sequence[Found]
) -> tuple[dict[str, Settled], dict[str, str], dict[str, FileColumns]]:
    """By path: files with their columns, why others cannot be read, what was taken of each.

    A named column may stand in others alone.
    """
    files, bad = look_into(found)
    reasons = {item.path: item.reason for item in bad}
    try:
        settlement = settle_files(files, wanted) if files else NOTHING_SETTLED
    except NothingRead as error:
        settlement = replace(NOTHING_SETTLED, without=tuple(error.quarantined))
    except UsageError:
        others = [file for file in look_into(every)[0] if file.name not in {own.name for own in files}]
        settlement = settle_files([*files, *others], wanted)
    names = {file.name for file in files}
    reasons |= {item.path: item.reason for item in settlement.without if item.path in names}
    settled = {file.name: (file, columns) for file, columns in settlement.settled if file.name in names}
    return settled, reasons, {one.file: one for one in settlement.taken if one.file in names}
