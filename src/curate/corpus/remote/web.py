"""Requests over http and https: proxies, certificates and names as the environment gives them, and many tries."""

from __future__ import annotations

import netrc
import os
import ssl
from base64 import b64encode
from collections.abc import Mapping
from functools import cache
from urllib.parse import quote, unquote, urljoin, urlsplit, urlunsplit
from urllib.request import getproxies, proxy_bypass

import urllib3
from urllib3.exceptions import HTTPError, LocationValueError
from urllib3.util import parse_url

from curate.corpus.remote.patience import TRIES, asked_seconds, wait
from curate.corpus.remote.unreached import CHECK, PROXIES, TIMEOUT, is_unanswered, way_out, why_unreached
from curate.errors import DataError

_REDIRECTS = 10
_AGAIN = (408, 425, 429, 500, 502, 503, 504)
_MOVED = (301, 302, 303, 307, 308)
_SAFE = "/:?#[]@!$&'()*+,;=%~"  # what an address holds as it stands; blanks and Chinese are escaped
_TRIES_UNKNOWN = 3  # of a host that has never answered: a second or two
Answer = urllib3.BaseHTTPResponse
_answered: set[str] = set()  # hosts that did, in this process


def get(url: str, shown: str, headers: Mapping[str, str], *, tries: int = TRIES) -> Answer:
    """The answer to a request, its body not read yet, at the end of all redirects; one that asks for patience is no
    answer.

    shown: the address as errors tell it. Raises DataError where nobody answers.
    """
    host = url.partition("://")[2].partition("/")[0]
    for attempt in range(tries):
        try:
            answer = _followed(url, shown, headers)
            _answered.add(host)
        except HTTPError as error:
            if attempt + 1 == tries or _is_hopeless(error, host, attempt):
                raise DataError(why_unreached(error), where=shown, hint=way_out(error)) from error
            wait(attempt)
            continue
        if answer.status not in _AGAIN:
            return answer
        answer.drain_conn() if answer.headers.get("Content-Length") else answer.close()
        if attempt + 1 == tries or not wait(attempt, answer.headers):
            break
    raise DataError(_patience(answer), where=shown, hint="the same command later; it goes on where this one stopped")


def _followed(url: str, shown: str, headers: Mapping[str, str]) -> Answer:
    """Redirects one by one: a name and a password go to the host they are for, and never from https to http."""
    here, secret = _asked(url, "is no address", shown)
    said = {**headers, "Accept-Encoding": "identity", "User-Agent": "curate"}
    for _ in range(_REDIRECTS):
        own = {"Authorization": secret} if secret else {}
        answer = _pool(*_proxy(here)).request(
            "GET", here, headers={**said, **own}, preload_content=False, redirect=False, retries=False,
            timeout=TIMEOUT,
        )  # fmt: skip
        if answer.status not in _MOVED or not (place := answer.headers.get("Location")):
            return answer
        answer.close()
        there = _moved(here, place, shown)
        if here.startswith("https:") and there.startswith("http:"):
            raise DataError("is redirected from https to an address without it", where=shown)
        if urlsplit(there).netloc != urlsplit(here).netloc:
            secret = ""
        here = there
    raise DataError(f"is redirected more than {_REDIRECTS} times", where=shown)


def _moved(here: str, place: str, shown: str) -> str:
    """Where a redirect leads. Raises DataError for what is no address of the web."""
    try:
        there = urljoin(here, place)
    except ValueError:
        there = place
    if not there.lower().startswith(("http:", "https:")):
        raise DataError("is redirected to an address that is not of the web", where=shown)
    return _asked(there, "is redirected to what is no address", shown)[0]


def _asked(url: str, otherwise: str, shown: str) -> tuple[str, str]:
    """As `_bare`. Raises DataError that says `otherwise`, where no host can be asked for the address."""
    try:
        return _bare(url)
    except ValueError as error:
        raise DataError(otherwise, where=shown, hint=CHECK) from error


def _bare(url: str) -> tuple[str, str]:
    """The address as it is asked for, and what Authorization says: of the address itself, else of ~/.netrc.

    Raises ValueError where there is no host, or a port that is none.
    """
    parts = urlsplit(url)
    if not parts.hostname or parts.port == 0 or parts.hostname.split() != [parts.hostname]:
        raise ValueError(url)
    names, _, host = parts.netloc.rpartition("@")
    address = urlunsplit((parts.scheme, host, quote(parts.path, _SAFE), quote(parts.query, _SAFE), ""))
    parse_url(address)  # is stricter than the standard library
    user, _, password = map(unquote, names.partition(":")) if names else _netrc(parts.hostname or "")
    return address, "Basic " + b64encode(f"{user}:{password}".encode()).decode() if user else ""


def _netrc(host: str) -> tuple[str, str, str]:
    try:
        found = netrc.netrc(os.environ.get("NETRC")).authenticators(host)
    except (OSError, netrc.NetrcParseError):
        return "", "", ""
    return (found[0], ":", found[2]) if found else ("", "", "")


def _proxy(url: str) -> tuple[str]:
    parts = urlsplit(url)
    there = getproxies()
    if proxy_bypass(parts.hostname or ""):
        return ("",)
    return (there.get(parts.scheme) or there.get("all", ""),)


@cache
def _pool(proxy: str) -> urllib3.PoolManager:
    """Connections that are kept open, of all threads."""
    bundle = os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE") or None
    context = ssl.create_default_context(cafile=bundle)  # SSL_CERT_FILE and the system's too
    if not proxy:
        return urllib3.PoolManager(num_pools=32, maxsize=16, ssl_context=context)
    try:
        address, secret = _bare(proxy if "://" in proxy else f"http://{proxy}")
        own = {"Proxy-Authorization": secret} if secret else {}
        return urllib3.ProxyManager(address, num_pools=32, maxsize=16, ssl_context=context, proxy_headers=own)
    except ValueError as error:
        raise DataError("the proxy of the environment cannot be asked", hint=PROXIES) from error


def _is_hopeless(error: HTTPError, host: str, attempt: int) -> bool:
    """Return whether asking again cannot help: no address, a certificate not believed, a host that never answered."""
    reason = error.args[-1] if error.args else error
    if isinstance(error, urllib3.exceptions.SSLError | LocationValueError) or isinstance(
        reason, ssl.SSLCertVerificationError
    ):
        return True
    return attempt + 1 >= _TRIES_UNKNOWN and host not in _answered and is_unanswered(error)


def _patience(answer: Answer) -> str:
    asked = asked_seconds(answer.headers)
    if answer.status == 429:
        return "the store answers too many requests (429)" + (f", to wait {asked:,.0f} s" if asked else "")
    return f"the store is out of order ({answer.status}), and after {TRIES} tries too"
