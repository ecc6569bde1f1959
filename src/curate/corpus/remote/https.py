"""One file at an address of the web, read in parts where its server gives parts."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import unquote, urlsplit

from urllib3.exceptions import HTTPError

from curate.amounts import size as shown
from curate.corpus.remote.hidden import revealed
from curate.corpus.remote.patience import TRIES, wait
from curate.corpus.remote.store import LONGEST_FILE, Entry, NotThere
from curate.corpus.remote.web import Answer, get
from curate.errors import DataError

_RANGE = re.compile(r"bytes (?:\d+-\d+|\*)/(\d+)")
_READ_BYTES = 1 << 16  # all that is lost of an answer when it is cut
_ASKED_AT_ONCE = 16
_PACE = 1 << 10  # bytes a second, and how many seconds a connection has to come to it
_TIME_TO_BEGIN = 60
_REFUSALS = {
    401: "wants a name and a password",
    403: "is refused to you",
    404: "is not there",
    410: "is not there any more",
}
# A server's own way to pack is told by the first bytes, as of any file: gzip and zstd are unpacked by reading.
_ENCODINGS = ("", "identity", "gzip", "x-gzip", "zstd", "aws-chunked")
_SAVE = "save it as a file first, and name that"
CHANGED = "is another file by now than when the scan began"
AGAIN = "the same command, once it rests"


class Files:
    """As `Store`: an address is a file; no server says what lies beside it."""

    def entries(self, place: str) -> list[Entry]:
        """The file, by a request for its first byte: servers that sign addresses for GET refuse HEAD."""
        answer = get(revealed(place), place, {"Range": "bytes=0-0"})
        answer.close()
        status = answer.status
        if status not in (200, 206, 416):
            kind = NotThere if status in (404, 410) else DataError
            raise kind(_refused(status), where=place, hint=_hint(status))
        packed = answer.headers.get("Content-Encoding", "").strip().lower()
        if packed not in _ENCODINGS:
            raise DataError(f"its server packs it as {packed[:20]!r}, which is not read", where=place, hint=_SAVE)
        size = _size(answer)
        if size is None:
            raise DataError(
                "its server does not say how long it is, so it may have no end", where=place,
                hint=_SAVE,
            )  # fmt: skip
        if size > LONGEST_FILE:
            raise DataError(
                f"its server says that it is {shown(size)} long, more than is read of one file", where=place
            )  # fmt: skip
        tag = _tag(answer)
        strong = tag if tag.startswith('"') else ""
        content = f"{place.partition('?')[0]} {strong} {size}" if strong else ""
        return [Entry(place, _name(place), size, tag, content, ranges=status != 200 or not size)]

    def read(self, entry: Entry, start: int, stop: int) -> Iterator[bytes]:
        """As `Store`; what a torn answer lacks is asked for from there on."""
        attempt = 0
        while start < stop:
            answer = self._part(entry, start, stop)
            before, since = start, time.monotonic()
            try:
                while start < stop and (piece := answer.read1(min(_READ_BYTES, stop - start), decode_content=False)):
                    start += len(piece)
                    yield piece
                    if start - before < _PACE * (time.monotonic() - since - _TIME_TO_BEGIN):
                        break  # a server that drips for ever is as one that has gone
            except HTTPError:
                pass  # the connection was cut
            finally:
                answer.close() if start < stop else answer.release_conn()
            got = start - before
            attempt = 0 if got >= _PACE * (time.monotonic() - since) and entry.ranges else attempt + 1
            if start < stop and (attempt == TRIES or not self._goes_on(entry, start, attempt)):
                raise DataError(
                    f"the connection is cut again and again, last at byte {start:,} of {entry.size:,}",
                    where=entry.path, hint="the same command goes on",
                )  # fmt: skip

    def _goes_on(self, entry: Entry, start: int, attempt: int) -> bool:
        """A file whose server does not say whether it is still the same cannot be read on."""
        return bool(entry.tag or not start) and wait(attempt)

    def _part(self, entry: Entry, start: int, stop: int) -> Answer:
        whole = not entry.ranges
        headers = {} if whole else {"Range": f"bytes={start}-{stop - 1}"}
        if entry.tag.startswith('"'):
            headers["If-Match"] = entry.tag
        answer = get(revealed(entry.path), entry.path, headers)
        if answer.status in (200, 206) and _size(answer) == entry.size and _tag(answer) == entry.tag:
            if answer.status == 206 and not answer.headers.get("Content-Range", "").startswith(f"bytes {start}-"):
                answer.close()
                raise DataError("its server answers with another part than it was asked for", where=entry.path)
            if answer.status == 200 and start:
                _skip(answer, start)
            return answer
        answer.close()
        status = answer.status
        if status in (200, 206, 412, 416):
            raise DataError(CHANGED, where=entry.path, hint=AGAIN)
        raise DataError(_refused(status), where=entry.path, hint=_hint(status))

    def changed(self, entries: Sequence[Entry]) -> list[Entry]:
        """As `Store`."""
        with ThreadPoolExecutor(min(_ASKED_AT_ONCE, len(entries))) as pool:
            now = list(pool.map(self._now, entries))
        return [entry for entry, found in zip(entries, now, strict=True) if found != (entry.size, entry.tag)]

    def _now(self, entry: Entry) -> tuple[int, str] | None:
        try:
            found = self.entries(entry.path)[0]
        except NotThere:
            return None
        return found.size, found.tag


def _skip(answer: Answer, bytes: int) -> None:
    while bytes and (piece := answer.read(min(bytes, _READ_BYTES))):
        bytes -= len(piece)


def _size(answer: Answer) -> int | None:
    if answer.status in (206, 416):
        found = _RANGE.fullmatch(answer.headers.get("Content-Range", "").strip())
        return int(found[1]) if found else None
    said = answer.headers.get("Content-Length", "")
    return int(said) if said.isascii() and said.isdigit() else None


def _tag(answer: Answer) -> str:
    """A strong ETag as it stands; else whatever tells two contents apart as well as this server does."""
    return answer.headers.get("ETag") or answer.headers.get("Last-Modified") or ""


def _name(place: str) -> str:
    """The last part of the address, as people read it."""
    last = urlsplit(place).path.rpartition("/")[2].replace("%2F", "%252F").replace("%2f", "%252f")
    if not last:
        raise DataError("names a host, not a file", where=place, hint="name one file: .../train.parquet")
    return unquote(last)


def _refused(status: int) -> str:
    return f"{_REFUSALS.get(status, 'cannot be read: the server answers')} ({status})"


def _hint(status: int) -> str:
    if status in (401, 403):
        return "user:password@ before the host, a line for it in ~/.netrc, or a new signed address"
    return "is the address written as the server has it?" if status in (404, 410) else ""
