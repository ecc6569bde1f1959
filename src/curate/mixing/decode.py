"""Plain JSON values into frozen dataclasses, by their type hints and to the last key; what they mean is not asked."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from types import NoneType, UnionType
from typing import Any, TypeVar, cast, get_args, get_origin, get_type_hints

Kind = TypeVar("Kind")


def decode(kind: type[Kind], value: object) -> Kind:
    """`value` as a `kind`: a dataclass of dataclasses, tuple[X, ...], dict[str, X], unions, numbers, strings, None.

    Raises ValueError, with the path of the field, for a key that is missing or unknown and for another type.
    """
    return cast(Kind, _decode(kind, value, ""))


def _decode(kind: Any, value: object, path: str) -> Any:
    if is_dataclass(kind):
        return _dataclass(kind, value, path)
    origin, parts = get_origin(kind), get_args(kind)
    if origin is UnionType:
        return _union(parts, value, path)
    if origin is tuple and isinstance(value, list):
        return tuple(_decode(parts[0], each, f"{path}[{i}]") for i, each in enumerate(value))
    if origin is dict and isinstance(value, dict):
        return {name: _decode(parts[1], each, f"{path}.{name}") for name, each in value.items()}
    if kind is float and type(value) is int:
        return float(value)
    if origin is None and type(value) is kind:  # exactly: true is no number
        return value
    raise ValueError(f"{path or 'the whole'} is no {getattr(kind, '__name__', kind)}")


def _dataclass(kind: Any, value: object, path: str) -> Any:
    if not isinstance(value, dict):
        raise ValueError(f"{path or 'the whole'} is no object")  # noqa: TRY004 - callers wait for one kind of error
    hints, names = get_type_hints(kind), [each.name for each in fields(kind)]
    odd = sorted(set(names) ^ value.keys())
    if odd:
        name = odd[0]
        raise ValueError(f"{path}.{name} is {'missing' if name in names else 'unknown'}".removeprefix("."))
    return kind(**{name: _decode(hints[name], value[name], f"{path}.{name}".removeprefix(".")) for name in names})


def _union(parts: tuple[Any, ...], value: object, path: str) -> Any:
    """The member of exactly this type; else the first that takes it; the last one's complaint where none does."""
    if type(value) in parts:
        return value
    others = [part for part in parts if part is not NoneType]
    for part in others[:-1]:
        try:
            return _decode(part, value, path)
        except ValueError:
            continue
    return _decode(others[-1], value, path)
