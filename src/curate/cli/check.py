"""curate check: a pull request on a dataset passes or fails."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from curate.cli import options

if TYPE_CHECKING:
    from curate.cli.settings import Settings
    from curate.corpus.remote.hub_paths import HubPath
    from curate.jobs.check.job import CheckPlan
    from curate.report.verdict import Verdict

GATES = "Gates"

Formats = Annotated[
    list[str] | None,
    typer.Option(
        "--format",
        metavar="NAME[=FILE]",
        help="Print, or write to FILE: text, json, markdown, hub-comment, github, sarif or junit (default text); "
        "repeatable.",
        rich_help_panel=GATES,
    ),
]
Post = Annotated[
    bool,
    typer.Option(
        "--post",
        help="Post the report under the pull request on the Hub, in place of the last one; needs HF_TOKEN.",
        rich_help_panel=GATES,
    ),
]


def check(
    context: typer.Context,
    paths: options.Paths,
    baseline: options.Baseline = None,
    human_baseline: options.HumanBaseline = None,
    policy: options.PolicyFiles = None,
    fail_on: options.FailOn = None,
    cache_dir: options.CacheDir = None,
    format: Formats = None,
    post: Post = False,
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
    from curate.cli.formats import asked_outputs, exit_code, write
    from curate.cli.remarks import say_settings
    from curate.cli.settings import settle
    from curate.cli.watch import watch
    from curate.corpus.remote.hub_comments import pull_request
    from curate.jobs.check.baseline_settings import as_the_baseline_has_them, base_settings, same_baseline
    from curate.jobs.check.job import check as check_job
    from curate.settings.compare import BASELINE, CHECK, FAIL_ON

    named = baseline or settle(context.params, CHECK, config)[BASELINE]
    base = base_settings(named)
    config = base.named(config) if base and config else config
    settings = settle(context.params, CHECK, config, base.found if base and not config else None)
    same_baseline(named, settings[BASELINE])
    if verbose:
        say_settings(settings)
    plan = as_the_baseline_has_them(_plan(tuple(paths), settings, follow_links=follow_links), base)
    outputs, failing = asked_outputs([*(format or ()), *(["json"] if json_output else [])]), settings[FAIL_ON]
    FAIL_ON.check_choice(failing)
    place = pull_request(plan.scan.paths[0]) if post else None
    verdict = watch(check_job(plan), shown=not (quiet or no_progress))
    if verbose and verdict.change:
        from curate.cli.draw_columns import say_columns
        from curate.corpus.taken_columns import read_columns

        say_columns(read_columns(verdict.change.get("columns")))
    write(verdict, outputs)
    if place is not None:
        _post(place, verdict)
    return exit_code(verdict, failing)


def _plan(paths: tuple[str, ...], settings: Settings, *, follow_links: bool) -> CheckPlan:
    from curate.cli.scan import scan_plan
    from curate.corpus.remote.hub_paths import with_choice
    from curate.jobs.check.job import CheckPlan
    from curate.settings import compare as of
    from curate.settings.columns import CONFIG_NAME, SPLIT

    return CheckPlan(
        scan_plan(paths, settings, follow_links=follow_links),
        with_choice([settings[of.BASELINE]], settings[CONFIG_NAME], settings[SPLIT], asked=False)[0],
        settings[of.POLICY],
        settings[of.CACHE_DIR],
        human_baseline=settings[of.HUMAN_BASELINE],
    )


def _post(place: HubPath, verdict: Verdict) -> None:
    """Put the report under the pull request, in place of the last one."""
    from curate.cli.formats import HUB, as_text
    from curate.corpus.remote.hub_comments import put_comment
    from curate.report.check_markdown import MARKER

    put_comment(place, as_text(verdict, HUB), MARKER)
