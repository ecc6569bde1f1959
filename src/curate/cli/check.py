"""curate check: a pull request on a dataset passes or fails."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from curate.cli import options

GATES = "Gates"

Baseline = Annotated[
    str | None,
    typer.Option(
        "--baseline",
        metavar="REF|PATH",
        help="Compare with this: a git revision (main, HEAD~1), a folder or a file.",
        rich_help_panel=GATES,
    ),
]
PolicyFiles = Annotated[
    list[Path] | None,
    typer.Option(
        "--policy",
        metavar="FILE",
        help="Use the gates of this TOML file (default: the shipped policy); repeatable; a later gate replaces one of "
        "the same id.",
        rich_help_panel=GATES,
    ),
]
CacheDir = Annotated[
    Path | None,
    typer.Option(
        "--cache-dir",
        metavar="DIR",
        help="Keep the scanned baseline in this folder (default: the user's cache folder).",
        rich_help_panel=options.RUNNING,
    ),
]
HumanBaseline = Annotated[
    bool | None,
    typer.Option(
        "--human-baseline",
        help="Treat the baseline as human text, and compare new rows with it.",
        rich_help_panel=GATES,
    ),
]
FailOn = Annotated[
    str | None,
    typer.Option(
        "--fail-on",
        metavar="LEVEL",
        help="Exit 1 from this level on: error, warning or never (default error).",
        rich_help_panel=GATES,
    ),
]
Formats = Annotated[
    list[str] | None,
    typer.Option(
        "--format",
        metavar="NAME[=FILE]",
        help="Print, or write to FILE: text, json, markdown, github, sarif or junit (default text); repeatable.",
        rich_help_panel=GATES,
    ),
]


def check(
    paths: options.Paths,
    baseline: Baseline = None,
    human_baseline: HumanBaseline = None,
    policy: PolicyFiles = None,
    fail_on: FailOn = None,
    cache_dir: CacheDir = None,
    format: Formats = None,
    text_column: options.TextColumn = None,
    role: options.Role = None,
    id_column: options.IdColumn = None,
    source_column: options.SourceColumn = None,
    label_column: options.LabelColumn = None,
    label_map: options.LabelMap = None,
    date_column: options.DateColumn = None,
    human_reference: options.HumanReference = None,
    rules: options.Rules = None,
    threshold: options.Threshold = None,
    detector: options.Detector = None,
    confidence: options.Confidence = None,
    follow_links: options.FollowLinks = False,
    config: options.Config = None,
    num_proc: options.NumProc = None,
    memory: options.Memory = None,
    max_document_size: options.MaxDocumentSize = None,
    seed: options.Seed = None,
    json_output: options.Json = False,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
    no_progress: options.NoProgress = False,
) -> int:
    """Pass or fail a change to a dataset, and name the rows to look at. Exit 1 if a gate fails.

    Example:  curate check new.jsonl --baseline corpus/

    A pull request:  curate check data/ --baseline origin/main
    """
    from curate.cli.formats import asked_outputs, check_fail_on, exit_code, write
    from curate.cli.scan import say_settings, scan_plan
    from curate.cli.settings import CHECK_DEFAULTS, settle
    from curate.cli.watch import watch
    from curate.jobs.check.baseline_settings import as_the_baseline_has_them, base_settings, same_baseline
    from curate.jobs.check.job import CheckPlan
    from curate.jobs.check.job import check as check_job

    given = locals()
    named = baseline or settle(given, CHECK_DEFAULTS, config).text("baseline")
    base = base_settings(named)
    config = base.named(config) if base and config else config
    settings = settle(given, CHECK_DEFAULTS, config, base.found if base and not config else None)
    same_baseline(named, settings.text("baseline"))
    if verbose:
        say_settings(settings)
    plan = CheckPlan(
        scan_plan(tuple(paths), settings, follow_links=follow_links),
        settings.text("baseline"),
        settings.paths("policy"),
        settings.path("cache_dir"),
        human_baseline=settings.flag("human_baseline"),
    )
    plan = as_the_baseline_has_them(plan, base)
    outputs, failing = asked_outputs([*(format or ()), *(["json"] if json_output else [])]), settings.text("fail_on")
    check_fail_on(failing)
    verdict = watch(check_job(plan), shown=not (quiet or no_progress))
    if verbose and verdict.change:
        from curate.cli.draw_columns import say_columns
        from curate.corpus.taken_columns import read_columns

        say_columns(read_columns(verdict.change.get("columns")))
    write(verdict, outputs)
    return exit_code(verdict, failing)
