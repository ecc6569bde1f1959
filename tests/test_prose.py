"""The check of plain English finds what it is for, and counts sentences as a reader does."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pytest

from scripts_loaded import script

LONG = ("One two three four five six seven eight nine ten " * 3).strip()


@pytest.fixture(scope="module")
def prose() -> ModuleType:
    return script("prose")


def test_a_long_sentence_is_found_with_its_line(prose: ModuleType, tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        f"# {LONG}\n\nShort. {LONG}\n\n- {LONG}\n\n```console\n{LONG}\n```\n\n| {LONG} |\n", encoding="utf-8"
    )
    assert [(line, reason[:23]) for _, line, reason in prose._in_page(page)] == [
        (3, "a sentence of 30 words:"),
        (5, "a sentence of 30 words:"),
    ]


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("One. Two! Three? `four` five.", ["One.", "Two!", "Three?", "`four` five."]),
        ("First line\ngoes on here.\n\nSecond.", ["First line goes on here.", "Second."]),
        ("- one item\n- another: Two", ["one item", "another:", "Two"]),
        ("version 1.2 of it, e.g. this", ["version 1.2 of it, e.g. this"]),
    ],
)
def test_sentences(prose: ModuleType, text: str, sentences: list[str]) -> None:
    assert [sentence for _, sentence in prose.sentences(text)] == sentences


def test_words_of_code_links_and_brackets(prose: ModuleType) -> None:
    assert prose.words("a `long piece of code` and [a link](https://example.org/a/b) here") == 6
    assert prose.words("outer words (inner words are counted apart) end") == 5


def test_docstrings_and_comments_are_read(prose: ModuleType, tmp_path: Path) -> None:
    file = tmp_path / "program.py"
    file.write_text(
        '"""Fine."""\n\n\ndef f():\n    """What it does."""\n    return 1  # as the issue asks\n', encoding="utf-8"
    )
    assert [line for _, line, _ in prose._in_program(file)] == [4, 6]


def test_the_repository_keeps_to_it(prose: ModuleType) -> None:
    files = [*prose._pages(), *prose._programs()]
    assert len(files) > 300
    assert len(prose._pages()) > 15
