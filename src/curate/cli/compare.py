"""curate compare: the collapse alarm between snapshots."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from curate.cli import options

if TYPE_CHECKING:
    from curate.cli.idle_options import IdleOptions
    from curate.cli.settings import Settings
    from curate.jobs.compare.job import Compared, ComparePlan

Snapshots = Annotated[
    list[str],
    typer.Argument(
        metavar="BEFORE AFTER...",
        help="Snapshots, oldest first: corpora, run folders of `curate scan`, or git revisions (v1.0:data/).",
    ),
]


def compare(
    context: typer.Context,
    paths: Snapshots,
    output: options.Output = None,
    control: options.Control = None,
    permutations: options.Permutations = None,
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
    threshold: options.Threshold = None,
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
    """Compare snapshots of a corpus and warn of collapse. Exit 1 at level early or late.

    Example:  curate compare january/ june/ --source-column source

    A series:  curate compare january/ march/ june/ --control archive/

    Against a revision:  curate compare v1.0:data/ data/
    """
    from curate.cli.scan import scan_plan
    from curate.cli.settings import settle
    from curate.cli.watch import watch
    from curate.jobs.compare.job import ComparePlan
    from curate.jobs.compare.job import compare as compare_job
    from curate.settings import compare as of
    from curate.settings.scan import OUTPUT

    settings = settle(context.params, of.COMPARE, config)
    snapshots = scan_plan(tuple(paths), settings, follow_links=follow_links)
    plan = ComparePlan(
        snapshots.paths,
        snapshots,
        controls=settings[of.CONTROL],
        output=settings[OUTPUT],
        permutations=settings[of.PERMUTATIONS],
    )
    idle = _idle(settings, plan)
    found = watch(compare_job(plan), shown=not (quiet or no_progress))
    _answer(found, idle.and_also(found.without_effect), json_output=json_output, quiet=quiet)
    return 1 if found.verdict.alarm.level in ("early", "late") else 0


def _idle(settings: Settings, plan: ComparePlan) -> IdleOptions:
    """Options that this comparison does not use."""
    from curate.cli.idle_options import idle_options
    from curate.jobs.compare.snapshot import is_run
    from curate.settings.columns import DATE_COLUMN, LABEL_COLUMN, LABEL_MAP
    from curate.settings.scan import READING, THRESHOLD

    declaring = (LABEL_COLUMN, LABEL_MAP, DATE_COLUMN)
    idle = idle_options(settings, declaring, "a comparison reads no labels and no dates")
    if all(map(is_run, (*plan.paths, *plan.controls))):
        why = "run folders alone are compared, which were scanned before"
        idle = idle.and_also(*idle_options(settings, (*READING, THRESHOLD), why))
    return idle


def _answer(found: Compared, idle: IdleOptions, *, json_output: bool, quiet: bool) -> None:
    from curate.cli.draw_unread import say_not_read
    from curate.cli.streams import print_json

    if not quiet:
        say_not_read(found.not_read)
        idle.say()
    if json_output:
        print_json(idle.in_json(found.to_json()))
    else:
        from curate.cli.draw_compare import draw_compare
        from curate.cli.terminal import terminal

        draw_compare(terminal(), found)
