"""The Hub's client library, loaded when a path of the Hub is read: its address, token and connections."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import Any

from curate.errors import DependencyError, MachineError
from curate.kernels.yaml_lock import YAML
from curate.visible import visible

_CONNECT, _SILENCE = 10.0, 60.0  # seconds until a connection stands, and without a byte of an answer


def endpoint() -> str:
    """Where the Hub is, by HF_ENDPOINT."""
    return str(client("constants").ENDPOINT)


def token() -> str | None:
    """The user's token, by the usual chain: HF_TOKEN, then the file of `hf auth login`."""
    found: str | None = client("utils").get_token()
    return found


def check_online(where: str) -> None:
    """Raises MachineError where the environment forbids calls."""
    if client("constants").HF_HUB_OFFLINE:
        hint = "unset HF_HUB_OFFLINE, or name the copy in the cache of the Hub's client"
        raise MachineError("is on the Hub, and HF_HUB_OFFLINE forbids to ask it", where=where, hint=hint)


def own_headers(url: str) -> dict[str, str]:
    """Headers of a call; the token goes to the Hub alone, never to the store that it leads to."""
    if not is_own(url):
        return {"Accept-Encoding": "identity"}
    own = {"Accept-Encoding": "identity", "User-Agent": "curate"}
    return {**own, "Authorization": f"Bearer {found}"} if (found := token()) else own


def is_own(url: str) -> bool:
    """Tell whether an address is one of the Hub itself."""
    return url.startswith(f"{endpoint()}/")


def session() -> Any:
    """The client's pool of connections, shared by threads; a process that was forked opens its own."""
    return client("utils").get_session()


def timeout() -> Any:
    """As the session's library has it."""
    return _http().Timeout(_SILENCE, connect=_CONNECT)


def transport_error() -> type[Exception]:
    return _http().TransportError  # type: ignore[no-any-return]


def _http() -> Any:
    return import_module(type(session()).__module__.partition(".")[0])


@cache
def client(module: str = "") -> Any:
    """The Hub's client, which nothing but a path of the Hub loads."""
    return _imported("huggingface_hub", module)


@cache
def datasets(module: str) -> Any:
    """A module of `datasets`, which takes a second to load: only configs and splits ask for it."""
    return _imported("datasets", module)


def _imported(package: str, module: str) -> Any:
    try:
        with YAML:
            import_module("yaml")
            if package == "huggingface_hub":
                utils = import_module(f"{package}.utils")
                utils.get_token, utils.get_session()
            return import_module(f"{package}.{module}".rstrip("."))
    except ImportError as error:
        raise _missing(package, error) from error


def _missing(package: str, error: ImportError) -> DependencyError:
    """Name what is missing: the package, another one that it loads, or a part of one of them."""
    if not isinstance(error, ModuleNotFoundError) or "." in (error.name or "."):
        why = visible(str(error))[:120]
        return DependencyError(f"{package} cannot be loaded: {why}", hint=f"pip install -U {package}")
    if error.name == package:
        return DependencyError(f"paths of the Hub need {package}", hint=f"pip install {package}")
    return DependencyError(f"{package} needs {visible(error.name or '')}", hint=f"pip install {package}")
