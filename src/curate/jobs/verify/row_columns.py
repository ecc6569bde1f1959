"""Columns of a written mix compared with those of its inputs."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from curate.corpus.layouts import Layout, written_layout
from curate.jobs.scan.corpus import Corpus
from curate.mixing.certificate import Certificate
from curate.mixing.recheck import Finding


def columns_again(certificate: Certificate, folder: Path, found: Corpus) -> list[Finding]:
    """A finding for each written table whose columns are not those that this mix has: name, type, order, features."""
    tables = [output.name for output in certificate.outputs if output.name.endswith(".parquet")]
    if not tables:
        return []
    layout = layout_of(certificate, found)
    told = {name: pq.read_schema(folder / name) for name in tables}
    return [
        Finding(f"columns.{name}", _columns_of(here), _columns_of(layout.parts))
        for name, here in told.items()
        if not _same_columns(here, layout.parts)
    ]


def layout_of(certificate: Certificate, found: Corpus, form: str = "parquet") -> Layout:
    dropped = certificate.settings.get("drop_column")
    names = dropped.value if dropped and isinstance(dropped.value, tuple) else ()
    return written_layout(found.files, {task.shard.name: task.columns for task in found.tasks}, form, names)


def _same_columns(here: pa.Schema, wanted: pa.Schema) -> bool:
    """Parquet names what a list holds as it likes; equal types of Arrow may differ in that."""
    features = ((one.metadata or {}).get(b"huggingface") for one in (here, wanted))
    return here.names == wanted.names and here.types == wanted.types and len(set(features)) == 1


def _columns_of(schema: pa.Schema) -> list[str]:
    """Each column and its type, and what `datasets` reads of them."""
    features = (schema.metadata or {}).get(b"huggingface", b"").decode(errors="replace")
    return [*(f"{field.name}: {field.type}" for field in schema), *([features] if features else [])]
