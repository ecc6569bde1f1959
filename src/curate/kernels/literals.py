"""Which texts hold one of many byte strings: a look at every fourth byte decides for nearly all of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from curate.kernels.compile import kernel

GRAM, STRIDE = 4, 4  # bytes that are looked at together; from look to look
LEAST = STRIDE + GRAM - 1  # bytes of a literal that holds a look, wherever it begins
NEEDLE = 4  # bytes of the end of a shorter literal, and of one alone
SHORTEST = 4
FILTER_BITS = 18  # 32 KB: it stays in the first-level cache
SPREAD, LOW_32, LOWER = np.uint64(0x9E3779B1), np.uint64(0xFFFFFFFF), np.uint64(0x2020202020202020)
ONE, THREE, SEVEN, EIGHT, SHIFT = np.uint64(1), np.uint64(3), np.uint64(7), np.uint64(8), np.uint64(32 - FILTER_BITS)
# Pairs of letters in English, the commonest first (_ is a blank): of them the grams are made that stand everywhere.
PAIRS = """
e_ _t th he s_ _a in er an re on at en nd d_ t_ y_ n_ _i _o _w _h _b _f _p _m _c _s ti es or te of f_ ed is it al ar st
to nt ng se ha as ou io le ve co me de hi ri ro ic ne ea ra ce li ch ll be ma si om ur ca el ta la ns di fo ho us r_ g_
o_ l_ m_ a_ _d _r _l _n _e _g wi wa ut tr pr ec no yo u_ ul ld un su pe so wh we da do if ke my
"""
COMMON = {pair.encode().replace(b"_", b" "): 1 / rank for rank, pair in enumerate(PAIRS.split(), start=4)}
RARE = 1 / 300
FOLDED = bytes(byte | 32 for byte in range(256))


class Literals(NamedTuple):
    """Byte strings without case, and the groups that they belong to.

    may uint8[2 ** FILTER_BITS / 8]: a bit for the hash of every gram; grams uint32[power of two], open addressing, 0 =
    empty, and first, size int32 alike: the gram's entries. An entry: LEAST bytes uint64 of some literals, place int32
    of the look in them, and which literals: one int32 to last int32. A literal: before int32, where in it these bytes
    begin; text[start:end] uint8, int32; group int32. A needle, for shorter ones: needles uint8[s, NEEDLE + 1], the last
    byte from and to; needle_group int32[s].
    """

    may: NDArray[np.uint8]
    grams: NDArray[np.uint32]
    first: NDArray[np.int32]
    size: NDArray[np.int32]
    window: NDArray[np.uint64]
    place: NDArray[np.int32]
    one: NDArray[np.int32]
    last: NDArray[np.int32]
    before: NDArray[np.int32]
    start: NDArray[np.int32]
    end: NDArray[np.int32]
    group: NDArray[np.int32]
    text: NDArray[np.uint8]
    needles: NDArray[np.uint8]
    needle_group: NDArray[np.int32]


def literal_index(literals: Sequence[tuple[bytes, int]]) -> Literals:
    """Of (literal, group); none shorter than SHORTEST."""
    windows: dict[bytes, list[tuple[bytes, int, int]]] = {}
    long = sorted({(folded(text), group) for text, group in literals if len(text) >= LEAST})
    for (text, group), before in zip(long, _least_common([text for text, _ in long]), strict=True):
        windows.setdefault(text[before : before + LEAST], []).append((text, before, group))
    entries: dict[int, list[tuple[int, int, int, int]]] = {}
    known: list[tuple[bytes, int, int]] = []
    for window, some in windows.items():
        for place in range(STRIDE):
            entry = (int.from_bytes(window, "little"), place, len(known), len(known) + len(some))
            entries.setdefault(int.from_bytes(window[place : place + GRAM], "little"), []).append(entry)
        known += some
    grams = np.zeros(1 << (2 * len(entries) + 1).bit_length(), np.uint32)
    first, size = np.zeros(grams.size, np.int32), np.zeros(grams.size, np.int32)
    sizes = np.array([len(places) for places in entries.values()], np.int32)
    may = np.zeros((1 << FILTER_BITS) // 8, np.uint8)
    _fill(np.array(list(entries), np.uint32), sizes, may, grams, first, size)
    flat = np.array([entry[1:] for places in entries.values() for entry in places], np.int32).reshape(-1, 3)
    ends = np.cumsum([len(text) for text, _, _ in known], dtype=np.int32)
    return Literals(
        *(may, grams, first, size),
        window=np.array([entry[0] for places in entries.values() for entry in places], np.uint64),
        place=flat[:, 0].copy(),
        one=flat[:, 1].copy(),
        last=flat[:, 2].copy(),
        before=np.array([before for _, before, _ in known], np.int32),
        start=ends - np.array([len(text) for text, _, _ in known], np.int32),
        end=ends,
        group=np.array([group for _, _, group in known], np.int32),
        text=np.frombuffer(b"".join(text for text, _, _ in known), np.uint8),
        **_needles({(folded(text)[-NEEDLE:], group) for text, group in literals if len(text) < LEAST}),
    )


def _needles(ends: set[tuple[bytes, int]]) -> dict[str, NDArray[Any]]:
    """Needles that differ in their last byte only, and that by one, are one: turn0, turn1, turn2."""
    found: list[tuple[bytes, int]] = []
    for text, group in sorted(ends, key=lambda end: (end[1], end[0])):
        if found and found[-1][1] == group and found[-1][0][:-2] + bytes([found[-1][0][-1] + 1]) == text:
            text, group = found[-1][0][:-1] + text[-1:], group
            found.pop()
        else:
            text += text[-1:]
        found.append((text, group))
    needles = np.frombuffer(b"".join(text for text, _ in found), np.uint8).reshape(-1, NEEDLE + 1)
    return {"needles": needles, "needle_group": np.array([group for _, group in found], np.int32)}


def folded(literal: bytes) -> bytes:
    """Letters in lower case; other bytes may become alike, which only lets more texts through."""
    return literal.translate(FOLDED)


def _least_common(texts: Sequence[bytes]) -> list[int]:
    """Where in each text the LEAST bytes begin that are looked for: those with the rarest looks, the first of them."""
    rarity = np.full((256, 256), RARE)
    for pair, common in COMMON.items():
        rarity[pair[0], pair[1]] = common
    rarity[ord("*")] = rarity[ord(" ")]  # folded, the end of a line is a star, and stands where blanks do
    rarity[:, ord("*")] = rarity[:, ord(" ")]
    joined = np.array(list(b"".join(texts)), np.intp)
    pairs = rarity[joined[:-1], joined[1:]]
    grams = pairs[:-2] * pairs[1:-1] * pairs[2:]
    sums = (grams[:-3] + grams[1:-2] + grams[2:-1] + grams[3:]).tolist()
    found, begin = [], 0
    for text in texts:
        own = sums[begin : begin + len(text) - LEAST + 1]
        found.append(own.index(min(own)))
        begin += len(text)
    return found


@kernel
def _fill(keys: Any, sizes: Any, may: Any, grams: Any, first: Any, size: Any) -> None:
    """Enter distinct grams uint32[n], of sizes int32[n] entries each, one after the other."""
    mask = np.uint64(grams.size - 1)
    begin = 0
    for k in range(keys.size):
        h = ((np.uint64(keys[k]) * SPREAD) & LOW_32) >> SHIFT
        may[h >> THREE] |= np.uint8(ONE << (h & SEVEN))
        at = h & mask
        while grams[at] != 0:
            at = (at + ONE) & mask
        grams[at], first[at], size[at] = keys[k], begin, sizes[k]
        begin += sizes[k]


@kernel
def groups_held(values: Any, offsets: Any, index: Literals, out: Any) -> None:
    """out[i, g] bool = True where text values[offsets[i]:offsets[i + 1]] holds a literal of group g; else untouched.

    Upper and lower case of ASCII letters are alike, as are some other bytes, see `folded`, and of a literal shorter
    than LEAST only the end is looked for: some texts hold none although this says so, none hold one where it does not.
    """
    may, grams, first, size = index.may, index.grams, index.first, index.size
    window, place, before, start, text = index.window, index.place, index.before, index.start, index.text
    mask, seven_bytes = np.uint64(grams.size - 1), (ONE << np.uint64(8 * LEAST)) - ONE
    for i in range(offsets.size - 1):
        at: Any = np.uint64(offsets[i])
        end: Any = np.uint64(offsets[i + 1])
        while at + np.uint64(GRAM) <= end:
            gram = np.uint64(0)
            for k in range(GRAM):  # one load: `at` is unsigned
                gram |= np.uint64(values[at + np.uint64(k)]) << (EIGHT * np.uint64(k))
            gram |= LOWER & LOW_32
            h = ((gram * SPREAD) & LOW_32) >> SHIFT
            if (np.uint64(may[h >> THREE]) >> (h & SEVEN)) & ONE:
                slot = h & mask
                while grams[slot] != 0 and np.uint64(grams[slot]) != gram:
                    slot = (slot + ONE) & mask
                for entry in range(first[slot], first[slot] + size[slot]):
                    begin = np.int64(at) - place[entry]
                    if begin < offsets[i] or begin + LEAST > np.int64(end):
                        continue
                    around = np.uint64(0)
                    for k in range(LEAST):
                        around |= np.uint64(values[np.uint64(begin) + np.uint64(k)]) << (EIGHT * np.uint64(k))
                    if (around | (LOWER & seven_bytes)) != window[entry]:
                        continue
                    for literal in range(index.one[entry], index.last[entry]):
                        at_text, whole = begin - before[literal], index.end[literal] - start[literal]
                        alike = at_text >= offsets[i] and at_text + whole <= np.int64(end)
                        k = 0
                        while alike and k < whole:
                            alike = values[at_text + k] | np.uint8(32) == text[start[literal] + k]
                            k += 1
                        out[i, index.group[literal]] |= alike
            at += np.uint64(STRIDE)
        for number in range(index.needles.shape[0]):
            if not out[i, index.needle_group[number]]:
                whole_text = values[offsets[i] : offsets[i + 1]]
                out[i, index.needle_group[number]] = has_needle(whole_text, index.needles[number])


@kernel
def has_needle(text: Any, needle: Any) -> bool:
    """Return whether the text uint8[n], folded, holds the needle's bytes."""
    a, b, c, d, span = needle[0], needle[1], needle[2], needle[3], np.uint8(needle[4] - needle[3])
    found, bit = False, np.uint8(32)
    for k in range(text.size - 3):  # in vector instructions
        here = ((text[k] | bit) == a) & ((text[k + 1] | bit) == b)
        found |= here & ((text[k + 2] | bit) == c) & (np.uint8((text[k + 3] | bit) - d) <= span)
    return found


@kernel
def odd_letters(values: Any, offsets: Any, out: Any) -> None:
    """out[i] bool = True where text i may hold U+017F or U+212A, which without case are s and k; else untouched."""
    for i in range(offsets.size - 1):
        text = values[offsets[i] : offsets[i + 1]]
        found = False
        for k in range(text.size - 1):  # in vector instructions
            found |= (text[k] == 0xC5) & (text[k + 1] == 0xBF)
        for k in range(text.size - 2):
            found |= (text[k] == 0xE2) & (text[k + 1] == 0x84) & (text[k + 2] == 0xAA)
        out[i] |= found
