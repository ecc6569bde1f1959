"""Names of splits: which are kept from training, and columns that hold them."""

from __future__ import annotations

import re
from collections.abc import Collection

from curate.corpus.column_paths import leads_to_value
from curate.corpus.file_sample import Sample

Splits = tuple[str, tuple[str, ...]]  # a column and some of the splits that it names
_HELD_OUT = frozenset(
    ("test", "testing", "eval", "evaluation", "valid", "validation", "val", "dev", "heldout", "holdout", "benchmark",
     "benchmarks")
)  # fmt: skip
_TRAIN = frozenset(("train", "training", "pretrain", "pretraining", "finetune", "finetuning", "sft"))
_COLUMNS = frozenset(("split", "splits", "subset", "partition", "fold", "set", "part", "usage", "dataset", "data"))
_MOST, _LONG = 24, 40  # different values of such a column, and their characters
_KEPT = 4  # of them


def is_held_out(path: str) -> bool:
    """Return whether a path names a split that is kept from training; the name nearest to the file's counts."""
    return bool(held_out(path))


def held_out(name: str) -> bool | None:
    """Return whether a path or a value names a split that is kept from training; None where it names no split."""
    for part in reversed(_joined(name).split("/")):
        words = _words(part)
        if words & _TRAIN:
            return False
        if words & _HELD_OUT:
            return True
    return None


def split_columns(sample: Sample, taken: Collection[str]) -> tuple[Splits, ...]:
    """The columns of a file that hold names of splits, without those that are taken for something else."""
    found = []
    for field in sample.schema:
        words = _words(re.sub(r"(?<=[a-z])(?=[A-Z])", "_", field.name))
        if not words & _COLUMNS or field.name in taken or not leads_to_value(field.type, ()):
            continue
        values = sorted({value for value in sample.values(field.name) if value})
        if 0 < len(values) <= _MOST and 2 * sum(map(_is_split, values)) > len(values):
            found.append((field.name, tuple(values[:_KEPT])))
    return tuple(found)


def _is_split(value: str) -> bool:
    return len(value) <= _LONG and bool(_words(_joined(value)) & (_HELD_OUT | _TRAIN))


def _joined(name: str) -> str:
    return re.sub(r"(?i)(held|hold)[-_ ]out", "heldout", name)


def _words(name: str) -> frozenset[str]:
    return frozenset(re.split(r"[^a-z]+", name.lower()))
