"""The Hub on loopback: its API as `huggingface_hub` asks it, redirects to a store, refusals; every call is counted.

The store answers under another host ("localhost"), as on the Hub. A token that reaches it is an error of the client.
"""

from __future__ import annotations

import re
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, quote, unquote, urlsplit

from hub_answers import Answer, api, stored
from hub_repository import Repository

_PIECE = 1 << 16


@dataclass
class Fault:
    """An answer in place of the right one, for the next `times` calls whose path matches."""

    match: str  # a regular expression, searched in "METHOD path"
    status: int = 0  # 0: the right answer, torn or slow
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b"{}"
    times: int = 1
    torn_after: int | None = None  # bytes of the body that are sent before the line breaks
    delay: float = 0.0  # seconds


@dataclass
class Hub:
    """A running server: its address, its repositories, what was asked of it."""

    repositories: dict[str, Repository] = field(default_factory=dict)
    tokens: tuple[str, ...] = ("hf_right",)
    writable: str = "me/"  # where the names of repositories begin that a caller with a token may make
    faults: list[Fault] = field(default_factory=list)
    page: int = 1000  # entries of a page of a tree
    latency: float = 0.0  # seconds before each answer
    bytes_per_second: float = 0.0  # of all bodies together; 0: no limit
    calls: list[str] = field(default_factory=list)  # "METHOD path"
    kinds: Counter[str] = field(default_factory=Counter)  # "api", "resolve", "store"
    sent: Counter[str] = field(default_factory=Counter)  # bytes of bodies by path in the repository
    leaked: list[str] = field(default_factory=list)  # calls of the store that carried a token
    port: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)
    free_at: float = 0.0  # when the line is free again

    @property
    def endpoint(self) -> str:
        """As HF_ENDPOINT has it."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def store(self) -> str:
        """Where large files lie."""
        return f"http://localhost:{self.port}/store"

    def add(self, name: str, files: dict[str, bytes] | None = None) -> Repository:
        """A new repository, with a first commit of the files."""
        repository = self.repositories[name] = Repository(name)
        repository.commit(dict(files or {}))
        return repository

    def forget_calls(self) -> None:
        """Count anew."""
        with self.lock:
            self.calls.clear()
            self.kinds.clear()
            self.sent.clear()

    def fault(self, line: str) -> Fault | None:
        """The fault that meets this call, used up."""
        with self.lock:
            found = next((one for one in self.faults if one.times > 0 and re.search(one.match, line)), None)
            if found is not None:
                found.times -= 1
            return found

    def wait_for_line(self, nbytes: int) -> None:
        """Wait as long as the shaped line takes for so many bytes."""
        if self.bytes_per_second:
            with self.lock:
                self.free_at = max(self.free_at, time.monotonic()) + nbytes / self.bytes_per_second
                until = self.free_at
            time.sleep(max(0.0, until - time.monotonic()))


@contextmanager
def serving() -> Iterator[Hub]:
    """A Hub that answers until the block ends."""
    hub = Hub()

    class Handler(_Handler):
        served = hub

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    hub.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield hub
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    served: Hub
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        self._answer()

    do_HEAD = do_POST = do_PUT = do_GET

    def _answer(self) -> None:
        hub, line = self.served, f"{self.command} {unquote(self.path)}"
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        is_store = self.path.startswith("/store/")
        with hub.lock:
            hub.calls.append(line)
            hub.kinds["store" if is_store else "api" if self.path.startswith("/api/") else "resolve"] += 1
            if is_store and self.headers.get("Authorization"):
                hub.leaked.append(line)
        fault = hub.fault(line)
        time.sleep(hub.latency + (fault.delay if fault else 0))
        if fault is not None and fault.status:
            self._send(Answer(fault.status, fault.body, fault.headers), fault)
            return
        split = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(split.query).items()}
        if is_store:
            answer = stored(hub.repositories, split.path, self.command, body)
        else:
            who = self.headers.get("Authorization", "").removeprefix("Bearer ")
            answer = api(hub, self.command, split.path, query, body, who)
        self._send(answer, fault)

    def _send(self, answer: Answer, fault: Fault | None) -> None:
        """The answer, of its body the range that was asked for; torn or shaped as the server is told."""
        status, body, headers = answer.status, answer.body, dict(answer.headers)
        wanted = re.fullmatch(r"bytes=(\d*)-(\d*)", self.headers.get("Range", ""))
        if status == 200 and answer.is_file:
            headers["Accept-Ranges"] = "bytes"
            if wanted:
                size = len(body)
                start = int(wanted[1]) if wanted[1] else max(0, size - int(wanted[2]))
                stop = min(size, int(wanted[2]) + 1) if wanted[1] and wanted[2] else size
                if start >= size:
                    status, body, headers["Content-Range"] = 416, b"", f"bytes */{size}"
                else:
                    status, body = 206, body[start:stop]
                    headers["Content-Range"] = f"bytes {start}-{stop - 1}/{size}"
        with suppress(BrokenPipeError, ConnectionResetError):
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, quote(value, safe="!#$%&'()*+,/:;=?@[]~<>\" "))
            self.end_headers()
            if self.command != "HEAD":
                self._write(body, answer.path, fault.torn_after if fault else None)

    def _write(self, body: bytes, path: str, torn_after: int | None) -> None:
        cut = body if torn_after is None else body[:torn_after]
        for start in range(0, len(cut), _PIECE):
            piece = cut[start : start + _PIECE]
            self.served.wait_for_line(len(piece))
            self.wfile.write(piece)
            with self.served.lock:
                self.served.sent[path] += len(piece)
        if len(cut) < len(body):
            self.wfile.flush()
            self.close_connection = True
            self.connection.close()
