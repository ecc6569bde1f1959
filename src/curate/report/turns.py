"""Which turns of chats the tokens of a mix are, in a sentence for reports and the dataset card."""

from __future__ import annotations

import json
from contextlib import suppress

ANSWERS = "Of chats the assistant's turns alone are counted: prompts are on neither side of the human ratio."


def turns_counted(layouts: object) -> str:
    """ANSWERS where a layout of a certificate's settings judges some turns alone, else ""."""
    for layout in layouts if isinstance(layouts, (list, tuple)) else ():
        with suppress(ValueError, RecursionError):
            found = json.loads(str(layout))
            if isinstance(found, dict) and found.get("judged"):
                return ANSWERS
    return ""
