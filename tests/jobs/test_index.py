"""An index against brute force and against clustering everything at once; scanned twice, killed, and shared."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import slow_neardup
from corpora import made_up_texts, write_jsonl, write_parquet
from curate.jobs.run.plan import ScanPlan
from curate.jobs.run.progress import finish
from curate.jobs.scan.corpus import Corpus
from curate.jobs.scan.job import scan

Match = dict[str, Any]


def scanned(folder: Path, name: str, texts: Sequence[str], *, index: str | None = "index", **settings: Any) -> Corpus:
    """Corpus texts, named NAME-0, NAME-1 and so on, beside an index in the folder."""
    path = write_jsonl(folder / name / "a.jsonl", [{"id": f"{name}-{i}", "text": text} for i, text in enumerate(texts)])
    place = folder / index if index else None
    return finish(scan(ScanPlan((str(path),), output=folder / f"{name}-run", index=place, **settings)))


def matches(folder: Path, name: str) -> dict[str, Match]:
    return {row["id"]: row for row in pq.read_table(folder / f"{name}-run/matches.parquet").to_pylist()}


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize(("kind", "threshold"), [("english", 0.7), ("chinese", 0.5)])
def test_every_match_is_the_most_similar_document(tmp_path: Path, kind: str, threshold: float) -> None:
    generator = random.Random(kind)
    texts = slow_neardup.families(kind, 60, 5, generator)
    generator.shuffle(texts)
    old, new = texts[:200], texts[200:]
    scanned(tmp_path, "old", old, threshold=threshold)
    scanned(tmp_path, "new", new, threshold=threshold)
    found = matches(tmp_path, "new")
    sets = {name: [set(slow_neardup.shingles(text)) for text in part] for name, part in (("old", old), ("new", new))}
    missed = 0
    for i, mine in enumerate(sets["new"]):
        similar = [slow_neardup.jaccard(mine, other) for other in sets["old"]]
        match = found.get(f"new-{i}")
        if max(similar) < threshold:
            assert match is None
        elif match is None or match["similarity"] != pytest.approx(max(similar)):
            missed += max(similar) >= threshold + 0.05
        else:
            assert similar[int(match["matched_id"].removeprefix("old-"))] == max(similar)
            assert match["kind"] == ("exact" if new[i] in old else "near")
    assert len(found) > 60
    assert missed <= 1


def neighbours(whole: Corpus, old: int) -> dict[int, float]:
    """Of each document after the first `old`, the similarity to the nearest of those, by the clusters' edges."""
    found = whole.clusters
    best: dict[int, float] = {}
    first = {int(twin) for twin in found.twin[:old]}
    for i in range(old, len(found.twin)):
        if int(found.twin[i]) in first:
            best[i] = 1.0
    for (a, b), similarity in zip(found.edges.tolist(), found.edge_similarity.tolist(), strict=True):
        for here, there in ((a, b), (b, a)):
            if here in first:
                for i in range(old, len(found.twin)):
                    if found.twin[i] == there:
                        best[i] = max(best.get(i, 0.0), similarity)
    return best


@settings(max_examples=12)
@given(st.integers(0, 2**32), st.sampled_from([0.4, 0.7, 0.85]))
def test_matching_is_clustering_everything_at_once(
    tmp_path_factory: pytest.TempPathFactory, seed: int, threshold: float
) -> None:
    folder, generator = tmp_path_factory.mktemp("law"), random.Random(seed)
    texts = slow_neardup.families("english", 8, 4, generator, (10, 60))
    texts += generator.choices(texts, k=8)
    generator.shuffle(texts)
    old = generator.randint(5, 35)
    scanned(folder, "old", texts[:old], threshold=threshold)
    scanned(folder, "new", texts[old:], threshold=threshold)
    whole = scanned(folder, "whole", texts, index=None, threshold=threshold)
    ids = whole.documents.column("id").to_pylist()
    assert ids == [f"whole-{i}" for i in range(len(texts))]
    expected = {f"new-{i - old}": similarity for i, similarity in neighbours(whole, old).items()}
    found = {name: match["similarity"] for name, match in matches(folder, "new").items()}
    assert found == pytest.approx(expected)


