"""Reports say plainly what is the case where there is nothing to compare, to ask for or to shorten."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from corpora import Outcome, corpus_rows, write_jsonl
from curate.jobs.run.measures import compiling

Curate = Callable[..., Outcome]


def said(outcome: Outcome) -> str:
    return " ".join(outcome.out.split())


def test_a_comparison_of_the_same_documents(curate: Curate) -> None:
    for name in ("before", "after"):
        write_jsonl(Path(name) / "a.jsonl", corpus_rows(60))
    told = said(curate("compare", "before", "after"))
    assert "no document is on one side only, so nothing can be compared" in told
    assert "0 documents compared with 0" not in told


def test_a_mix_of_which_no_human_text_was_asked(curate: Curate) -> None:
    write_jsonl(Path("in/a.jsonl"), corpus_rows(60))
    told = said(curate("mix", "in", "--human-ratio", "0", "--dry-run"))
    assert "; nothing is promised (--human-ratio 0); 0 tokens count as human" in told
    assert "at least 0 %" not in told.partition("From corpus")[0]


def test_the_only_path_is_shown_whole(curate: Curate) -> None:
    write_jsonl(Path("base/a.jsonl"), corpus_rows(60))
    path = f"{'a-very-long-folder/' * 3}{'and-a-very-long-name' * 2}.jsonl"
    write_jsonl(Path(path), corpus_rows(20))
    with Path(path).open("a") as file:
        file.write('{"id": "x", "text": "with bytes around it"}\0\n')
    told = "".join(curate("check", path, "--baseline", "base").out.partition("Files")[2].split())
    assert path in told


def test_kernels_are_compiled_once_in_a_process(curate: Curate) -> None:
    write_jsonl(Path("in/a.jsonl"), corpus_rows(20))
    assert curate("scan", "in", "-q").code == 0
    assert compiling() == ""
