"""Lines and paragraphs of plain text, cut into chunks anywhere, against Python's own splitting."""

from __future__ import annotations

import json
import re

from hypothesis import given
from hypothesis import strategies as st

from curate.corpus.line_limits import LineLimit
from curate.corpus.mended import Mended
from curate.corpus.text_lines import text_units

TEXTS = st.text(st.sampled_from("ab é\n\n\r\t\u2028"), max_size=40)


def units(text: str, unit: str, size: int) -> list[str | None]:
    data = text.encode()
    chunks = (data[at : at + size] for at in range(0, len(data), size))
    remarks: list[Mended] = []
    made = b"".join(text_units(chunks, LineLimit(unit, 1 << 20, "a.txt"), remarks)).decode()
    assert remarks == []
    return [json.loads(line)["text"] if line else None for line in made.split("\n")[:-1]]


@given(TEXTS, st.integers(1, 50))
def test_lines_keep_their_numbers(text: str, size: int) -> None:
    lines = [line.rstrip("\r") for line in text.split("\n")]
    while lines and not lines[-1]:
        lines.pop()
    found = units(text, "line", size)
    while found and found[-1] is None:
        found.pop()
    wanted = [line if line.encode().strip() else None for line in lines]
    while wanted and wanted[-1] is None:
        wanted.pop()
    assert found == wanted


@given(TEXTS, st.integers(1, 50))
def test_paragraphs_are_what_blank_lines_part(text: str, size: int) -> None:
    parts = re.split(r"(?:^|\n)(?:[ \t\r]*\n)+", text)
    wanted = [part.rstrip("\r\n") for part in parts if part.encode().strip()]
    found = [one for one in units(text, "paragraph", size) if one]
    assert [one.rstrip(" \t\r\n") for one in found] == [one.rstrip(" \t\r\n") for one in wanted]
