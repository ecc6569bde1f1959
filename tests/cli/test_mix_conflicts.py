"""Evidence that contradicts itself is listed with how it was settled."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq

from corpora import Outcome, made_up_texts, write_jsonl

Curate = Callable[..., Outcome]


def test_each_conflict_is_listed_and_settled_in_a_stated_order(curate: Curate) -> None:
    texts = made_up_texts(24)
    rows = [{"id": f"h{i}", "text": t, "origin": "human", "site": "a"} for i, t in enumerate(texts[:20])]
    rows += [{"id": "leak", "text": f"As an AI language model, I cannot. {texts[20]}", "origin": "human", "site": "a"}]
    rows += [{"id": "twin", "text": texts[0], "origin": "machine", "site": "a"}]
    rows += [{"id": "bot", "text": texts[21], "origin": "human", "site": "bots"}]
    rows += [{"id": "archive", "text": texts[22], "origin": "machine", "site": "old"}]
    rows += [{"id": "quiet", "text": texts[23], "origin": None, "site": "a"}]
    write_jsonl(Path("in/a.jsonl"), rows)
    Path("mine.toml").write_text(
        "".join(
            f'[[evidence]]\nid = "{site}"\ncolumn = "site"\nequals = "{site}"\nsays = "{says}"\n'
            'source = "own"\nwhy = "x"\n'
            for site, says in (("bots", "machine"), ("old", "human"))
        )
    )
    outcome = curate(
        "mix", "in", "--human-ratio", "0.5", "--label-column", "origin", "--rules", "mine.toml", "-o", "out"
    )
    assert outcome.code == 0, outcome.err
    found = {row["id"]: (row["conflict"], row["settled"]) for row in pq.read_table("out/conflicts.parquet").to_pylist()}
    assert "a rule removes" in found["leak"][0]
    assert "another row" in found["h0"][0]
    assert found["bot"] == ("the label says human, a provenance rule machine", "human: a label outranks a rule")
    assert found["archive"][1].startswith("not human")
    assert set(found) <= {"leak", "h0", "bot", "archive"} | {row["id"] for row in rows if row["id"].startswith("h")}
    assert "Evidence that contradicts itself" in outcome.out
    written = {row["id"] for row in pq.read_table("out/data").to_pylist()}
    assert written.isdisjoint({"leak", "h0"})
    assert "bot" in written
    assert curate("verify", "out").code == 0
