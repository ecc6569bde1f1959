"""Calls of the Hub: with the user's token, patient with its rate limit, and with its refusals in plain words."""

from __future__ import annotations

import json
import logging
import random
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from time import sleep
from typing import Any
from urllib.parse import urljoin

from curate.corpus.remote.hub_client import endpoint, is_own, own_headers, session, timeout, token, transport_error
from curate.errors import CurateError, DataError, MachineError
from curate.visible import visible

_TRIES = 5  # of a call that fails for a reason that may pass
_LONGEST_WAIT = 900.0  # seconds for the rate limit, all waits of one call together; its window is 300
_MAY_PASS = frozenset((408, 425, 500, 502, 503, 504, 520, 522, 524))
MOVED = frozenset((301, 302, 303, 307, 308))
_HOPS = 5
_LIMIT = re.compile(r"\"\w+\"\s*;\s*r\s*=\s*0\s*;\s*t\s*=\s*(\d+)")  # IETF draft: nothing remains, so many seconds
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer: its status, its headers with names in lower case, its body."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


def ask(
    method: str, url: str, where: str, *, params: Mapping[str, str] | None = None, body: bytes | None = None,
    headers: Mapping[str, str] | None = None,
) -> Reply:  # fmt: skip
    """The answer to one call; `where` is what errors name. A redirect to another place than the Hub is an answer too.

    Waits for the rate limit as long as the Hub says, repeats what may pass.
    Raises DataError for a refusal, MachineError where the Hub cannot be reached.
    """
    patience, hops = Patience(where), 0
    while True:
        with patience.for_network():
            sent = {**own_headers(url), **(headers or {})}
            answer = session().request(
                method, url, headers=sent, params=params, content=body, follow_redirects=False, timeout=timeout()
            )
            reply = Reply(answer.status_code, answer.headers, answer.content)
            place = urljoin(url, reply.headers.get("location", ""))
            if reply.status in MOVED and hops < _HOPS and is_own(place):  # a data set that was renamed
                url, hops = place, hops + 1
            elif reply.status < 400:
                return reply
            else:
                patience.after(reply)


class Patience:
    """Waits and tries of one call so far."""

    def __init__(self, where: str) -> None:
        self.where, self._tries, self._waited = where, 0, 0.0

    def progress(self) -> None:
        """Something came: begin to count anew."""
        self._tries = 0

    def after(self, reply: Reply) -> None:
        """Wait, if the refusal may pass; raises DataError or MachineError if not."""
        wait = limit_of(reply)
        if wait is not None:
            self._waited += wait
            if self._waited > _LONGEST_WAIT:
                why = f"the rate limit of the Hub (429) still stands after {_LONGEST_WAIT:.0f} s"
                raise MachineError(why, where=self.where, hint="try later; with HF_TOKEN set the limit is higher")
            _LOG.warning("curate: the Hub's rate limit is reached (429): waiting %.0f s, as it says", wait)
            sleep(wait + random.random())
        elif reply.status in _MAY_PASS:
            self.again(f"the Hub answers {reply.status}", _seconds(reply))
        else:
            raise refusal(reply, self.where)

    @contextmanager
    def for_network(self) -> Iterator[None]:
        """Errors of the network in the block are waited out; raises MachineError when they stay."""
        kind = transport_error()
        try:
            yield
        except kind as error:
            self.again(f"the Hub cannot be reached: {visible(str(error) or type(error).__name__)[:120]}")

    def again(self, why: str, seconds: float | None = None) -> None:
        """Count a failure that may pass, and wait; raises MachineError after too many."""
        self._tries += 1
        if self._tries > _TRIES:
            hint = "the same command, once the network or the Hub is well; what is done is kept"
            raise MachineError(f"{why}, after {_TRIES} more tries", where=self.where, hint=hint)
        wait = min(8.0, 0.25 * 2**self._tries) * (0.5 + random.random())
        sleep(wait if seconds is None else min(seconds, 60.0))


def limit_of(reply: Reply) -> float | None:
    """Seconds to wait where the rate limit refused the call, which some paths of the Hub word as "not found"."""
    spent = _LIMIT.search(reply.headers.get("ratelimit", ""))
    poses = reply.status in (401, 403, 404) and spent is not None and not reply.headers.get("x-error-code")
    if reply.status != 429 and not poses:
        return None
    said = _seconds(reply)
    return float(spent[1]) if spent else 10.0 if said is None else said


def refusal(reply: Reply, where: str) -> CurateError:
    """A refusal that stays, in plain words."""
    code, said = reply.headers.get("x-error-code", ""), reply.headers.get("x-error-message", "")
    known = token() is not None
    if said == "Invalid credentials in Authorization header":
        hint = "hf auth login, or set HF_TOKEN anew"
        return DataError("the token is not valid, or has expired", where=where, hint=hint)
    if code == "GatedRepo":
        page = f"{endpoint()}/{where.partition('hf://')[2].partition('@')[0]}"
        ask_first = f"ask for access at {page}" + ("" if known else ", then set HF_TOKEN")
        return DataError("is gated: its owner lets in who asks", where=where, hint=ask_first)
    if code == "RevisionNotFound":
        return DataError("has no such revision", where=where, hint="name a branch, a tag, refs/pr/N or a commit")
    if code == "EntryNotFound":
        return DataError("is not there at this revision", where=where, hint="look at the list of files of the data set")
    if said == "Access to this resource is disabled.":
        return DataError("is disabled by the Hub", where=where)
    if reply.status in (401, 404):
        hint = "the token may lack access to it" if known else "if it is private, set HF_TOKEN"
        hint = f"check the name; {hint}"
        return DataError("is not on the Hub, or is private", where=where, hint=hint)
    if reply.status == 403:
        return DataError("the Hub forbids it", where=where, hint="give the token read access to this repository")
    return DataError(f"the Hub answers {reply.status} {visible(said)[:120]}".rstrip(), where=where)


def _seconds(reply: Reply) -> float | None:
    said = reply.headers.get("retry-after", "")
    return float(said) if said.isdigit() else None
