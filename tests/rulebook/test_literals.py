"""Whatever RE2 matches holds one of the literals that its pattern is said to need."""

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from curate.kernels.literal_index import SHORTEST, folded
from curate.rulebook.literals import literals_of
from curate.rulebook.patterns import Phrases
from curate.rulebook.read import read_rule_books

ATOMS = [
    "ab",
    "cde",
    "K",
    "s",
    "é",
    "ß",
    "作为",
    " ",
    ".",
    r"\d",
    r"\s",
    r"\.",
    r"\[",
    "[ab]",
    "[^ab]",
    "['’]",
    "^",
    "$",
    r"\b",
    r"\n",
]
ATOMS += [r"\x41", r"\pL", "[a-c]", "[[:alpha:]]", r"[\d.]", r"\Qa+\E", "[]a]", r"\z", "x{2}", "x{0,2}", "(?P<n>cd)"]


def patterns(atoms):
    some = st.sampled_from(atoms)
    whole = st.recursive(
        some,
        lambda inner: st.one_of(
            st.lists(inner, min_size=2, max_size=4).map("".join),
            st.lists(inner, min_size=2, max_size=3).map(lambda parts: f"(?:{'|'.join(parts)})"),
            st.tuples(inner, st.sampled_from(["?", "*", "+", "??", "+?"])).map(lambda two: f"(?:{two[0]}){two[1]}"),
            inner.map(lambda one: f"({one})"),
        ),
        max_leaves=12,
    )
    return st.tuples(st.sampled_from(["", "(?i)", "(?m)", "(?s)", "(?im)"]), whole).map("".join)


def matches(texts, pattern):
    try:
        return pc.match_substring_regex(pa.array(texts, pa.large_string()), pattern).to_pylist()
    except pa.ArrowInvalid:
        return None


TEXTS = st.lists(
    st.lists(
        st.sampled_from(
            [
                "ab",
                "AB",
                "cde",
                "CdE",
                "k",
                "\u212a",
                "ſ",
                "S",
                "É",
                "é",
                "ẞ",
                "ss",
                "作为",
                " ",
                ".",
                "[",
                "7",
                "\n",
                "'",
                "’",
                "]",
                "x",
                "A",
                "a+",
            ]
        )
    ).map("".join),
    max_size=20,
)


@settings(max_examples=400)
@given(patterns(ATOMS), TEXTS)
def test_a_text_that_matches_is_always_a_suspect(pattern, texts):
    found = matches(texts, pattern)
    assume(found is not None)
    texts = pa.array(texts, pa.large_string())
    assert Phrases((("it", pattern),)).hits(texts).to_pylist() == [["it"] if yes else [] for yes in found]


@pytest.mark.parametrize(
    ("pattern", "literals"),
    [
        ("(?i)as an (?:AI|android),? i", {"as an ai i", "as an ai, i", "as an android i", "as an android, i"}),
        (r"\bhope\b[^.]*this helps", {"this helps"}),
        (r"turn\d+x", {f"turn{digit}" for digit in range(10)}),
        ("(?:long enough|short)", {"long enough", "short"}),
        ("long enough|abc", None),
        (r"\pL+ a language model", None),
        ("[ab]cd(?:efg)?", None),
    ],
)
def test_what_a_pattern_needs(pattern, literals):
    assert literals_of(pattern) == (literals and {folded(one.encode()) for one in literals})


def test_every_shipped_pattern_needs_something_that_can_be_looked_for():
    for rule_id, pattern in Phrases.of(read_rule_books()).patterns:
        found = literals_of(pattern)
        assert found, rule_id
        assert min(map(len, found)) >= SHORTEST
