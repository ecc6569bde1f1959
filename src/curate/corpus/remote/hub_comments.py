"""The one comment that a program keeps under a pull request of a data set on the Hub."""

from __future__ import annotations

import json
from typing import Any

from curate.corpus.remote.hub_calls import ask
from curate.corpus.remote.hub_client import check_online, endpoint, token
from curate.corpus.remote.hub_paths import HubPath, is_hub, parse_hub
from curate.errors import UsageError

_WAY = "--post posts under hf://datasets/ORG/NAME@refs/pr/N"


def pull_request(path: str) -> HubPath:
    """The pull request that a path is the ref of. Raises UsageError for any other path, and without a token."""
    place = parse_hub(path) if is_hub(path) else None
    if place is None or place.pull_request is None:
        raise UsageError("is no pull request on the Hub", where=path, hint=_WAY)
    check_online(path)
    if not token():
        raise UsageError("--post needs a token that may write", where=path, hint="set HF_TOKEN")
    return place


def put_comment(place: HubPath, text: str, marker: str) -> None:
    """Post the text, in place of the last comment that begins with the marker. Raises DataError, MachineError."""
    url = f"{endpoint()}/api/datasets/{place.repository}/discussions/{place.pull_request}"
    old = _last(ask("GET", url, place.where).json(), marker)
    if old:
        _send(f"{url}/comment/{old}/edit", place, {"content": text})
    else:
        _send(f"{url}/comment", place, {"comment": text})


def _last(discussion: Any, marker: str) -> str:
    """The id of the comment; "" where there is none."""
    events = discussion.get("events", ()) if isinstance(discussion, dict) else ()
    texts = {
        str(one["id"]).lower(): ((one.get("data") or {}).get("latest") or {}).get("raw") or ""
        for one in events
        if one.get("type") == "comment" and not (one.get("data") or {}).get("hidden")
    }
    return next((id for id, text in reversed(texts.items()) if text.startswith(marker)), "")


def _send(url: str, place: HubPath, body: dict[str, str]) -> None:
    ask("POST", url, place.where, body=json.dumps(body).encode(), headers={"Content-Type": "application/json"})
