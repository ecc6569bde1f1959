"""curate compare of git revisions from outside: REVISION:PATH is the corpus as it stood there."""

import subprocess
from collections.abc import Callable
from pathlib import Path

from corpora import Outcome
from slow_diversity import zipf_texts
from snapshots import stock, write

Curate = Callable[..., Outcome]


def git(*arguments: str) -> None:
    named = ["-c", "user.name=a", "-c", "user.email=a@b", "-c", "init.defaultBranch=main", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *named, *arguments], check=True, capture_output=True)


def repository() -> None:
    """data/a.jsonl of people at v1, of stock phrases at v2; other data beside it."""
    git("init")
    Path("data").mkdir()
    write("other.jsonl", stock(300, 5), "web")
    for tag, texts in (("v1", zipf_texts(300, 100, seed=1)), ("v2", stock(300, 2))):
        write("data/a.jsonl", texts, "web")
        git("add", ".")
        git("commit", "-m", tag)
        git("tag", tag)


def test_revisions_are_compared_as_the_folders_they_were(curate: Curate) -> None:
    repository()
    Path("one").mkdir()
    write("one/a.jsonl", zipf_texts(300, 100, seed=1), "web")
    expected = curate("compare", "one", "data", "--source-column", "origin", "--json")
    found = curate("compare", "v1:data", "v2:data/", "--source-column", "origin", "--json")
    assert found.code == expected.code == 1, found.err
    for key in ("level", "p_value", "metrics", "tokens", "documents"):
        assert found.json[key] == expected.json[key]
    write("data/a.jsonl", zipf_texts(300, 100, seed=1), "web")
    unchanged = curate("compare", "v1:data", "data", "--source-column", "origin", "--json")
    assert (unchanged.code, unchanged.json["shared"]) == (0, 1.0)


def test_what_git_does_not_know_or_have_is_said(curate: Curate) -> None:
    repository()
    outcome = curate("compare", "v3:data", "data")
    assert outcome.code == 2
    assert "v3" in outcome.err
    assert "Traceback" not in outcome.err
    outcome = curate("compare", "v1:elsewhere", "data")
    assert outcome.code == 3
    assert "no data files" in outcome.err


def test_outside_a_repository_it_is_a_path_that_is_not_there(curate: Curate) -> None:
    write("data.jsonl", ["some words"])
    outcome = curate("compare", "v1:data", "data.jsonl")
    assert outcome.code == 3
    assert "v1:data" in outcome.err
