"""A test's own Hub, and the command line told of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import huggingface_hub.constants
import pytest

from curate.corpus.remote import hub_tree
from hub_server import Hub, serving


@contextmanager
def own_hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    """The Hub of the client in this process and in those it starts; nobody waits for it."""
    with serving() as hub:
        monkeypatch.setattr(huggingface_hub.constants, "ENDPOINT", hub.endpoint)  # read at import
        monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", False)
        monkeypatch.setenv("HF_ENDPOINT", hub.endpoint)
        for name in ("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setattr(huggingface_hub.constants, "HF_TOKEN_PATH", "/nonexistent/token")
        monkeypatch.setattr("curate.corpus.remote.hub_read._places", {})
        hub_tree._files.cache_clear()
        monkeypatch.setattr("curate.corpus.remote.hub_calls.sleep", lambda _: None)
        yield hub
