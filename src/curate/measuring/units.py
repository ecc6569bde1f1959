"""Units of tokens for a mix: our own, a byte, or a model's own by its `tokenizers` file."""

from __future__ import annotations

import hashlib
import importlib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, ClassVar, Final

import numpy as np
import pyarrow as pa

from curate.errors import DependencyError, UsageError
from curate.measuring.batch import Batch
from curate.measuring.counts import TextBytes, TokenCount
from curate.measuring.measure import Measure

BYTES: Final = "bytes"
OPTION: Final = "--tokenizer"
PIECE: Final = 1 << 20  # bytes of text encoded at a time: an encoding is a hundred times larger than its text


@dataclass(frozen=True, slots=True)
class ByteTokens(TextBytes):
    """Column tokens: UTF-8 bytes of the text, as byte-level models count."""

    name: ClassVar[str] = "tokens"


@dataclass(frozen=True, slots=True)
class ModelTokens:
    """Column tokens: tokens of the text alone, without the special ones that a template adds, uncut and unpadded."""

    name: ClassVar[str] = "tokens"
    version: ClassVar[int] = 1
    fields: ClassVar[dict[str, pa.DataType]] = {"": pa.int64()}
    fingerprint: str  # SHA-256 of the file, hex
    path: str = field(repr=False)

    def measure(self, batch: Batch) -> list[pa.Array]:
        """int64, never null."""
        model = _load(self.path)
        counts: list[int] = []
        sizes = np.cumsum(np.diff(batch.buffers[1]))
        marks = np.searchsorted(sizes, np.arange(PIECE, int(sizes.max(initial=0)) + PIECE, PIECE))
        start = 0
        for end in sorted({*(int(mark) + 1 for mark in marks), len(batch)}):
            piece = batch.text.slice(start, end - start).to_pylist()
            counts += map(len, model.encode_batch(piece, add_special_tokens=False))
            start = max(start, end)
        return [pa.array(counts[: len(batch)], pa.int64())]


def token_measure(tokenizer: str) -> Measure:
    """Measure that `--tokenizer` asks for: "" our own tokens, "bytes", or a file of the `tokenizers` library.

    Raises DependencyError without that library, UsageError for a file that it does not read.
    """
    if not tokenizer:
        return TokenCount()
    if tokenizer == BYTES and not Path(BYTES).exists():
        return ByteTokens()
    _load(tokenizer)
    return ModelTokens(hashlib.sha256(Path(tokenizer).read_bytes()).hexdigest(), tokenizer)


def unit_name(measure: Measure) -> str:
    """How a certificate calls the unit: "curate", "bytes" or "tokenizer SHA-256"."""
    if isinstance(measure, ModelTokens):
        return f"tokenizer {measure.fingerprint}"
    return BYTES if isinstance(measure, ByteTokens) else "curate"


@cache
def _load(path: str) -> Any:
    if not Path(path).is_file():
        raise UsageError("there is no such file", where=f"{OPTION} {path}", hint="a tokenizer.json, or bytes")
    try:
        library: Any = importlib.import_module("tokenizers")
    except ImportError as error:
        raise DependencyError(
            "counting a model's own tokens needs the package tokenizers",
            where=OPTION,
            hint="pip install tokenizers; or --tokenizer bytes",
        ) from error
    try:
        model = library.Tokenizer.from_file(path)
    except Exception as error:
        raise UsageError(
            f"is no tokenizer: {error}", where=f"{OPTION} {path}", hint="give its tokenizer.json"
        ) from error
    model.no_truncation()
    model.no_padding()
    return model
