"""curate audit: documents to label by hand, and what the labels prove."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from curate.cli import options
from curate.cli.parsing import Command, Group

audit = typer.Typer(
    cls=Group,
    help="Draw documents to label by hand, and compute what the labels prove.",
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@audit.command("draw", cls=Command)
def draw(
    context: typer.Context,
    paths: options.Paths,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help="Write the draw to this file, as JSON lines or CSV."),
    ] = None,
    count: options.Count = None,
    width: options.Width = None,
    config_name: options.ConfigName = None,
    split: options.Split = None,
    text_column: options.TextColumn = None,
    role: options.Role = None,
    txt: options.Txt = None,
    id_column: options.IdColumn = None,
    source_column: options.SourceColumn = None,
    label_column: options.LabelColumn = None,
    label_map: options.LabelMap = None,
    date_column: options.DateColumn = None,
    rules: options.Rules = None,
    detector: options.Detector = None,
    tokenizer: options.Tokenizer = None,
    confidence: options.Confidence = None,
    follow_links: options.FollowLinks = False,
    config: options.Config = None,
    num_proc: options.NumProc = None,
    memory: options.Memory = None,
    max_document_size: options.MaxDocumentSize = None,
    seed: options.Seed = None,
    json_output: options.Json = False,
    quiet: options.Quiet = False,
    no_progress: options.NoProgress = False,
) -> int:
    """Draw documents to label: from a corpus for its machine share, or from a mix to prove its human share.

    The texts alone decide the draw. A larger draw extends a smaller one, and --seed changes nothing.

    Example:  curate audit draw corpus/ -o labels.jsonl   then   curate scan corpus/ --labels labels.jsonl
    """
    from curate.cli.scan import scan_plan
    from curate.cli.settings import settle
    from curate.errors import UsageError
    from curate.settings import scan as of
    from curate.settings.scan import LABELS, NUM_PROC, OUTPUT, SCAN

    settings = settle(context.params, SCAN, config, without=(OUTPUT, LABELS))
    if output is None:
        raise UsageError("-o/--output is missing", hint="name the file to write: -o labels.jsonl")
    from curate.cli.draw_audit import draw_drawn
    from curate.cli.draw_unread import say_not_read
    from curate.cli.idle_options import idle_options
    from curate.cli.streams import print_json
    from curate.cli.terminal import terminal
    from curate.cli.watch import watch
    from curate.jobs.audit.corpus import AuditPlan, Drawn, draw_audit
    from curate.jobs.audit.mix import draw_from_mix, is_mix
    from curate.jobs.run.progress import Job
    from curate.jobs.scan.label_pool import AIMED
    from curate.memory import give

    job: Job[Drawn]
    idle = idle_options(settings, (of.SEED,), "the texts alone decide a draw")
    if len(paths) == 1 and is_mix(Path(paths[0])):
        if width is not None:
            raise UsageError("--width is for the share of a corpus; this is a mix", hint="-n, or neither")
        of.MEMORY.check(settings[of.MEMORY])
        give(settings[of.MEMORY])
        reading = [one for one in of.READING if one is not of.MEMORY]
        of_a_corpus = (*reading, of.LABEL_COLUMN, of.LABEL_MAP, of.DATE_COLUMN, of.RULES, of.DETECTOR, of.CONFIDENCE)
        idle = idle.and_also(*idle_options(settings, of_a_corpus, "a mix is read as its certificate says"))
        idle = idle.and_also(["--follow-links: a mix has no links"] if follow_links else [])
        job = draw_from_mix(Path(paths[0]), output, draws=count, tokenizer=tokenizer or "", workers=settings[NUM_PROC])
    elif tokenizer is not None:
        raise UsageError("--tokenizer says what counted a mix; this is a corpus", hint="leave it out")
    else:
        plan = scan_plan(tuple(paths), settings, follow_links=follow_links)
        job = draw_audit(AuditPlan(plan, output, count, AIMED if width is None else width))
        if count is not None and width is not None:
            idle = idle.and_also(["--width: -n says how many documents are drawn"])
    result = watch(job, shown=not (quiet or no_progress))
    idle = idle.and_also(result.without_effect, result.nothing_to_do)
    if not quiet:
        say_not_read(result.not_read)
        idle.say()
    if json_output:
        print_json(idle.in_json(result.to_json()))
    else:
        draw_drawn(terminal(), result, paths)
    return 0


@audit.command("label", cls=Command)
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


@audit.command("agree", cls=Command)
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
    from curate.settings.scan import CONFIDENCE, LABEL_MAP, OUTPUT, SCAN

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


@audit.command("apply", cls=Command)
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
        folder,
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
