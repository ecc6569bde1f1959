"""The demonstration: the real commands on a small corpus, each output explained in one line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from curate.cli.terminal import terminal
from curate.corpus.write import RUNS
from curate.errors import UsageError
from curate.jobs.demo.corpus import DemoTruth, build_demo


def run_demo(folder: Path, command: Callable[[list[str]], int]) -> int:
    """Build the corpus in folder/corpus, then scan, mix and verify it; returns the first exit code that is not 0.

    `command` runs the arguments of one command and returns its exit code.
    """
    corpus, mix = folder / "corpus", folder / "mix"
    if corpus.exists() or mix.exists():
        raise UsageError("there is a demonstration already", where=str(folder), hint="curate demo another-folder")
    truth = build_demo(corpus)
    _explain(_what_is_in_it(truth, corpus))
    _explain(
        "1. Scan. Nothing is configured and no label is read: what the corpus is, what repeats, what looks like a "
        "chat leak. On so small a corpus the interval around the machine share is honest, not narrow."
    )
    code = _call(command, "scan", str(corpus))
    if code:
        return code
    _explain(
        "2. Mix. Now the column written_by declares who wrote what, and at least 95 % of the tokens must be human: "
        "near-duplicates, leaks and surplus machine text stay behind, each with its reason in removed.parquet."
    )
    code = _call(command, "mix", str(corpus), "--human-ratio", "0.95", "--label-column", "written_by", "-o", str(mix))
    if code:
        return code
    _explain("3. Verify. The certificate is recomputed from the written bytes; one changed byte would be named.")
    code = _call(command, "verify", str(mix))
    if not code:
        _explain(f"The corpus and the mix are in {folder}/, the tables of the scan in {RUNS}/, both to look at.")
        _explain("Now your own data:  curate scan FOLDER")
    return code


def _what_is_in_it(truth: DemoTruth, corpus: Path) -> str:
    return (
        f"{corpus} holds {truth.documents} documents: {truth.human_documents} by people (Python's own documentation), "
        f"{truth.machine_documents} by a language model, written for this demonstration, and "
        f"{len(truth.empty)} without text. Planted among them are {len(truth.near_duplicates)} near-copies, "
        f"{len(truth.repeats)} repeats of one notice and {len(truth.leaks)} chat leaks; {truth.unreadable} more rows "
        "cannot be read."
    )


def _call(command: Callable[[list[str]], int], *arguments: str) -> int:
    terminal().print(f"\n$ curate {' '.join(arguments)}", style="bold", soft_wrap=True)
    return command(list(arguments))


def _explain(line: str) -> None:
    console = terminal()
    console.print()
    console.print(line, style="italic")
