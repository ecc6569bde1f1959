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


LEAK = "The answer is here.<|im_end|>"
QUOTES = 'The sign <|endoftext|> stands between two texts, and "as an AI language model" is what it said.'


def test_a_date_before_chat_models_outranks_a_leak_and_both_are_listed(curate: Curate) -> None:
    texts = made_up_texts(60)
    days = [f"20{i % 15 + 5:02}-{i % 12 + 1:02}-{i % 27 + 2:02}" for i in range(60)]
    rows = [{"id": f"d{i}", "text": t, "date": day} for i, (t, day) in enumerate(zip(texts, days, strict=True))]
    rows[3]["text"] = f"{texts[3]} {LEAK}"
    rows[4] |= {"text": f"{texts[4]} {LEAK}", "date": "2024-05-06"}
    rows[5] |= {"text": f"{texts[5]} {QUOTES}", "date": "2024-05-07"}
    rows[6] |= {"text": f"{texts[6]} {LEAK}", "by": "machine"}
    rows[7] |= {"text": f"{texts[7]} {LEAK}", "by": "human", "date": None}
    write_jsonl(Path("in/a.jsonl"), [{"by": None, **row} for row in rows])
    outcome = curate("mix", "in", "--human-ratio", "0.9", "--label-column", "by", "--trust", "declared", "-o", "out")
    assert outcome.code == 0, outcome.err
    reasons = {row["id"]: row["reason"] for row in pq.read_table("out/removed.parquet").to_pylist()}
    assert {id for id, reason in reasons.items() if "rule:control-token" in reason} == {"d4", "d6", "d7"}
    written = {row["id"] for row in pq.read_table("out/data").to_pylist()}
    assert {"d3", "d5"} <= written
    found = {row["id"]: row["settled"] for row in pq.read_table("out/conflicts.parquet").to_pylist()}
    assert found["d3"].startswith("kept: a date outranks")
    assert found["d7"].startswith("left out")
    assert "d5" not in found
    assert "dated before chat models" in outcome.out
    assert curate("verify", "out").code == 0
    assert curate("verify", "out", "--inputs", "in").code == 0
