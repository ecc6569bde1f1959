"""Texts that hold letters beyond ASCII which are s and k without case."""

from __future__ import annotations

from typing import Any

from curate.kernels.compile import kernel


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
