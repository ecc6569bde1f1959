"""A mix carries its rules: what is written is read back equal, and anything else is refused."""

from __future__ import annotations

import pytest

from curate.errors import VerdictError
from curate.rulebook.embed import book_text, parse_book
from curate.rulebook.read import read_rule_books


def test_the_shipped_books_survive_the_journey() -> None:
    book = read_rule_books()
    again = parse_book(book_text(book), where="rules.json")
    assert again == book
    assert again.fingerprint == book.fingerprint
    assert any(one.before for one in again.evidence)


@pytest.mark.parametrize("text", ["", "{}", '{"rules": [{"id": 1}], "evidence": []}', '{"rules": 3, "evidence": []}'])
def test_what_is_no_book_is_refused(text: str) -> None:
    with pytest.raises(VerdictError, match="not a rule book"):
        parse_book(text, where="rules.json")
