"""The rare words of a language as people wrote them before 2022: `wordfreq`, hashed as the token pass hashes words.

Languages with spaces are counted in words, as written. Chinese and Japanese are written without: their unit is the pair
of neighbouring characters, and a rare pair is one that, by the word list itself, mostly is a word of two characters
rather than the end of one word and the beginning of the next. Korean has no reference: the list counts morphemes, the
token pass words with their particles.
"""

from __future__ import annotations

import gzip
import importlib
import io
from collections import defaultdict
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from curate.corpus.damage import DAMAGE
from curate.corpus.write import write_atomic
from curate.errors import DependencyError, MachineError
from curate.kernels.buffers import text_buffers
from curate.kernels.plain_constants import CHARACTER, WORD
from curate.kernels.sampling import copy_tokens
from curate.kernels.tokens import tokenize
from curate.kernels.user_cache import cache_folder

TAIL_BEGINS = 10_000  # rank by frequency, 0 the commonest
TAIL_ENDS = 100_000
WITHOUT = frozenset({"ko"})
IN_PAIRS = frozenset({"zh", "ja"})

_VERSION = 2  # of what is cached: raise it whenever tokens or the tail are defined otherwise


@dataclass(frozen=True, slots=True)
class Reference:
    """The tail of a language: keys uint64[r] ascending, frequencies float64[r] as shares of all units, the words.

    A key is a token of kernels.sampling.copy_tokens, or two of them, the first in the high half, where `pairs`. Tokens
    spelt[i] are looked up as read_as[i], uint32[s] both, spelt ascending: traditional characters, for Chinese.
    """

    keys: NDArray[np.uint64]
    frequencies: NDArray[np.float64]
    words: tuple[str, ...]
    pairs: bool
    spelt: NDArray[np.uint32]
    read_as: NDArray[np.uint32]

    def read(self, tokens: NDArray[np.uint32]) -> NDArray[np.uint32]:
        """Tokens as the reference spells them."""
        if not self.spelt.size:
            return tokens
        at = np.minimum(np.searchsorted(self.spelt, tokens), self.spelt.size - 1)
        return np.where(self.spelt[at] == tokens, self.read_as[at], tokens)


@cache
def reference(language: str) -> Reference | None:
    """The tail of a language, None where there is none; made once and kept in the user's cache folder."""
    if language in WITHOUT or language == "und":
        return None
    try:
        edition = version("wordfreq")
    except PackageNotFoundError as error:
        raise DependencyError("wordfreq is missing", hint="pip install wordfreq") from error
    path = cache_folder() / "references" / f"{language}-{edition}-{_VERSION}.npz"
    found = _read(path, pairs=language in IN_PAIRS)
    if found is None:
        frequencies = _frequencies(language)
        if frequencies is None:
            return None
        found = pair_tail(frequencies) if language in IN_PAIRS else word_tail(frequencies)
        found = spelt_too(found, _simplified()) if language == "zh" else found
        _write(path, found)
    return found


def word_tail(frequencies: dict[str, float]) -> Reference:
    """Words of one token each, of ranks TAIL_BEGINS to TAIL_ENDS; spellings that fold alike are one word."""
    keys, kinds, counts = _tokens(frequencies)
    of_word = np.repeat(np.arange(counts.size), counts)
    alone = np.flatnonzero((counts[of_word] == 1) & (kinds == WORD))
    shares = np.fromiter(frequencies.values(), np.float64)
    unique, first, same = np.unique(keys[alone], return_index=True, return_inverse=True)
    totals = np.bincount(same, shares[of_word[alone]], minlength=unique.size) / shares.sum()
    names = list(frequencies)
    return _tail(unique, totals, [names[i] for i in of_word[alone][first]], pairs=False)


