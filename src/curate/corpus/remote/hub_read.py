"""Bytes of a file on the Hub, by ranges: where a large file lies is asked once, and a torn answer is gone on with."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Lock
from typing import Any
from urllib.parse import quote, urljoin

from curate.corpus.remote.hub_calls import MOVED, Patience, Reply
from curate.corpus.remote.hub_client import endpoint, is_own, own_headers, session, timeout
from curate.corpus.remote.hub_paths import HubPath
from curate.errors import DataError

_GONE = frozenset((400, 401, 403, 404, 410))  # of the store: the address was signed for some minutes only
_HOPS = 8
_places: dict[str, str] = {}  # where the store has a file, by its address on the Hub
_lock = Lock()


def read_pieces(pinned: HubPath, start: int, stop: int) -> Iterator[bytes]:
    """The bytes start to stop of a file at a commit, piece by piece.

    Raises DataError where the file or its commit is no longer there, MachineError where the Hub cannot be reached.
    """
    own = f"{endpoint()}/datasets/{pinned.repository}/resolve/{pinned.revision}/{quote(pinned.inside)}"
    place, patience, hops = start, Patience(pinned.where), 0
    while place < stop:
        url = _places.get(own, own)
        with patience.for_network():
            asked = {**own_headers(url), "Range": f"bytes={place}-{stop - 1}"}
            with session().stream("GET", url, headers=asked, follow_redirects=False, timeout=timeout()) as answer:
                if answer.status_code in MOVED:
                    hops = _follow(own, url, answer, pinned, hops)
                elif answer.status_code >= 400:
                    _refused(own, url, answer, patience)
                else:
                    for piece in _wanted(answer, place, stop):
                        place += len(piece)
                        patience.progress()
                        yield piece
                    _check_whole(answer, place, stop, pinned)


def _follow(own: str, url: str, answer: Any, pinned: HubPath, hops: int) -> int:
    if hops >= _HOPS:
        raise DataError("the Hub leads in a circle", where=pinned.where)
    with _lock:
        _places[own] = urljoin(url, answer.headers.get("location", ""))
    return hops + 1


def _refused(own: str, url: str, answer: Any, patience: Patience) -> None:
    """An address of the store may have grown too old: the Hub gives a new one. All else is for patience."""
    answer.read()
    reply = Reply(answer.status_code, answer.headers, answer.content)
    if not is_own(url) and answer.status_code in _GONE:
        with _lock:
            _places.pop(own, None)
        patience.again("the store of the Hub refuses an address that the Hub gave")
        return
    patience.after(reply)


def _wanted(answer: Any, place: int, stop: int) -> Iterator[bytes]:
    """The pieces of the body; where the range was not heeded, without what comes before and after it."""
    skip = place if answer.status_code == 200 else 0
    left = stop - place
    for piece in answer.iter_bytes():
        dropped = min(skip, len(piece))
        skip -= dropped
        if kept := piece[dropped : dropped + left]:
            left -= len(kept)
            yield kept
        if not left:
            return


def _check_whole(answer: Any, place: int, stop: int, pinned: HubPath) -> None:
    """A body that is whole and too short is of another file than was listed."""
    if place < stop:
        said = answer.headers.get("content-range", "")
        hint = "run the same command again"
        raise DataError(f"ends at byte {place} of {stop} ({said})", where=pinned.where, hint=hint)
