"""The index of byte strings that `kernels.literals` looks for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from curate.kernels.literals import (
    BUCKET_BITS,
    CONTEXT,
    EIGHT,
    FILTER_BITS,
    LEAST,
    LEFT,
    LOW_32,
    NEEDLE,
    RIGHT,
    S32,
    SHIFT,
    SHIFT_BUCKET,
    SHIFT_WINDOW,
    SPREAD,
    SPREAD_CONTEXT,
    SPREAD_WINDOW,
    STRIDE,
    Literals,
)

SHORTEST = 4  # bytes of a literal
SERVED = 0.25  # of a window that serves many literals, how much that counts: on real corpora fewest looks pass so
# Pairs of letters in English, the commonest first (_ is a blank): of them the grams are made that stand everywhere.
PAIRS = """
e_ _t th he s_ _a in er an re on at en nd d_ t_ y_ n_ _i _o _w _h _b _f _p _m _c _s ti es or te of f_ ed is it al ar st
to nt ng se ha as ou io le ve co me de hi ri ro ic ne ea ra ce li ch ll be ma si om ur ca el ta la ns di fo ho us r_ g_
o_ l_ m_ a_ _d _r _l _n _e _g wi wa ut tr pr ec no yo u_ ul ld un su pe so wh we da do if ke my
"""
COMMON = {pair.encode().replace(b"_", b" "): 1 / rank for rank, pair in enumerate(PAIRS.split(), start=4)}
RARE = 1 / 300
BUCKETS = np.arange((1 << BUCKET_BITS) + 1, dtype=np.uint64)
FOLDED = bytes(byte | 32 for byte in range(256))


def literal_index(literals: Sequence[tuple[bytes, int]]) -> Literals:
    """Return the index of (literal, group); none shorter than SHORTEST."""
    every = {(folded(text), group) for text, group in literals}
    long, short = sorted(one for one in every if len(one[0]) >= LEAST), [one for one in every if len(one[0]) < LEAST]
    sizes = np.array([len(text) for text, _ in long], np.int64)
    starts = np.cumsum(sizes) - sizes
    text = np.frombuffer(b"".join(text for text, _ in long), np.uint8)
    before, windows = _windows(text, starts, sizes)
    order = np.lexsort((windows, _window_hash(windows)))
    starts, before, after, windows = starts[order], before[order], (sizes - before - LEAST)[order], windows[order]
    window, one_of = _runs(windows)
    grams = np.concatenate([(window >> (EIGHT * np.uint64(place))) & LOW_32 for place in range(STRIDE)])
    left, left_mask = _eight_bytes(text, starts + before - 8, 8 - before, np.full(before.size, 8))
    right, right_mask = _eight_bytes(text, starts + before + LEAST, np.zeros(before.size), after)
    return Literals(
        grams=_filter(((grams * SPREAD) & LOW_32) >> SHIFT),
        windows=_filter(_window_hash(window)),
        contexts=_filter(_window_hash(windows ^ (_contexts(left, right, before, after) * SPREAD_CONTEXT))),
        bucket=np.searchsorted(_window_hash(window) >> SHIFT_BUCKET, BUCKETS).astype(np.int32),
        window=window,
        one_of=one_of.astype(np.int32),
        before=before.astype(np.int32),
        after=after.astype(np.int32),
        left=left,
        right=right,
        left_mask=left_mask,
        right_mask=right_mask,
        start=starts.astype(np.int32),
        text=text,
        group=np.array([group for _, group in long], np.int32)[order],
        **_needles({(text[-NEEDLE:], group) for text, group in short}),
    )


def _contexts(
    left: NDArray[np.uint64], right: NDArray[np.uint64], before: NDArray[np.int64], after: NDArray[np.int64]
) -> NDArray[np.uint64]:
    """The bytes right after each window, else right before; 0 where the literal has too few on either side."""
    found = np.where(before >= CONTEXT, LEFT + (left >> S32), np.uint64(0))
    return np.where(after >= CONTEXT, RIGHT + (right & LOW_32), found)


def folded(literal: bytes) -> bytes:
    """Letters in lower case; other bytes may become alike, which only lets more texts through."""
    return literal.translate(FOLDED)


def _window_hash(window: NDArray[np.uint64]) -> NDArray[np.uint64]:
    hashes: NDArray[np.uint64] = (window * SPREAD_WINDOW) >> SHIFT_WINDOW
    return hashes


def _runs(values: NDArray[np.uint64]) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """The different values of those that stand together, and where each begins; at the end, how many there are."""
    first = np.flatnonzero(np.append(True, values[1:] != values[:-1])[: values.size])
    return values[first], np.append(first, values.size)


def _eight_bytes(
    text: NDArray[np.uint8], at: NDArray[np.int64], least: NDArray[Any], most: NDArray[Any]
) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """Of the 8 bytes at each place those from `least` to `most` as uint64[n], and a mask that leaves only them."""
    places = np.arange(8)
    inside = (places >= least[:, None]) & (places < most[:, None])
    found = text[np.where(inside, at[:, None] + places, 0)] if text.size else np.zeros((0, 8), np.uint8)
    one, other = ((part * inside).astype(np.uint8).view("<u8").ravel() for part in (found, np.uint8(255)))
    return one, other


def _filter(hashes: NDArray[np.uint64]) -> NDArray[np.uint8]:
    bits = np.zeros(1 << FILTER_BITS, np.bool_)
    bits[hashes] = True
    return np.packbits(bits, bitorder="little")


def _needles(ends: set[tuple[bytes, int]]) -> dict[str, NDArray[Any]]:
    """Merge needles of one group that differ in one byte into one with a range: turn0 to turn9, <eoa> to <eom>."""
    alike: dict[tuple[int, int, bytes], set[bytes]] = {}
    for text, group in ends:
        for place in range(NEEDLE):
            alike.setdefault((group, place, text[:place] + text[place + 1 :]), set()).add(text)
    ranges, groups, left = list[list[tuple[int, int]]](), list[int](), set(ends)
    for (group, place, _), texts in sorted(alike.items(), key=lambda item: (-len(item[1]), item[0])):
        those = sorted(text for text in texts if (text, group) in left)
        if those:
            left -= {(text, group) for text in those}
            more = those[-1][place] - those[0][place]
            ranges.append([(byte, more if at == place else 0) for at, byte in enumerate(those[0])])
            groups.append(group)
    return {
        "needles": np.array(ranges, np.uint8).reshape(-1, NEEDLE, 2),
        "needle_group": np.array(groups, np.int32),
    }


def _windows(
    text: NDArray[np.uint8], starts: NDArray[np.int64], sizes: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.uint64]]:
    """Where in each literal its window begins, int64[n], and the windows themselves, uint64[n].

    Of all that a literal has, the one with the rarest looks, or one that serves many literals: the fewer, the better.
    """
    if not starts.size:
        return starts, np.zeros(0, np.uint64)
    padded = np.append(text, np.zeros(LEAST - 1, np.uint8)).astype(np.uint64)
    windows = np.bitwise_or.reduce([padded[k : k + text.size] << (EIGHT * np.uint64(k)) for k in range(LEAST)])
    inside = np.ones(text.size, np.bool_)
    inside[((starts + sizes)[:, None] - np.arange(1, LEAST)).ravel()] = False  # these reach over a literal's end
    cost = np.full(text.size, np.inf)
    _, which, served = np.unique(windows[inside], return_inverse=True, return_counts=True)
    cost[inside] = _commonness(text)[inside[: 1 - LEAST]] / served[which] ** SERVED
    begin = np.flatnonzero(cost == np.repeat(np.minimum.reduceat(cost, starts), sizes))
    begin = begin[np.searchsorted(begin, starts)]
    return begin - starts, windows[begin]


def _commonness(text: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Of the window that begins at each byte but the last ones, how often its looks stand in English."""
    common = np.full((256, 256), RARE)
    for pair, often in COMMON.items():
        common[pair[0], pair[1]] = often
    common[ord("*")] = common[ord(" ")]  # folded, the end of a line is a star, and stands where blanks do
    common[:, ord("*")] = common[:, ord(" ")]
    pairs = common[text[:-1], text[1:]]
    grams = pairs[:-2] * pairs[1:-1] * pairs[2:]
    found: NDArray[np.float64] = grams[:-3] + grams[1:-2] + grams[2:-1] + grams[3:]
    return found
