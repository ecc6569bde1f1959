"""JSON files that are one object with the rows inside it: {"data": [...]}, columns of values, a key for each row."""

from __future__ import annotations

import codecs
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

_TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*"|[\[\]{}:,"]|[^\s"\[\]{}:,]+', re.DOTALL)
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_ROW_NUMBER = re.compile(r"[0-9]{1,9}")
_DEEP, _SHOWN, _LONG = 3, 3, 40  # objects within each other; names in a message, and their characters
_SPEAK = frozenset(("role", "from", "speaker"))  # keys of a message: an array of those is one document
_CHATS = frozenset(("messages", "message", "conversations", "conversation", "dialog", "dialogue", "turns", "chat"))
_TEXTS = frozenset(("text", "content", "instruction", "prompt"))  # an object with such a string is one document
_ONE = "or name it .jsonl if it is one document"
_TEXT = 'or give it a "text" of its own if it is one document'
_ABOUT = frozenset(("about", "citation", "comment", "description", "info", "license", "name", "note", "title"))
Path = tuple[str, ...]


@dataclass(slots=True)
class _Array:
    """How often its elements begin with which byte, and the keys of those that are objects."""

    elements: Counter[bytes] = field(default_factory=Counter)
    keys: set[str] = field(default_factory=set)

    def holds(self, begin: bytes) -> bool:
        return 2 * self.elements[begin] > self.elements.total()


@dataclass(slots=True)
class _Object:
    """The beginning of a JSON object: arrays and numbers as keys by path, strings at the top; where it ends, or -1.

    texts: keys of strings at the top that may be a text, and are not about the whole.
    """

    arrays: dict[Path, _Array] = field(default_factory=dict)
    numbered: Counter[Path] = field(default_factory=Counter)
    strings: set[str] = field(default_factory=set)
    texts: set[str] = field(default_factory=set)
    end: int = -1


def why_wrapped(head: bytes, is_one_line: Callable[[], bool]) -> str:
    """Why JSON is one object that holds rows, and how to take them out; "" where it is not.

    head: decompressed; is_one_line: whether no line stands behind the first, asked only where the head cannot tell.
    """
    begin = head.removeprefix(codecs.BOM_UTF8).lstrip()
    if not begin.startswith(b"{"):
        return ""
    found = _read(begin)
    said = _of_object(found)
    if not said or (found.end >= 0 and begin[found.end :].strip(b" \t\r\n\0")):
        return ""
    is_printed = b"\n" in begin[: found.end if found.end >= 0 else len(begin)].rstrip()
    if found.end < 0 and not is_printed and not is_one_line():
        return ""
    return said if is_printed else f"{said}; {_ONE if _has_text(found) else _TEXT}"


def why_one_line(head: bytes, is_one_line: Callable[[], bool]) -> str:
    """Why the only line of JSON lines is no document but holds rows, as `why_wrapped` says; "" where it may be one.

    A line with a text of its own, such as a question with its answers, is a document; so is a text in parts.
    """
    begin = head.removeprefix(codecs.BOM_UTF8).lstrip()
    if not begin.startswith(b"{") or b"\n" in begin.rstrip(b" \t\r\n\0"):
        return ""
    found = _read(begin)
    said = "" if _has_text(found) else _of_object(found)
    return f"{said}; {_TEXT}" if said and is_one_line() else ""


def _has_text(found: _Object) -> bool:
    return bool(found.texts) or (len(found.arrays) == 1 and next(iter(found.arrays))[-1] in _TEXTS)


def _of_object(found: _Object) -> str:
    chats = (path[0].lower() in _CHATS or one.keys & _SPEAK for path, one in found.arrays.items() if len(path) == 1)
    if found.strings & _TEXTS or any(chats):
        return ""
    if rows := [path for path, one in found.arrays.items() if one.holds(b"{")]:
        rows = [path for path in rows if len(path) == min(map(len, rows))]
        ways = ", ".join(f"{_way(path)}[]" for path in rows[:_SHOWN])
        return f"is one JSON object with its rows in {_named(rows)}; take them out: jq -c '{ways}' FILE > NEW.jsonl"
    if numbered := [path for path, count in found.numbered.items() if count > 1]:
        where = f" in {_named(numbered)}" if numbered[0] else ""
        return (
            f"is one JSON object with a key for each row{where}, as pandas writes it; write the rows: "
            f"to_json(NEW, orient='records', lines=True)"
        )
    lists = [path for path, one in found.arrays.items() if one.holds(b'"') or one.holds(b"[")]
    if lists := [path for path in lists if found.arrays[path].elements.total() > 1]:
        return (
            f"is one JSON object with arrays of values in {_named(lists)}; write one object a row, such as "
            '{"text": ...}'
        )
    return ""


def _way(path: Path) -> str:
    steps = [f".{key}" if _NAME.fullmatch(key) else f'.["{_plain(key)}"]' for key in path]
    return "".join(steps)


def _named(paths: list[Path]) -> str:
    more = f" and {len(paths) - _SHOWN} more" if len(paths) > _SHOWN else ""
    return ", ".join(".".join(map(_plain, path)) for path in paths[:_SHOWN]) + more


def _plain(key: str) -> str:
    """A key without what ends a quotation in a shell."""
    return re.sub(r"[\"'\\`$]", "?", key)[:_LONG]


def _read(begin: bytes) -> _Object:
    """Read as far as the object goes, without recursion: nesting may be deep."""
    found, stack, key = _Object(), list[tuple[bytes, str]](), ""
    for token, is_key, end in _tokens(begin):
        if is_key:
            key = _text(token)
            _see_key(found, stack, key)
        elif token in b"}]":
            if stack:
                stack.pop()
            if not stack:
                found.end = end
                break
        else:
            _see_value(found, stack, key, token)
            if token in b"{[":
                stack.append((token, key if stack and stack[-1][0] == b"{" else ""))
    return found


def _tokens(begin: bytes) -> Iterator[tuple[bytes, bool, int]]:
    """Keys, values and closing brackets, whether each is a key, and where it ends; until a string has no end."""
    inside: list[bytes] = []
    is_key = False
    for match in _TOKEN.finditer(begin):
        token = match.group()
        if token == b'"':
            return
        if token == b",":
            is_key = bool(inside) and inside[-1] == b"{"
        elif token != b":":
            yield token, is_key and token.startswith(b'"'), match.end()
            is_key = token == b"{"
            if token in b"{[":
                inside.append(token)
            elif token in b"}]" and inside:
                inside.pop()


def _see_key(found: _Object, stack: list[tuple[bytes, str]], key: str) -> None:
    if _ROW_NUMBER.fullmatch(key) and (path := _path(stack[1:])) is not None:
        found.numbered[path] += 1
    if len(stack) > 1 and stack[-2][0] == b"[" and (path := _path(stack[1:-2])) is not None:
        array = found.arrays.get((*path, stack[-2][1]))
        if array is not None:
            array.keys.add(key)


def _see_value(found: _Object, stack: list[tuple[bytes, str]], key: str, token: bytes) -> None:
    if not stack:
        return
    path = _path(stack[1:-1]) if stack[-1][0] == b"[" else _path(stack[1:])
    if path is None:
        return
    if stack[-1][0] == b"[":
        if (array := found.arrays.get((*path, stack[-1][1]))) is not None:
            array.elements[token[:1]] += 1
    elif token == b"[":
        found.arrays[(*path, key)] = _Array()
    elif len(stack) == 1 and token.startswith(b'"'):
        found.strings.add(key)
        if key.lower() not in _ABOUT and len(token.split()) > 5:
            found.texts.add(key)


def _path(stack: list[tuple[bytes, str]]) -> Path | None:
    """Keys that lead to an object through objects alone; None for others, and where it lies too deep."""
    if len(stack) >= _DEEP or any(kind != b"{" for kind, _ in stack):
        return None
    return tuple(key for _, key in stack)


def _text(token: bytes) -> str:
    try:
        found = json.loads(token)
    except ValueError:
        return token[1:-1].decode(errors="replace")
    return str(found)