def pair_tail(frequencies: dict[str, float]) -> Reference:
    """Two-character words by how often their pair stands in a row, of the same ranks among pairs.

    A pair stands inside words, and where one word ends and another begins (taken as independent). Only pairs that
    are the word of two characters in at least half of all cases have a name that is true.
    """
    keys, kinds, counts = _tokens(frequencies)
    ends = np.cumsum(counts)
    before = np.concatenate([[0], np.cumsum(kinds == CHARACTER)])
    unspaced = (before[ends] - before[ends - counts] == counts) & (counts > 0)
    first: dict[int, float] = defaultdict(float)
    last: dict[int, float] = defaultdict(float)
    inside: dict[tuple[int, int], float] = defaultdict(float)
    words: dict[tuple[int, int], tuple[str, float]] = {}
    listed, characters = keys.tolist(), 0.0
    for i, (word, share) in enumerate(frequencies.items()):
        if not unspaced[i]:
            continue
        letters = listed[ends[i] - counts[i] : ends[i]]
        characters += share * len(letters)
        first[letters[0]] += share
        last[letters[-1]] += share
        for pair in pairwise(letters):
            inside[pair] += share
        if len(letters) == 2:
            words[letters[0], letters[1]] = (word, share)
    total = sum(first.values())
    found = {p: s + last[p[0]] * first[p[1]] / total for p, s in inside.items()}
    shares = np.fromiter(found.values(), np.float64) / (characters or 1.0)
    ordered = np.array([left << 32 | right for left, right in found], np.uint64)
    named = [words[p][0] if p in words and 2 * words[p][1] >= s else "" for p, s in found.items()]
    order = np.argsort(ordered)
    return _tail(ordered[order], shares[order], [named[i] for i in order], pairs=True)


def spelt_too(tail: Reference, characters: dict[str, str]) -> Reference:
    """The tail, also for text that writes other characters for those of the list."""
    spelt = _tokens(characters)[0].astype(np.uint32)
    read_as = _tokens(characters.values())[0].astype(np.uint32)
    order = np.argsort(spelt)
    return replace(tail, spelt=spelt[order], read_as=read_as[order])


def _tail(keys: NDArray[np.uint64], shares: NDArray[np.float64], words: list[str], *, pairs: bool) -> Reference:
    """Keys are ascending; units without a name count for the ranks and are left out."""
    ranked = np.lexsort((keys, -shares))[TAIL_BEGINS:TAIL_ENDS]
    kept = np.sort(ranked[[bool(words[i]) for i in ranked]]) if ranked.size else ranked
    none = np.zeros(0, np.uint32)
    return Reference(keys[kept], shares[kept], tuple(words[i] for i in kept), pairs, none, none)


def _tokens(texts: Iterable[str]) -> tuple[NDArray[np.uint64], NDArray[np.uint8], NDArray[np.int64]]:
    """Tokens as in a sample, their kinds, and how many counted ones each text has (all of them are, or none)."""
    found = tokenize(*text_buffers(pa.array(list(texts), pa.large_string())))
    plain = found._replace(kind=np.minimum(found.kind, 2))  # marks too, so that "can't" is not one word
    out = np.empty(plain.folded.size, np.uint32)
    copy_tokens(plain.folded, plain.kind, plain.document_start, plain.document_start, out)
    return out.astype(np.uint64), found.kind, np.diff(plain.document_start)


def _frequencies(language: str) -> dict[str, float] | None:
    wordfreq: Any = importlib.import_module("wordfreq")  # a second or two, and only where the cache is empty
    if language not in wordfreq.available_languages("best"):
        return None
    frequencies: dict[str, float] = wordfreq.get_frequency_dict(language, "best")
    return frequencies


def _simplified() -> dict[str, str]:
    """Simplified for traditional characters, as wordfreq maps them before it looks a word up; one for one."""
    msgpack: Any = importlib.import_module("msgpack")  # wordfreq needs it
    packed = (files("wordfreq") / "data" / "_chinese_mapping.msgpack.gz").read_bytes()
    mapped = msgpack.loads(gzip.decompress(packed), raw=False, strict_map_key=False)
    pairs = {chr(point): simple for point, simple in mapped.items()}
    return {c: s for c, s in pairs.items() if len(s) == 1 and _is_character(c) and _is_character(s)}


def _is_character(text: str) -> bool:
    return bool(_tokens([text])[1].tolist() == [CHARACTER])


def _read(path: Path, *, pairs: bool) -> Reference | None:
    try:
        with np.load(io.BytesIO(path.read_bytes())) as data:
            words = bytes(data["words"]).decode().split("\n") if data["keys"].size else []
            spelt, read_as = data["spelt"], data["read_as"]
            return Reference(data["keys"], data["frequencies"], tuple(words), pairs, spelt, read_as)
    except (*DAMAGE, MemoryError):  # absent, or cut off: made again
        return None


def _write(path: Path, tail: Reference) -> None:
    """Whole or not at all, also when several processes do it; a folder that cannot be written costs time only."""
    buffer = io.BytesIO()
    names = ("keys", "frequencies", "spelt", "read_as")
    words = np.frombuffer("\n".join(tail.words).encode(), np.uint8)
    np.savez_compressed(buffer, words=words, **{name: getattr(tail, name) for name in names})
    with suppress(MachineError):
        write_atomic(path, buffer.getvalue())
