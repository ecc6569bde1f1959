"""Rows of the collections of real text, in halves: one to learn what speaks for prose, one to measure on."""

import random
from collections.abc import Iterable
from pathlib import Path

import pyarrow.parquet as pq

ROWS = 1500  # of a file; four times as many where it holds several collections
SPACELESS = ("zh", "ja", "ko")


def collections(data: Iterable[Path]) -> list[Path]:
    """Files of them; those of public evaluation sets are in another folder, and not read."""
    return sorted(path for folder in data for path in (*folder.glob("*.parquet"), *folder.glob("human/*.parquet")))


def drawn(path: Path, half: int, *, spaceless: bool) -> list[tuple[str, str]]:
    """File with language, and text, of half 0 or 1 of the rows drawn; with languages that have no spaces or without."""
    table = pq.read_table(path, columns=["text", "lang"])
    most = ROWS * (4 if "train" in path.name else 1)
    rows = sorted(random.Random(5).sample(range(table.num_rows), min(table.num_rows, most)))
    left_out = ("code",) if spaceless else ("code", *SPACELESS)
    kept = [row for row in table.take(rows[half::2]).to_pylist() if row["lang"] not in left_out]
    return [(f"{path.stem}:{row['lang']}", row["text"]) for row in kept if len(row["text"] or "") > 80]
