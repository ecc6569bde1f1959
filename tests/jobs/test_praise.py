"""Praise of a check names what the change adds, and is empty where it adds nothing."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from corpora import write_jsonl
from curate.diversity.reference import reference
from curate.jobs.check.job import CheckPlan, check
from curate.jobs.run.plan import ScanPlan
from curate.jobs.run.progress import finish
from curate.report.verdict import Verdict
from curate.schema import Columns

COMMON = "the of and to in that it was for on with as his they at be this have from or had by not but what some we"
FRENCH = "le la les des est une dans que pour qui sur avec pas plus son au ne ce il elle nous vous cette mais"


def texts(words: list[str], count: int, seed: int, common: str = COMMON) -> list[str]:
    """Sentences of common words with these words among them."""
    draw = random.Random(seed)
    spread, others = iter(words * 2), common.split()
    return [" ".join([*draw.choices(others, k=40), *_some(spread), *draw.choices(others, k=20)]) for _ in range(count)]


def _some(words: Iterator[str]) -> list[str]:
    return [word for _, word in zip(range(4), words, strict=False)]


@pytest.fixture(scope="module")
def rare() -> list[str]:
    known = reference("en")
    assert known is not None
    return sorted(known.words)[2000:2040]


def checked(folder: Path, old: list[dict[str, str]], new: list[dict[str, str]]) -> Verdict:
    write_jsonl(folder / "old/a.jsonl", old)
    write_jsonl(folder / "new/b.jsonl", new)
    columns = Columns(source="source")
    return finish(check(CheckPlan(ScanPlan((str(folder / "new"),), columns=columns), str(folder / "old"))))


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def rows(listed: list[str], source: str) -> list[dict[str, str]]:
    return [{"text": text, "source": source} for text in listed]


def test_rare_words_that_were_missing_are_counted_and_named(tmp_path: Path, rare: list[str]) -> None:
    there, fresh = rare[:20], rare[10:]
    found = checked(tmp_path, rows(texts(there, 40, 1), "web"), rows(texts(fresh, 30, 2), "web"))
    (line,) = found.praise
    missing = set(fresh) - set(there)
    assert line.startswith(f"{len(missing)} rare words (en) that were missing: ")
    named = line.removesuffix(", …").partition(": ")[2].split(", ")
    assert set(named) < missing


def test_a_new_language_and_a_new_source_are_named(tmp_path: Path) -> None:
    old = rows(texts([], 40, 1), "web")
    new = [*rows(texts([], 20, 2), "web"), *rows(texts([], 20, 3, FRENCH), "archive")]
    assert [line.partition(" (")[0] for line in checked(tmp_path, old, new).praise] == [
        "a language that was not there: fr",
        "a source that was not there: archive",
    ]


def test_more_of_the_same_is_not_praised_nor_what_fails(tmp_path: Path, rare: list[str]) -> None:
    old = rows(texts(rare, 40, 1), "web")
    assert checked(tmp_path / "a", old, rows(texts(rare, 30, 2), "web")).praise == ()
    leaking = [*texts(rare, 30, 2), "As an AI language model, I cannot say more about it."]
    found = checked(tmp_path / "b", rows(texts([], 40, 1), "web"), rows(leaking, "web"))
    assert (found.level, found.praise) == ("fail", ())
