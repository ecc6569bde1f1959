"""Rule books and footers of Parquet files are read once a command."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from corpora import Outcome, made_up_texts
from curate.rulebook import read

Curate = Callable[..., Outcome]
COMMANDS = {
    "scan": ["scan", "new", "--human-reference", "old"],
    "mix": ["mix", "new", "--human-ratio", "0", "-o", "out"],
    "check": ["check", "new", "--baseline", "old", "--cache-dir", "cache"],
    "compare": ["compare", "old", "new"],
}


@pytest.mark.parametrize("name", COMMANDS)
def test_rule_books_and_footers(curate: Curate, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    for folder, texts in (("old", made_up_texts(60)), ("new", made_up_texts(90)[50:])):
        Path(folder).mkdir()
        pq.write_table(pa.table({"text": texts, "kind": ["page"] * len(texts)}), f"{folder}/a.parquet")
    rule = 'id = "short"\nthen = "remove"\nwhy = "short"\nsource = "own"\nmeasure = "tokens"\nat_least = 3\n'
    Path("rules.toml").write_text(f"[[rule]]\n{rule}")
    books, footers = Counter[str](), Counter[str]()
    read_book, opened = read._read_book, pq.ParquetFile.__init__

    def counted(path: Path) -> read.RuleBook:
        books[path.name] += 1
        return read_book(path)

    def counted_footer(self: pq.ParquetFile, source: Any, metadata: Any = None, **options: Any) -> None:
        size = source.size() if isinstance(source, pa.NativeFile) else 0
        names = [name for name in ("old", "new") if Path(name, "a.parquet").stat().st_size == size]
        footers.update(names if metadata is None else ())
        opened(self, source, metadata=metadata, **options)

    monkeypatch.setattr(read, "_read_book", counted)
    monkeypatch.setattr(pq.ParquetFile, "__init__", counted_footer)
    own = ["--rules", "rules.toml"] if name != "compare" else []
    assert curate(*COMMANDS[name], *own, "-q").code in (0, 1)
    assert bool(own) == ("rules.toml" in books)
    assert set(books.values()) == {1}
    assert set(footers.values()) == {1}
