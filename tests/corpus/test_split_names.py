"""Columns that name splits are told of, and only those; names of files tell what is held out."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from curate.corpus.columns import settle_files
from curate.corpus.files import look_into
from curate.corpus.paths import find_paths
from curate.corpus.taken_columns import grouped_columns
from curate.report.columns import taken_sentences
from curate.schema import Columns

TEXTS = [f"The mill by the river turned slowly, and row {k} says so in its own way." for k in range(12)]


def told(folder: Path, **columns: list[str]) -> str:
    """Sentences of a report on a table with a text and these columns."""
    folder.mkdir()
    pq.write_table(pa.table({"text": TEXTS, **columns}), folder / "rows.parquet")
    files = look_into(find_paths([str(folder)]))[0]
    settlement = settle_files(files, Columns())
    return "; ".join(taken_sentences(grouped_columns(settlement.taken, {})))


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("split", ["train"] * 9 + ["test"] * 3),
        ("dataset_split", ["validation"] * 12),
        ("subset", ["train/en"] * 6 + ["held-out/en"] * 6),
        ("Partition", ["TRAIN"] * 11 + ["Dev"]),
    ],
)
def test_a_column_of_splits_is_told_of(tmp_path: Path, name: str, values: list[str]) -> None:
    said = told(tmp_path / "data", **{name: values})
    assert f"column {name!r} names splits ({', '.join(sorted(set(values)))}): check holds rows to it" in said


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("split", [str(k % 5) for k in range(12)]),
        ("subset", ["news", "web", "books"] * 4),
        ("topic", ["train", "test"] * 6),
        ("split", [f"train {k}" if k < 3 else f"page {k}" for k in range(12)]),
    ],
)
def test_other_columns_are_not(tmp_path: Path, name: str, values: list[str]) -> None:
    assert "names splits" not in told(tmp_path / "data", **{name: values})
