"""The plain-Python definitions: the specification of the kernels. Slow, short, independent of numba and tables."""

from __future__ import annotations

import unicodedata

MASK = (1 << 64) - 1

SPACE, LETTER, DIGIT, CHARACTER_SCRIPT, MARK, PUNCTUATION_MARK, NEWLINE_MARK, IGNORED, MARKUP_MARK = range(9)
WORD, CHARACTER, NUMBER, PUNCTUATION, NEWLINE, CLITIC, URL, MARKUP = range(8)

SCRIPTS = (
    "OTHER", "LATIN", "CYRILLIC", "GREEK", "ARABIC", "HEBREW", "DEVANAGARI", "BENGALI", "TAMIL", "TELUGU",
    "GEORGIAN", "ARMENIAN", "ETHIOPIC", "HANGUL", "CJK", "HIRAGANA", "KATAKANA", "THAI", "LAO", "KHMER",
    "MYANMAR", "GUJARATI", "GURMUKHI", "KANNADA", "MALAYALAM", "SINHALA", "TIBETAN", "ORIYA", "MONGOLIAN",
)  # fmt: skip
UNSPACED = ("CJK", "HIRAGANA", "KATAKANA", "THAI", "LAO", "KHMER", "MYANMAR")

QUOTES = {**dict.fromkeys("“”„‟«»「」『』〝〞＂", '"'), **dict.fromkeys("‘’‚‛`´ʼ＇′", "'")}
DASHES = dict.fromkeys("‐‑‒–—―−﹘﹣－", "-")
CHINESE = {"。": ".", "｡": ".", "，": ",", "；": ";", "：": ":", "？": "?", "！": "!", "（": "(", "）": ")"}
CHINESE |= {"…": ".", "⋯": "."}
CHINESE |= {"【": "[", "】": "]", "〔": "[", "〕": "]", "؟": "?", "،": ",", "؛": ";", "۔": ".", "।": "."}
SAME = QUOTES | DASHES | CHINESE
MARKUP_CHARACTERS = set("*#_~|\\•◦▪▫●○■□◆◇►▶★☆※·‣⁃")
NEWLINES = set("\n\r\x0b\x0c\x85\u2028\u2029")
CLITICS = ("s", "t", "re", "ll", "ve", "m", "d")


def script(character: str) -> int:
    """The index in SCRIPTS of a letter's, digit's or mark's script; 0 for everything else."""
    if unicodedata.category(character)[0] not in "LM":
        return 0
    name = unicodedata.name(character, "").removeprefix("FULLWIDTH ").removeprefix("HALFWIDTH ")
    first = name.split(" ", 1)[0]
    if first == "IDEOGRAPHIC":
        return SCRIPTS.index("CJK")
    return SCRIPTS.index(first) if first in SCRIPTS else 0


def character_class(character: str) -> int:
    """Effect of a code point on a token."""
    category = unicodedata.category(character)
    if character in NEWLINES:
        return NEWLINE_MARK
    if character in MARKUP_CHARACTERS:
        return MARKUP_MARK
    if character in SAME:
        return PUNCTUATION_MARK
    if category in ("Cf", "Me") or character in "\u0640\ufe0e\ufe0f\u034f":
        return IGNORED
    if category == "Mn" and SCRIPTS[script(character)] in ("ARABIC", "HEBREW"):
        return IGNORED  # vowel points: written or not, the word is the same
    if category[0] == "M":
        return MARK
    if category[0] == "L":
        return CHARACTER_SCRIPT if SCRIPTS[script(character)] in UNSPACED else LETTER
    if category == "Nd":
        return DIGIT
    if category[0] == "N":
        return CHARACTER_SCRIPT if character == "〇" else LETTER
    if category[0] in "PS":
        return PUNCTUATION_MARK
    return SPACE


def fold(character: str) -> str:
    """Compatibility-decomposed, without case, one kind of quote and dash; never empty."""
    if character in SAME:
        return SAME[character]
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", character).casefold())
    if unicodedata.category(character)[0] == "L" and "HANGUL" in unicodedata.name(character, ""):
        folded = unicodedata.normalize("NFC", folded)
    if unicodedata.category(character) == "Nd":
        return str(unicodedata.decimal(character))
    folded = "".join(c for c in folded if character_class(c) not in (SPACE, IGNORED))
    return "".join(SAME.get(c, c) for c in folded) or character


def mix64(h: int) -> int:
    """MurmurHash3's 64-bit finaliser (Appleby 2011)."""
    h ^= h >> 33
    h = h * 0xFF51AFD7ED558CCD & MASK
    h ^= h >> 33
    h = h * 0xC4CEB9FE1A85EC53 & MASK
    return h ^ (h >> 33)


def token_hash(text: str) -> int:
    """FNV-1a over the code points of the folded text, finalised."""
    h = 0xCBF29CE484222325
    for character in text:
        for point in fold(character):
            h = (h ^ ord(point)) * 0x100000001B3 & MASK
    return mix64(h)


def folded_token(text: str) -> str:
    """The text of a token as `token_hash` sees it."""
    return "".join(fold(c) for c in text)


