"""curate audit draw: documents to label by hand, from a corpus or from a mix."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from curate.cli import options

if TYPE_CHECKING:
    from curate.cli.idle_options import IdleOptions
    from curate.cli.settings import Settings
    from curate.jobs.audit.corpus import Drawn
    from curate.jobs.run.progress import Job

_NO_SEED = "the texts alone decide a draw"


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
    from curate.cli.settings import settle
    from curate.errors import UsageError
    from curate.settings.scan import LABELS, OUTPUT, SCAN

    settings = settle(context.params, SCAN, config, without=(OUTPUT, LABELS))
    if output is None:
        raise UsageError("-o/--output is missing", hint="name the file to write: -o labels.jsonl")
    from curate.cli.watch import watch
    from curate.jobs.audit.mix import is_mix

    if len(paths) == 1 and is_mix(Path(paths[0])):
        if width is not None:
            raise UsageError("--width is for the share of a corpus; this is a mix", hint="-n, or neither")
        job = _from_mix(Path(paths[0]), output, count, settings, tokenizer or "")
        idle = _idle_of_mix(settings, follow_links=follow_links)
    elif tokenizer is not None:
        raise UsageError("--tokenizer says what counted a mix; this is a corpus", hint="leave it out")
    else:
        job = _from_corpus(tuple(paths), output, count, width, settings, follow_links=follow_links)
        idle = _idle_of_corpus(settings, count, width)
    result = watch(job, shown=not (quiet or no_progress))
    idle = idle.and_also(result.without_effect, result.nothing_to_do)
    _answer(result, paths, idle, json_output=json_output, quiet=quiet)
    return 0


def _from_mix(folder: Path, output: Path, count: int | None, settings: Settings, tokenizer: str) -> Job[Drawn]:
    from curate.jobs.audit.mix import draw_from_mix
    from curate.memory import give
    from curate.settings.scan import MEMORY, NUM_PROC

    MEMORY.check(settings[MEMORY])
    give(settings[MEMORY])
    return draw_from_mix(folder, output, draws=count, tokenizer=tokenizer, workers=settings[NUM_PROC])


def _from_corpus(
    paths: tuple[str, ...], output: Path, count: int | None, width: float | None, settings: Settings, *,
    follow_links: bool,
) -> Job[Drawn]:  # fmt: skip
    from curate.cli.scan import scan_plan
    from curate.detect.label_pool import AIMED
    from curate.jobs.audit.corpus import AuditPlan, draw_audit

    plan = scan_plan(paths, settings, follow_links=follow_links)
    return draw_audit(AuditPlan(plan, output, count, AIMED if width is None else width))


def _idle_of_mix(settings: Settings, *, follow_links: bool) -> IdleOptions:
    """Options that a draw from a mix does not use."""
    from curate.cli.idle_options import idle_options
    from curate.settings import columns as column
    from curate.settings import scan as of

    declaring = (column.LABEL_COLUMN, column.LABEL_MAP, column.DATE_COLUMN)
    reading = (one for one in of.READING if one is not of.MEMORY)
    of_a_corpus = (*reading, *declaring, of.RULES, of.DETECTOR, of.CONFIDENCE)
    idle = idle_options(settings, (of.SEED,), _NO_SEED)
    idle = idle.and_also(*idle_options(settings, of_a_corpus, "a mix is read as its certificate says"))
    return idle.and_also(["--follow-links: a mix has no links"] if follow_links else [])


def _idle_of_corpus(settings: Settings, count: int | None, width: float | None) -> IdleOptions:
    """Options that a draw from a corpus does not use."""
    from curate.cli.idle_options import idle_options
    from curate.settings.scan import SEED

    idle = idle_options(settings, (SEED,), _NO_SEED)
    both = count is not None and width is not None
    return idle.and_also(["--width: -n says how many documents are drawn"] if both else [])


def _answer(result: Drawn, paths: list[str], idle: IdleOptions, *, json_output: bool, quiet: bool) -> None:
    from curate.cli.draw_audit import draw_drawn
    from curate.cli.draw_unread import say_not_read
    from curate.cli.streams import print_json
    from curate.cli.terminal import terminal

    if not quiet:
        say_not_read(result.not_read)
        idle.say()
    if json_output:
        print_json(idle.in_json(result.to_json()))
    else:
        draw_drawn(terminal(), result, paths)
