"""Texts without what they quote: code, block quotations and words between quotation marks become an ellipsis."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

GONE = "…"
_WHOLE = r'^\s*"([^"\n]*)"\s*$'  # a text that is all in quotation marks quotes nothing
_QUOTED = "|".join(
    (
        r"(?s:```.*?```|~~~.*?~~~)",
        r"(?is:<(?:pre|code|blockquote|samp|kbd|q)\b[^>]*>.*?</(?:pre|code|blockquote|samp|kbd|q)>)",
        r'(?s:""".*?"""|' + r"'''.*?''')",
        r"``[^\n]+?``|`[^`\n]+`",
        r"(?m:^[ \t]*>.*$)",
        r"\n[ \t]*\n(?:(?: {4}|\t)[^\n]*(?:\n|\z))+",  # Markdown's code: indented, after an empty line
        # English, German, French; Danish and German books; Swedish and Finnish; of quotations inside others; fullwidth
        r"“[^“”\n]*”|„[^“”„\n]*[“”]|«[^«»\n]*»|»[^«»\n]*«|”[^“”\n]*”",
        r"‹[^‹›\n]*›|›[^‹›\n]*‹|‚[^‚\n]*?[‘’]\B|＂[^＂\n]*＂|〝[^〝〞〟\n]*[〞〟]",
        r"「[^「」\n]*」|『[^『』\n]*』|‘[^‘\n]*?’\B",
        r'(?:\B|\b[fFrRbBuU])"[^"\n]*"\B',
        r"\B'[^'\n]+'\B",
    )
)

_SAID = (
    r"(?:(?:answer|repli|respond|claim|insist|explain|add|admit|assert|warn|stat|not|argu)(?:s|es|ed|d|ted)"
    r"|said|says|told|tells|wrote|writes)(?:\s+to)?(?:\s+\w+)?"
)
_MODEL = r"an?\s+(?:[\w-]+\s+){0,3}(?:ai|model|assistant|chatbot|program)"
_REPORTED = "(?i)" + "|".join(  # a verb of saying, the phrase, and the third person
    (
        rf"\b{_SAID}\s+that,?\s+(?:as|being)\s+{_MODEL},?\s+(?:it|he|she|they)\b",
        r"\b(?:antwortete|sagte|schrieb|erklärte|meinte|behauptete)(?:\s+\w+)?,\s+dass\s+(?:es|er|sie)\s+als\s+[\w-]+",
        r"\b(?:répond|répondu|dit|déclaré|expliqué|affirmé|écrit)\s+qu['’]en\s+tant\s+qu[^.!?\n,]+,\s+(?:il|elle)\b",
        r"\b(?:respondió|dijo|contestó|explicó|afirmó|escribió|dice)\s+que,?\s+como\s+[^.!?\n,]+",
        r"(?:回答|表示|回复|说|称)(?:说|称|道)?[，,：:]?作为[^，。！？\n我]*[，,]?[它他她]",
    )
)


def without_quotations(text: pa.LargeStringArray) -> pa.LargeStringArray:
    """large_string of the length of `text`; quotation marks count in pairs inside a line.

    What somebody is reported to have said of itself, in the third person, counts as quoted.
    """
    bare = pc.replace_substring_regex(text, _WHOLE, r"\1")
    unquoted = pc.replace_substring_regex(bare, _QUOTED, GONE)
    return pc.replace_substring_regex(unquoted, _REPORTED, GONE)
