"""curate compare: the collapse alarm between snapshots."""

from __future__ import annotations

from typing import Annotated

import typer

from curate.cli import options

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
    text_column: options.TextColumn = None,
    role: options.Role = None,
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
    from curate.cli.draw_unread import say_not_read
    from curate.cli.scan import say_remarks, scan_plan
    from curate.cli.settings import settle
    from curate.cli.streams import print_json
    from curate.cli.watch import watch
    from curate.jobs.compare.job import ComparePlan
    from curate.jobs.compare.job import compare as compare_job
    from curate.settings import compare as of
    from curate.settings.scan import OUTPUT

    settings = settle(context.params, of.COMPARE, config)
    plan = ComparePlan(
        tuple(paths),
        scan_plan(tuple(paths), settings, follow_links=follow_links),
        controls=settings[of.CONTROL],
        output=settings[OUTPUT],
        permutations=settings[of.PERMUTATIONS],
    )
    if not quiet:
        roles = ("label_column", "label_map", "date_column")
        idle = [role.replace("_", "-") for role in roles if settings.origins[role] == "flag"]
        say_remarks((), [f"--{name}: a comparison reads no labels and no dates" for name in idle])
    found = watch(compare_job(plan), shown=not (quiet or no_progress))
    if not quiet:
        say_not_read(found.not_read)
    if json_output:
        print_json(found.to_json())
    else:
        from curate.cli.draw_compare import draw_compare
        from curate.cli.terminal import terminal

        draw_compare(terminal(), found)
    return 1 if found.verdict.alarm.level in ("early", "late") else 0
