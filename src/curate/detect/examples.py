"""Labelled texts for training: read, found in tokens once, and weighted so that no set, domain or generator rules."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from curate.errors import DataError
from curate.kernels.buffers import text_buffers
from curate.kernels.counting import count_tokens
from curate.kernels.hashing import fingerprints
from curate.kernels.tokens import Tokens, tokenize

COLUMNS = ("text", "label", "lang", "domain", "generator", "set", "collection")
MAX_WEIGHT = 8.0  # of one document, where 1 is the mean: a rare cell must not shout

BOTH_CLASSES = 3.0  # times the mass of a set of one class: what tells classes apart inside a set is not its topic

# Completion models without instruction tuning, most of before 2023. Measured: leaving them out of training lifts the
# AUROC of unseen collections of newer models by .01 to .05 (docs/model-card.md); their own text reads as human.
BEFORE_ASSISTANTS = re.compile(
    r"gpt-?2|gpt-?neo|gpt-?j|opt[-_]|bloom|babbage|curie|text-ada|pythia|^llama$|llama[123]_|falcon_7b|gemma_7b|phi2"
    r"|gpt-3-davinci",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, eq=False)
class Examples:
    """Rows of training data in the order of their fingerprints: nothing depends on how the file was written.

    counted int64[n]: tokens of kinds 0-2; machine float32[n] 0 or 1; key uint64[n]; the rest are object arrays of str.
    """

    tokens: Tokens
    counted: NDArray[np.int64]
    machine: NDArray[np.float32]
    key: NDArray[np.uint64]
    language: NDArray[Any]
    domain: NDArray[Any]
    generator: NDArray[Any]
    set: NDArray[Any]
    collection: NDArray[Any]

    def __len__(self) -> int:
        """Texts."""
        return int(self.machine.size)

    def in_language(self, language: str) -> NDArray[np.bool_]:
        """Which texts are in a language; zh-Hant counts as zh."""
        return np.array([name.split("-")[0] == language for name in self.language], np.bool_)

    def by_assistants(self) -> NDArray[np.bool_]:
        """Which texts are human, or by a model of the kind that the detector is for: tuned to follow instructions."""
        old = {name: BEFORE_ASSISTANTS.search(name) is not None for name in set(self.generator)}
        made_by_old = np.array([old[name] for name in self.generator], np.bool_)
        by_assistants: NDArray[np.bool_] = (self.machine == 0) | ~made_by_old
        return by_assistants


def read_examples(folder: Path, leave_out: tuple[str, ...] = ()) -> Examples:
    """Every row of folder/train.parquet but the collections left out, which are dropped before anything is counted.

    Raises DataError when the file is missing or a collection to leave out is not in it.
    """
    path = folder / "train.parquet"
    if not path.exists():
        raise DataError("no training data", where=str(path), hint="--data names the folder of train.parquet")
    table = pq.read_table(path, columns=list(COLUMNS))
    unknown = set(leave_out) - set(table["collection"].to_pylist())
    if unknown:
        raise DataError(f"no such collection: {', '.join(sorted(unknown))}", where=str(path))
    return examples_of(table.filter(pa.array([name not in leave_out for name in table["collection"].to_pylist()])))


def examples_of(table: pa.Table) -> Examples:
    """Examples from a table with COLUMNS (label "human" or "machine"), sorted by fingerprint."""
    prints = np.empty((table.num_rows, 2), np.uint64)
    fingerprints(*text_buffers(_texts(table)), prints)
    table = table.take(pa.array(np.lexsort((prints[:, 1], prints[:, 0]))))
    prints.sort(axis=0)  # the first column, which is the key, is in the order of the rows
    tokens = tokenize(*text_buffers(_texts(table)))
    counted = np.empty(table.num_rows, np.int64)
    count_tokens(tokens.kind, tokens.document_start, counted)
    names = {c: np.array([v or "" for v in table[c].to_pylist()], object) for c in COLUMNS[1:]}
    machine = (names["label"] == "machine").astype(np.float32)
    return Examples(
        tokens, counted, machine, np.ascontiguousarray(prints[:, 0]), names["lang"], names["domain"],
        names["generator"], names["set"], names["collection"],
    )  # fmt: skip


def balanced_weights(examples: Examples, rows: NDArray[np.int64]) -> NDArray[np.float32]:
    """A weight for every text of `examples`, 0 outside `rows`; the two classes weigh the same, the mean is about 1.

    The mass of a set's class grows with the root of its texts, and inside it that of a domain by a generator likewise;
    where a set has both, each weighs BOTH_CLASSES times the geometric mean of the two.
    """
    cells = [(examples.set[i], examples.machine[i]) for i in rows]
    parts = [(*cell, examples.domain[i], examples.generator[i]) for cell, i in zip(cells, rows, strict=True)]
    in_cell, in_part = Counter(cells), Counter(parts)
    roots: Counter[Any] = Counter()
    for part, count in in_part.items():
        roots[part[:2]] += count**0.5
    mass = np.array(
        [_cell_mass(in_cell, c) / roots[c] * in_part[p] ** -0.5 for c, p in zip(cells, parts, strict=True)],
        np.float64,
    )
    for label in (0, 1):
        here = examples.machine[rows] == label
        mass[here] *= rows.size / 2 / max(mass[here].sum(), 1e-12)
    weights = np.zeros(len(examples), np.float32)
    weights[rows] = np.minimum(mass, MAX_WEIGHT)
    return weights


def _cell_mass(in_cell: Counter[Any], cell: tuple[str, float]) -> float:
    name, label = cell
    other: int = in_cell[name, 1 - label]
    mass = (in_cell[cell] * other) ** 0.25 * BOTH_CLASSES if other else in_cell[cell] ** 0.5
    return float(mass)


def _texts(table: pa.Table) -> pa.LargeStringArray:
    chunks = table["text"].cast(pa.large_string()).chunks
    return pa.concat_arrays(chunks) if chunks else pa.array([], pa.large_string())
