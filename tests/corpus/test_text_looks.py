"""Forms that a value of several words cannot have are not tried, and nothing is told otherwise for that."""

from __future__ import annotations

import random

import pytest

from curate.corpus import text_looks
from curate.corpus.text_looks import looks_of

PARTS = ["12", "-", "3.5 ", "2020-01-01 ", "a", "Zq", " ", "{", '["a"', "<html>", "<b>", "abc/def", "x@y.z", "\n", "+"]
PARTS += [
    "=",
    "_",
    "汉",
    "\x1c",
    "\xa0",
    "1,0",
    "e5",
    "%",
    "deadbeef12",
    "ſ",
    "T10:00",
    "http://a b",
    "words of prose ",
]


def test_a_value_is_told_as_if_every_form_were_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    draw = random.Random(1)
    values = ["".join(draw.choices(PARTS, k=draw.randrange(1, 8))) for _ in range(5000)]
    values += [f"{line}{blank}{line}" for line in ("QUJD" * 20, "1QJD" * 20, "+a-_" * 20) for blank in "\n "]
    found = [looks_of([value]).kind for value in values]
    monkeypatch.setattr(text_looks, "_forms_of", lambda _: tuple(text_looks._FORMS))
    assert found == [looks_of([value]).kind for value in values]
    assert {"JSON", "markup", "dates", "numbers", "base64", "prose", "ids", "signs"} <= set(found)
