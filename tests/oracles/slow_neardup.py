"""The plain-Python definitions behind near-duplicates: shingles, sketches, Jaccard, clusters by brute force."""

from __future__ import annotations

import random

import slow

LANE_1, LANE_2 = 0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F
EMPTY = 0xFFFFFFFF


def shingles(text: str, words: int = 5, characters: int = 7) -> list[int]:
    """Distinct 32-bit n-gram hashes, ascending."""
    tokens = countable(text)
    found = set()
    for i, (_, kind) in enumerate(tokens):
        size = characters if kind == slow.CHARACTER else words
        if i + size <= len(tokens):
            h = size
            for word, _ in tokens[i : i + size]:
                h = (h * LANE_2 + word) & slow.MASK
            found.add(min(slow.mix64(h) >> 32, EMPTY - 1))
    return sorted(found)


def countable(text: str) -> list[tuple[int, int]]:
    """Hash and kind of each word; in program text a word carries the marks before it, the last also those behind."""
    tokens = slow.tokens(text)
    words = [(slow.token_hash(folded), kind) for folded, kind, _ in tokens if kind <= slow.NUMBER]
    share = code_share(tokens)
    found: list[tuple[int, int]] = []
    carried = 0
    for folded, kind, repeated in tokens:
        if kind <= slow.NUMBER:
            word = slow.token_hash(folded)
            found.append((slow.mix64(word ^ carried) if carried else word, kind))
            carried = 0
        elif kind in (slow.PUNCTUATION, slow.MARKUP) and folded not in ",;'\"" and in_code(tokens, len(found), share):
            carried = (carried + slow.token_hash(folded) + repeated) * LANE_2 & slow.MASK
    assert [kind for _, kind in found] == [kind for _, kind in words]
    if carried and found:
        found[-1] = (slow.mix64(found[-1][0] ^ carried * LANE_2 & slow.MASK), found[-1][1])
    return found


def structure_and_operators(tokens: list[tuple[str, int, int]]) -> list[tuple[int, int, int]]:
    """Of each mark: the number of words before it, whether it is structural, whether it stands between words."""
    found, words = [], 0
    for k, (folded, kind, _) in enumerate(tokens):
        if kind in (slow.PUNCTUATION, slow.MARKUP):
            inside = 0 < k < len(tokens) - 1 and tokens[k - 1][1] <= slow.NUMBER and tokens[k + 1][1] != slow.NEWLINE
            found.append((words, folded in "=+<>{}[]()_;&|", folded in "=+<>&|^" and inside))
        words += kind <= slow.NUMBER
    return found


def code_share(tokens: list[tuple[str, int, int]]) -> int:
    """How far a document is from prose, 0, to program text, 2^32: many structural marks, or operators between words."""
    words = sum(kind <= slow.NUMBER for _, kind, _ in tokens)
    marks = structure_and_operators(tokens)
    dense = max(4 * sum(structural for _, structural, _ in marks), 10 * sum(operator for *_, operator in marks))
    return min(2**32, (max(0, 2 * dense - words) << 32) // (words + 1))


def in_code(tokens: list[tuple[str, int, int]], gap: int, share: int) -> bool:
    """Return whether the marks with so many words before them count: by the 32 words around, drawn by the nearest 4."""
    hashes = [slow.token_hash(folded) for folded, kind, _ in tokens if kind <= slow.NUMBER]
    width = min(32, len(hashes))
    begin = max(0, min(gap - 16, len(hashes) - width))
    here = [mark for mark in structure_and_operators(tokens) if begin <= mark[0] <= begin + width]
    dense = max(4 * sum(structural for _, structural, _ in here), 10 * sum(operator for *_, operator in here))
    padded = [0, 0, *hashes, 0, 0]
    around = 0
    for word in padded[gap : gap + 4]:
        around = (around * LANE_2 + word) & slow.MASK
    return dense > width and slow.mix64(around) >> 32 < share


def sketch(hashes: list[int], slots: int) -> list[int]:
    """Fast similarity sketching with 255 random rounds and one in which all elements meet in every slot."""
    found = [EMPTY] * slots
    for number in range(255 if hashes else 0):
        for x in hashes:
            h = slow.mix64((x | number << 32) * LANE_1 & slow.MASK)
            slot = (h & EMPTY) * slots >> 32
            found[slot] = min(found[slot], number << 24 | h >> 40)
    for slot in range(slots if hashes else 0):
        if found[slot] == EMPTY:
            found[slot] = min(255 << 24 | slow.mix64((x | slot << 32) * LANE_2 & slow.MASK) >> 40 for x in hashes)
    return found


def jaccard(a: set[int], b: set[int]) -> float:
    return len(a & b) / len(a | b) if a | b else 0.0


def edited(words: list[str], share: float, generator: random.Random) -> list[str]:
    """A copy with about that share of the words replaced, dropped or doubled."""
    out = []
    for word in words:
        if generator.random() >= share:
            out.append(word)
        else:
            out += generator.choice([[generator.choice(words)], [], [word, word]])
    return out


def english(words: int, generator: random.Random) -> list[str]:
    """Made-up words from syllables, the common ones common."""
    syllables = ["ba", "ko", "ri", "ten", "mul", "sa", "dor", "vi", "le", "pra"]
    made = [a + b for a in syllables for b in syllables] + [a + b + "s" for a in syllables for b in syllables]
    return [made[min(int(generator.paretovariate(0.6)) - 1, len(made) - 1)] for _ in range(words)]


def chinese(characters: int, generator: random.Random) -> list[str]:
    """Characters at random, the common ones common."""
    return [chr(0x4E00 + min(int(generator.paretovariate(0.6)), 2999)) for _ in range(characters)]


def families(
    kind: str, count: int, copies: int, generator: random.Random, sizes: tuple[int, int] = (30, 300)
) -> list[str]:
    """Texts in families of one original and copies whose edit shares are log-uniform from 0.1 to 30 %."""
    texts = []
    for _ in range(count):
        size = generator.randint(*sizes)
        original = english(size, generator) if kind == "english" else chinese(size, generator)
        joint = " " if kind == "english" else ""
        texts.append(joint.join(original))
        texts += [joint.join(edited(original, 0.3 * 300 ** -generator.random(), generator)) for _ in range(copies)]
    return texts


def paragraphs(text: str, least: int = 10) -> list[tuple[str, ...]]:
    """The words of every line that has at least so many: what stands between line breaks, without marks."""
    lines: list[list[str]] = [[]]
    for folded, kind, *_ in slow.tokens(text):
        if kind == slow.NEWLINE:
            lines.append([])
        elif kind <= slow.NUMBER:
            lines[-1].append(folded)
    return [tuple(line) for line in lines if len(line) >= least]


def repeated_tokens(texts: list[str], groups: list[int]) -> list[int]:
    """Of each text the words in paragraphs that also stand in a text of another group."""
    where: dict[tuple[str, ...], set[int]] = {}
    for text, group in zip(texts, groups, strict=True):
        for line in paragraphs(text):
            where.setdefault(line, set()).add(group)
    return [sum(len(line) for line in paragraphs(text) if len(where[line]) > 1) for text in texts]
