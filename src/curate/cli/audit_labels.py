"""curate audit label, agree and apply: labels by hand, and what they prove."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from curate.cli import options


def label(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="File that `curate audit draw` wrote.")],
    page: Annotated[
        Path | None,
        typer.Option("--html", metavar="FILE", help="Write a page for labelling in a browser, without a network."),
    ] = None,
) -> int:
    """Label the documents of a draw in the terminal: one key per document, each label saved at once.

    The same command resumes where you stopped. The detector's score is not shown.

    Example:  curate audit label labels.jsonl

    In a browser:  curate audit label labels.jsonl --html labels.html
    """
    if page is not None:
        return _write_page(file, page)
    from curate.cli.draw_labelled import draw_labelled
    from curate.cli.label_terminal import check_terminal
    from curate.cli.label_terminal import label as label_documents
    from curate.cli.terminal import terminal
    from curate.jobs.audit.labelling import begin_labelling

    labelling = begin_labelling(file)
    check_terminal()
    console = terminal()
    try:
        label_documents(labelling, console)
    finally:
        draw_labelled(console, labelling, str(file))
    return 0


def agree(
    context: typer.Context,
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Labels of one draw, one file per labeller.")],
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE",
            help="Write agreed labels, and disputed documents without a label.",
        ),
    ] = None,
    label_map: options.LabelMap = None,
    confidence: options.Confidence = None,
    config: options.Config = None,
    json_output: options.Json = False,
) -> int:
    """Compare the labels of several people: agreement, Cohen's kappa, and disputed documents.

    A disputed document may be either, which widens the interval. The file of -o asks for disputed documents alone.

    Example:  curate audit agree anna.jsonl ben.jsonl -o both.jsonl   then   curate scan PATH --labels both.jsonl
    """
    from curate.cli.draw_agreement import draw_agreement
    from curate.cli.idle_options import idle_words
    from curate.cli.settings import settle
    from curate.cli.streams import print_json
    from curate.cli.terminal import terminal
    from curate.corpus.label_words import parse_label_map
    from curate.jobs.audit.agreement import agree as compare
    from curate.settings.columns import LABEL_MAP
    from curate.settings.scan import CONFIDENCE, OUTPUT, SCAN

    settings = settle(context.params, SCAN, config, without=(OUTPUT,))
    words = parse_label_map(settings[LABEL_MAP])
    given = settings.origins[CONFIDENCE.key] != "default"
    found = compare(files, output, words, confidence=settings[CONFIDENCE] if given else None)
    idle = idle_words(settings, files)
    idle.say()
    if json_output:
        print_json(idle.in_json(found.to_json()))
    else:
        draw_agreement(terminal(), found)
    return 0


def _write_page(file: Path, page: Path) -> int:
    from curate.amounts import counted
    from curate.cli.plain import visible
    from curate.cli.streams import print_answer
    from curate.jobs.audit.label_page import write_label_page

    documents, left = write_label_page(file, page)
    told = counted(documents, "document") if left == documents else f"{left:,} of {counted(documents, 'document')}"
    print_answer(f"{told} to label in {visible(str(page))}: open it in a browser, save the labels from there\n")
    return 0


def apply(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="OUT", help="Folder that `curate mix` wrote.")],
    labels: options.Labels = None,
    label_map: options.LabelMap = None,
    detector: options.Detector = None,
    tokenizer: options.Tokenizer = None,
    config: options.Config = None,
    num_proc: options.NumProc = None,
    json_output: options.Json = False,
    quiet: options.Quiet = False,
    no_progress: options.NoProgress = False,
) -> int:
    """Count the labels of a draw from a mix into its certificate, as `curate verify OUT --labels FILE` does.

    Example:  curate audit apply mix/ --labels labels.jsonl
    """
    from curate.cli.verify import verify
    from curate.errors import UsageError

    if not labels:
        raise UsageError("--labels is missing", hint="curate audit apply mix/ --labels labels.jsonl")
    return verify(
        context,
        str(folder),
        labels=labels,
        label_map=label_map,
        detector=detector,
        tokenizer=tokenizer,
        config=config,
        num_proc=num_proc,
        json_output=json_output,
        quiet=quiet,
        no_progress=no_progress,
    )
