"""Byte strings of which every text that an RE2 pattern matches holds at least one: a cheap test before a dear one.

Like the prefilters of RE2 itself and of code search (Cox 2012, "Regular expression matching with a trigram index").
Reads the syntax that rules are written in; of anything else it says nothing, which is always right.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product

from curate.kernels.literal_index import SHORTEST, folded

MOST = 300  # strings of one set
LONGEST = 16  # bytes of a string: what is longer tells no more
_DIGITS = frozenset(b"%d" % digit for digit in range(10))
_CONTROL = {"n": "\n", "t": "\t", "r": "\r", "f": "\f", "v": "\v", "a": "\a"}
_NOTHING = frozenset({b""})

Strings = frozenset[bytes]


@dataclass(frozen=True, slots=True)
class _Part:
    """exact: all that a part of a pattern matches, None: too much; needed: what it holds one of, None: not known."""

    exact: Strings | None
    needed: Strings | None = None


_ANYTHING = _Part(None)


class _UnknownError(Exception):
    """Syntax that is not read here."""


def literals_of(pattern: str) -> Strings | None:
    """In lower case (`kernels.literal_index.folded`), at least SHORTEST bytes each; None where none can be named."""
    found = strings_of(pattern)
    literals = frozenset(folded(literal)[-LONGEST:] for literal in found or ())
    return literals if literals and min(map(len, literals)) >= SHORTEST else None


def strings_of(pattern: str) -> Strings | None:
    """As they stand in the pattern, of any length; None where there are none to name."""
    try:
        reader = _Reader(pattern)
        found = _some(reader.alternatives())
    except _UnknownError:
        return None
    return None if reader.rest else found


class _Reader:
    """Reads a pattern from left to right, by recursive descent."""

    def __init__(self, pattern: str) -> None:
        self.rest = pattern
        self._any_case = False

    def alternatives(self) -> _Part:
        """Up to the closing parenthesis or the end."""
        before = self._any_case
        parts = [self._sequence()]
        while self._take("|"):
            parts.append(self._sequence())
        self._any_case = before
        return _either(parts)

    def _sequence(self) -> _Part:
        parts: list[_Part] = []
        while self.rest and self.rest[0] not in "|)":
            parts += self._repeated(self._atom())
        return _joined(parts)

    def _repeated(self, part: _Part) -> list[_Part]:
        least, most = 1, 1
        if self.rest[:1] in ("?", "*", "+"):
            least, most = {"?": (0, 1), "*": (0, 2), "+": (1, 2)}[self._next()]
        elif self.rest[:1] == "{":
            raise _UnknownError
        else:
            return [part]
        self._take("?")
        if least == 0:
            return [_ANYTHING if most > 1 or part.exact is None else _Part(part.exact | _NOTHING)]
        return [part, _ANYTHING, part]  # one or more: it begins with one and ends with one, perhaps the same

    def _atom(self) -> _Part:
        sign = self._next()
        if sign == "(":
            return self._group()
        if sign == "[":
            return self._one_of()
        if sign == "\\":
            return self._escaped(self._next())
        if sign in "^$":
            return _Part(_NOTHING)
        if sign in "?*+":
            raise _UnknownError
        return _ANYTHING if sign == "." else self._sign(sign)

    def _group(self) -> _Part:
        if self._take("?i)"):
            self._any_case = True
            return _Part(_NOTHING)
        if self._take("?m)"):
            return _Part(_NOTHING)
        if not self._take("?:") and self.rest[:1] == "?":
            raise _UnknownError
        part = self.alternatives()
        if not self._take(")"):
            raise _UnknownError
        return part

    def _one_of(self) -> _Part:
        """A class that lists signs; of one with ranges, classes in it or a ^ only that it is one sign."""
        negated = self._take("^")
        members: list[_Part] = []
        while not members or not self._take("]"):
            sign = self._next()
            if sign == "[" or (sign == "-" and members and self.rest[:1] != "]"):
                raise _UnknownError
            members.append(self._escaped(self._next()) if sign == "\\" else self._sign(sign))
            if any(member.exact == _NOTHING for member in members):
                raise _UnknownError  # \b is a backspace here
        return _ANYTHING if negated else _either(members)

    def _escaped(self, sign: str) -> _Part:
        if sign == "d":
            return _Part(_DIGITS)
        if sign in "bBAz":
            return _Part(_NOTHING)
        if sign in "sSwWD":
            return _ANYTHING
        if sign in _CONTROL:
            return self._sign(_CONTROL[sign])
        if sign.isalnum() or not sign.isascii():
            raise _UnknownError
        return self._sign(sign)

    def _sign(self, sign: str) -> _Part:
        if self._any_case and not sign.isascii() and len({sign, sign.lower(), sign.upper(), sign.casefold()}) > 1:
            return _ANYTHING
        return _Part(frozenset({sign.encode()}))

    def _take(self, start: str) -> bool:
        found = self.rest.startswith(start)
        if found:
            self.rest = self.rest[len(start) :]
        return found

    def _next(self) -> str:
        if not self.rest:
            raise _UnknownError
        sign, self.rest = self.rest[0], self.rest[1:]
        return sign


def _joined(parts: list[_Part]) -> _Part:
    """One after the other: what stands side by side is put together as long as the sets stay small."""
    run, best, whole = _NOTHING, None, True
    for part in parts:
        if part.exact is not None and len(run) * len(part.exact) <= MOST:
            run = frozenset(left + right for left, right in product(run, part.exact))
            continue
        whole = False
        best = _better(_better(best, run), part.needed)
        run = _NOTHING if part.exact is None else part.exact
    return _Part(run) if whole else _Part(None, _better(best, run))


def _either(parts: list[_Part]) -> _Part:
    exact = _union(parts, lambda part: part.exact)
    if exact is not None and len(exact) <= MOST:
        return _Part(exact)
    return _Part(None, _union(parts, _some))


def _some(part: _Part) -> Strings | None:
    return part.needed if part.exact is None else part.exact


def _union(parts: list[_Part], of: Callable[[_Part], Strings | None]) -> Strings | None:
    sets = [found for part in parts if (found := of(part)) is not None]
    return frozenset().union(*sets) if len(sets) == len(parts) else None


def _better(one: Strings | None, other: Strings | None) -> Strings | None:
    """The set whose shortest string is longer, then the smaller one."""
    if one is None or other is None:
        return one if other is None else other
    return max(one, other, key=lambda strings: (min(LONGEST, *map(len, strings), LONGEST), -len(strings)))