def test_the_same_corpus_in_any_form_is_neither_added_twice_nor_matched_with_itself(tmp_path: Path) -> None:
    texts = made_up_texts(60)
    scanned(tmp_path, "old", texts[:30])
    first = scanned(tmp_path, "new", texts[20:])
    state, figures = contents(tmp_path / "index"), first.figures
    assert len(matches(tmp_path, "new")) == 10
    assert scanned(tmp_path, "new", texts[20:]).figures == figures
    again = scanned(tmp_path, "other-name-and-order", texts[20:][::-1], workers=2)
    assert again.figures.duplicates.index == figures.duplicates.index
    write_parquet(tmp_path / "form/a.parquet", [{"id": str(i), "text": t} for i, t in enumerate(texts[20:])], 7)
    plan = ScanPlan((str(tmp_path / "form"),), output=tmp_path / "form-run", index=tmp_path / "index")
    assert finish(scan(plan)).figures.duplicates.index == figures.duplicates.index
    assert scanned(tmp_path, "old", texts[:30]).figures.duplicates.index.documents == 0
    assert contents(tmp_path / "index") == state


def test_order_and_workers_change_nothing(tmp_path: Path) -> None:
    generator = random.Random(1)
    texts = slow_neardup.families("english", 40, 4, generator)
    generator.shuffle(texts)
    for name, step, workers in (("a", 1, 1), ("b", -1, 2)):
        folder = tmp_path / name
        old, new = texts[:100], texts[100:]
        scanned(folder, "old", old[::step], workers=workers)
        scanned(folder, "new", new[::step], workers=workers)
    by_text = []
    for name, step in (("a", 1), ("b", -1)):
        old, new = texts[:100][::step], texts[100:][::step]
        by_text.append(
            {
                (new[int(m["id"][4:])], old[int(m["matched_id"][4:])], m["similarity"], m["kind"])
                for m in matches(tmp_path / name, "new").values()
            }
        )
    assert by_text[0] == by_text[1]
    assert len(by_text[0]) > 30
    same = ("bands.bin", "equal.bin", "prints.bin", "counts.bin")
    first, second = (contents(tmp_path / name / "index") for name in "ab")
    assert all(second[path] == content for path, content in first.items() if path.endswith(same))


def test_many_small_corpora_are_few_segments_and_one_large_one(tmp_path: Path) -> None:
    texts = slow_neardup.families("english", 40, 3, random.Random(2))
    old, new = texts[::2], texts[1::2]
    scanned(tmp_path, "whole", old)
    scanned(tmp_path, "new", new)
    expected = {name: (m["similarity"], m["kind"]) for name, m in matches(tmp_path, "new").items()}
    for i in range(0, 80, 5):
        scanned(tmp_path, f"part{i}", old[i : i + 5], index="parts")
    state = json.loads((tmp_path / "parts/index.json").read_bytes())
    assert len(state["corpora"]) == 16
    assert len(state["segments"]) <= 5
    folders = {path.name for path in (tmp_path / "parts/segments").iterdir()}
    assert folders == {segment["name"] for segment in state["segments"]}
    found = scanned(tmp_path, "new", new, index="parts").figures.duplicates.index
    assert (found.corpora, found.texts) == (16, len(set(old)))
    assert {name: (m["similarity"], m["kind"]) for name, m in matches(tmp_path, "new").items()} == expected
    before = scanned(tmp_path, "part40", old[40:45], index="parts").figures.duplicates.index
    assert before.corpora == 8  # what came later does not count


def test_short_and_empty_texts_match_exactly_or_not_at_all(tmp_path: Path) -> None:
    scanned(tmp_path, "old", ["", "one", "a b c d", "汉字", "one two three four five six"])
    scanned(tmp_path, "new", ["", "one", "One", "a b c e", "汉字", "汉字", "one two three four five SIX!"])
    found = matches(tmp_path, "new")
    assert {name: m["kind"] for name, m in found.items()} == {
        "new-1": "exact", "new-4": "exact", "new-5": "exact", "new-6": "near",
    }  # fmt: skip
    assert found["new-6"]["similarity"] == 1.0
    assert scanned(tmp_path, "nothing", ["", ""]).figures.duplicates.index.new_texts == 0


def test_a_page_frame_on_thousands_of_pages_costs_no_more_than_a_bounded_look(tmp_path: Path) -> None:
    draw = random.Random(3)
    frame = "all rights reserved no part of this page may be copied without leave of the one who wrote it " * 2
    pages = [frame + " ".join(f"w{draw.randrange(10**6)}" for _ in range(3)) for _ in range(12_000)]
    scanned(tmp_path, "old", pages[:6000], threshold=0.5)
    began = time.perf_counter()
    found = scanned(tmp_path, "new", pages[6000:], threshold=0.5).figures.duplicates.index
    assert time.perf_counter() - began < 30
    assert found.documents == 6000


