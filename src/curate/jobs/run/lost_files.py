"""Files of which most rows went to quarantine: figures of the rest do not speak for them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from curate.errors import DataError
from curate.jobs.run.annotate import ShardTask
from curate.schema import Quarantined

_SHOWN = 3
_HINT = "name the column that holds the text: --text-column, or leave the file out"


def read_rows(tasks: Iterable[ShardTask]) -> Counter[str]:
    """Documents of each file, by its name."""
    read: Counter[str] = Counter()
    for task in tasks:
        read[task.shard.name] += task.documents()
    return read


def mostly_lost(read: Mapping[str, int], quarantined: Sequence[Quarantined]) -> tuple[str, ...]:
    """A sentence for each file of which more rows are in quarantine than were read, the largest first.

    read: documents by file, as of `read_rows`.
    """
    lost = Counter(item.path for item in quarantined if item.row is not None)
    worst = [(path, count) for path, count in lost.most_common() if count > read.get(path, 0)]
    if not worst:
        return ()
    named = {path for path, _ in worst}
    reasons = {path: Counter[str]() for path in named}
    for item in quarantined:
        if item.path in named:
            reasons[item.path][item.reason] += 1
    return tuple(
        f"{count:,} of {count + read.get(path, 0):,} rows of {path} cannot be read: {_commonest(reasons[path])}"
        for path, count in worst
    )


def _commonest(reasons: Counter[str]) -> str:
    return reasons.most_common(1)[0][0]


def refuse(sentences: Sequence[str], where: str = "") -> None:
    """Raises DataError where there is such a file: what is made of the rest is not what was asked for."""
    if sentences:
        more = f"; and {len(sentences) - _SHOWN} more files" if len(sentences) > _SHOWN else ""
        raise DataError(f"{'; '.join(sentences[:_SHOWN])}{more}", where=where, hint=_HINT)


def refuse_mostly_lost(tasks: Iterable[ShardTask], quarantined: Sequence[Quarantined]) -> None:
    """As `refuse`, of the files of a run."""
    refuse(mostly_lost(read_rows(tasks), quarantined))
