from pathlib import Path

import pytest

from curate.errors import UsageError
from curate.rulebook.read import SHIPPED, read_rule_books, shipped_books

RULE = """
[[rule]]
id = "mine"
why = "because"
source = "own"
then = "remove"
"""
EVIDENCE = """
[[evidence]]
id = "mine"
why = "because"
source = "own"
column = "licence"
says = "human"
"""


def test_every_shipped_book_is_read_always_or_by_its_name() -> None:
    assert {path.stem for path in shipped_books().glob("*.toml")} == set(SHIPPED)


def written(folder: Path, text: str) -> list[Path]:
    path = folder / "mine.toml"
    path.write_text(text, encoding="utf-8")
    return [path]


def test_every_shipped_rule_says_why_and_from_where():
    book = read_rule_books()
    assert {path.name for path in shipped_books().glob("*.toml")} >= {"leaks.toml", "basics.toml", "provenance.toml"}
    assert all(entry.why and entry.source for entry in (*book.rules, *book.evidence))
    assert len({rule.id for rule in book.rules}) == len(book.rules) > 20


def test_a_users_rule_replaces_the_shipped_one_with_its_id(tmp_path):
    shipped = read_rule_books()
    text = RULE.replace('"mine"', '"too-few-tokens"') + 'measure = "tokens"\nat_least = 50\n'
    book = read_rule_books(written(tmp_path, text))
    assert [rule.id for rule in book.rules] == [rule.id for rule in shipped.rules]
    assert [rule.at_least for rule in book.rules if rule.id == "too-few-tokens"] == [50]
    assert book.fingerprint != shipped.fingerprint
    assert read_rule_books().fingerprint == shipped.fingerprint


def test_columns_are_those_beyond_every_batch(tmp_path):
    assert read_rule_books().columns == ()
    assert read_rule_books(written(tmp_path, EVIDENCE + "present = true\n")).columns == ("licence",)


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("[[rule]\n", "not TOML", ""),
        ("[[rules]]\nid = 'x'\n", "unknown key 'rules'", "did you mean rule?"),
        (RULE + "patern = 'x'\n", "unknown key 'patern'", "did you mean pattern?"),
        (RULE + "pattern = '(x'\n", "no RE2 expression", "look-around"),
        (RULE + "pattern = 'x*'\n", "matches the empty text", ""),
        (RULE, "either a pattern or a measure", ""),
        (RULE + "pattern = 'x'\nmeasure = 'tokens'\nat_least = 1\n", "either a pattern or a measure", ""),
        (RULE + "pattern = 'x'\nat_least = 1\n", "only a measure", ""),
        (RULE + "measure = 'tokens'\n", "only a measure", ""),
        (RULE + "pattern = 'x'\nunquoted = 'yes'\n", "unquoted must be true or false", ""),
        (RULE + "pattern = 'x'\nunless = '(x'\n", "unless is no RE2 expression", ""),
        (RULE + "pattern = 'x'\nsince = 'last year'\n", "since must be a date", ""),
        (RULE + "measure = 'tokens'\nat_least = 1\nunquoted = true\n", "go with a pattern", ""),
        (RULE + "measure = 'tokens'\nat_least = true\n", "must be a number", ""),
        (RULE + "measure = 'tokens'\nat_least = 9\nat_most = 2\n", "above at_most", ""),
        (RULE.replace('why = "because"', "") + "pattern = 'x'\n", "why is missing", ""),
        (RULE.replace("because", " ") + "pattern = 'x'\n", "why must be a text", ""),
        (RULE.replace('"remove"', '"drop"') + "pattern = 'x'\n", "then must be remove or flag", ""),
        (RULE + "pattern = 'x'\n" + RULE + "pattern = 'y'\n", "stands twice", ""),
        (EVIDENCE, "exactly one of", ""),
        (EVIDENCE + "equals = 'x'\nmatches = 'y'\n", "exactly one of", ""),
        (EVIDENCE + "present = false\n", "present can only be true", ""),
        (EVIDENCE + "before = 'soon'\n", "must be a date", ""),
        (EVIDENCE + "one_of = []\n", "one_of is empty", ""),
        (EVIDENCE.replace('"human"', '"people"') + "present = true\n", "says must be human or machine", ""),
        ("rule = 3\n", "not a list of tables", "[[rule]]"),
    ],
)
def test_a_mistake_names_file_and_rule(tmp_path, text, message, hint):
    with pytest.raises(UsageError) as caught:
        read_rule_books(written(tmp_path, text))
    error = caught.value
    assert message in error.message
    assert hint in error.hint
    assert "mine.toml" in error.where
    if text.startswith("\n[["):
        assert "mine" in error.where.replace("mine.toml", "", 1) or "twice" in error.message


def test_a_missing_or_binary_book_is_a_usage_error(tmp_path):
    with pytest.raises(UsageError, match="cannot be read"):
        read_rule_books([tmp_path / "absent.toml"])
    binary = tmp_path / "binary.toml"
    binary.write_bytes(b"\xff\xfe")
    with pytest.raises(UsageError, match="not TOML"):
        read_rule_books([binary])
