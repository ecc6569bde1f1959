"""Appearance of a column's values in a sample: prose, or hashes, addresses, numbers, labels. Names play no part."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from statistics import median

PROSE, MARKUP, EMPTY = "prose", "markup", "nothing"
_MOST = 0.8  # of the values must look alike
_SEEN = 300  # characters of a value
# Scripts that write no blanks between words: Thai, Lao, Tibetan, Myanmar, Khmer, kana, Han.
_UNSPACED = re.compile("[\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff\u3040-\u9fff\U00020000-\U0003ffff]")
_LEAST_WORDS, _LEAST_LETTERS = 3, 8
_FEW = 5  # different values that make a long column a set of labels
_FORMS = {
    "numbers": re.compile(r"[-+]?[\d.,_ ]*\d[\d.,_ ]*(?:[eE][-+]?\d+)?%?"),
    "dates": re.compile(r"\d{1,4}[-/.]\d{1,2}(?:[-/.]\d{1,4})?(?:[T ][\d:.,]+ ?(?:Z|UTC|[-+]\d\d:?\d\d)?)?"),
    "hashes": re.compile(r"(?:[a-z0-9]+:)?(?=[^\d]*\d)[0-9a-fA-F]{8}[0-9a-fA-F-]{4,}"),
    "addresses": re.compile(r"(?:[a-zA-Z][a-zA-Z0-9+.-]*:(?://)?[^\s]*[^\s:]|www\.\S+|[^\s@]+@[^\s@]+\.[^\s@]+)"),
    "paths": re.compile(r"\S*[/\\]\S*"),
    "base64": re.compile(r"[A-Za-z0-9+/_\s-]{32,}={0,2}"),
    "JSON": re.compile(r"(?:\{\s*[\"'}]|\[\s*(?:[\"'{\[\]]|-?\d+[,\]])).*", re.DOTALL),
    MARKUP: re.compile(r"<(?:!doctype|html|\?xml|svg|head|body|div|table|script|style)\b.*", re.DOTALL | re.IGNORECASE),
    "ids": re.compile(r"(?=\D*\d)[^\s]{1,128}"),
    "single words": re.compile(r"[^\s]+"),
}
_OPENING = {"{": "JSON", "[": "JSON", "<": MARKUP}  # forms of several words by their first character
_NO_LETTERS = bytes(byte for byte in range(256) if not chr(byte).isalpha() or byte > 127)
JUNK = frozenset((EMPTY, "numbers", "dates", "hashes", "addresses", "paths", "base64", "JSON", "ids"))


@dataclass(frozen=True, slots=True)
class Looks:
    """Kind of most values, and the number of rows.

    filled: rows that hold anything; junk: share of these that is no text; median_bytes, example: of the middle value.
    """

    kind: str
    filled: int
    rows: int
    junk: float
    median_bytes: int  # UTF-8
    example: str

    @property
    def weight(self) -> float:
        """Bytes of the middle value, less for a column that is mostly empty."""
        return self.median_bytes * self.filled / max(1, self.rows)


def looks_of(values: Sequence[str | None]) -> Looks:
    """Of sampled values; the example is the middle one by length."""
    filled = [value for value in values if value and not value.isspace()]
    if not filled:
        return Looks(EMPTY, 0, len(values), 1.0, 0, "")
    kinds: Counter[str] = Counter()
    for value, times in Counter(filled).items():  # labels and names come again and again
        kinds[_kind(value)] += times
    kind, count = kinds.most_common(1)[0]
    if kind == PROSE or kinds[PROSE] * 2 > len(filled):
        kind = PROSE
    elif count < _MOST * len(filled):
        kind = "values of several kinds"
    if kind == PROSE and len(filled) > 4 * _FEW and len(set(filled)) <= _FEW:
        kind = "a few labels"
    junk = sum(kinds[name] for name in JUNK) / len(filled)
    size = int(median(len(value.encode(errors="replace")) for value in filled))
    example = sorted(filled, key=len)[len(filled) // 2]
    return Looks(kind, len(filled), len(values), junk, size, example)


def is_prose(value: str) -> bool:
    """Is it text that people read, or a page of it in markup?"""
    return _kind(value) in (PROSE, MARKUP)


def _kind(value: str) -> str:
    return _kind_of(value[:_SEEN].strip())


@lru_cache(maxsize=1 << 11)
def _kind_of(head: str) -> str:
    """The same values are looked at for text, for prose beside it and for labels."""
    words = head.split()
    unspaced = 0 if head.isascii() else len(_UNSPACED.findall(head))
    if unspaced < _LEAST_LETTERS:
        for kind in _forms_of(head[:1]) if len(words) > 1 else _FORMS:
            if _FORMS[kind].fullmatch(head) and (kind != "base64" or _is_base64(head)):
                return kind
    elif _FORMS["addresses"].fullmatch(head):
        return "addresses"
    letters = _letters(head)
    if 2 * letters < sum(map(len, words)):
        return "signs"
    if (len(words) >= _LEAST_WORDS and letters >= _LEAST_LETTERS) or unspaced >= _LEAST_LETTERS:
        return PROSE
    return "a word or two"


def _forms_of(first: str) -> Sequence[str]:
    """Names of _FORMS, in their order, that may match several words, the first of which begins so."""
    if first in _OPENING:
        return (_OPENING[first],)
    return ("base64",) if first.isalpha() else ("numbers", "dates", "base64")


def _letters(head: str) -> int:
    if head.isascii():
        return len(head.encode().translate(None, _NO_LETTERS))
    return sum(map(str.isalpha, head))


def _is_base64(value: str) -> bool:
    """One long run, or lines of one width: words have blanks between them sooner."""
    runs = value.split()
    return all(len(run) >= 60 for run in runs[:-1]) if len(runs) > 1 else bool(re.search(r"\d|[A-Z].*[a-z]", value))
