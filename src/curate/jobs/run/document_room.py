"""How many documents a corpus may have: what is kept of each until all are grouped and judged takes memory."""

from __future__ import annotations

from threading import Lock

from curate.memory import check, share

_KEPT = 400  # bytes that a document takes until all are grouped, judged and mixed; five sixths of the slope measured
_GROUPED, _AT_ONCE = 1000, 240 << 20  # and those of a row group while they are compared, of all row groups at a time


def grouping_bytes(documents: int) -> int:
    """Memory that grouping takes beside the columns that are kept."""
    return min(_AT_ONCE, _GROUPED * documents)


def corpus_bytes(documents: int) -> int:
    """Memory that so many documents take, however short."""
    return grouping_bytes(documents) + _KEPT * documents


class DocumentRoom:
    """Documents that the tasks of a run have read so far, counted on where they are too many to be kept.

    A bomb of kilobytes unpacks to millions of rows: nobody waits until all are measured to be told so.
    """

    def __init__(self) -> None:
        self._count = 0
        self._lock = Lock()

    def add(self, documents: int) -> None:
        """So many more."""
        with self._lock:
            self._count += documents

    @property
    def is_full(self) -> bool:
        """Return whether there are more than --memory holds."""
        return corpus_bytes(self._count) > share(1)

    def check(self) -> None:
        """Raises MachineError where it is full, with the memory that all of them need."""
        check(corpus_bytes(self._count), f"a corpus of {self._count:,} documents")
