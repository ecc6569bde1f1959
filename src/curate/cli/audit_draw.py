"""curate audit draw: documents to label by hand, from a corpus or from a mix."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from curate.cli import options


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
    from curate.settings import columns as column
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
        of_a_corpus = (
            *reading,
            column.LABEL_COLUMN,
            column.LABEL_MAP,
            column.DATE_COLUMN,
            of.RULES,
            of.DETECTOR,
            of.CONFIDENCE,
        )
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
