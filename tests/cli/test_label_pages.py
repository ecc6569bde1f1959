"""Hostile documents on pages: every character is seen, no line is too wide, nothing is cut off."""

from __future__ import annotations

import tracemalloc

from hypothesis import example, given
from hypothesis import strategies as st
from rich.cells import cell_len

from curate.cli.label_pages import Pages, screen_lines
from curate.visible import visible


@example("\u0301a" * 9, 10)  # releases of rich before 14.3.3 never come to an end of these
@example("\ufe0f" * 12, 10)
@example("\u200d" * 12, 10)
@given(st.text(st.characters(codec="utf-8") | st.sampled_from(" \t\n\r\x1b\u202e人")), st.integers(10, 40))
def test_all_of_a_text_is_shown_in_lines_that_fit_and_nothing_in_it_acts(text: str, width: int) -> None:
    lines = list(screen_lines(text, width))
    assert all(cell_len(line) <= width for line in lines)
    assert all(visible(line) == line for line in lines)
    without = {"\ufffd", " "}
    shown = "".join(letter for line in lines for letter in line if letter not in without)
    expected = "".join(letter for part in text.split("\n") for letter in visible(part.expandtabs(4)))
    assert shown == "".join(letter for letter in expected if letter not in without)


def test_words_stay_whole_where_they_can_and_indents_are_kept() -> None:
    assert list(screen_lines("  a line that is wrapped\n\nnext", 12)) == ["  a line", "that is", "wrapped", "", "next"]
    assert list(screen_lines("x" * 25, 10)) == ["x" * 10, "x" * 10, "x" * 5]
    assert list(screen_lines("\u05d0\u202e\x1b[31m", 20)) == ["\u05d0\ufffd\ufffd[31m"]


def test_pages_follow_each_other_and_end() -> None:
    pages = Pages("\n".join(str(number) for number in range(7)), 20, 3)
    assert pages.page(0) == ["0", "1", "2"]
    assert pages.page(2) == ["6"]
    assert pages.page(3) is None
    assert [pages.is_last(number) for number in range(3)] == [False, False, True]
    assert Pages("", 20, 3).page(0) == ["(no text)"]
    assert Pages("", 20, 3).is_last(0)


def test_a_page_of_a_huge_text_is_made_without_the_rest_of_it() -> None:
    text = "a word " * 6_000_000
    tracemalloc.start()
    assert len(Pages(text, 80, 20).page(0) or []) == 20
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < len(text) / 4
