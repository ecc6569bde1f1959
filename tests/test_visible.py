"""Printable characters over all of Unicode, against the Unicode tables of another library."""

from __future__ import annotations

import json
import sys

import regex
from hypothesis import given
from hypothesis import strategies as st

from check_readers import UNSEEN, acting_lines
from curate.cli.plain import one_line, visible
from curate.report.markdown import code, markdown, prose, yaml_scalar
from curate.visible import one_line_json, printable_json
from verdicts import ATTACKS, strings

EVERY = [chr(point) for point in range(sys.maxunicode + 1)]
GOOD = regex.compile(r"[\p{L}\p{M}\p{N}\p{P}\p{S} --[\p{Default_Ignorable_Code_Point}\u2800]]", regex.V1)
NOT_SEEN_EITHER = {0x16FE4, 0x1D159}  # a filler and a note head without ink


def test_of_all_of_unicode_no_character_passes_that_is_not_seen() -> None:
    shown = "".join(visible(letter) for letter in EVERY)
    assert UNSEEN.findall(shown.replace("\n", "�")) == []
    assert len(shown) == len(EVERY)


def test_letters_marks_numbers_and_signs_of_every_script_stay() -> None:
    changed = {ord(letter) for letter in EVERY if GOOD.fullmatch(letter) and visible(letter) != letter}
    assert {point for point in changed if chr(point).isprintable()} == NOT_SEEN_EITHER
    assert all(not chr(point).isprintable() for point in changed - NOT_SEEN_EITHER), "newer than Python's tables"


def test_json_keeps_all_of_unicode_and_shows_what_is_seen_of_it() -> None:
    for part in range(0, len(EVERY), 1 << 10):  # so that no two halves of a surrogate pair meet
        text = "".join(EVERY[part : part + (1 << 10)])
        told = one_line_json({text: text})
        assert json.loads(told) == {text: text}
        assert UNSEEN.findall(told) == []
    assert one_line_json("naïve 日本　語") == '"naïve 日本\\u3000語"'


@given(strings)
def test_json_gives_every_string_back_and_no_command(text: str) -> None:
    for told in (one_line_json([text]), printable_json(json.dumps([text], indent=1, ensure_ascii=False))):
        assert json.loads(told) == [text]
        assert acting_lines(told, "json") == []


@given(strings | st.lists(st.sampled_from(ATTACKS) | st.sampled_from("#:[svo"), max_size=8).map("".join))
def test_no_way_to_print_a_foreign_string_lets_it_act(text: str) -> None:
    for show in (visible, lambda text: one_line(text, 60), code, prose, markdown, yaml_scalar):
        assert acting_lines(f"x {show(text)}", "text") == []
        assert "::" not in show(text)
