"""Writing the page that labels a file in a browser."""

from __future__ import annotations

from pathlib import Path

from curate.corpus.label_csv import SUFFIXES
from curate.corpus.label_file import open_label_file
from curate.corpus.write import write_atomic
from curate.detect.labels import SECONDS
from curate.errors import UsageError
from curate.jobs.audit.draw_record import key_of
from curate.jobs.audit.labelling import EVERY, record_of
from curate.report.label_page import label_page


def write_label_page(labels: Path, page: Path) -> tuple[int, int]:
    """Write it beside nothing that is there; returns the number of documents, and of those without a label.

    Raises UsageError for a page that is none or is there already, and as `open_label_file`.
    """
    if page.suffix.lower() not in (".html", ".htm"):
        raise UsageError("a page is written as HTML", where=str(page), hint="--html labels.html")
    if page.exists():
        raise UsageError("is there already", where=str(page), hint="--html NEW.html")
    file = open_label_file(labels)
    texts = [file.text(row) for row in range(len(file.rows))]
    quoted = labels.suffix.lower() not in SUFFIXES
    record = record_of(labels, file)
    text = label_page(
        labels.name, texts, file.labels, file.around_labels(), quoted=quoted, seconds=SECONDS, every=EVERY,
        record=None if record is None else record.for_page([key_of(row) for row in file.rows]),
    )  # fmt: skip
    write_atomic(page, text.encode("utf-8", "replace"))
    return len(texts), sum(not label for label in file.labels)
