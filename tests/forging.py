"""What a forger does who knows curate: every page of a mix and every hash told to fit the certificate."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from curate.jobs.bound_files import columns_of, files_beside
from curate.report.card import dataset_card
from curate.report.croissant import croissant_text


def in_every_page(told: dict[str, Any]) -> None:
    """Write what the certificate says into the pages beside it, in the folder out."""
    croissant = Path("out/croissant.json")
    croissant.write_text(croissant_text(told, columns_of(croissant.read_text())))
    Path("out/README.md").write_text(dataset_card(told))
    told["files"] = files_beside(Path("out"))
