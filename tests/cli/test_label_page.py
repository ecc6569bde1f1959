"""curate audit label --html: a page that labels in a browser, in which no text acts and of which none leaves."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import chromium
from corpora import Outcome, made_up_texts, write_jsonl
from curate.amounts import span
from curate.detect.labels import Draw, draw, strata_of
from curate.jobs.audit.draw_record import Record
from curate.jobs.audit.labelling import begin_labelling

Curate = Callable[..., Outcome]
HOSTILE = '</script><script>document.title = "acted"</script><!--<script>'
TEXTS = ["first", HOSTILE, "שלום \u202eabc", "a\n\n\tb &amp; @script@ @data@", "line\n" * 500, "last \x1b[2J"]


def written(curate: Curate, name: str = "labels.jsonl") -> str:
    outcome = curate("audit", "label", name, "--html", "page.html")
    assert outcome.code == 0, outcome.err
    assert "6 documents to label in page.html" in outcome.out
    return Path("page.html").read_text(encoding="utf-8")


@pytest.fixture
def rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    monkeypatch.chdir(tmp_path)
    found = [
        {"id": f"d{i}", "n": 1.50, "text": text, "label": None, "machine_score": 7.25} for i, text in enumerate(TEXTS)
    ]
    write_jsonl(Path("labels.jsonl"), found)
    return found


@pytest.mark.usefixtures("rows")
def test_texts_stand_in_the_page_as_data_and_nothing_is_loaded(curate: Curate) -> None:
    page = written(curate)
    assert page.count("<script") == 2
    assert re.search(r"<[^>]*\s(?:src|href)\s*=", page) is None
    assert not re.search(r"https?://", page)
    assert "default-src 'none'" in page
    assert "\u202e" not in page
    data = re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)
    assert data
    assert "<" not in data[1]
    assert json.loads(data[1])["texts"][1] == HOSTILE


@pytest.mark.usefixtures("rows")
def test_a_page_overwrites_nothing(curate: Curate) -> None:
    written(curate)
    assert curate("audit", "label", "labels.jsonl", "--html", "page.html").code == 2
    assert curate("audit", "label", "labels.jsonl", "--html", "labels.jsonl").code == 2
    assert curate("audit", "label", "absent.jsonl", "--html", "other.html").code == 3


@pytest.mark.skipif(chromium.found() is None, reason="no Chromium is installed to open the page in")
def test_a_browser_labels_goes_on_and_saves(curate: Curate, rows: list[dict[str, Any]], tmp_path: Path) -> None:
    written(curate)
    page_file, saved = Path("page.html"), tmp_path / "saved" / "labels.jsonl"
    saved.parent.mkdir()
    with chromium.browser(tmp_path / "profile") as page:
        page.open(page_file, saved.parent)
        assert page.run("document.getElementById('head').textContent").startswith("1 of 6, about ")
        for place, text in enumerate(["first", HOSTILE, "שלום \ufffdabc", "a\n\n    b &amp; @script@ @data@"]):
            assert page.run("document.getElementById('text').textContent") == text
            page.press("hmu "[place])
        page.press("n")
        page.until("document.getElementById('text').scrollTop > 0")
        page.press("bbm")
        assert page.run("document.title") == "Labels"
        page.go(page_file)  # as who closes it and comes back
        page.until("document.getElementById('head').textContent.startsWith('4 of 6')")
        page.press("uuh")
        page.until("document.getElementById('head').textContent === '4 of 6 labelled'")
        page.press("b")
        assert page.run("document.getElementById('human').className") == "chosen"
        assert not re.search("7.25|d5", page.run("document.body.innerText"))
        page.press("s")
        end = time.monotonic() + 60
        while not saved.exists():
            assert time.monotonic() < end
            page.run("1")
            time.sleep(0.05)
        assert [url for url in page.requests if not url.startswith(("file:", "blob:"))] == []
    labels = ["human", "machine", "machine", None, None, "human"]
    expected = [{**row, "label": label} for row, label in zip(rows, labels, strict=True)]
    assert saved.read_text(encoding="utf-8") == "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in expected)


def made_up_record(draws: np.random.Generator) -> tuple[Record, list[str | None]]:
    """A draw of random strata, and labels of it with gaps."""
    size = int(draws.integers(1, 17))
    tokens = draws.integers(1, 2000, int(draws.integers(size, 200)))
    code = np.concatenate([np.arange(size), draws.integers(0, size, tokens.size - size)])
    strata = strata_of(code, tokens, draws.integers(1, 100, size))
    drawn = draw(strata, np.arange(tokens.size, dtype=np.uint64), draws.bytes(16), int(draws.integers(1, 120)))
    keys, place = drawn.in_order, np.zeros(tokens.size, np.int64)
    place[keys] = np.arange(keys.size)
    rest = np.bincount(code, tokens) - np.bincount(code[keys], tokens[keys], size)
    known = strata_of(
        np.concatenate([code[keys], np.arange(size)]),
        np.concatenate([tokens[keys], rest.astype(np.int64)]),
        np.rint(100 * strata.prior).astype(np.int64),
    )
    machine = int(draws.integers(0, 5000))
    names = tuple(str(key) for key in keys)
    whole = int(tokens.sum()) + machine + int(draws.integers(0, 5000))
    record = Record("share", names, Draw.of(known, place[drawn.sequence]), whole, machine, 0.95, ())
    part = draws.choice([0.0, 0.5, 1.0])
    labels = [None if draws.random() < 0.2 else ("machine" if draws.random() < part else "human") for _ in names]
    return record, labels[: int(draws.integers(1, len(labels) + 1))] + [None] * len(labels)


@pytest.mark.skipif(chromium.found() is None, reason="no Chromium is installed to open the page in")
@pytest.mark.usefixtures("rows")
def test_the_page_computes_the_interval_that_labels_prove(curate: Curate, tmp_path: Path) -> None:
    """Labels of 150 draws, by JavaScript and by Python; bounds are whole millionths."""
    written(curate)
    cases = [made_up_record(np.random.default_rng(seed)) for seed in range(150)]
    asked = [
        [record.for_page(record.keys), dict(zip(map(str, range(len(record.keys))), labels, strict=False))]
        for record, labels in cases
    ]
    with chromium.browser(tmp_path / "profile") as page:
        page.open(Path("page.html"), tmp_path)
        script = "([record, labels]) => intervalOf(record, record.tokens.map((unused, n) => labels[n]))"
        found = page.run(f"{json.dumps(asked)}.map({script})")
    for (record, labels), bounds in zip(cases, found, strict=True):
        given = dict(zip(record.keys, labels, strict=False))
        if not any(given.values()):
            assert bounds is None
            continue
        expected = record.interval(given)
        assert bounds == pytest.approx([expected.low, expected.high], abs=1.5e-6)


@pytest.mark.skipif(chromium.found() is None, reason="no Chromium is installed to open the page in")
def test_the_page_tells_the_interval_that_the_terminal_tells(
    curate: Curate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write_jsonl(Path("in/a.jsonl"), [{"id": str(n), "text": text} for n, text in enumerate(made_up_texts(60))])
    assert curate("audit", "draw", "in", "-n", "25", "-o", "labels.jsonl").code == 0
    assert curate("audit", "label", "labels.jsonl", "--html", "page.html").code == 0
    labelling = begin_labelling(Path("labels.jsonl"))
    with chromium.browser(tmp_path / "profile") as page:
        page.open(Path("page.html"), tmp_path)
        page.press("hmhhmhhhm")
        page.until("document.getElementById('head').textContent.startsWith('10 of')")
        assert page.run("document.getElementById('note').textContent") == ""
        page.press("h")
        page.until("document.getElementById('note').textContent !== ''")
        told = page.run("document.getElementById('note').textContent")
    for label in "hmhhmhhhmh":
        labelling.answer("human" if label == "h" else "machine")
    found = labelling.so_far()
    assert found is not None
    assert told == f"10 labels: {span(found.low, found.high)} machine-written"


def test_a_page_of_a_file_that_is_labelled_in_part_tells_what_is_left(curate: Curate) -> None:
    rows = [{"id": f"d{n}", "text": text, "label": "human" if n < 2 else None} for n, text in enumerate(TEXTS)]
    write_jsonl(Path("part.jsonl"), rows)
    assert "4 of 6 documents to label in page.html" in curate("audit", "label", "part.jsonl", "--html", "page.html").out
