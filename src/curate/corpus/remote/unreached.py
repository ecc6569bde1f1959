"""Why an address cannot be reached, and what to do, in plain words."""

from __future__ import annotations

import errno
import ssl

import urllib3
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    LocationValueError,
    NameResolutionError,
    NewConnectionError,
    ProtocolError,
    ProxyError,
    ReadTimeoutError,
)

from curate.corpus.remote.hidden import hide

TIMEOUT = urllib3.Timeout(connect=20.0, read=60.0)  # seconds; of reading between two pieces
PROXIES = "look at HTTP_PROXY, HTTPS_PROXY and ALL_PROXY"
CHECK = "check the address: https://HOST/FILE"
_REASONS = {
    errno.ECONNREFUSED: "nothing answers at its host and port",
    errno.ECONNRESET: "its server cuts the connection",
    errno.EHOSTUNREACH: "no way leads to its host",
    errno.ENETUNREACH: "no way leads to its host",
    errno.ETIMEDOUT: "its host does not answer",
}


def is_unanswered(error: HTTPError) -> bool:
    """Return whether no connection came about."""
    return isinstance(error, ConnectTimeoutError | NewConnectionError | ProxyError)


def way_out(error: HTTPError) -> str:
    if isinstance(error, NameResolutionError):
        return "is the host written right, and is there a network?"
    if isinstance(error, LocationValueError):
        return CHECK
    if isinstance(error, ProxyError):
        return PROXIES
    if is_unanswered(error):
        return "are host and port written right, and does its server run?"
    return "the same command goes on"


def why_unreached(error: HTTPError) -> str:
    """Why nobody answered, in words instead of numbers of an operating system."""
    if isinstance(error, ProxyError):
        return "cannot be reached: the proxy of the environment does not answer"
    if isinstance(error, NameResolutionError):
        return "cannot be reached: no host of that name is known here"
    if isinstance(error, ConnectTimeoutError) and not isinstance(error, NewConnectionError):
        return f"cannot be reached: no answer within {TIMEOUT.connect_timeout:.0f} s"
    if isinstance(error, ReadTimeoutError):
        return f"cannot be read: its server has been silent for {TIMEOUT.read_timeout:.0f} s"
    reason = error.__cause__ or (error.args[-1] if error.args else error)
    if isinstance(reason, OSError) and reason.errno in _REASONS:
        return f"cannot be reached: {_REASONS[reason.errno]}"
    if isinstance(reason, ssl.SSLCertVerificationError):
        return f"cannot be reached: its certificate is not believed ({reason.verify_message})"
    if isinstance(reason, ssl.SSLError):
        return "cannot be reached: its server does not speak https as this machine does"
    if isinstance(error, ProtocolError):
        return "cannot be reached: its server cuts the connection"
    said = str(reason).rpartition(": ")[2] or type(error).__name__
    return f"cannot be reached: {hide(said)[:200]}"
