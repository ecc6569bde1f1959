"""Literals are found wherever they stand: compared with `in` on lower-case bytes."""

import random

import numpy as np
import pyarrow as pa
from hypothesis import example, given
from hypothesis import strategies as st

from curate.kernels.buffers import text_buffers
from curate.kernels.literal_index import folded, literal_index
from curate.kernels.literals import LEAST, groups_held
from curate.kernels.odd_letters import odd_letters

SOME = ["here is a", "turn0", "turn1", "turn5", "[INST]", "<eoa>", "作为一个人", "as an ai,", "model", "s an ai, i am"]
TEXT = st.lists(
    st.one_of(
        st.sampled_from(SOME), st.sampled_from(SOME).map(str.upper), st.text(max_size=4), st.sampled_from("turn0a")
    )
).map("".join)


def held(texts, literals):
    values, offsets = text_buffers(pa.array(["before ", *texts], pa.large_string())[1:])
    out = np.zeros((len(texts), max(group for _, group in literals) + 1), bool)
    groups_held(values, offsets, literal_index(literals), out)
    return out


@given(st.lists(TEXT, min_size=1, max_size=8), st.sets(st.sampled_from(SOME), min_size=1))
@example([" " * k + literal + "x" * j for literal in SOME for k in range(5) for j in range(5)], set(SOME))
@example([literal[:-1] for literal in SOME] + [literal[1:] for literal in SOME], set(SOME))
def test_a_literal_is_found_wherever_it_stands_and_long_ones_nowhere_else(texts, some):
    literals = [(literal.encode(), group) for group, literal in enumerate(sorted(some))]
    found = held(texts, literals)
    for literal, group in literals:
        for text, says in zip(texts, found[:, group], strict=True):
            holds = folded(literal) in folded(text.encode())
            assert says >= holds
            if len(literal) >= LEAST:
                assert says == holds


def test_hundreds_of_literals_of_all_lengths_are_found_where_they_stand_and_nowhere_else():
    draw = random.Random(1)
    texts = ["".join(draw.choices("ab *", k=draw.randrange(0, 90))) for _ in range(400)]
    whole = "".join(texts)
    places = [(draw.randrange(len(whole) - 40), draw.randrange(LEAST, 40)) for _ in range(600)]
    literals = [folded(whole[begin : begin + size].encode()) for begin, size in places]
    found = held(texts, [(literal, group) for group, literal in enumerate(literals)])
    for group, literal in enumerate(literals):
        assert found[:, group].tolist() == [literal in folded(text.encode()) for text in texts]


def test_of_short_literals_no_more_is_asked_than_one_byte_in_a_range():
    literals = [(b"turn0", 0), (b"turn9", 0), (b"<eoa>", 0), (b"<eom>", 0), (b"[/i]", 1)]
    texts = ["a urn5", "EOB>", "eoz>", "x" * 50_000 + "TURN9", "tur", "[/I", "[/i]", "", "urn", "9"]
    assert held(texts, literals)[:, 0].tolist() == [True, True, False, True] + [False] * 6
    assert held(texts, literals)[:, 1].tolist() == [False] * 6 + [True] + [False] * 3


def test_literals_of_one_group_and_of_several_share_windows():
    literals = [
        (b"for a language model", 0),
        (b"as a language model", 0),
        (b"as a language model", 1),
        (b"language", 2),
    ]
    texts = ["As a Language Model", "for a language model", "a language model", "the languages", "langua ge"]
    assert held(texts, literals).tolist() == [
        [True, True, True],
        [True, False, True],
        [False, False, True],
        [False, False, True],
        [False, False, False],
    ]


def test_what_was_said_before_stays():
    values, offsets = text_buffers(pa.array(["nothing", "the [inst] x"], pa.large_string()))
    out = np.array([[True, False], [False, True]])
    groups_held(values, offsets, literal_index([(b"[INST]", 0), (b"nothing at all", 1)]), out)
    assert out.tolist() == [[True, False], [True, True]]


def test_letters_that_are_ascii_without_case_are_seen():
    texts = ["ask", "aſk", "as\u212a", "ſ", "\u212a", "作为", "x" * 100 + "ſ"]
    values, offsets = text_buffers(pa.array(texts, pa.large_string()))
    out = np.zeros(len(texts), bool)
    odd_letters(values, offsets, out)
    assert out.tolist() == [False, True, True, True, True, False, True]
