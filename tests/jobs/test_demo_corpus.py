import errno
import gzip
import json
import re
from collections import Counter
from itertools import combinations
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from curate.errors import MachineError
from curate.jobs.demo.corpus import build_demo
from curate.jobs.demo.texts import machine_pieces
from curate.rulebook.decide import fired
from curate.rulebook.patterns import Phrases
from curate.rulebook.read import read_rule_books
from curate.rulebook.rules import RuleBook


def readable(path):
    """Rows of one file, and how many lines were torn."""
    if path.suffix == ".parquet":
        return pq.read_table(path).to_pylist(), 0
    body = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    rows, torn = [], 0
    for line in body.decode().splitlines():
        try:
            rows.append(json.loads(line))
        except ValueError:
            torn += 1
    return rows, torn


def shingles(text, size, *, characters=False):
    units = re.findall(r"[㐀-鿿]", text) if characters else re.findall(r"\w+", text.lower())
    return {tuple(units[i : i + size]) for i in range(len(units) - size + 1)}


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    truth = build_demo(tmp_path_factory.mktemp("demo") / "corpus")
    read = [readable(path) for path in truth.files]
    return truth, [row for rows, _ in read for row in rows], sum(torn for _, torn in read)


def test_the_corpus_holds_what_the_truth_says(demo):
    truth, rows, torn = demo
    texts = [row for row in rows if row["text"]]
    assert [path.name for path in truth.files] == [
        "docs.parquet",
        "docstrings.jsonl",
        "assistant.jsonl",
        "mixed.jsonl.gz",
    ]
    assert len(texts) + len(truth.empty) == truth.documents
    assert 600 <= truth.documents <= 1200
    assert Counter(row["written_by"] for row in texts) == {
        "human": truth.human_documents,
        "machine": truth.machine_documents,
    }
    assert truth.machine_documents == 60 + len(truth.leaks)
    assert torn + sum(row["text"] is None for row in rows) == truth.unreadable
    assert tuple(row["id"] for row in rows if row["text"] == "") == truth.empty
    assert len({row["id"] for row in rows}) == len(rows)
    assert all(set(row) == {"id", "text", "source", "written_by"} for row in rows)


def test_only_the_planted_texts_repeat(demo):
    truth, rows, _ = demo
    repeated = [text for text, count in Counter(row["text"] for row in rows if row["text"]).items() if count > 1]
    assert len(repeated) == 1
    assert {row["id"] for row in rows if row["text"] == repeated[0]} == set(truth.repeats)


def test_planted_copies_are_similar_and_no_others_are(demo):
    """Jaccard of 5-word shingles by brute force, over pairs that share any."""
    truth, rows, _ = demo
    apart = {row["id"]: shingles(row["text"], 5) for row in rows if row["text"]}
    apart = {name: found for name, found in apart.items() if name not in truth.repeats}
    holders: dict[tuple[str, ...], list[str]] = {}
    for name, found in apart.items():
        for shingle in found:
            holders.setdefault(shingle, []).append(name)
    shared = Counter(pair for names in holders.values() if len(names) < 60 for pair in combinations(sorted(names), 2))
    similar = {pair for pair, count in shared.items() if count / len(apart[pair[0]] | apart[pair[1]]) >= 0.6}
    planted = {tuple(sorted(pair)) for pair in truth.near_duplicates}
    assert planted <= similar
    originals = dict(truth.near_duplicates)
    assert all(originals.get(a, a) == originals.get(b, b) for a, b in similar)
    worst = min(shared[pair] / len(apart[pair[0]] | apart[pair[1]]) for pair in planted)
    assert worst > 0.75


def test_the_planted_leaks_and_nothing_else_are_told_by_the_shipped_rules(demo):
    truth, rows, _ = demo
    book = read_rule_books()
    texts = [row for row in rows if row["text"]]
    hits = Phrases.of(book).hits(pa.array([row["text"] for row in texts], pa.large_string()))
    found = fired(RuleBook(tuple(rule for rule in book.rules if rule.pattern)), pa.table({"rules_hits": hits}))
    assert {row["id"] for row, ids in zip(texts, found.to_pylist(), strict=True) if ids} == set(truth.leaks)


def test_the_same_bytes_every_time(demo, tmp_path):
    truth, _, _ = demo
    again = build_demo(tmp_path)
    assert [path.read_bytes() for path in again.files] == [path.read_bytes() for path in truth.files]
    assert again.near_duplicates == truth.near_duplicates


def test_the_machine_pieces_are_sixty_and_unlike_one_another():
    pieces = machine_pieces()
    assert Counter(piece.id.split("/")[1][:2] for piece in pieces) == {"en": 40, "zh": 20}
    sets = [shingles(piece.text, 8, characters="/zh" in piece.id) for piece in pieces]
    assert not [(a, b) for a, b in combinations(range(60), 2) if sets[a] & sets[b]]
    assert len({piece.text[:12] for piece in pieces}) == 60
    for piece in pieces:
        if "/zh" in piece.id:
            assert 100 <= len(piece.text) <= 350
        else:
            assert 60 <= len(piece.text.split()) <= 250


@pytest.mark.parametrize("name", ["docs.parquet", "mixed.jsonl.gz"])
def test_a_full_disk_is_named_and_nothing_is_left_on_it(tmp_path, monkeypatch, name):
    def full(self, content):
        if self.name == name:
            raise OSError(errno.ENOSPC, "No space left on device")
        return written(self, content)

    def full_table(table, sink, **options):
        del table, options
        sink.write(b"PAR1")
        if name == "docs.parquet":
            raise OSError(errno.ENOSPC, "Error writing bytes to file. Detail: [errno 28] No space left on device")

    written = Path.write_bytes
    monkeypatch.setattr(Path, "write_bytes", full)
    monkeypatch.setattr(pq, "write_table", full_table)
    with pytest.raises(MachineError, match="corpus: cannot be written: no space left on device") as told:
        build_demo(tmp_path / "corpus")
    assert told.value.hint == "free some space, or build it elsewhere: curate demo another-folder"
    assert list(tmp_path.iterdir()) == []
