"""The language of documents from the scripts and hashes of their tokens; measuring.language brings the tables."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from curate.kernels.compile import kernel
from curate.kernels.program import is_program

# A document of more than ENOUGH tokens is read in blocks, evenly spread: the first half of a document may be in
# another language than the second, and a stride of single tokens would read one column of a table.
ENOUGH = 256
BLOCK = 16
SENTENCE = 6  # words of a language, a third of all different ones: prose, however often it is repeated
WIDE = 64  # codes, more than there are; so many weights are added up in a few vector instructions


class LanguageTable(NamedTuple):
    """The commonest words of languages that share a script, by hash, and what a script alone says.

    slots uint64[power of two], open addressing by the low bits, 0 = empty; slot_row int32 alike, the row of the word,
    the last row for none. Rows weigh, in 1/100 nats, less than 8,192, so that four add up in 16 bits: the first ones
    wide[row, code] (int16[w + 1, WIDE], the last of them zeros), words of one language alone_weight[row] (int16[rows],
    else 0) in alone[row] (uint8).
    supports bool[rows]: words of more than one ASCII letter, with which drawings and tables are full.
    program int16[rows]: how much a word speaks for program text or markup, in 1/100 nats, below 0 for prose; the last
    one of all other words.
    typical int64[codes]: what a word of the language's own prose weighs on average.
    script_language int16[scripts]: the language of a script where no other is found, 0 for none; script_first,
    script_last int16[scripts]: the range of codes told apart by words, empty for scripts of one language.
    """

    slots: NDArray[np.uint64]
    slot_row: NDArray[np.int32]
    wide: NDArray[np.int16]
    alone: NDArray[np.uint8]
    alone_weight: NDArray[np.int16]
    supports: NDArray[np.bool_]
    program: NDArray[np.int16]
    typical: NDArray[np.int64]
    script_language: NDArray[np.int16]
    script_first: NDArray[np.int16]
    script_last: NDArray[np.int16]


class LanguageBounds(NamedTuple):
    """When the evidence is too weak to name a language.

    margin: 1/100 nats the best language must be ahead of the next; typical_percent: how much of the evidence a word
    of the script must give of what the language's own prose gives; kana_percent: of Han and Kana characters, from
    which a document is Japanese; repeats: the most words of the script for each different word of the language;
    english: code of the language that the words of program text are in, where the words alone tell the two apart;
    weak_percent: as typical_percent, below which a text in another language may be program text all the same;
    program_marks: how much as many structural marks as words speak for program text, in 1/100 nats a word; more than
    half as many say no more.
    """

    margin: int
    typical_percent: int
    kana_percent: int
    repeats: int
    english: int
    weak_percent: int
    program_marks: int


@kernel
def fill_slots(keys: Any, slots: Any, slot_row: Any) -> None:
    """Put keys uint64[n], distinct and not 0, into slots uint64[power of two > n], zeroed; slot_row int32 alike."""
    mask = np.uint64(slots.size - 1)
    for row in range(keys.size):
        at = keys[row] & mask
        while slots[at] != np.uint64(0):
            at = (at + np.uint64(1)) & mask
        slots[at] = keys[row]
        slot_row[at] = row


@kernel
def identify(
    folded: Any, kind: Any, script: Any, document_start: Any, table: LanguageTable, bounds: LanguageBounds, out: Any
) -> None:
    """out[i] int8 = code of document i's language, 0 = cannot tell; the other arrays as in kernels.tokens.Tokens."""
    scores, alone = np.empty(WIDE, np.int32), np.empty(WIDE, np.int32)
    seen = np.empty(table.script_language.size, np.int64)
    words, rows = np.empty(ENOUGH + 1, np.uint64), np.empty(ENOUGH + 3, np.int64)
    row_of = np.empty(ENOUGH + 1, np.int32)
    last_seen = np.full(table.supports.size, -1, np.int64)
    for i in range(document_start.size - 1):
        scores[:], alone[:], seen[:] = 0, 0, 0
        begin, end = document_start[i], document_start[i + 1]
        found = 0
        for block in range(begin, end, BLOCK * (1 + (end - begin) // ENOUGH)):
            for k in range(block, min(block + BLOCK, end)):  # no branch: what is not a word is written over
                seen[script[k]] += kind[k] <= 1  # WORD, CHARACTER
                words[found] = folded[k]
                found += kind[k] == 0
        add_weights(words, found, table, rows, row_of, scores, alone)
        for language in range(WIDE):
            scores[language] += alone[language]
        code, size = choose(scores, seen, table, bounds)
        if size > 0:  # told by its words
            least = max(-(-size // bounds.repeats), min(2, 1 + size // 10))
            supporting = different(row_of[:found], code, max(least, SENTENCE), table, last_seen, i)
            few = supporting < least and (supporting < SENTENCE or 3 * supporting < distinct(words[:found]))
            weak = code == bounds.english or 100 * scores[code] < bounds.weak_percent * table.typical[code] * size
            if few or (
                weak
                and is_program(table.program, row_of[:found], folded[begin:end], kind[begin:end], bounds.program_marks)
            ):
                code = 0
        out[i] = code


@kernel
def add_weights(words: Any, count: int, table: LanguageTable, rows: Any, row_of: Any, scores: Any, alone: Any) -> None:
    """Add to scores and alone, int32[WIDE], what words[:count] uint64 weigh, and note the row_of int32[count] each.

    rows int64[count + 3] is overwritten.
    """
    slots, slot_row, wide = table.slots, table.slot_row, table.wide
    mask, one, empty = np.uint64(slots.size - 1), np.uint64(1), np.uint64(0)
    none, found = wide.shape[0] - 1, 0
    for k in range(count):
        key = words[k]
        at = key & mask
        while slots[at] != key and slots[at] != empty:
            at = (at + one) & mask
        row = np.uint64(slot_row[at])
        row_of[k] = slot_row[at]
        alone[table.alone[row]] += table.alone_weight[row]
        rows[found] = row
        found += slot_row[at] < none
    rows[found : found + 3] = none
    for k in range(0, found, 4):  # as memory is slower than addition
        first, second, third, fourth = wide[rows[k]], wide[rows[k + 1]], wide[rows[k + 2]], wide[rows[k + 3]]
        for language in range(first.size):  # in 16 bits, so that more of them fit into an instruction
            scores[language] += np.int16(first[language] + second[language] + third[language] + fourth[language])


@kernel
def different(row_of: Any, code: Any, enough: Any, table: LanguageTable, last_seen: Any, number: int) -> Any:
    """How many different words of the language `code` there are among those of rows int32[n], up to `enough`.

    last_seen int64[rows]: the document that had each word last; `number` is this one's.
    """
    several, found = table.wide.shape[0] - 1, 0
    for k in range(row_of.size):
        row = np.uint64(row_of[k])
        if last_seen[row] != number and table.supports[row]:
            last_seen[row] = number
            found += table.wide[row, code] > 0 if row < several else table.alone[row] == code
            if found >= enough:
                break
    return found


@kernel
def distinct(words: Any) -> Any:
    """How many different words there are among words uint64[n], n small."""
    found = 0
    for k in range(words.size):
        first = 0
        while words[first] != words[k]:
            first += 1
        found += first == k
    return found


@kernel
def choose(scores: Any, seen: Any, table: LanguageTable, bounds: LanguageBounds) -> Any:
    """The code of a document with `seen[s]` words and characters of script s, and how many words tell it, or 0."""
    kana = seen[15] + seen[16]  # HIRAGANA, KATAKANA
    seen[14] += kana  # CJK: one writing system
    best_script = 1
    for s in range(2, table.script_language.size):
        if s != 15 and s != 16 and seen[s] > seen[best_script]:
            best_script = s
    size = seen[best_script]
    if size == 0:
        return 0, 0
    if best_script == 14 and kana * 100 >= bounds.kana_percent * seen[14]:
        return np.int64(table.script_language[15]), 0
    best, second = np.int64(0), np.int64(0)
    choice: Any = np.int64(0)
    for language in range(table.script_first[best_script], table.script_last[best_script]):
        if scores[language] > best:
            best, second, choice = scores[language], best, language
        elif scores[language] > second:
            second = scores[language]
    if best - second < bounds.margin or 100 * best < bounds.typical_percent * table.typical[choice] * size:
        return np.int64(table.script_language[best_script]), 0
    return choice, size