def combining(character: str) -> int:
    """Combining class of the last code point of the decomposition; 255 where composing may give other tokens."""
    point = ord(character)
    mark = unicodedata.normalize("NFD", character)[0]
    if 0x1161 <= point <= 0x1175 or 0x11A8 <= point <= 0x11C2 or mark in "\u0338\u0300\u0301\u0342\u0c56":
        return 255  # vowels and finals of Hangul; marks that a symbol may have: not equal, psili and varia; Telugu ai
    composed = unicodedata.normalize("NFC", character)
    if _tokens(composed) != _tokens(character):
        return 255
    return unicodedata.combining(unicodedata.normalize("NFD", character)[-1])


def tokens(text: str) -> list[tuple[str, int, int]]:
    """The tokens of a text, which is first composed: folded text, kind, script index (of marks: times repeated)."""
    return _tokens(unicodedata.normalize("NFC", text))


def _tokens(text: str) -> list[tuple[str, int, int]]:
    found: list[tuple[str, int, int]] = []
    classes = [character_class(c) for c in text]
    i = 0
    while i < len(text):
        start = i
        kind = classes[i]
        if kind in (SPACE, IGNORED, NEWLINE_MARK) or _line_break(text, i):
            i = _gap(text, classes, i, found)
        elif kind in (LETTER, DIGIT, MARK):
            i = _word(text, classes, i, found)
        elif kind == CHARACTER_SCRIPT:
            i += 1
            while i < len(text) and classes[i] in (MARK, IGNORED):
                i += 1
            found.append((_kept(text, classes, start, i), CHARACTER, script(text[start])))
        else:
            i = _mark(text, classes, i, found)
    return found


def _kept(text: str, classes: list[int], start: int, end: int) -> str:
    return "".join(fold(text[j]) for j in range(start, end) if classes[j] != IGNORED)


def _line_break(text: str, i: int) -> int:
    """Length of a written-out line break at i: a literal backslash-n not followed by a-z, or <br>, <br/>, <br />."""
    if text.startswith("\\n", i) and not ("a" <= text[i + 2 : i + 3] <= "z"):
        return 2
    for written in ("<br>", "<br/>", "<br />"):
        if text[i : i + len(written)] in (written, written.upper()):
            return len(written)
    return 0


def _gap(text: str, classes: list[int], i: int, found: list[tuple[str, int, int]]) -> int:
    """Whitespace; with a line break in it, one NEWLINE token ("2": a blank line between)."""
    start, breaks = i, 0
    while i < len(text):
        written = _line_break(text, i)
        if written:
            breaks, i = breaks + 1, i + written
        elif classes[i] == NEWLINE_MARK:
            breaks += not (text[i] == "\n" and i > start and text[i - 1] == "\r")
            i += 1
        elif classes[i] in (SPACE, IGNORED):
            i += 1
        else:
            break
    if breaks:
        found.append(("\n" if breaks == 1 else "\n\n", NEWLINE, 0))
    return i


def _clitic(text: str, classes: list[int], i: int) -> int:
    """Length of "'s", "'t", "'re"... at the apostrophe i, 0 if there is none; the word must end behind it."""
    if i >= len(text) or SAME.get(text[i], text[i]) != "'":
        return 0
    for suffix in CLITICS:
        end = i + 1 + len(suffix)
        if text[i + 1 : end] in (suffix, suffix.upper()) and not (
            end < len(text) and classes[end] in (LETTER, DIGIT, MARK, IGNORED)
        ):
            return 1 + len(suffix)
    return 0


def _word(text: str, classes: list[int], i: int, found: list[tuple[str, int, int]]) -> int:
    start = i
    while i < len(text) and classes[i] in (LETTER, DIGIT, MARK, IGNORED):
        i += 1
    word = _kept(text, classes, start, i)
    if word in ("http", "https") and text.startswith("://", i):
        while i < len(text) and classes[i] not in (SPACE, NEWLINE_MARK, CHARACTER_SCRIPT):
            i += 1
        found.append(("http", URL, 0))
        return i
    clitic = _clitic(text, classes, i)
    if clitic == 2 and text[i + 1] in "tT" and text[i - 1] in "nN":  # do|n't
        if i - 1 > start:
            found.append((_kept(text, classes, start, i - 1), _kind(classes, start, i - 1), script(text[start])))
        found.append(("n't", CLITIC, script(text[i - 1])))
        return i + 2
    found.append((word, _kind(classes, start, i), script(text[start])))
    return i


def _kind(classes: list[int], start: int, end: int) -> int:
    return NUMBER if all(classes[j] in (DIGIT, IGNORED) for j in range(start, end)) else WORD


def _mark(text: str, classes: list[int], i: int, found: list[tuple[str, int, int]]) -> int:
    """A clitic, or a run of one and the same punctuation or markup mark."""
    clitic = _clitic(text, classes, i)
    if clitic:
        found.append((fold(text[i]) + text[i + 1 : i + clitic].lower(), CLITIC, script(text[i + 1])))
        return i + clitic
    start, first = i, fold(text[i])
    while i < len(text) and classes[i] == classes[start] and fold(text[i]) == first:
        i += 1
        if _line_break(text, i) or _clitic(text, classes, i):
            break
    kind = MARKUP if classes[start] == MARKUP_MARK else PUNCTUATION
    found.append((first, kind, min(i - start, 3) - 1))
    return i
