"""Counts of published filters, against plain Python on hostile texts."""

from collections import Counter

import numpy as np
import pyarrow as pa
from hypothesis import example, given, settings
from hypothesis import strategies as st

from curate.measuring.batch import Batch
from curate.measuring.quality import REPEATED, TOP, Quality

PIECES = st.sampled_from(
    [
        "the",
        "of",
        "That",
        "a b",
        "x",
        "#",
        "...",
        "…",
        "\n",
        "\n\n",
        "- item",
        "• point",
        "1234",
        "café.",
        "end!",
        "\t",
        "ß",
    ]
)
STOPS = {"the", "be", "to", "of", "and", "that", "have", "with"}


def measured(texts: list[str]) -> dict[str, list[float | None]]:
    batch = Batch(pa.record_batch([pa.array(texts, pa.large_string())], ["text"]))
    return {name: column.to_pylist() for name, column in zip(Quality.fields, Quality().measure(batch), strict=True)}


def share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def plain(text: str) -> dict[str, float | None]:
    lines = [" ".join(line.split()) for line in text.split("\n") if line.split()]
    words = text.split()
    letters = [len(line.replace(" ", "")) for line in lines]
    twice = [i for i, line in enumerate(lines) if line in lines[:i]]
    return {
        "words": float(len(words)),
        "stop_words": float(len(STOPS & {word.lower() for word in words})),
        "word_letters": share(sum(map(len, words)), len(words)),
        "alphabetic_words": share(
            sum(any((c.isascii() and c.isalpha()) or ord(c) > 127 for c in word) for word in words), len(words)
        ),
        "bullet_lines": share(sum(line[0] in "*-•" for line in lines), len(lines)),
        "ellipsis_lines": share(sum(line.endswith(("..", "…")) for line in lines), len(lines)),
        "ended_lines": share(sum(line[-1] in '.!?"”。！？' for line in lines), len(lines)),
        "short_lines": share(sum(n < 30 for n in letters), len(lines)),
        "repeated_lines": share(len(twice), len(lines)),
        "repeated_line_letters": share(sum(letters[i] for i in twice), sum(letters)),
    }


@settings(max_examples=60)
@example(["the \n the", "a  b\na b\n a b "])
@given(st.lists(st.lists(PIECES, max_size=30).map(" ".join), max_size=4))
def test_lines_and_words(texts: list[str]) -> None:
    found = measured(texts)
    for i, text in enumerate(texts):
        for name, value in plain(text).items():
            assert found[name][i] == value, (name, text)


@settings(max_examples=60)
@given(st.lists(st.lists(st.sampled_from(["aa", "bb", "cc"]), max_size=60), max_size=4))
def test_runs_of_words(texts: list[list[str]]) -> None:
    found = measured([" ".join(words) for words in texts])
    for i, words in enumerate(texts):
        for n in TOP:
            most = max(Counter(tuple(words[k : k + n]) for k in range(len(words) - n + 1)).values(), default=0)
            assert found[f"top_{n}gram"][i] == share(most * n if most > 1 else 0, len(words))
        for n in REPEATED:
            covered, seen = np.zeros(len(words), bool), set()
            for k in range(len(words) - n + 1):
                run = tuple(words[k : k + n])
                covered[k : k + n] |= run in seen
                seen.add(run)
            assert found[f"repeated_{n}grams"][i] == share(int(covered.sum()), len(words))
