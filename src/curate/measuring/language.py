"""The language of every document, from tokens already found: by script, then by each language's commonest words."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from string import ascii_lowercase

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from curate.kernels.buffers import text_buffers
from curate.kernels.characters import SCRIPTS
from curate.kernels.language import WIDE, LanguageBounds, LanguageTable, fill_slots, identify
from curate.kernels.tokens import Tokens, tokenize

# Scripts of several languages: told apart by words. "sh" is Serbo-Croatian in Latin letters, "sr" in Cyrillic.
BY_WORDS = {
    "LATIN": (
        "en", "de", "fr", "es", "it", "pt", "nl", "pl", "sv", "da", "nb", "fi", "cs", "sk", "sl", "sh", "hu", "ro",
        "ca", "tr", "vi", "id", "ms", "fil", "lt", "lv", "is", "af", "gl", "ast", "oc", "et", "nn", "az", "tk", "fy",
        "nds", "lb", "fo", "co", "fur", "rm", "ceb", "eu", "eo", "cy", "ga", "sw",
    ),
    "CYRILLIC": ("ru", "uk", "bg", "mk", "sr", "be"),
    "ARABIC": ("ar", "fa", "ur"),
    "DEVANAGARI": ("hi",),
    "HEBREW": ("yi",),  # and Hebrew where its words are not found
}  # fmt: skip
_BY_SCRIPT = {
    "CJK": "zh", "HIRAGANA": "ja", "HANGUL": "ko", "GREEK": "el", "HEBREW": "he", "THAI": "th", "BENGALI": "bn",
    "TAMIL": "ta", "TELUGU": "te", "GEORGIAN": "ka", "ARMENIAN": "hy", "ETHIOPIC": "am", "LAO": "lo", "KHMER": "km",
    "MYANMAR": "my", "GUJARATI": "gu", "GURMUKHI": "pa", "KANNADA": "kn", "MALAYALAM": "ml", "SINHALA": "si",
    "TIBETAN": "bo", "ORIYA": "or", "MONGOLIAN": "mn",
}  # fmt: skip

LANGUAGES: tuple[str, ...] = (
    "und",
    *(language for group in BY_WORDS.values() for language in group),
    *_BY_SCRIPT.values(),
)
"""Index = the code that `language_codes` gives; ISO 639, "und" where the evidence is too weak."""

# Measured on program text, noise and package descriptions: all noise is "und", and 97 % of Polish descriptions of 20
# tokens or more (rich inflection and jargon: few common words) are still "pl". Drawings and tables repeat a few words:
# fewer than one in 16 is a new word of a language. program_marks is MARKS of scripts/train/code-words.txt.
BOUNDS = LanguageBounds(
    margin=300, typical_percent=30, kana_percent=5, repeats=16, english=1, weak_percent=45, program_marks=1065
)


def language_codes(tokens: Tokens) -> NDArray[np.int8]:
    """Index in LANGUAGES of each document's language, int8[n]; 0 = "und"."""
    codes = np.zeros(tokens.document_start.size - 1, np.int8)
    identify(tokens.folded, tokens.kind, tokens.script, tokens.document_start, language_table(), BOUNDS, codes)
    return codes


@cache
def language_table() -> LanguageTable:
    """The shipped table, made by scripts/train/languages; read once and never written to."""
    with (files("curate.measuring") / "languages.npz").open("rb") as file:
        data = np.load(file)
        names = ("keys", "first", "languages", "weights", "typical", "program")
        keys, first, languages, weights, typical, program = (data[name] for name in names)
    slots = np.zeros(1 << int(keys.size).bit_length() + 1, np.uint64)  # half full at most; fits the second-level cache
    slot_row = np.full(slots.size, keys.size, np.int32)
    fill_slots(keys, slots, slot_row)
    several = np.count_nonzero(np.diff(first) > 1)  # words of several languages: the first ones
    entries = first[several]
    wide = np.zeros((several + 1, WIDE), np.int16)
    wide[np.repeat(np.arange(several), np.diff(first)[:several]), languages[:entries]] = weights[:entries]
    alone, alone_weight = np.zeros(keys.size + 1, np.uint8), np.zeros(keys.size + 1, np.int16)
    single = slice(several, several + languages.size - entries)  # behind them words of program text alone
    alone[single], alone_weight[single] = languages[entries:], weights[entries:]
    letters = tokenize(*text_buffers(pa.array([" ".join(ascii_lowercase)], pa.large_string()))).folded
    supports = np.append(~np.isin(keys, letters), False)
    table = LanguageTable(slots, slot_row, wide, alone, alone_weight, supports, program, typical, *_script_tables())
    for array in table:
        array.flags.writeable = False
    return table


def _script_tables() -> tuple[NDArray[np.int16], NDArray[np.int16], NDArray[np.int16]]:
    alone, first, last = (np.zeros(len(SCRIPTS), np.int16) for _ in range(3))
    for script, language in _BY_SCRIPT.items():
        alone[SCRIPTS.index(script)] = LANGUAGES.index(language)
    for script, group in BY_WORDS.items():
        at = SCRIPTS.index(script)
        first[at], last[at] = LANGUAGES.index(group[0]), LANGUAGES.index(group[-1]) + 1
    return alone, first, last
