"""Small corpora and the outcome of a command, for tests."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

SYLLABLES = tuple("ba de fi go lu ma ne pi ro sa te vi zo an er ol ist und ing ter".split())  # noqa: SIM905


@dataclass(frozen=True)
class Outcome:
    """Output and exit code of a command."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        """The one object on stdout."""
        value = json.loads(self.out)
        assert isinstance(value, dict)
        return value


def made_up_texts(count: int, words: int = 80, seed: int = 7) -> list[str]:
    """Texts of made-up words, all different, the same for the same seed."""
    draw = random.Random(seed)
    vocabulary = ["".join(draw.choices(SYLLABLES, k=draw.randint(1, 4))) for _ in range(3000)]
    weights = [1 / (rank + 5) for rank in range(len(vocabulary))]
    texts = []
    for _ in range(count):
        chosen = draw.choices(vocabulary, weights, k=draw.randint(words // 2, words * 2))
        texts.append(" ".join(w + "." if draw.random() < 0.08 else w for w in chosen))
    return texts


def corpus_rows(count: int = 200) -> list[dict[str, Any]]:
    """Rows with ids, a label, a source, a nested column and planted near-duplicates."""
    texts = made_up_texts(count)
    for i in range(0, count - 10, 20):  # every twentieth again, with one word changed
        words = texts[i].split()
        words[len(words) // 2] = "changed"
        texts[i + 7] = " ".join(words)
    origins = ["human", "machine", "human", None]
    return [
        {"id": f"d{i}", "text": t, "origin": origins[i % 4], "site": f"s{i % 3}", "meta": {"n": i, "tags": ["a", "b"]}}
        for i, t in enumerate(texts)
    ]


def write_jsonl(path: Path, rows: list[dict[str, Any]]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path


def write_parquet(path: Path, rows: list[dict[str, Any]], row_group_size: int = 1000) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.Table.from_pylist(rows), path, row_group_size=row_group_size)
    return path


def write_tokenizer(path: Path, texts: list[str]) -> Callable[[str], int]:
    """A small model's tokenizer.json, learnt from these texts; what it counts."""
    tokenizers = pytest.importorskip("tokenizers")
    model = tokenizers.Tokenizer(tokenizers.models.BPE(unk_token="?"))
    model.pre_tokenizer = tokenizers.pre_tokenizers.Whitespace()
    trainer = tokenizers.trainers.BpeTrainer(vocab_size=200, special_tokens=["?"], show_progress=False)
    model.train_from_iterator(texts, trainer)
    model.enable_truncation(5)  # as a model's file may say, and counting must not
    model.save(str(path))
    model.no_truncation()
    return lambda text: len(model.encode(text).ids)
