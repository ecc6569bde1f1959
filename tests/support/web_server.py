"""A web server on loopback that serves files from memory as servers do, well or badly."""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any
from urllib.parse import unquote_to_bytes, urlsplit

from curate.corpus.remote import fetched, kept

_PIECE = 1 << 16
_RANGE = re.compile(r"bytes=(\d+)-(\d+)")


@dataclass
class Site:
    """Files by their paths as they are asked for, percent signs taken out; and how they are served.

    before: called with each request, and may answer it by returning True. cut: of a path, bytes after which the
    connection is cut. tags: False for a server that says nothing of a file's state. parts: False where
    only whole files are sent.
    """

    files: dict[str, bytes] = field(default_factory=dict)
    before: Callable[[Any], bool] = lambda _: False
    cut: Callable[[str, int], int | None] = lambda *_: None
    tags: bool = True
    weak: bool = False
    parts: bool = True
    length: bool = True
    delay: float = 0.0  # seconds before each answer
    pace: float = 0.0  # bytes a second of all answers together; 0: as fast as can be
    asked: list[tuple[str, str]] = field(default_factory=list)  # path and Range
    sent: int = 0
    url: str = ""
    lock: Lock = field(default_factory=Lock)
    free: float = 0.0  # when the link has room again

    def through_link(self, count: int) -> None:
        """Wait until the link has carried so many bytes more."""
        with self.lock:
            self.sent += count
            if not self.pace:
                return
            self.free = max(self.free, time.monotonic()) + count / self.pace
            until = self.free
        time.sleep(max(0.0, until - time.monotonic()))


class _Request(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    site: Site

    def handle(self) -> None:
        """Until whoever asks has had enough."""
        with suppress(ConnectionError):
            super().handle()

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        site = self.site
        path = unquote_to_bytes(urlsplit(self.path).path).decode(errors="replace")
        with site.lock:
            site.asked.append((path, self.headers.get("Range", "")))
            number = len(site.asked)
        time.sleep(site.delay)
        if site.before(self):
            return
        if path not in site.files:
            self.say(404)
            return
        self._file(path, site.files[path], number)

    def say(self, status: int, **headers: str) -> None:
        """An answer without a body; in names of headers "_" stands for "-"."""
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _file(self, path: str, content: bytes, number: int) -> None:
        site = self.site
        tag = ("W/" if site.weak else "") + f'"{hash(content) & (1 << 64) - 1:016x}"'
        if site.tags and self.headers.get("If-Match", tag) != tag:
            self.say(412)
            return
        found = _RANGE.fullmatch(self.headers.get("Range", "")) if site.parts else None
        start, stop = (int(found[1]), min(int(found[2]) + 1, len(content))) if found else (0, len(content))
        if found and start >= len(content):
            self.say(416, Content_Range=f"bytes */{len(content)}")
            return
        self.send_response(206 if found else 200)
        if found:
            self.send_header("Content-Range", f"bytes {start}-{stop - 1}/{len(content)}")
        if site.tags:
            self.send_header("ETag", tag)
        if site.length:
            self.send_header("Content-Length", str(stop - start))
        else:
            self.send_header("Connection", "close")
            self.close_connection = True
        self.end_headers()
        self._body(content[start:stop], site.cut(path, number))

    def _body(self, body: bytes, cut: int | None) -> None:
        try:
            end = len(body) if cut is None else min(cut, len(body))
            for start in range(0, end, _PIECE):
                piece = body[start : min(start + _PIECE, end)]
                self.site.through_link(len(piece))
                self.wfile.write(piece)
        except OSError:
            self.close_connection = True
        if cut is not None:
            self.close_connection = True


def forget_stores() -> None:
    """Let this process know no more of remote files than a new one."""
    fetched._listed.clear()
    fetched._kept.clear()
    kept._session.cache_clear()
    kept._sweep_once.cache_clear()
    if s3 := sys.modules.get("curate.corpus.remote.s3"):
        s3._open.cache_clear()
        s3.system.cache_clear()


@contextmanager
def serving(site: Site) -> Iterator[Site]:
    """The site under its `url` while the block runs."""
    with running(type("Request", (_Request,), {"site": site})) as site.url:
        yield site


@contextmanager
def running(handler: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    """The address of a server on loopback whose requests the class answers."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
