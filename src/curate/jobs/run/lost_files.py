"""Files of which most rows went to quarantine, or all: figures of the rest do not speak for them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence

from curate.amounts import size
from curate.corpus.files import DataFile
from curate.errors import DataError
from curate.jobs.run.annotate import ShardTask
from curate.jobs.run.quarantined_rows import QuarantinedRows
from curate.schema import MOST, Quarantined

_SHOWN = 3
_TORN = "; most of it may be lost"
_HINT = "name the column that holds the text: --text-column, or leave the file out"


def read_rows(tasks: Iterable[ShardTask]) -> Counter[str]:
    """Documents of each file, by its name."""
    read: Counter[str] = Counter()
    for task in tasks:
        read[task.shard.name] += task.documents()
    return read


def mostly_lost(
    read: Mapping[str, int], quarantined: Sequence[Quarantined], files: Sequence[DataFile] = ()
) -> tuple[str, ...]:
    """A sentence for each file of which more rows are in quarantine than were read, the largest first.

    Before them one where most files, or files with most of the bytes, cannot be read at all. read: documents by file,
    as of `read_rows`; files: those that were read.
    """
    lost = Counter[str]()
    for item, count in _runs(quarantined):
        if item.row is not None:
            lost[item.path] += count * max(1, item.rows)
    worst = [(path, count) for path, count in lost.most_common() if count > read.get(path, 0)]
    reasons = {path: Counter[str]() for path, _ in worst}
    for item, count in _runs(quarantined) if worst else ():
        if item.path in reasons:
            reasons[item.path][_reason(item)] += count * max(1, item.rows)
    rows = (
        f"{count:,} of {count + read.get(path, 0):,} rows of {path} cannot be read: {_commonest(reasons[path])}"
        for path, count in worst
    )
    return (*_most_files(len(read), quarantined, files), *rows, *_perhaps_most(quarantined, reasons))


def lost_files(quarantined: Sequence[Quarantined]) -> tuple[str, ...]:
    """A sentence for each damaged file of which everything is lost, or all from some row on."""
    return tuple(
        f"{item.path} is lost: {item.reason}" if item.row is None else f"{item.path}: {item.reason}"
        for item, _ in _runs(quarantined)
        if item.size is not None or not item.rows
    )


def _most_files(read: int, quarantined: Sequence[Quarantined], files: Sequence[DataFile]) -> Iterator[str]:
    whole = [item for item, _ in _runs(quarantined) if item.row is None and item.size is not None]
    gone, there = sum(item.size or 0 for item in whole), sum(file.text_bytes for file in files)
    if whole and (len(whole) > read or (files and gone > there)):
        largest = max(whole, key=lambda item: item.size or 0)
        bytes_lost = f" with {size(gone)} of {size(gone + there)}" if files else ""
        total = len(whole) + read
        yield f"{len(whole):,} of {total:,} files{bytes_lost} cannot be read: {largest.path} {largest.reason}"


def _perhaps_most(quarantined: Sequence[Quarantined], told: Container[str]) -> Iterator[str]:
    """Of archives that break off, where nobody knows how much is lost."""
    for item, _ in _runs(quarantined):
        if item.kind == MOST and item.path not in told:
            yield f"{item.path}: {item.reason}{_TORN}"


def _commonest(reasons: Counter[str]) -> str:
    return reasons.most_common(1)[0][0]


def _reason(item: Quarantined) -> str:
    """Without the rows, which differ between parts of one file that are lost for one reason."""
    return item.reason.replace(f"rows from here to row {item.row + item.rows - 1}", "rows") if item.row else item.reason


def _runs(items: Sequence[Quarantined]) -> Iterator[tuple[Quarantined, int]]:
    """Neighbours for the same reason together: a file may hold millions."""
    return items.runs() if isinstance(items, QuarantinedRows) else ((item, 1) for item in items)


def refuse(sentences: Sequence[str], where: str = "") -> None:
    """Raises DataError where there is such a file: what is made of the rest is not what was asked for."""
    if sentences:
        more = f"; and {len(sentences) - _SHOWN} more files" if len(sentences) > _SHOWN else ""
        torn = all(one.endswith(_TORN) for one in sentences)
        hint = "fetch the file again" if torn else _HINT
        raise DataError(f"{'; '.join(sentences[:_SHOWN])}{more}", where=where, hint=hint)


def refuse_mostly_lost(
    tasks: Iterable[ShardTask], quarantined: Sequence[Quarantined], files: Sequence[DataFile]
) -> None:
    """As `refuse`, of the files of a run."""
    refuse(mostly_lost(read_rows(tasks), quarantined, files))
