"""Parts of an object that are computed when they are first asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Future
from functools import partial
from threading import Lock
from typing import Any, Generic, Protocol, TypeVar

Result_co = TypeVar("Result_co", covariant=True)


class Parts:
    """Results by name, each computed once, by the thread that asks first; the others wait for it."""

    def __init__(self, known: Mapping[str, object] | None = None) -> None:
        self._lock = Lock()
        self._found: dict[str, Future[Any]] = {}
        for name, value in (known or {}).items():
            self._found[name] = Future()
            self._found[name].set_result(value)

    def ask(self, name: str, compute: Callable[[], Any]) -> Any:
        """Return the result, or raise the error, of the one call of `compute` for this name."""
        with self._lock:
            first = name not in self._found
            future = self._found.setdefault(name, Future())
        if first:
            try:
                future.set_result(compute())
            except BaseException as error:  # whatever it is, it is raised wherever the part is asked for
                future.set_exception(error)
        return future.result()


class InParts(Protocol):
    """An object with parts."""

    @property
    def parts(self) -> Parts: ...


class part(Generic[Result_co]):
    """Decorates a method without arguments: its result is a part of the object, read like a property."""

    def __init__(self, compute: Callable[[Any], Result_co]) -> None:
        self._compute, self.__doc__ = compute, compute.__doc__

    def __get__(self, owner: InParts, kind: type | None = None) -> Result_co:
        found: Result_co = owner.parts.ask(self._compute.__name__, partial(self._compute, owner))
        return found
