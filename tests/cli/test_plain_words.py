"""Reports say plainly what is the case where there is nothing to compare, to ask for or to shorten."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

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


def test_a_mix_without_a_floor_promises_nothing_of_declared_text_either(curate: Curate) -> None:
    write_jsonl(Path("in/a.jsonl"), [{**row, "origin": "human"} for row in corpus_rows(60)])
    args = ("in", "--human-ratio", "0", "--label-column", "origin", "-o", "out")
    told = said(curate("mix", *args))
    assert "no share of human text is promised" in told
    assert "the promise is as good as" not in told
    assert "the promise is as good as" not in Path("out/README.md").read_text()
    assert curate("verify", "out", "--inputs", "in").code == 0


@pytest.mark.parametrize(
    ("option", "value", "means"),
    [
        ("--human-ratio", "70", "0.7 means: at least 70 % of the tokens"),
        ("--human-ratio", "12.5", "0.125 means: at least 12.5 % of the tokens"),
        ("--human-ratio", "100", "1 means: at least 100 % of the tokens"),
        ("--human-ratio", "700", "0.3 means: at least 30 % of the tokens"),
        ("--human-ratio", "-1", "0.3 means: at least 30 % of the tokens"),
        ("--max-tail-loss", "2", "0.02 means: 2 % of the rare words"),
        ("--max-tail-loss", "-2", "0.05 means: 5 % of the rare words"),
    ],
)
def test_a_percentage_is_answered_by_the_share_it_means(curate: Curate, option: str, value: str, means: str) -> None:
    write_jsonl(Path("in/a.jsonl"), corpus_rows(20))
    ratio = () if option == "--human-ratio" else ("--human-ratio", "0.3")
    found = curate("mix", "in", *ratio, option, value, "--dry-run")
    assert found.code == 2
    assert means in " ".join(found.err.split())


def test_a_mix_of_which_every_document_is_left_out_says_why_and_what_to_do(curate: Curate) -> None:
    write_jsonl(Path("short/a.jsonl"), [{"text": "two words"}] * 3)
    write_jsonl(Path("in/a.jsonl"), corpus_rows(20))
    short = curate("mix", "short", "--human-ratio", "0.5", "--dry-run")
    assert (short.code, short.out) == (1, "")
    told = " ".join(short.err.split())
    assert "every document is left out (rule:too-few-tokens 3" in told
    assert "a rule with the id too-few-tokens in --rules mine.toml replaces that rule" in told
    excluded = " ".join(curate("mix", "in", "--human-ratio", "0", "--exclude", "in/a.jsonl", "--dry-run").err.split())
    assert "every document is left out (excluded-text 20)" in excluded
    assert "leave --exclude out" in excluded
    write_jsonl(Path("more/a.jsonl"), corpus_rows(40))
    assert curate("scan", "more", "--index", "seen").code == 0
    write_jsonl(Path("copy/a.jsonl"), corpus_rows(20))
    known = " ".join(curate("mix", "copy", "--human-ratio", "0", "--index", "seen", "--dry-run").err.split())
    assert "every document is left out (indexed-copy 20)" in known
    assert "leave --index out" in known


def test_a_scan_refuses_a_file_of_labels_that_nobody_filled_in(curate: Curate) -> None:
    write_jsonl(Path("in/a.jsonl"), corpus_rows(40))
    assert curate("audit", "draw", "in", "-o", "labels.jsonl").code == 0
    for command in (("scan", "in"), ("mix", "in", "--human-ratio", "0.3", "--dry-run")):
        found = curate(*command, "--labels", "labels.jsonl")
        assert (found.code, found.out) == (3, "")
        assert "labels.jsonl: holds no label yet" in found.err
        assert "write human or machine into its column label" in " ".join(found.err.split())


def test_a_comparison_names_each_side_and_its_columns_with_one_colon(curate: Curate) -> None:
    write_jsonl(Path("before/a.jsonl"), corpus_rows(60))
    write_jsonl(Path("after/a.jsonl"), [{"body": row["text"]} for row in corpus_rows(60)])
    told = curate("compare", "before", "after").out
    assert "before  columns: text from text" in told
    assert "after  columns: text from body" in told
