"""A small corpus whose every author is known, for `curate demo`: real texts, planted copies, planted junk."""

from __future__ import annotations

import gzip
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from curate.corpus.write import machine_errors
from curate.jobs.demo.texts import Shelf, Text, docstrings, documentation, machine_pieces

DOCUMENTATION, DOCSTRINGS = 320, 420  # texts at most
COPIES, REPEATS = 30, 12
ANOTHER = "build it elsewhere: curate demo another-folder"
WORDS_PER_CHANGE = 60  # one changed word spoils five 5-word shingles: similarity stays above 0.8
STAND_INS = ("roughly", "indeed", "notably", "elsewhere", "seldom", "plainly", "otherwise")
SCHEMA = pa.schema([(name, pa.string()) for name in ("id", "text", "source", "written_by")])
LEAKS = (
    "As an AI language model, I do not have personal preferences, but many visitors enjoy the harbour in spring.",
    "Certainly! Here is a shorter version of your letter, with a warmer tone in the second paragraph.",
    "The committee meets on Monday to vote on the budget.<|im_end|>",
    "很抱歉，我无法提供实时的天气信息。作为一个人工智能语言模型，我的知识截止到2021年。",
)


@dataclass(frozen=True, slots=True)
class DemoTruth:
    """Truth of the demonstration, to compare a scan with; ids are those of the column `id`.

    `documents` counts every row whose text can be read, as a scan does; human + machine + empty = documents. Copies
    and repeats are by people, leaks by a machine, and all are counted.
    """

    files: tuple[Path, ...]
    documents: int
    human_documents: int
    machine_documents: int
    near_duplicates: tuple[tuple[str, str], ...]  # (planted copy, original)
    repeats: tuple[str, ...]  # one and the same boilerplate
    leaks: tuple[str, ...]  # texts in which a model gives itself away
    empty: tuple[str, ...]  # an empty text
    unreadable: int  # rows: null texts and a torn last line


def build_demo(folder: Path) -> DemoTruth:
    """Write docs.parquet, docstrings.jsonl, assistant.jsonl and mixed.jsonl.gz into `folder`, made if need be.

    The same bytes for the same version of Python and pyarrow. Raises DependencyError without the library's sources.
    """
    shelf = Shelf(set())
    docs, strings, pieces = documentation(shelf, DOCUMENTATION), docstrings(shelf, DOCSTRINGS), machine_pieces()
    pairs = _near_copies([*docs, *strings])
    copies = [copy for copy, _ in pairs]
    repeats = [Text(f"mixed/notice-{i:02}", sys.copyright, "mixed", "human") for i in range(REPEATS)]
    leaks = [Text(f"mixed/leak-{i}", text, "mixed", "machine") for i, text in enumerate(LEAKS)]
    mixed = [replace(text, source="mixed") for text in (*strings[::7], *pieces[::4])]
    strings = [text for i, text in enumerate(strings) if i % 7]
    pieces = [text for i, text in enumerate(pieces) if i % 4]
    empty = Text("mixed/empty", "", "mixed", "human")
    written = [*docs, *strings, *pieces, *mixed, *copies, *repeats, *leaks]

    torn = '{"id": "docstrings/torn", "text": "This line was cut off whi'
    names = ("docs.parquet", "docstrings.jsonl", "assistant.jsonl", "mixed.jsonl.gz")
    paths = [folder / name for name in names]
    nulls = b'{"id": "mixed/null-%d", "text": null, "source": "mixed", "written_by": "human"}\n'
    body = _lines([*_interleaved(mixed, copies), *repeats, *leaks, empty]) + nulls % 1 + nulls % 2
    texts = (_lines(strings) + torn.encode(), _lines(pieces), gzip.compress(body, mtime=0))
    _write(folder, paths, docs, texts)
    return DemoTruth(
        files=tuple(paths),
        documents=len([*written, empty]),
        human_documents=sum(text.written_by == "human" for text in written),
        machine_documents=sum(text.written_by == "machine" for text in written),
        near_duplicates=tuple((copy.id, original.id) for copy, original in pairs),
        repeats=tuple(text.id for text in repeats),
        leaks=tuple(text.id for text in leaks),
        empty=(empty.id,),
        unreadable=3,
    )


def _write(folder: Path, paths: Sequence[Path], docs: list[Text], others: Sequence[bytes]) -> None:
    """All files or none. Raises MachineError."""
    with machine_errors(folder, ANOTHER):
        folder.mkdir(parents=True, exist_ok=True)
        try:
            _write_parquet(paths[0], docs)
            for path, text in zip(paths[1:], others, strict=True):
                path.write_bytes(text)
        except OSError:
            for path in paths:
                path.unlink(missing_ok=True)
            folder.rmdir()
            raise


def _near_copies(originals: list[Text]) -> list[tuple[Text, Text]]:
    """COPIES of long originals with a word in sixty changed, each beside its original; every third is copied twice."""
    long = [text for text in originals if len(text.text.split()) >= 2 * WORDS_PER_CHANGE]
    spread = long[:: max(1, len(long) // COPIES)]
    twice = [text for i, text in enumerate(spread) for _ in range(2 if i % 3 == 0 else 1)][:COPIES]
    return [
        (Text(f"copy-{i:02}/{text.id}", _reworded(text.text, i), "mixed", text.written_by), text)
        for i, text in enumerate(twice)
    ]


def _reworded(text: str, turn: int) -> str:
    """Change a word in every WORDS_PER_CHANGE, at a place and to a word that depend on `turn`; white space stays."""
    lines = [line.split(" ") for line in text.split("\n")]
    places = [(i, j) for i, line in enumerate(lines) for j, word in enumerate(line) if word.strip()]
    for i, j in places[WORDS_PER_CHANGE // 2 + turn % 7 :: WORDS_PER_CHANGE]:
        lines[i][j] = STAND_INS[turn % len(STAND_INS)]
    return "\n".join(" ".join(line) for line in lines)


def _interleaved(mixed: list[Text], copies: list[Text]) -> list[Text]:
    """Both, in the order of a fixed stride, so that neither kind stands in one block."""
    both = [*mixed, *copies]
    return [text for start in range(4) for text in both[start::4]]


def _write_parquet(path: Path, texts: list[Text]) -> None:
    columns = {name: [getattr(text, name) for text in texts] for name in SCHEMA.names}
    with pa.OSFile(os.fsencode(path), "wb") as sink:
        pq.write_table(pa.table(columns, schema=SCHEMA), sink, row_group_size=100)


def _lines(texts: list[Text]) -> bytes:
    rows = ({name: getattr(text, name) for name in SCHEMA.names} for text in texts)
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()
