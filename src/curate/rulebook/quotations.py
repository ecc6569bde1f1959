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


def without_quotations(text: pa.LargeStringArray) -> pa.LargeStringArray:
    """large_string of the length of `text`; quotation marks count in pairs inside a line."""
    bare = pc.replace_substring_regex(text, _WHOLE, r"\1")
    return pc.replace_substring_regex(bare, _QUOTED, GONE)
