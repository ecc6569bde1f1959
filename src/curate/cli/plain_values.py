"""Command-line values that need no conversion, without pydantic: loading it for Typer takes 50 ms of every start."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, get_args, get_origin

_CHECKS = ("exists", "writable", "resolve_path", "path_type", "allow_dash")  # of paths; no option of ours asks for one


class _NotPlainError(ValueError):
    """A value that Typer is to convert, or to refuse."""


class PlainValues:
    """Takes the place of Typer's conversion of one parameter, and hands it what is not plain."""

    def coerce(self, value: Any, param: Any, ctx: Any) -> Any:
        """The value as Typer would convert it. Raises as Typer, and as the parameter's own parser."""
        if value is None:
            return () if param.multiple or param.nargs == -1 else None
        kind = param.type_descriptor
        try:
            return _plain(value, kind.annotation, kind.parameter_info)
        except ValueError:
            param._runtime_param = None  # Typer makes its own
            return param.get_runtime_param().coerce(value, param=param, ctx=ctx)


def without_pydantic(params: Sequence[Any]) -> None:
    """Convert plain values of these parameters here, where this version of Typer can be told so."""
    for one in params:
        if getattr(one, "_runtime_param", one) is None:
            one._runtime_param = PlainValues()


def _plain(value: Any, annotation: Any, info: Any) -> Any:
    if get_origin(annotation) is list and isinstance(value, (list, tuple)):
        return [_plain(one, get_args(annotation)[0], info) for one in value]
    if not isinstance(value, str) or not value.isascii():
        raise _NotPlainError
    if info.parser is not None:
        return info.parser(value)
    if annotation is str:
        return value
    if annotation is Path and info.file_okay and info.dir_okay and not any(getattr(info, one) for one in _CHECKS):
        path = Path(value)
        if path.exists() and not os.access(value, os.R_OK):
            raise _NotPlainError
        return path
    raise _NotPlainError
