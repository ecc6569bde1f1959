"""The one pass over the bytes: normalised tokens, blind to formatting (tests/oracles/slow.py is the specification)."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from curate.kernels.buffers import Room
from curate.kernels.canonical import composed
from curate.kernels.characters import Characters, characters
from curate.kernels.compile import kernel
from curate.kernels.decode import clitic, decode, decode_four, hash_point, line_break, n_t, url_follows
from curate.kernels.hashing import FNV_OFFSET, FNV_PRIME, mix64
from curate.kernels.plain import plain_tokens
from curate.kernels.plain_constants import (
    CHARACTER,
    CLITIC,
    LONG,
    LONGS,
    MARKUP,
    NEWLINE,
    NUMBER,
    PUNCTUATION,
    READ,
    URL,
    WORD,
)
from curate.kernels.plain_hash import hash_long, hash_plain

KINDS = 8


class Tokens(NamedTuple):
    """The tokens of n texts, in order.

    folded uint64[m]: hash of the token without case, width, composition of accents or kind of quote; kind uint8[m]
    (WORD .. MARKUP); script uint8[m], index in characters.SCRIPTS of the first character; of a mark how often it is
    repeated, 2 at most, which tells == from =; tokens of text i are [document_start[i], document_start[i + 1]),
    int64[n + 1].
    A NEWLINE token stands for a run of whitespace with a line break in it.
    """

    folded: NDArray[np.uint64]
    kind: NDArray[np.uint8]
    script: NDArray[np.uint8]
    document_start: NDArray[np.int64]


_room = Room()


def tokenize(values: NDArray[np.uint8], offsets: NDArray[np.int64]) -> Tokens:
    """Tokens of texts i = values[offsets[i]:offsets[i + 1]], UTF-8, in NFC; malformed bytes count as spaces."""
    values, offsets = composed(values, offsets)
    most = int(offsets[-1] - offsets[0]) if offsets.size else 0
    folded, kind, script = _room.arrays(most, (np.uint64, np.uint8, np.uint8))
    document_start = np.zeros(offsets.size, np.int64)
    count = _tokenize(values, offsets, characters(), folded, kind, script, document_start)
    return Tokens(folded[:count], kind[:count], script[:count], document_start)


@kernel
def _tokenize(
    values: Any,
    offsets: Any,
    tables: Characters,
    folded: Any,
    kind: Any,
    script: Any,
    document_start: Any,
) -> int:
    """Fill the arrays of `Tokens`; returns the number of tokens.

    What is plain is left to `plain_tokens`. One long function on purpose: a call that passes arrays costs more than a
    short token, and so does `decode` for ASCII.
    """
    classes, scripts, folds = tables.classes, tables.scripts, tables.folded
    latin = scripts[97]
    ends_word = np.zeros(256, np.bool_)
    marks = np.zeros(256, np.uint64)
    markup_low, markup_high = np.uint64(0), np.uint64(0)
    for code in range(128):
        what, fold = classes[code], folds[code]
        in_word = what == 1 or what == 2 or what == 4 or what == 7
        ends_word[code] = not in_word and fold != 39 and code != 58  # nor a clitic, nor "://"
        if (what == 5 or what == 8) and code != 92 and code != 60 and fold != 39:
            marks[code] = mix64(hash_point(FNV_OFFSET, code, tables))
        bit = np.uint64(what == 8) << np.uint64(code & 63)
        markup_low |= bit if code < 64 else np.uint64(0)
        markup_high |= bit if code >= 64 else np.uint64(0)
    long = np.empty((LONG, LONGS), np.uint64)
    count = longs = 0
    for i in range(offsets.size - 1):
        document_start[i] = count
        position: Any = offsets[i]
        end: Any = offsets[i + 1]
        while position < end:
            if position + READ <= values.size and values[position] < 128 and values[position + 1] < 128:
                if longs + READ >= LONGS:
                    hash_long(values, long, longs, folded, kind, script)
                    longs = 0
                position, count, longs = plain_tokens(values, position, end, count, folded, kind, long, longs)
                if position >= end:
                    break
            begin = position
            byte: Any = values[position]
            h: Any = FNV_OFFSET
            lower = byte | np.uint8(32)
            at = np.uint64(position)
            while lower >= 97 and lower <= 122:  # a longer word of ASCII letters
                h = (h ^ np.uint64(lower)) * FNV_PRIME
                at += np.uint64(1)
                byte = values[at] if at < np.uint64(end) else np.uint8(32)
                lower = byte | np.uint8(32)
            position = np.int64(at)
            if position > begin:
                if ends_word[byte]:
                    folded[count], kind[count], script[count] = mix64(h), WORD, latin
                    count += 1
                    continue
                position = begin
            elif marks[byte] != 0 and position + 1 < end:
                following: Any = np.int64(values[position + 1])
                if following < 128 and folds[following] != folds[byte]:  # a single mark
                    folded[count], kind[count] = marks[byte], MARKUP if classes[byte] == 8 else PUNCTUATION
                    script[count] = 0
                    count += 1
                    position += 1
                    continue
            point: Any = np.int64(values[position])
            after: Any = position + 1
            if point >= 128:
                if position + 3 < end:
                    second, third, fourth = values[position + 1], values[position + 2], values[position + 3]
                    point, after = decode_four(point, second, third, fourth, position)
                else:
                    point, after = decode(values, position, end)
            what = classes[point]
            if what == 1 or what == 2 or what == 4:  # LETTER, DIGIT, MARK: a word
                first = point
                h = FNV_OFFSET
                before = h  # without the last character, for do|n't
                last: Any = np.int64(0)
                last_position = position
                only_digits = digits_before = True
                while True:
                    if what != 7:  # IGNORED
                        before, digits_before = h, only_digits
                        only_digits = only_digits and what == 2
                        fold = folds[point]
                        h = (h ^ np.uint64(fold)) * FNV_PRIME if fold < 0x110000 else hash_point(h, point, tables)
                    last, last_position = point, position
                    position = after
                    while position < end:  # a run of ASCII letters: most of most texts
                        lower = values[position] | np.uint8(32)
                        if lower < 97 or lower > 122:
                            break
                        before = h
                        h = (h ^ np.uint64(lower)) * FNV_PRIME
                        position += 1
                    if position > after:
                        digits_before = only_digits and position == after + 1
                        only_digits = False
                        last, last_position = np.int64(values[position - 1]), position - 1
                    if position >= end:
                        break
                    point = np.int64(values[position])
                    after = position + 1
                    if point >= 128:
                        if position + 3 < end:
                            second, third, fourth = values[position + 1], values[position + 2], values[position + 3]
                            point, after = decode_four(point, second, third, fourth, position)
                        else:
                            point, after = decode(values, position, end)
                    what = classes[point]
                    if what != 1 and what != 2 and what != 4 and what != 7:
                        break
                kind[count] = NUMBER if only_digits else WORD
                script[count] = scripts[first]
                if position < end and point == 58 and url_follows(values, begin, position, end):
                    while position < end:
                        point, after = decode(values, position, end)
                        what = classes[point]
                        if what == 0 or what == 6 or what == 3:
                            break
                        position = after
                    h = FNV_OFFSET
                    for k in range(4):  # "http", in lower case, whatever stands there
                        h = hash_point(h, np.int64(values[begin + k]), tables)
                    kind[count], script[count] = URL, 0
                elif position < end and folds[point] == 39 and (last == 110 or last == 78):  # n, N
                    clitic_end, clitic_hash = n_t(values, position, end, tables)
                    if clitic_end > 0:
                        if last_position > begin:
                            folded[count], kind[count] = mix64(before), NUMBER if digits_before else WORD
                            count += 1
                        kind[count], script[count] = CLITIC, 1
                        folded[count] = clitic_hash
                        count += 1
                        position = clitic_end
                        continue
                folded[count] = mix64(h)
                count += 1
                continue
            written = line_break(values, position, end) if point == 92 or point == 60 else 0  # backslash, <
            if written > 0 or what == 0 or what == 6 or what == 7:  # SPACE, NEWLINE_MARK, IGNORED: a gap
                breaks = 0
                while True:
                    if written > 0:
                        breaks += 1
                        position += written
                    else:
                        if what == 6 and not (point == 10 and position > begin and values[position - 1] == 13):
                            breaks += 1  # CR LF is one
                        position = after
                    if position >= end:
                        break
                    point = np.int64(values[position])
                    after = position + 1
                    if point >= 128:
                        if position + 3 < end:
                            second, third, fourth = values[position + 1], values[position + 2], values[position + 3]
                            point, after = decode_four(point, second, third, fourth, position)
                        else:
                            point, after = decode(values, position, end)
                    what = classes[point]
                    written = line_break(values, position, end) if point == 92 or point == 60 else 0
                    if written == 0 and what != 0 and what != 6 and what != 7:
                        break
                if breaks > 0:
                    folded[count] = mix64(np.uint64(min(breaks, 2)))
                    kind[count], script[count] = NEWLINE, 0
                    count += 1
                continue
            position = after
            if what == 3:  # UNSPACED: characters and the marks on them, each decoded once
                while what == 3:
                    fold = folds[point]
                    h = (FNV_OFFSET ^ np.uint64(fold)) * FNV_PRIME
                    if fold >= 0x110000:
                        h = hash_point(FNV_OFFSET, point, tables)
                    kind[count], script[count] = CHARACTER, scripts[point]
                    what = np.uint8(0)
                    while position < end and values[position] >= 128:  # no mark is ASCII
                        point = np.int64(values[position])
                        if position + 3 < end:
                            second, third, fourth = values[position + 1], values[position + 2], values[position + 3]
                            point, after = decode_four(point, second, third, fourth, position)
                        else:
                            point, after = decode(values, position, end)
                        what = classes[point]
                        if what == 4:
                            h = hash_point(h, point, tables)
                        elif what != 7:
                            break
                        position = after
                    folded[count] = mix64(h)
                    count += 1
                    if what == 3:
                        position = after
                continue
            same = folds[point]
            if same == 39:
                clitic_end, clitic_hash = clitic(values, begin, end, tables)
                if clitic_end > 0:
                    folded[count], kind[count], script[count] = clitic_hash, CLITIC, 1
                    count += 1
                    position = clitic_end
                    continue
            repeated = np.uint8(0)
            while position < end:  # a run of one and the same mark
                following = np.int64(values[position])
                after = position + 1
                if following >= 128:
                    following, after = decode(values, position, end)
                if classes[following] != what or folds[following] != same:
                    break
                if same == 39 and clitic(values, position, end, tables)[0] > 0:
                    break
                if (following == 92 or following == 60) and line_break(values, position, end) > 0:
                    break
                repeated += np.uint8(repeated < 2)
                position = after
            folded[count] = mix64(hash_point(FNV_OFFSET, point, tables))
            kind[count], script[count] = MARKUP if what == 8 else PUNCTUATION, repeated
            count += 1
        hash_long(values, long, longs, folded, kind, script)
        longs = 0
        here = slice(document_start[i], count)
        hash_plain(folded[here], kind[here], script[here], (markup_low, markup_high))
    document_start[offsets.size - 1] = count
    return count
