"""A headless Chromium, driven over pipes by the protocol of its developer tools; nothing to install but the browser."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def found() -> str | None:
    """The browser, where there is one."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


class Page:
    """One page of the browser; `requests` are the addresses that it asked for."""

    def __init__(self, to: int, back: int) -> None:
        self._to, self._back, self._buffer, self._number, self._session = to, back, b"", 0, ""
        self.requests: list[str] = []

    def call(self, method: str, **parameters: object) -> dict[str, Any]:
        """The answer of the browser. Raises AssertionError for an error."""
        self._number += 1
        session = {"sessionId": self._session} if self._session else {}
        message = {"id": self._number, "method": method, "params": parameters, **session}
        os.write(self._to, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._next()
            if answer.get("method") == "Network.requestWillBeSent":
                self.requests.append(answer["params"]["request"]["url"])
            if answer.get("id") == self._number:
                assert "error" not in answer, answer["error"]
                found: dict[str, Any] = answer["result"]
                return found

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self._buffer:
            got = os.read(self._back, 1 << 20)
            assert got, "the browser has gone"
            self._buffer += got
        message, _, self._buffer = self._buffer.partition(b"\0")
        answer: dict[str, Any] = json.loads(message)
        return answer

    def open(self, path: Path, downloads: Path) -> None:
        """Open a file; what the page saves goes to a folder."""
        self.call("Browser.setDownloadBehavior", behavior="allow", downloadPath=str(downloads))
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Network", "Page", "Runtime"):
            self.call(f"{domain}.enable")
        self.go(path)

    def go(self, path: Path) -> None:
        """Load a file, anew if it is there."""
        self.call("Page.navigate", url=path.resolve().as_uri())
        self.until("document.readyState === 'complete'")

    def run(self, script: str) -> Any:
        """The value of an expression in the page."""
        return self.call("Runtime.evaluate", expression=script, returnByValue=True)["result"].get("value")

    def until(self, script: str) -> None:
        """Wait until it is true."""
        end = time.monotonic() + 60
        while not self.run(script):
            assert time.monotonic() < end, script
            time.sleep(0.02)

    def press(self, keys: str) -> None:
        """One key after the other."""
        for key in keys:
            for kind in ("keyDown", "keyUp"):
                self.call("Input.dispatchKeyEvent", type=kind, key=key, text=key if kind == "keyDown" else "")


@contextmanager
def browser(profile: Path) -> Iterator[Page]:
    """A browser that asks no network."""
    path = found()
    assert path is not None
    options = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--remote-debugging-pipe"]
    offline = ["--disable-background-networking", "--disable-component-update", "--host-resolver-rules=MAP * ~NOTFOUND"]
    (asked, ask), (told, tell) = os.pipe(), os.pipe()
    pipes = f"exec '{path}' \"$@\" 3<&{asked} 4>&{tell}"
    command = ["bash", "-c", pipes, "bash", *options, *offline, f"--user-data-dir={profile}", "about:blank"]
    nothing = subprocess.DEVNULL
    process = subprocess.Popen(command, pass_fds=(asked, tell), start_new_session=True, stdout=nothing, stderr=nothing)
    os.close(asked)
    os.close(tell)
    try:
        yield Page(ask, told)
    finally:
        os.close(ask)  # it ends where nobody speaks to it
        os.close(told)
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=20)
        process.kill()
        process.wait()
