"""Prose beside the text is new where its column did not hold it before: a plain definition of that verdict."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from curate.corpus.columns import settle_files
from curate.corpus.files import look_into
from curate.corpus.paths import find_paths
from curate.jobs.check.unjudged_columns import unjudged_of
from curate.jobs.run.selection import Settled
from curate.schema import Columns

Row = dict[str, str]
PROSE = [f"In the {place} we read a long report that nobody had seen." for place in ("mill", "yard", "tower", "inn")]
OTHERS = ["news", "2019-03-01", "a7f3c2d9e8b1", "", "https://example.org/page"]
TEXTS = [f"The {beast} slept all day long by the river." for beast in ("fox", "dog", "cat")] + [f"So. {PROSE[0]} End."]
ROWS = st.fixed_dictionaries(
    {"text": st.sampled_from(TEXTS), "title": st.sampled_from(PROSE + OTHERS), "note": st.sampled_from(PROSE + OTHERS)}
)
Verdict = dict[str, tuple[int, int, int, float]]


def plainly(old: list[Row], new: list[Row]) -> Verdict:
    """Of each column with new prose: its rows, the bytes of it and of their text, and its share of the new values."""
    held = {(name, value) for row in old for name, value in row.items()}
    found: Verdict = {}
    for name in ("title", "note"):
        fresh = [row for row in new if row[name] not in row["text"] and (name, row[name]) not in held]
        prose = [row for row in fresh if row[name] in PROSE]
        if prose:
            sizes = (sum(len(row[key].encode()) for row in prose) for key in (name, "text"))
            found[name] = (len(prose), *sizes, len(prose) / len(fresh))
    return found


def settled(path: Path, rows: list[Row]) -> list[Settled]:
    """A file of these rows."""
    if path.suffix == ".parquet":
        pq.write_table(pa.Table.from_pylist(rows), path)
    else:
        path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return list(settle_files(look_into(find_paths([str(path)]))[0], Columns(text="text")).settled)


SAME = {"text": TEXTS[1], "title": PROSE[1], "note": ""}


@pytest.mark.parametrize("suffix", ["jsonl", "parquet"])
@given(st.lists(ROWS, min_size=1, max_size=6), st.lists(ROWS, min_size=1, max_size=6))
@example([SAME], [SAME, {**SAME, "text": TEXTS[0]}])
def test_the_verdict_is_its_plain_definition(suffix: str, old: list[Row], new: list[Row]) -> None:
    with TemporaryDirectory() as folder:
        sides = [settled(Path(folder, f"{name}.{suffix}"), rows) for name, rows in (("old", old), ("new", new))]
        found = unjudged_of(*sides)
    assert {one.column: (one.rows, one.bytes, one.text_bytes, one.prose) for one in found} == plainly(old, new)
