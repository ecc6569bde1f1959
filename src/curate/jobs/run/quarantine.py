"""Rows that could not be read, as a run keeps them on disk: no more than there are data, or little."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from curate.corpus.remote.fetched import on_disk
from curate.corpus.shards import SHARD_BYTES
from curate.corpus.write import atomic_path
from curate.jobs.run.quarantined_rows import QuarantinedRows
from curate.schema import Quarantined, Shard
from curate.visible import one_line_json

_LISTED, _LISTED_IN_ALL = 100, 1000  # rows of a shard and of a corpus, however small
_LINE_BYTES = 100


def listed_rows(shard: Shard) -> int:
    """Rows in quarantine that keep their numbers; those beyond are only counted, by reason.

    A list of all would be larger than the data: an archive of kilobytes may hold millions of broken lines.
    """
    if shard.format == "jsonl" and not shard.compression:
        size = shard.stop - shard.start
    else:
        size = Path(on_disk(shard.path, ())).stat().st_size
    return max(_LISTED, (min(size, SHARD_BYTES) if shard.is_table else size) // _LINE_BYTES)


def listed_in_all(sizes: Iterable[int]) -> int:
    """As `listed_rows`, of a corpus whose files have these sizes on disk: a thousand small archives are as many."""
    return max(_LISTED_IN_ALL, sum(sizes) // _LINE_BYTES)


def write_quarantine(target: Path, bad: QuarantinedRows) -> None:
    """One JSON line a row or file; no file if there are none. A seal is put on it."""
    if bad:
        _write(target, map(_line, bad.told()), synced=False)
    else:
        target.unlink(missing_ok=True)


def gather_quarantine(
    target: Path, files: Iterable[Quarantined], parts: Iterable[Path], listed: int | None = None
) -> tuple[QuarantinedRows, QuarantinedRows]:
    """Unreadable rows, and remarks on rows that are kept; `target` takes both, in this order.

    files: whole files that nobody reads; parts: files of `write_quarantine`, which need not be there; listed: how many
    of either are listed, None for all that the parts list.
    """
    lost, kept = QuarantinedRows(listed=listed, most_reasons=None), QuarantinedRows(listed=listed, most_reasons=None)

    def lines() -> Iterator[str]:
        for item in files:
            lost.add(item)
            yield _line(item)
        for path in filter(Path.exists, parts):
            with path.open(encoding="utf-8") as stream:
                for line in stream:
                    item = Quarantined(**json.loads(line))
                    if (kept if item.kept else lost).add(item):
                        yield line
        for rows in (lost, kept):
            yield from map(_line, rows.counted())

    _write(target, lines())
    return lost, kept


def _line(item: Quarantined) -> str:
    return one_line_json(item.to_json()) + "\n"


def _write(target: Path, lines: Iterable[str], *, synced: bool = True) -> None:
    with (
        atomic_path(target, sweep=False, synced=synced) as temporary,
        temporary.open("w", encoding="utf-8", newline="\n") as sink,
    ):
        sink.writelines(lines)
