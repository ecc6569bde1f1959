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
    attack: NDArray[Any]  # what was done to the text, "" where nothing is known of it
    later: NDArray[np.bool_]  # of the second file of training data

    def __len__(self) -> int:
        """Texts."""
        return int(self.machine.size)

    def in_language(self, language: str) -> NDArray[np.bool_]:
        """Which texts are in a language; zh-Hant counts as zh."""
        return np.array([name.split("-")[0] == language for name in self.language], np.bool_)

    def kind(self) -> NDArray[Any]:
        """The generator of each text with what was done to it; "" of human text as it was written."""
        done = np.array([f"[{name}]" if name else "" for name in self.attack], object)
        made = np.array([f"{name} {what}".strip() for name, what in zip(self.generator, done, strict=True)], object)
        return np.where(self.machine == 1, made, done)

    def by_assistants(self) -> NDArray[np.bool_]:
        """Which texts are human, or by a model of the kind that the detector is for: tuned to follow instructions."""
        old = {name: BEFORE_ASSISTANTS.search(name) is not None for name in set(self.generator)}
        made_by_old = np.array([old[name] for name in self.generator], np.bool_)
        by_assistants: NDArray[np.bool_] = (self.machine == 0) | ~made_by_old
        return by_assistants


def read_examples(folder: Path, leave_out: tuple[str, ...] = (), more: Path | None = None) -> Examples:
    """Every row of folder/train.parquet, and of more/train2.parquet, but the collections left out, which are dropped
    before anything is counted, and human text in a machine's words.

    Raises DataError when a file is missing or a collection to leave out is not in them.
    """
    paths = [folder / "train.parquet", *([more / "train2.parquet"] if more else [])]
    tables = []
    for path in paths:
        if not path.exists():
            raise DataError("no training data", where=str(path), hint=f"--data names the folder of {path.name}")
        names = pq.read_schema(path).names
        table = pq.read_table(path, columns=[*COLUMNS, *(["attack"] if "attack" in names else [])])
        if "attack" not in names:
            table = table.append_column("attack", pa.array([""] * table.num_rows, pa.string()))
        tables.append(table.append_column("later", pa.array([path is not paths[0]] * table.num_rows)))
    table = pa.concat_tables(tables, promote_options="permissive")
    collections, label, attack = (table[name].to_pylist() for name in ("collection", "label", "attack"))
    unknown = set(leave_out) - set(collections)
    if unknown:
        raise DataError(f"no such collection: {', '.join(sorted(unknown))}", where=", ".join(map(str, paths)))
    reworded = [who == "human" and "paraphrase" in (what or "") for who, what in zip(label, attack, strict=True)]
    kept = [name not in leave_out and not other for name, other in zip(collections, reworded, strict=True)]
    return examples_of(table.filter(pa.array(kept)))


def examples_of(table: pa.Table) -> Examples:
    """Examples from a table with COLUMNS (label "human" or "machine"), sorted by fingerprint; attack and later are
    columns too where there are any.
    """
    prints = np.empty((table.num_rows, 2), np.uint64)
    fingerprints(*text_buffers(_texts(table)), prints)
    table = table.take(pa.array(np.lexsort((prints[:, 1], prints[:, 0]))))
    prints.sort(axis=0)  # the first column, which is the key, is in the order of the rows
    tokens = tokenize(*text_buffers(_texts(table)))
    counted = np.empty(table.num_rows, np.int64)
    count_tokens(tokens.kind, tokens.document_start, counted)
    given = [c for c in (*COLUMNS[1:], "attack") if c in table.column_names]
    names = {c: np.array([v or "" for v in table[c].to_pylist()], object) for c in given}
    plain, first = np.full(table.num_rows, "", object), np.zeros(table.num_rows, np.bool_)
    later = np.array(table["later"].to_pylist(), np.bool_) if "later" in table.column_names else first
    machine = (names["label"] == "machine").astype(np.float32)
    return Examples(
        tokens, counted, machine, np.ascontiguousarray(prints[:, 0]), names["lang"], names["domain"],
        names["generator"], names["set"], names["collection"], names.get("attack", plain), later,
    )  # fmt: skip


def balanced_weights(examples: Examples, rows: NDArray[np.int64], *, by_kind: bool = False) -> NDArray[np.float32]:
    """A weight for every text of `examples`, 0 outside `rows`; the two classes weigh the same, the mean is about 1.

    The mass of a set's class grows with the root of its texts, and inside it that of a domain by a generator likewise;
    where a set has both, each weighs BOTH_CLASSES times the geometric mean of the two. `by_kind`: what was done to a
    generator's text makes another generator of it.
    """
    generator = examples.kind() if by_kind else examples.generator
    cells = [(examples.set[i], examples.machine[i]) for i in rows]
    parts = [(*cell, examples.domain[i], generator[i]) for cell, i in zip(cells, rows, strict=True)]
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
