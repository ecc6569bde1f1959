"""Forgery by someone who knows curate: every page of a mix and every hash made to fit the certificate."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from curate.jobs.mix.bound_files import files_beside
from curate.jobs.mix.croissant_columns import columns_of, croissant_columns
from curate.report.card import dataset_card
from curate.report.croissant import croissant_text


def in_every_page(told: dict[str, Any], folder: Path = Path("out")) -> None:
    """Write what the certificate says into the pages beside it."""
    croissant = folder / "croissant.json"
    tables = sorted((folder / "data").glob("*.parquet"))
    columns = croissant_columns(pq.read_schema(tables[0])) if tables else columns_of(croissant.read_text())
    croissant.write_text(croissant_text(told, columns))
    (folder / "README.md").write_text(dataset_card(told))
    told["files"] = files_beside(folder)