KILLED = """
import os, signal, sys
from curate.neardup import index
die = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
if sys.argv[1] == "before":
    index.Index.save = die
else:
    index.merge = die
from curate.cli.app import run
run(["scan", "new", "--index", "index", "-q", "-o", "new-run"])
"""


@pytest.mark.parametrize("when", ["before", "while merging"])
def test_kill_9_while_adding_leaves_an_index_and_the_same_command_finishes(tmp_path: Path, when: str) -> None:
    texts = made_up_texts(60)
    scanned(tmp_path, "old", texts[:30])
    scanned(tmp_path, "new", texts[20:], index=None)
    state = contents(tmp_path / "index")
    done = subprocess.run([sys.executable, "-c", KILLED, when], cwd=tmp_path, check=False, capture_output=True)
    assert done.returncode == -signal.SIGKILL
    left = contents(tmp_path / "index")
    assert len(left) > len(state), "the process died before it had written anything"
    added = 1 if when == "before" else 2
    assert len(json.loads(left["index.json"])["corpora"]) == added
    if when == "before":
        assert {name: left[name] for name in state} == state
    figures = scanned(tmp_path, "new", texts[20:]).figures.duplicates.index
    scanned(tmp_path, "third", texts[25:35])
    assert (figures.documents, figures.new_texts) == (10, 30)
    assert len(matches(tmp_path, "third")) == 10
    state = json.loads((tmp_path / "index/index.json").read_bytes())
    folders = {path.name for path in (tmp_path / "index/segments").iterdir()}
    assert len(state["corpora"]) == 3
    assert folders >= {segment["name"] for segment in state["segments"]}


def test_two_scans_at_a_time_are_both_added(tmp_path: Path) -> None:
    texts = made_up_texts(80)
    for name, part in (("a", texts[:50]), ("b", texts[30:])):
        write_jsonl(tmp_path / name / "a.jsonl", [{"text": text} for text in part])
    command = [sys.executable, "-m", "curate", "scan", "--index", "index", "-q", "--json"]
    running = [
        subprocess.Popen([*command, name], cwd=tmp_path, stdout=subprocess.PIPE, env=dict(os.environ)) for name in "ab"
    ]
    found = [json.loads(process.communicate(timeout=120)[0])["duplicates"]["index"] for process in running]
    assert sorted(one["corpora"] for one in found) == [0, 1]
    assert sorted(one["documents"] for one in found) == [0, 20]
    state = json.loads((tmp_path / "index/index.json").read_bytes())
    assert sum(segment["texts"] for segment in state["segments"]) == 80


def test_who_waits_for_the_index_says_so(tmp_path: Path) -> None:
    import fcntl

    scanned(tmp_path, "old", made_up_texts(5))
    path = write_jsonl(tmp_path / "new/a.jsonl", [{"text": text} for text in made_up_texts(5, seed=2)])
    with (tmp_path / "index/.lock").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        job = scan(ScanPlan((str(path),), output=tmp_path / "run", index=tmp_path / "index"))
        phases = [next(job).phase]
        while "waiting" not in phases[-1]:
            phases.append(next(job).phase)
        fcntl.flock(lock, fcntl.LOCK_UN)
    assert finish(job).figures.duplicates.index.corpora == 1


def test_tokens_are_counted_and_the_largest_groups_named(tmp_path: Path) -> None:
    texts = made_up_texts(9)
    scanned(tmp_path, "old", texts[:6])
    new = [texts[1], texts[1] + " more", texts[2], *texts[6:]]
    found = scanned(tmp_path, "new", new).figures.duplicates.index
    tokens = [len(text.split()) for text in new]
    assert found.token_share == pytest.approx(sum(tokens[:3]) / sum(tokens))
    assert [(one.id, one.source, one.documents) for one in found.largest] == [("old-1", "a", 2), ("old-2", "a", 1)]
    assert (found.exact, found.near, found.new_texts) == (2, 1, 4)
    assert np.isclose(matches(tmp_path, "new")["new-1"]["similarity"], 1 - 1 / (tokens[0] - 3))
