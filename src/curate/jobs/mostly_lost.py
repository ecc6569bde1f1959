"""Files of which most rows went to quarantine: figures of the rest do not speak for them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from curate.errors import DataError
from curate.jobs.annotate import ShardTask
from curate.schema import Quarantined

_SHOWN = 3
_HINT = "name the column that holds the text: --text-column, or leave the file out"


def mostly_lost(tasks: Iterable[ShardTask], quarantined: Sequence[Quarantined]) -> tuple[str, ...]:
    """A sentence for each file of which more rows are in quarantine than were read, the largest first."""
    read: Counter[str] = Counter()
    for task in tasks:
        read[task.shard.name] += task.documents()
    lost = Counter(item.path for item in quarantined if item.row is not None)
    worst = [(path, count) for path, count in lost.most_common() if count > read[path]]
    return tuple(
        f"{count:,} of {count + read[path]:,} rows of {path} cannot be read: {_commonest(quarantined, path)}"
        for path, count in worst
    )


def refuse_mostly_lost(tasks: Iterable[ShardTask], quarantined: Sequence[Quarantined]) -> None:
    """Raises DataError where there is such a file: a mix of the rest is not what was asked for."""
    found = mostly_lost(tasks, quarantined)
    if found:
        more = f"; and {len(found) - _SHOWN} more files" if len(found) > _SHOWN else ""
        raise DataError(f"{'; '.join(found[:_SHOWN])}{more}", hint=_HINT)


def _commonest(quarantined: Sequence[Quarantined], path: str) -> str:
    return Counter(item.reason for item in quarantined if item.path == path).most_common(1)[0][0]
