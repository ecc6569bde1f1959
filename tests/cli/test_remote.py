"""Data at addresses of the web through the command line: figures of a local copy, whatever the connection does."""

from __future__ import annotations

import gzip
import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from corpora import Outcome, corpus_rows
from web_server import Site, serving

Curate = Callable[..., Outcome]
ROWS = corpus_rows(120)


def lines(rows: list[dict[str, Any]] = ROWS) -> bytes:
    return "".join(json.dumps(row) + "\n" for row in rows).encode()


def parquet(rows: list[dict[str, Any]] = ROWS, **more: list[Any]) -> bytes:
    table = pa.Table.from_pylist(rows)
    for name, values in more.items():
        table = table.append_column(name, pa.array(values))
    sink = io.BytesIO()
    pq.write_table(table, sink, row_group_size=40)
    return sink.getvalue()


FILES = {
    "/a.jsonl": lines(),
    "/a.jsonl.gz": gzip.compress(lines()),
    "/a.json": json.dumps(ROWS).encode(),
    "/a.parquet": parquet(),
}


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    monkeypatch.setattr("curate.corpus.remote.patience.pause", lambda _: None)
    with serving(Site(dict(FILES))) as there:
        yield there


def same_as_local(curate: Curate, site: Site, tmp_path: Path, path: str, *options: str) -> None:
    """The figures of a scan from the site are those of a local copy."""
    local = tmp_path / path.rpartition("/")[2]
    local.write_bytes(site.files[path])
    found = curate("scan", site.url + path, "--json", *options)
    assert found.code == 0, found.err
    assert found.json == curate("scan", local, "--json", *options).json


@pytest.mark.parametrize("path", FILES)
def test_figures_are_those_of_a_local_copy(curate: Curate, site: Site, tmp_path: Path, path: str) -> None:
    same_as_local(curate, site, tmp_path, path)
